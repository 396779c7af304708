/**
 * `btse verify`: whether the ledger is what the program wrote.
 *
 * @since 0.1.0
 */
import { Verify } from "@btse-wallet/ledger"
import { Command } from "@effect/cli"
import { Effect, Ref } from "effect"
import * as Books from "../Books.ts"
import { NotVerified } from "../CliError.ts"
import * as Global from "../Options/Global.ts"
import * as Output from "../Output.ts"
import * as Progress from "../Render/Progress.ts"
import * as Render from "../Render/Verify.ts"

const operation = "btse verify"

const run = Effect.fn(operation)(function* (options: Pick<Global.Global, "json" | "utc" | "ledger" | "profile">) {
  const verify = yield* Verify.Verify
  const progress = yield* Ref.make<Verify.VerifyProgress>({ events: 0, all: 0 })
  const verifying = (elapsed: number) =>
    Effect.map(Ref.get(progress), ({ all, events }) => Progress.counted("verifying", events, all, "events", elapsed))
  const report = yield* Progress.during(verifying)(verify.runWith({ onProgress: (now) => Ref.set(progress, now) }))
  yield* Output.result({ json: options.json, schema: Verify.VerifyReport, value: report, render: Render.report })
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
  { json: Global.json, utc: Global.utc, ledger: Global.ledger, profile: Global.profile },
  run
).pipe(
  Command.withDescription(
    "Check that nothing in the ledger was changed behind the program's back: every account in it."
  ),
  Command.provide((options) => Books.layerVerify(operation, options))
)
