/**
 * `btse verify`: the ledger against what the program wrote.
 *
 * @since 0.1.0
 */
import { Verify } from "@btse-wallet/ledger"
import { Command, Options } from "@effect/cli"
import { Effect, Option } from "effect"
import * as Books from "../Books.ts"
import { InvalidInput, NotVerified } from "../CliError.ts"
import * as Global from "../Options/Global.ts"
import * as Input from "../Options/Input.ts"
import * as Output from "../Output.ts"
import * as Render from "../Render/Verify.ts"
import * as Verifying from "../Verifying.ts"

const operation = "btse verify"

const head = Input.option({
  name: "head",
  placeholder: "HASH",
  description:
    "The hash of a head that was kept elsewhere (`btse verify` and `btse status` print it): it must be in the chain.",
  expected: "a head's hash: 64 hexadecimal digits",
  read: (text) => Option.liftPredicate(text.trim().toLowerCase(), (hash) => /^[0-9a-f]{64}$/.test(hash))
}).pipe(Options.optional)

interface Settings extends Pick<Global.Global, "json" | "utc" | "ledger" | "profile"> {
  readonly head: Option.Option<string>
}

const run = Effect.fn(operation)(function* (options: Settings) {
  const report = yield* Verifying.run({ head: Option.getOrUndefined(options.head) })
  yield* Output.result({ json: options.json, schema: Verify.VerifyReport, value: report, render: Render.report })
  if (report.status === "empty") {
    return yield* new InvalidInput({
      operation,
      problem: "The ledger holds no account and no event, so that there is nothing to verify.",
      advice: "Name another with --ledger, or run `btse sync` first."
    })
  }
  if (report.status === "touched") {
    const { firstTouched: event, problems } = report
    return yield* new NotVerified({ operation, event, problems })
  }
})

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "verify",
  { json: Global.json, utc: Global.utc, ledger: Global.ledger, profile: Global.profile, head },
  run
).pipe(
  Command.withDescription(
    "Check that nothing in the ledger was changed behind the program's back: its file, its schema, and every account in it."
  ),
  Command.provide((options) => Books.layerVerify(operation, options))
)
