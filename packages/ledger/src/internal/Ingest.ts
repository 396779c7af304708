/**
 * Writes a closed window into the books: its rows, their events and its coverage, in one transaction.
 *
 * @internal
 */
import { RecordStatus } from "@btse-wallet/core"
import type { SqlClient } from "@effect/sql"
import { Clock, Effect } from "effect"
import type { Span } from "../Span.ts"
import type { ClosedWindow } from "../Walker.ts"
import type { HistoryRow, Undecoded } from "./HistoryPort.ts"
import { legs } from "./Legs.ts"
import type { Known, Match, Plan } from "./Plan.ts"
import { decide } from "./Plan.ts"
import type { Content, Identity, Sight } from "./Sight.ts"
import { fields, identityOf } from "./Sight.ts"
import { writing } from "./SqlFault.ts"
import { advanceWithdrawals } from "./Transitions.ts"

export interface Counts {
  readonly seen: number
  readonly inserted: number
  readonly updated: number
  readonly unchanged: number
  readonly vanished: number
}

export const noCounts: Counts = { seen: 0, inserted: 0, updated: 0, unchanged: 0, vanished: 0 }

export const addCounts = (a: Counts, b: Counts): Counts => ({
  seen: a.seen + b.seen,
  inserted: a.inserted + b.inserted,
  updated: a.updated + b.updated,
  unchanged: a.unchanged + b.unchanged,
  vanished: a.vanished + b.vanished
})

interface Event extends Identity {
  readonly line: number
  readonly kind: "seen" | "changed" | "vanished" | "reappeared"
  readonly changes: object
}

/** SQLite binds at most 32,766 parameters a statement; a row has 31. */
const rowsAStatement = 500

const chunks = <A>(rows: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.ceil(rows.length / rowsAStatement) }, (_, i) =>
    rows.slice(i * rowsAStatement, (i + 1) * rowsAStatement)
  )

const firstSight = (sight: Sight): object =>
  Object.fromEntries(
    fields.filter((field) => sight[field] !== null).map((field) => [field, { old: null, new: sight[field] }])
  )

const identity = ({ currency, order_id, type, wallet }: Identity): Identity => ({ wallet, order_id, currency, type })

export interface IngestOptions {
  readonly accountId: number
  readonly runId: number
  /** Coverage is claimed no further than this. */
  readonly claimUntil: number
}

export const makeIngest = (sql: SqlClient.SqlClient, options: IngestOptions) => {
  const { accountId, claimUntil, runId } = options

  const within = (span: Span) => sql<Known>`
    SELECT * FROM record WHERE account_id = ${accountId} AND timestamp BETWEEN ${span.from} AND ${span.to}`

  /** The highest line that each identity of these orders has reached. */
  const linesOf = Effect.fnUntraced(function* (fresh: ReadonlyArray<Sight>) {
    const lines = new Map<string, number>()
    for (const some of chunks([...new Set(fresh.map((sight) => sight.order_id))])) {
      const rows = yield* sql<Identity & { readonly line: number }>`
        SELECT wallet, order_id, currency, type, max(line) AS line FROM record
        WHERE account_id = ${accountId} AND ${sql.in("order_id", some)} GROUP BY order_id, currency, type, wallet`
      for (const row of rows) lines.set(identityOf(row), row.line)
    }
    return lines
  })

  /**
   * After which snapshot a row that is first seen COMPLETED has settled. Normally the last; but in a stretch that was not
   * covered while later ones were, only its timestamp can tell.
   */
  const settling = Effect.fnUntraced(function* () {
    const snapshots = yield* sql<{ readonly id: number; readonly taken_at: number }>`
      SELECT id, taken_at FROM snapshot WHERE account_id = ${accountId} ORDER BY id`
    const covered = yield* sql<Span>`
      SELECT first AS "from", last AS "to" FROM covered WHERE account_id = ${accountId} ORDER BY first`
    const end = covered.at(-1)?.to ?? -1
    const latest = snapshots.at(-1)?.id ?? 0
    return (timestamp: number): number =>
      timestamp > end || covered.some((span) => timestamp >= span.from && timestamp <= span.to)
        ? latest
        : (snapshots.findLast((snapshot) => snapshot.taken_at <= timestamp)?.id ?? 0)
  })

  const insert = Effect.fnUntraced(function* (fresh: ReadonlyArray<Sight>, now: number) {
    const lines = yield* linesOf(fresh)
    const settledAfter = yield* settling()
    const rows = fresh.map((sight) => {
      const line = (lines.get(identityOf(sight)) ?? 0) + 1
      lines.set(identityOf(sight), line)
      return {
        account_id: accountId,
        ...sight,
        ...legs(sight),
        line,
        final: RecordStatus.isFinal(sight.status) ? 1 : 0,
        settled_after: RecordStatus.isSettled(sight.status) ? settledAfter(sight.timestamp) : null,
        first_seen: now,
        last_changed: now
      }
    })
    for (const some of chunks(rows)) yield* sql`INSERT INTO record ${sql.insert(some)}`
    return rows.map((row): Event => ({ ...identity(row), line: row.line, kind: "seen", changes: firstSight(row) }))
  })

  const update = Effect.fnUntraced(function* (match: Match, latest: number, now: number) {
    const { changes, known, sight } = match
    const told: Partial<Content> = Object.fromEntries(
      Object.entries(changes).map(([field, change]) => [field, change.new])
    )
    const next = { ...known, ...told }
    const settled = RecordStatus.isSettled(next.status) ? (known.settled_after ?? latest) : null
    yield* sql`UPDATE record SET ${sql.update({
      ...told,
      ...legs(next),
      raw: sight.raw,
      final: RecordStatus.isFinal(next.status) ? 1 : 0,
      settled_after: settled,
      last_changed: now,
      vanished_at: null
    })} WHERE id = ${known.id}`
    const event = { ...identity(known), line: known.line }
    return [
      ...(known.vanished_at === null ? [] : [{ ...event, kind: "reappeared", changes: {} } as const]),
      ...(Object.keys(changes).length === 0 ? [] : [{ ...event, kind: "changed", changes } as const])
    ]
  })

  const vanish = Effect.fnUntraced(function* (known: Known, now: number) {
    yield* sql`UPDATE record SET vanished_at = ${now} WHERE id = ${known.id}`
    return { ...identity(known), line: known.line, kind: "vanished", changes: {} } as const
  })

  const append = Effect.fnUntraced(function* (events: ReadonlyArray<Event>, now: number) {
    const rows = events.map((event) => ({
      account_id: accountId,
      run_id: runId,
      at: now,
      ...event,
      changes: JSON.stringify(event.changes)
    }))
    for (const some of chunks(rows)) yield* sql`INSERT INTO event ${sql.insert(some)}`
  })

  const apply = Effect.fnUntraced(function* (plan: Plan, now: number) {
    const [last] = yield* sql<{ readonly id: number | null }>`
      SELECT max(id) AS id FROM snapshot WHERE account_id = ${accountId}`
    const events: Array<Event> = []
    for (const known of plan.vanished) events.push(yield* vanish(known, now))
    for (const match of plan.changed) events.push(...(yield* update(match, last?.id ?? 0, now)))
    if (plan.fresh.length > 0) events.push(...(yield* insert(plan.fresh, now)))
    yield* append(events, now)
  })

  const quarantine = Effect.fnUntraced(function* (rows: ReadonlyArray<Undecoded>, span: Span, now: number) {
    yield* sql`DELETE FROM quarantine
      WHERE account_id = ${accountId} AND timestamp BETWEEN ${span.from} AND ${span.to}`
    for (const { raw, reason, timestamp } of rows) {
      yield* sql`INSERT INTO quarantine ${sql.insert({ account_id: accountId, run_id: runId, at: now, timestamp, raw, reason })}
        ON CONFLICT (account_id, raw) DO UPDATE SET run_id = ${runId}`
    }
  })

  const cover = Effect.fnUntraced(function* (span: Span) {
    const to = Math.min(span.to, claimUntil)
    if (span.from > to) return
    const touching = yield* sql<Span>`
      DELETE FROM covered WHERE account_id = ${accountId} AND first <= ${to + 1} AND last >= ${span.from - 1}
      RETURNING first AS "from", last AS "to"`
    const first = Math.min(span.from, ...touching.map((one) => one.from))
    const last = Math.max(to, ...touching.map((one) => one.to))
    yield* sql`INSERT INTO covered (account_id, first, last) VALUES (${accountId}, ${first}, ${last})`
  })

  /** Commits a closed window, and the rows without a readable time that came with it. */
  const commit = Effect.fnUntraced(function* (window: ClosedWindow<HistoryRow>, timeless: ReadonlyArray<Undecoded>) {
    const now = yield* Clock.currentTimeMillis
    const sights = window.rows.flatMap((row) => (row.sight === undefined ? [] : [row.sight]))
    const undecoded = window.rows.flatMap((row) => (row.undecoded === undefined ? [] : [row.undecoded]))
    return yield* writing(sql)(
      Effect.gen(function* () {
        const plan = decide(yield* within(window), sights)
        yield* apply(plan, now)
        yield* quarantine([...undecoded, ...timeless], window, now)
        yield* cover(window)
        yield* sql`UPDATE account SET keeps = ${window.habits.keeps}, longest_page = ${window.habits.longestPage}
          WHERE id = ${accountId}`
        yield* advanceWithdrawals(sql, accountId, now)
        return {
          seen: window.rows.length,
          inserted: plan.fresh.length,
          updated: plan.changed.length,
          unchanged: plan.unchanged,
          vanished: plan.vanished.length
        }
      })
    )
  })

  /** Whether the books already hold these rows as they are, and still wait for none that is not among them. */
  const holds = Effect.fnUntraced(function* (rows: ReadonlyArray<HistoryRow>, span: Span) {
    const plan = decide(
      yield* within(span),
      rows.flatMap((row) => (row.sight === undefined ? [] : [row.sight]))
    )
    return (
      plan.fresh.length === 0 &&
      plan.changed.length === 0 &&
      plan.vanished.every((known) => known.final === 1) &&
      rows.every((row) => row.sight !== undefined)
    )
  })

  return { commit, holds }
}
