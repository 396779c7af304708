/**
 * `btse reconcile`: what the books expect against what the exchange held at the last snapshot.
 *
 * @since 0.1.0
 */
import { AccountingPolicy, Breaks, Closes, Entries, LedgerStatus, Reconciliation } from "@btse-wallet/ledger"
import { Command } from "@effect/cli"
import { DateTime, Effect, Option } from "effect"
import * as AccountingPolicyFile from "../AccountingPolicyFile.ts"
import * as Books from "../Books.ts"
import * as ClockNote from "../ClockNote.ts"
import { InvalidInput, NotReconciled, PolicyDoesNotFit } from "../CliError.ts"
import * as BooksOptions from "../Options/Books.ts"
import * as Global from "../Options/Global.ts"
import * as Time from "../Options/Time.ts"
import * as Output from "../Output.ts"
import * as Progress from "../Render/Progress.ts"
import * as Report from "../Report.ts"
import * as RenderFit from "../Render/PolicyFit.ts"
import * as Render from "../Render/Reconciliation.ts"
import * as Verifying from "../Verifying.ts"

const operation = "btse reconcile"

interface Settings extends Global.Global {
  readonly range: Time.Range
  readonly policy: Option.Option<string>
  readonly adopt: boolean
  readonly fit: boolean
  readonly writePolicy: Option.Option<string>
  readonly overwrite: boolean
  readonly report: Option.Option<string>
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

/** Which policy the snapshots speak for. Like a reconciliation it is no success where a currency stays unexplained. */
const fit = Effect.fnUntraced(function* (options: Settings, asked: Reconciliation.ReconciliationOptions) {
  const { overwrite, writePolicy } = options
  // Before the work, because nothing of it would be kept.
  if (Option.isSome(writePolicy)) {
    yield* AccountingPolicyFile.unlessThere(operation, writePolicy.value, overwrite)
  }
  const reconciliation = yield* Reconciliation.Reconciliation
  const found = yield* reconciliation.fit(asked)
  yield* Output.result({
    json: options.json,
    schema: Reconciliation.PolicyFit,
    value: found,
    render: RenderFit.fit
  })
  if (Option.isSome(writePolicy)) {
    const path = writePolicy.value
    yield* AccountingPolicyFile.write({ operation, path, policy: found.policy, overwrite })
    if (!options.json) yield* Output.note(`Wrote the policy "${found.policy.name}" to ${path}: use it with --policy.`)
  }
  if (found.fits !== "every") {
    return yield* new PolicyDoesNotFit({
      operation,
      currencies: found.currencies.filter((one) => one.fitting < one.intervals).map((one) => one.currency)
    })
  }
})

/** Breaks under another policy stay as they are, and whoever has found a better one is told how they go. */
const leftAlone = Effect.fnUntraced(function* (report: Reconciliation.ReconciliationReport, adopted: boolean) {
  const breaks = yield* Effect.flatMap(Breaks.Breaks, (service) => service.list)
  const others = breaks.filter((one) => one.status === "open" && !Breaks.isUnderPolicy(one, report))
  if (others.length === 0) return
  const [ids, policies] = [others.map(({ id }) => id), new Set(others.map((one) => one.policy))]
  yield* Output.note(
    `${ids.length === 1 ? "Break" : "Breaks"} ${ids.join(", ")}, found under the policy ${[...policies].join(", ")}, ${ids.length === 1 ? "stays" : "stay"} open. ${
      adopted
        ? `${ids.length === 1 ? "It is" : "They are"} of other times than were reconciled: leave out --from and --to.`
        : `Where ${report.policy} is the right policy, --adopt holds ${ids.length === 1 ? "it" : "them"} against it.`
    }`
  )
})

/** The last close of each period. */
const lastCloses = Effect.fnUntraced(function* () {
  const closes = yield* Effect.flatMap(Closes.Closes, (service) => service.list)
  return [...new Map(closes.map((close) => [close.statement.period, close])).values()]
})

const subjectOf = Effect.fnUntraced(function* (
  report: Reconciliation.ReconciliationReport,
  policy: Option.Option<AccountingPolicy.AccountingPolicy>,
  closes: ReadonlyArray<Closes.ClosedPeriod>,
  generatedAt: DateTime.Utc
) {
  return {
    report,
    status: yield* Effect.flatMap(LedgerStatus.LedgerStatus, (service) => service.get),
    policy: Option.getOrElse(policy, () => AccountingPolicy.standard),
    breaks: yield* Effect.flatMap(Breaks.Breaks, (service) => service.list),
    entries: yield* Effect.flatMap(Entries.Entries, (service) => service.list),
    closes,
    generatedAt
  } satisfies Report.Subject
})

const reconciling = (elapsed: number) => Effect.succeed(Progress.working("reconciling", elapsed))

const run = Effect.fn(operation)(function* (options: Settings) {
  if (!options.fit && (Option.isSome(options.writePolicy) || options.overwrite)) {
    return yield* new InvalidInput({
      operation,
      problem: "--write-policy and --overwrite keep what --fit finds, and --fit was not given.",
      advice: "Add --fit, or leave them out."
    })
  }
  if (options.fit && options.adopt) {
    return yield* new InvalidInput({
      operation,
      problem: "--adopt is for a reconciliation, and --fit makes none.",
      advice: "Leave one of them out."
    })
  }
  if (options.fit && Option.isSome(options.report)) {
    return yield* new InvalidInput({
      operation,
      problem: "--report is of a reconciliation, and --fit makes none.",
      advice: "Leave one of them out."
    })
  }
  // Before the work, because nothing of it would be kept.
  const format = yield* Effect.transposeMapOption(options.report, (path) => Report.formatOf(operation, path))
  const reconciliation = yield* Reconciliation.Reconciliation
  const policy = yield* Effect.transposeMapOption(options.policy, (path) => AccountingPolicyFile.read(operation, path))
  const asked: Reconciliation.ReconciliationOptions = {
    from: Option.getOrUndefined(options.range.opening),
    to: Option.getOrUndefined(options.range.closing),
    policy: Option.getOrUndefined(policy),
    adopt: options.adopt
  }
  if (options.fit) return yield* fit(options, asked)
  // What is signed is of a ledger that was verified.
  if (Option.isSome(format)) yield* Verifying.intact(operation)
  const report = yield* Progress.during(reconciling)(reconciliation.run(asked))
  const closes = yield* lastCloses()
  const moment = { now: yield* DateTime.now, latest: Option.isNone(options.range.closing) }
  const file = Option.zipWith(options.report, format, (path, format) => ({ path, format }))
  // Before the words, so that where it cannot be written that is what is said.
  if (Option.isSome(file)) {
    const subject = yield* subjectOf(report, policy, closes, moment.now)
    yield* Report.write(operation, file.value.path, file.value.format, subject)
  }
  yield* Output.result({
    json: options.json,
    schema: Reconciliation.ReconciliationReport,
    value: report,
    render: (report, style) => Render.report(report, style, moment)
  })
  yield* Effect.forEach(
    closes.filter(
      ({ changes, statement: { from, to } }) =>
        changes.length > 0 && DateTime.lessThan(report.from, to) && DateTime.lessThan(from, report.to)
    ),
    ({ statement: { period } }) =>
      Output.note(
        `${period} has changed after it was closed. \`btse closes show ${period}\` shows what, and the entries it calls for.`
      ),
    { discard: true }
  )
  yield* ClockNote.atSnapshot(yield* reconciliation.machineSkew)
  yield* leftAlone(report, options.adopt)
  if (Option.isSome(file) && !options.json) yield* Output.note(`Wrote the report to ${file.value.path}.`)
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
    range: Time.range({
      begin: [
        "from",
        "Open with the last snapshot at or before this time, of a date before its day; by default with the first day."
      ],
      end: [
        "to",
        "Close with the last snapshot at or before this time, of a date at the end of its day; by default the last of all."
      ]
    }),
    policy: BooksOptions.policy,
    adopt: BooksOptions.adopt,
    fit: BooksOptions.fit,
    writePolicy: BooksOptions.writePolicy,
    overwrite: BooksOptions.overwrite,
    report: BooksOptions.report,
    asOf: Time.asOf
  },
  run
).pipe(
  Command.withDescription(
    "Compare what the books expect with what the exchange held at the last sync's snapshot, per currency, exactly. It asks the exchange nothing: run `btse sync` first."
  ),
  Command.provide((options) => Books.layerBooks(operation, options))
)
