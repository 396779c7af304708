/**
 * Expected against actual, per currency, between two snapshots of balances, to the last digit.
 *
 * @since 0.1.0
 */
import { SqlClient, SqlError } from "@effect/sql"
import { Context, type DateTime, Effect, Layer, Number as Num, type Option } from "effect"
import { Account } from "./Account.ts"
import { AsOf } from "./AsOf.ts"
import type { AccountingPolicy } from "./AccountingPolicy.ts"
import { canonical, standard } from "./AccountingPolicy.ts"
import { Digest } from "./Digest.ts"
import { learn, type Learning } from "./Breaks/Learning.ts"
import { draftOf, makeStoredBreaks } from "./Breaks/Stored.ts"
import { makeStoredEntries } from "./Entries/Stored.ts"
import { Events } from "./internal/Events.ts"
import { makeMachineSkew } from "./Reconciliation/MachineSkew.ts"
import { makeExtent } from "./internal/Extent.ts"
import { isReadOnly, translated } from "./internal/SqlFault.ts"
import type { LedgerError } from "./LedgerError.ts"
import { explain } from "./Reconciliation/Candidates.ts"
import type { Opening } from "./Reconciliation/Ends.ts"
import { makeEnds } from "./Reconciliation/Ends.ts"
import { makeEvidence } from "./Reconciliation/Evidence.ts"
import { fit as fitting } from "./Reconciliation/Fitting.ts"
import type { SnapshotRow } from "./Reconciliation/Inputs.ts"
import { storedInputs } from "./Reconciliation/Inputs.ts"
import type { Course } from "./Reconciliation/Intervals.ts"
import { birthday, courseOf } from "./Reconciliation/Intervals.ts"
import { inFlight, makeLines } from "./Reconciliation/Lines.ts"
import { makeMoments } from "./Reconciliation/Moments.ts"
import type { PolicyFit } from "./Reconciliation/PolicyFit.ts"
import type { ReconciliationLine, ReconciliationReport } from "./Reconciliation/Report.ts"
import { store } from "./Reconciliation/Store.ts"
import * as Totals from "./Reconciliation/Totals.ts"
import * as Spans from "./Span.ts"
import { readLast } from "./Verify/Last.ts"

export * from "./Reconciliation/PolicyFit.ts"
export * from "./Reconciliation/Report.ts"

/**
 * Between which snapshots to reconcile, and by which policy.
 *
 * @since 0.1.0
 * @category models
 */
export interface ReconciliationOptions {
  /** Opens with the last snapshot at or before it; by default with zero where all history is covered, else the first. */
  readonly from?: DateTime.Utc | undefined
  /** Closes with the last snapshot at or before it; by default the last of all. */
  readonly to?: DateTime.Utc | undefined
  readonly policy?: AccountingPolicy | undefined
  /** Whether the open breaks that were found under other policies are held against this one from now on. */
  readonly adopt?: boolean | undefined
}

/**
 * The reconciliation of one account. Each run is stored, and opens, changes and closes the breaks that it sees
 * (Breaks.ts): those that were found under its policy.
 *
 * @since 0.1.0
 * @category services
 */
export class Reconciliation extends Context.Tag("@btse-wallet/ledger/Reconciliation")<
  Reconciliation,
  {
    readonly run: (options?: ReconciliationOptions) => Effect.Effect<ReconciliationReport, LedgerError>
    /**
     * Tries other rules than those of the policy, type by type, on every interval between successive snapshots. Nothing is
     * stored.
     */
    readonly fit: (options?: ReconciliationOptions) => Effect.Effect<PolicyFit, LedgerError>
    /**
     * How far, at least, the clock of the machine that took the last snapshot was ahead of the exchange's then, in milliseconds;
     * negative where it was behind, none where it was right.
     */
    readonly machineSkew: Effect.Effect<Option.Option<number>, LedgerError>
  }
>() {}

/** Null where the ledger may only be read: the books are reconciled all the same. */
const unlessReadOnly = <A, E, R>(storing: Effect.Effect<A, E | SqlError.SqlError, R>) =>
  Effect.catchIf(
    storing,
    (error) => error instanceof SqlError.SqlError && isReadOnly(error.cause),
    () => Effect.succeed(null)
  )

interface Undocumented {
  readonly currency: string
  readonly status: string
  readonly records: number
}

/** Records whose status is not documented count for nothing: a line names them. */
const ofStatuses = (all: ReadonlyArray<Undocumented>, currency: string): ReadonlyArray<string> =>
  all.flatMap(({ records, status, ...one }) =>
    one.currency === currency
      ? [
          `${records === 1 ? "1 record has" : `${records} records have`} the status ${status}, which is not documented: counted neither as settled nor as in transit`
        ]
      : []
  )

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const account = yield* Account
  const asOf = yield* AsOf
  const extent = makeExtent(sql, account.id)
  const inputs = storedInputs(sql)
  const entries = makeStoredEntries(sql, account.id)
  const breaks = makeStoredBreaks(sql, account.id)
  const events = yield* Events
  const endsOf = makeEnds(sql, account.id)
  const evidences = makeEvidence(sql)
  const momentsOf = makeMoments(sql)
  const { sha256 } = yield* Digest

  /** Each break with its birthday and what may explain it. */
  const explained = Effect.fnUntraced(function* (
    lines: ReadonlyArray<ReconciliationLine>,
    policy: AccountingPolicy,
    opening: Opening,
    closing: SnapshotRow,
    doubts: { readonly gaps: number; readonly quarantined: number }
  ) {
    const broken = lines.filter(({ status }) => status === "break")
    const courses = new Map<string, Course>()
    if (broken.length === 0) return { lines, courses }
    const evidence = yield* evidences.of({
      accountId: account.id,
      opening: opening.snapshot,
      from: opening.at,
      closing,
      currencies: broken.map(({ currency }) => currency)
    })
    const differences = new Map(broken.map(({ currency, difference }) => [currency, difference]))
    const told = lines.map((line): ReconciliationLine => {
      const known = line.status === "break" ? evidence.get(line.currency) : undefined
      if (known === undefined) return line
      const { currency, difference } = line
      const course = courseOf(policy, known)
      courses.set(currency, course)
      const range = { currency, opening: opening.snapshot?.id ?? 0, closing: closing.id }
      const { candidates, warnings } = explain({
        policy,
        range,
        difference,
        differences,
        evidence: known,
        course,
        ...doubts
      })
      return { ...line, birthday: birthday(course), candidates, warnings: [...line.warnings, ...warnings] }
    })
    return { lines: told, courses }
  })

  /** What a stored run says of the breaks that are worked on. */
  const learned = Effect.fnUntraced(function* (found: Omit<Learning, "known">) {
    const steps = learn({ ...found, known: yield* breaks.all })
    if (steps.length === 0) return
    const drafts = yield* Effect.forEach(steps, draftOf)
    yield* events.append(drafts, { accountId: account.id, runId: null, at: yield* events.now })
  })

  const run = Effect.fn("Reconciliation.run")(function* (options: ReconciliationOptions = {}) {
    const policy = options.policy ?? standard
    const { closing, opening } = yield* endsOf(options)
    const to = closing.taken_at
    const { snapshot } = opening
    const groups = yield* inputs.groups({
      accountId: account.id,
      opening: snapshot?.id ?? 0,
      closing: closing.id
    })
    // Coverage ends with the request that proved it, a moment before the snapshot; the looks around that cover the rest.
    const end = Math.min(to, Math.max(opening.covered.at(-1)?.to ?? 0, opening.at))
    const gaps = Spans.gaps({ from: opening.at, to: end }, opening.covered).map(Spans.toInstants)
    const quarantined = yield* extent.quarantined()
    const onTheirWay = {
      opening: snapshot === undefined ? [] : yield* evidences.openAt(account.id, snapshot.event_seq),
      closing: yield* evidences.openAt(account.id, closing.event_seq)
    }
    const sums = makeLines({
      policy,
      opening: snapshot && (yield* inputs.balances(snapshot.id)),
      closing: yield* inputs.balances(closing.id),
      totals: Totals.of(policy, groups),
      entries: yield* entries.between({ opening: snapshot?.id ?? 0, closing: closing.id }),
      onTheirWay
    })
    const statuses = yield* inputs.undocumented(account.id)
    const named = sums.map((line) => ({
      ...line,
      warnings: [...line.warnings, ...ofStatuses(statuses, line.currency)]
    }))
    const { courses, lines } = yield* explained(named, policy, opening, closing, { gaps: gaps.length, quarantined })
    const has = (status: ReconciliationLine["status"]) => lines.some((line) => line.status === status)
    const canonicalPolicy = canonical(policy)
    const report: Omit<ReconciliationReport, "id"> = {
      account: account.name,
      status:
        gaps.length > 0 || quarantined > 0
          ? "incomplete"
          : has("break")
            ? "broken"
            : has("no_baseline")
              ? "incomplete"
              : "matched",
      ...Spans.toInstants({ from: opening.at, to }),
      opening: snapshot === undefined ? "zero" : "snapshot",
      openingSnapshot: snapshot === undefined ? null : String(snapshot.id),
      closingSnapshot: String(closing.id),
      policy: policy.name,
      policyDigest: sha256(canonicalPolicy),
      lines,
      inFlight: inFlight(policy, onTheirWay.closing),
      unknownTypes: [
        ...new Set(groups.map((group) => group.type).filter((type) => policy.types[type] === undefined))
      ].sort(),
      gaps,
      quarantined,
      verified: yield* readLast(sql)
    }
    const stored = store(
      sql,
      { accountId: account.id, report, policy: canonicalPolicy, opening: snapshot?.id ?? null, closing: closing.id },
      (reconciliation) => learned({ report, reconciliation, courses, adopt: options.adopt ?? false })
    )
    const id = asOf === undefined ? yield* unlessReadOnly(stored) : null
    yield* Effect.annotateCurrentSpan({
      lines: lines.length,
      records: Num.sumAll(groups.map((group) => group.records))
    })
    return { id: id === null ? null : String(id), ...report }
  }, translated("reconcile"))

  const fit = Effect.fn("Reconciliation.fit")(function* (options: ReconciliationOptions = {}) {
    const { closing, opening } = yield* endsOf(options)
    const range = { opening: opening.snapshot?.id ?? 0, closing: closing.id }
    const moments = yield* momentsOf(account.id, opening.snapshot, closing)
    const fitted = fitting({
      policy: options.policy ?? standard,
      moments,
      settled: yield* inputs.groups({ accountId: account.id, ...range, bySnapshot: true }),
      entries: yield* entries.changes(range)
    })
    const found: PolicyFit = {
      account: account.name,
      ...Spans.toInstants({ from: opening.at, to: closing.taken_at }),
      snapshots: moments.length - (opening.snapshot === undefined ? 1 : 0),
      ...fitted
    }
    yield* Effect.annotateCurrentSpan({ types: found.types.length, snapshots: found.snapshots })
    return found
  }, translated("reconcile"))

  const machineSkew = makeMachineSkew(sql, account.id).pipe(translated("reconcile"))

  return { run, fit, machineSkew }
})

/**
 * `Reconciliation` on the ledger and the account that are provided.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = Layer.effect(Reconciliation, make)
