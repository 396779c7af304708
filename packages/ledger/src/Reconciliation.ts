/**
 * Expected against actual, per currency, between two snapshots of balances, to the last digit.
 *
 * @since 0.1.0
 */
import { SqlClient } from "@effect/sql"
import type { DateTime } from "effect"
import { Clock, Context, Effect, Layer, Schema } from "effect"
import { Account } from "./Account.ts"
import { AsOf } from "./AsOf.ts"
import type { AccountingPolicy } from "./AccountingPolicy.ts"
import { standard } from "./AccountingPolicy.ts"
import { makeStoredEntries } from "./Entries/Stored.ts"
import { makeExtent } from "./internal/Extent.ts"
import { translated, writing } from "./internal/SqlFault.ts"
import type { LedgerError } from "./LedgerError.ts"
import { NoSnapshot } from "./LedgerError.ts"
import type { LineInputs } from "./Reconciliation/Lines.ts"
import { makeLines } from "./Reconciliation/Lines.ts"
import type { ReconciliationReport } from "./Reconciliation/Report.ts"
import { Candidate, ReconciliationLine } from "./Reconciliation/Report.ts"
import { storedInputs } from "./Reconciliation/Inputs.ts"
import * as Spans from "./Span.ts"
import { firstDay } from "./Sync.ts"

export * from "./Reconciliation/Report.ts"

/**
 * @since 0.1.0
 * @category models
 */
export interface ReconciliationOptions {
  /** Opens with the last snapshot at or before it; by default with zero where all history is covered, else the first. */
  readonly from?: DateTime.Utc | undefined
  /** Closes with the last snapshot at or before it; by default the last of all. */
  readonly to?: DateTime.Utc | undefined
  readonly policy?: AccountingPolicy | undefined
}

/**
 * The reconciliation of one account. Each run is stored.
 *
 * @since 0.1.0
 * @category services
 */
export class Reconciliation extends Context.Tag("@btse-wallet/ledger/Reconciliation")<
  Reconciliation,
  {
    readonly run: (options?: ReconciliationOptions) => Effect.Effect<ReconciliationReport, LedgerError>
  }
>() {}

const Candidates = Schema.parseJson(Schema.Array(Candidate))

const encodeLine = Schema.encode(ReconciliationLine)

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const account = yield* Account
  const asOf = yield* AsOf
  const extent = makeExtent(sql, account.id)
  const inputs = storedInputs(sql)
  const entries = makeStoredEntries(sql, account.id)

  /** Zero at the account's first day is the strongest opening: every record counts. Without it, a snapshot. */
  const openingOf = Effect.fnUntraced(function* (from: number | undefined, closingId: number) {
    const covered = yield* extent.coverage()
    const start = (yield* extent.earliest()) ?? firstDay
    const firstCovered = covered[0]?.from
    const whole = firstCovered !== undefined && firstCovered <= start
    if (whole && (from === undefined || from <= firstCovered)) return { id: null, at: firstCovered, covered }
    const chosen = yield* from === undefined
      ? inputs.firstSnapshot(account.id)
      : inputs.lastSnapshot({ accountId: account.id, until: from })
    if (chosen._tag === "None") {
      return yield* new NoSnapshot({ operation: "reconcile", reason: "no snapshot was taken by the opening time" })
    }
    if (chosen.value.id >= closingId) {
      return yield* new NoSnapshot({
        operation: "reconcile",
        reason: "the opening and the closing snapshot are the same one"
      })
    }
    return { id: chosen.value.id, at: chosen.value.taken_at, covered }
  })

  const store = Effect.fnUntraced(function* (
    report: Omit<ReconciliationReport, "id">,
    opening: number | null,
    closing: number
  ) {
    const now = yield* Clock.currentTimeMillis
    const lines = yield* Effect.forEach(report.lines, (line) =>
      Effect.zipWith(encodeLine(line), Schema.encode(Candidates)(line.candidates), (encoded, candidates) => ({
        ...encoded,
        candidates
      }))
    )
    return yield* writing(sql)(
      Effect.gen(function* () {
        const [row] = yield* sql<{ readonly id: number }>`INSERT INTO reconciliation ${sql.insert({
          account_id: account.id,
          at: now,
          status: report.status,
          first: report.from.epochMillis,
          last: report.to.epochMillis,
          opening_id: opening,
          closing_id: closing,
          policy: report.policy
        })} RETURNING id`
        const id = row?.id ?? 0
        for (const line of lines) {
          yield* sql`INSERT INTO reconciliation_item ${sql.insert({ reconciliation_id: id, ...line })}`
        }
        return id
      })
    )
  })

  const run = Effect.fn("Reconciliation.run")(function* (options: ReconciliationOptions = {}) {
    const policy = options.policy ?? standard
    const until = options.to?.epochMillis ?? Number.MAX_SAFE_INTEGER
    const closing = yield* inputs.lastSnapshot({ accountId: account.id, until })
    if (closing._tag === "None") {
      return yield* new NoSnapshot({ operation: "reconcile", reason: "no snapshot was taken by the closing time" })
    }
    const { id: closingId, taken_at: to } = closing.value
    const opening = yield* openingOf(options.from?.epochMillis, closingId)
    const settled = yield* inputs.settled({ accountId: account.id, opening: opening.id ?? 0, closing: closingId })
    // Coverage ends with the request that proved it, a moment before the snapshot; the looks around that cover the rest.
    const end = Math.min(to, Math.max(opening.covered.at(-1)?.to ?? 0, opening.at))
    const gaps = Spans.gaps({ from: opening.at, to: end }, opening.covered).map(Spans.toInstants)
    const stored: LineInputs = {
      policy,
      opening: opening.id === null ? undefined : yield* inputs.balances(opening.id),
      closing: yield* inputs.balances(closingId),
      settled,
      notFinal: yield* inputs.notFinal(account.id),
      lost: [],
      gaps: gaps.length,
      entries: yield* entries.between({ opening: opening.id ?? 0, closing: closingId })
    }
    const first = makeLines(stored)
    const broken = first.some((line) => line.status === "break")
    const lines = broken ? makeLines({ ...stored, lost: yield* inputs.lost(account.id) }) : first
    const quarantined = yield* extent.quarantined()
    const report: Omit<ReconciliationReport, "id"> = {
      account: account.name,
      status: gaps.length > 0 || quarantined > 0 ? "incomplete" : broken ? "broken" : "matched",
      ...Spans.toInstants({ from: opening.at, to }),
      opening: opening.id === null ? "zero" : "snapshot",
      policy: policy.name,
      lines,
      unknownTypes: [
        ...new Set(settled.map((record) => record.type).filter((type) => policy.types[type] === undefined))
      ].sort(),
      gaps,
      quarantined
    }
    const id = asOf === undefined ? yield* store(report, opening.id, closingId) : null
    yield* Effect.annotateCurrentSpan({ lines: lines.length, records: settled.length })
    return { id: id === null ? null : String(id), ...report }
  }, translated("reconcile"))

  return { run }
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer = Layer.effect(Reconciliation, make)
