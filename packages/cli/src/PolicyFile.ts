/**
 * The withdrawal policy that a person keeps in a file: what `btse withdraw` never does, whatever its flags say.
 *
 * @since 0.1.0
 */
import { PaymentPolicy } from "@btse-wallet/ledger"
import { Config, Effect, Option, ParseResult } from "effect"
import { InvalidInput } from "./CliError.ts"
import * as ConfigurationFile from "./ConfigurationFile.ts"
import type { Global } from "./Options/Global.ts"
import * as Profiles from "./Profiles.ts"

const variable = "BTSE_WITHDRAWAL_POLICY"
const fileName = "withdrawal-policy.json"

const text = (name: string) =>
  Effect.orElseSucceed(Config.option(Config.nonEmptyString(name)), () => Option.none<string>())

/**
 * Reads a policy from a file that may be there, or has to be. Fails with `InvalidInput` where it cannot be read or is no
 * policy; `consequence` is what that means.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromFile = Effect.fnUntraced(function* (settings: {
  readonly operation: string
  readonly path: string
  readonly required: boolean
  readonly consequence: string
  readonly advice: string
}) {
  const { advice, consequence, operation, path, required } = settings
  const refused = (problem: string) => new InvalidInput({ operation, problem: `${problem} ${consequence}`, advice })
  const found = yield* Effect.mapError(ConfigurationFile.read(path), (problem) =>
    refused(`The withdrawal policy ${path} ${problem}.`)
  )
  if (Option.isNone(found)) {
    return required ? yield* refused(`The withdrawal policy ${path} cannot be read.`) : PaymentPolicy.none
  }
  return yield* Effect.mapError(PaymentPolicy.fromJson(found.value.text), (error) => {
    const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error)
    const where = issue === undefined || issue.path.length === 0 ? "" : ` (at ${issue.path.map(String).join(".")})`
    return refused(`${path} does not hold a withdrawal policy${where}.`)
  })
})

/**
 * The policy of the file that `BTSE_WITHDRAWAL_POLICY` names, else the profile's own, else that of `withdrawal-policy.json`
 * in the user's configuration directory, else none. Fails with `InvalidInput` where the variable names a file that is not
 * there, and where a file cannot be read or is no policy: then nothing is sent.
 *
 * @since 0.1.0
 * @category constructors
 */
export const read = Effect.fnUntraced(function* (operation: string, options: Pick<Global, "profile">) {
  const named = yield* text(variable)
  const { profile } = yield* Profiles.selected(options.profile)
  if (Option.isNone(named) && profile.withdrawalPolicy !== undefined) return profile.withdrawalPolicy
  return yield* fromFile({
    operation,
    path: Option.isSome(named) ? named.value : yield* ConfigurationFile.at(fileName),
    required: Option.isSome(named),
    consequence: "Nothing was sent.",
    advice: `Correct the file, or name another with ${variable}.`
  })
})
