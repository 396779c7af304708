/**
 * `btse reconcile`: what the books expect against what the exchange held at the last snapshot.
 *
 * @since 0.1.0
 */
import { Reconciliation } from "@btse-wallet/ledger"
import { Command } from "@effect/cli"
import { DateTime, Effect, Option } from "effect"
import * as AccountingPolicyFile from "../AccountingPolicyFile.ts"
import * as Books from "../Books.ts"
import { NotReconciled } from "../CliError.ts"
import * as BooksOptions from "../Options/Books.ts"
import * as Global from "../Options/Global.ts"
import * as Time from "../Options/Time.ts"
import * as Output from "../Output.ts"
import * as Render from "../Render/Reconciliation.ts"

const operation = "btse reconcile"

interface Settings extends Global.Global {
  readonly from: Option.Option<DateTime.Utc>
  readonly to: Option.Option<DateTime.Utc>
  readonly policy: Option.Option<string>
}

/**
 * Fails with `NotReconciled` where a report is anything but matched. An incomplete one proves nothing, so it is no
 * success either.
 *
 * @since 0.1.0
 * @category assertions
 */
export const matched = (
  operation: string,
  report: Reconciliation.ReconciliationReport
): Effect.Effect<void, NotReconciled> =>
  report.status === "matched"
    ? Effect.void
    : new NotReconciled({
        operation,
        status: report.status,
        currencies: report.lines.filter((line) => line.status === "break").map((line) => line.currency)
      })

const run = Effect.fn(operation)(function* (options: Settings) {
  const reconciliation = yield* Reconciliation.Reconciliation
  const policy = yield* Effect.transposeMapOption(options.policy, (path) => AccountingPolicyFile.read(operation, path))
  const report = yield* reconciliation.run({
    from: Option.getOrUndefined(options.from),
    to: Option.getOrUndefined(options.to),
    policy: Option.getOrUndefined(policy)
  })
  const moment = { now: yield* DateTime.now, latest: Option.isNone(options.to) }
  yield* Output.result({
    json: options.json,
    schema: Reconciliation.ReconciliationReport,
    value: report,
    render: (report, style) => Render.report(report, style, moment)
  })
  yield* matched(operation, report)
})

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "reconcile",
  {
    ...Global.all,
    from: Time.optional("from", "Open with the last snapshot at or before this time; by default with the first day."),
    to: Time.optional("to", "Close with the last snapshot at or before this time; by default the last of all."),
    policy: BooksOptions.policy,
    asOf: Time.asOf
  },
  run
).pipe(
  Command.withDescription(
    "Compare what the books expect with what the exchange held at the last sync's snapshot, per currency, exactly. It asks the exchange nothing: run `btse sync` first."
  ),
  Command.provide((options) => Books.layerBooks(operation, options))
)
