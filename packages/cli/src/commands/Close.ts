/**
 * `btse close`: a period's reconciliation, sealed with a digest.
 *
 * @since 0.1.0
 */
import { Closes } from "@btse-wallet/ledger"
import { Args, Command } from "@effect/cli"
import { Effect, Option } from "effect"
import * as AccountingPolicyFile from "../AccountingPolicyFile.ts"
import * as Books from "../Books.ts"
import { InvalidInput } from "../CliError.ts"
import * as BooksOptions from "../Options/Books.ts"
import * as Closing from "../Options/Closing.ts"
import * as Global from "../Options/Global.ts"
import * as Output from "../Output.ts"
import * as Render from "../Render/Closes.ts"
import * as Verifying from "../Verifying.ts"

const operation = "btse close"

interface Settings extends Global.Global {
  readonly period: string
  readonly policy: Option.Option<string>
  readonly withBreaks: Option.Option<string>
  readonly again: boolean
}

const run = Effect.fn(operation)(function* (options: Settings) {
  const closes = yield* Closes.Closes
  const period = yield* Effect.mapError(
    Closes.Period.fromText(options.period),
    () =>
      new InvalidInput({
        operation,
        problem: `"${options.period}" is no period; nothing was closed.`,
        advice:
          "Write a month (2026-10), a quarter (2026-Q4), a year (2026), a day (2026-10-31), or days from one to another (2026-10-01..2026-10-15)."
      })
  )
  const policy = yield* Effect.transposeMapOption(options.policy, (path) => AccountingPolicyFile.read(operation, path))
  const closed = yield* Verifying.showing((onVerify) =>
    closes.close({
      onVerify,
      period,
      policy: Option.getOrUndefined(policy),
      withBreaks: Option.getOrUndefined(options.withBreaks),
      again: options.again
    })
  )
  yield* Output.result({ json: options.json, schema: Closes.ClosedPeriod, value: closed, render: Render.one })
})

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "close",
  {
    ...Global.all,
    policy: BooksOptions.policy,
    withBreaks: Closing.withBreaks,
    again: Closing.again,
    period: Args.text({ name: "PERIOD" }).pipe(
      Args.withDescription(
        "A month (2026-10), a quarter (2026-Q4), a year, a day, or days from one to another (2026-10-01..2026-10-15), in UTC."
      )
    )
  },
  run
).pipe(
  Command.withDescription(
    "Reconcile a period that has ended, and sign what it says with a digest in the chain of events; what changes in it later is reported."
  ),
  Command.provide((options) => Books.layerBooks(operation, options))
)
