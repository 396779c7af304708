/**
 * The withdrawal policy that a person keeps in a file: what `btse withdraw` never does, whatever its flags say.
 *
 * @since 0.1.0
 */
import { WithdrawalPolicy } from "@btse-wallet/ledger"
import { FileSystem, Path } from "@effect/platform"
import { Config, Effect, Option, ParseResult } from "effect"
import { homedir, platform } from "node:os"
import { InvalidInput } from "./CliError.ts"

const variable = "BTSE_WITHDRAWAL_POLICY"
const fileName = "withdrawal-policy.json"

const text = (name: string) =>
  Effect.orElseSucceed(Config.option(Config.nonEmptyString(name)), () => Option.none<string>())

/** `XDG_CONFIG_HOME`, else what the platform has for it. */
const defaultPath = Effect.fnUntraced(function* () {
  const path = yield* Path.Path
  if (platform() === "darwin") {
    return path.join(homedir(), "Library", "Application Support", "btse-wallet", fileName)
  }
  const home = Option.getOrElse(yield* text("XDG_CONFIG_HOME"), () => path.join(homedir(), ".config"))
  return path.join(home, "btse-wallet", fileName)
})

/**
 * The policy of the file that `BTSE_WITHDRAWAL_POLICY` names, else of `withdrawal-policy.json` in the user's configuration
 * directory, else none. Fails with `InvalidInput` where the variable names a file that is not there, and where a file
 * cannot be read or is no policy: then nothing is sent.
 *
 * @since 0.1.0
 * @category constructors
 */
export const read = Effect.fnUntraced(function* (operation: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const named = yield* text(variable)
  const path = Option.isSome(named) ? named.value : yield* defaultPath()
  const refused = (problem: string) =>
    new InvalidInput({
      operation,
      problem: `${problem} Nothing was sent.`,
      advice: `Correct the file, or name another with ${variable}.`
    })
  const found = yield* fileSystem.readFileString(path).pipe(
    Effect.asSome,
    Effect.catchAll((error) =>
      Option.isNone(named) && error._tag === "SystemError" && error.reason === "NotFound"
        ? Effect.succeedNone
        : refused(`The withdrawal policy ${path} cannot be read.`)
    )
  )
  if (Option.isNone(found)) return WithdrawalPolicy.none
  return yield* Effect.mapError(WithdrawalPolicy.fromJson(found.value), (error) => {
    const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error)
    const where = issue === undefined || issue.path.length === 0 ? "" : ` (at ${issue.path.map(String).join(".")})`
    return refused(`${path} does not hold a withdrawal policy${where}.`)
  })
})
