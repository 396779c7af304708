/**
 * Carries a plan out: writes the records of history, and their events.
 *
 * @internal
 */
import { RecordStatus } from "@btse-wallet/core"
import type { SqlClient } from "@effect/sql"
import { Effect, Iterable as Iterables } from "effect"
import type { Span } from "../Span.ts"
import type { Draft, Events, Place } from "./Events.ts"
import { firstTold, identityOfRecord, told } from "./Events.ts"
import type { Row } from "./InsertRows.ts"
import { makeInsertRows } from "./InsertRows.ts"
import { integerColumns, integersOf } from "./Integers.ts"
import { legs } from "./Legs.ts"
import type { Known, Match, Plan } from "./Plan.ts"
import { recordColumns } from "./Replay.ts"
import type { Content, Identity, Sight } from "./Sight.ts"
import { identityOf } from "./Sight.ts"

const columns = [...recordColumns, ...integerColumns]

/** After which snapshot a row that is COMPLETED has settled, where that is known otherwise than by its time. */
export type SettledAfter = (sight: Sight) => number | undefined

/** The orders of rows, each once, as a JSON array: one parameter, however many there are. */
const ordersOf = (sights: ReadonlyArray<Sight>): string =>
  JSON.stringify([...new Set(sights.map((sight) => sight.order_id))])

/** A first sight in its place: its line, and after which snapshot it has settled. */
interface Placed {
  readonly sight: Sight
  readonly line: number
  readonly settled: number | null
}

/** The rows of records that are numbered from `first`, in the order of {@link columns}. */
const rowsOf = (placed: ReadonlyArray<Placed>, first: number, { accountId, at }: Place): Iterable<Row> =>
  Iterables.map(placed, ({ line, settled, sight }, index): Row => {
    const { counter, posted_counter, posted_fees, posted_wallet } = legs(sight, sight.exact)
    const { amount_rest, amount_units, fees_rest, fees_units, way } = integersOf(sight)
    return [
      first + index,
      accountId,
      sight.wallet,
      sight.order_id,
      sight.currency,
      sight.type,
      line,
      sight.timestamp,
      sight.status,
      sight.amount,
      sight.fees,
      sight.description,
      sight.username,
      sight.txid,
      sight.currency_network,
      sight.to_address,
      sight.source_currency,
      sight.source_amount,
      sight.target_currency,
      sight.target_amount,
      sight.rate,
      RecordStatus.isFinal(sight.status) ? 1 : 0,
      settled,
      posted_wallet,
      posted_fees,
      posted_counter,
      counter,
      at,
      at,
      null,
      way,
      amount_units,
      amount_rest,
      fees_units,
      fees_rest
    ]
  })

/** The events of first sights. */
const seenOf = (placed: ReadonlyArray<Placed>): Iterable<Draft> =>
  Iterables.map(placed, ({ line, settled, sight }): Draft => ({
    kind: "seen",
    record_id: null,
    wallet: sight.wallet,
    order_id: sight.order_id,
    currency: sight.currency,
    type: sight.type,
    line,
    settled_after: settled,
    content: firstTold(sight),
    raw: sight.raw
  }))

export const makeRecords = (sql: SqlClient.SqlClient, events: typeof Events.Service, accountId: number) => {
  const insertRows = makeInsertRows(sql, "record", columns)

  const known = sql.literal(recordColumns.join(", "))

  const within = (span: Span) => sql<Known>`
    SELECT ${known} FROM record WHERE account_id = ${accountId} AND timestamp BETWEEN ${span.from} AND ${span.to}`

  /** The highest line that each identity of these orders has reached. */
  const linesOf = Effect.fnUntraced(function* (fresh: ReadonlyArray<Sight>) {
    // CROSS: in this order; in the other one all of the account's records would be read.
    const rows = yield* sql<Identity & { readonly line: number }>`
      SELECT r.wallet, r.order_id, r.currency, r.type, max(r.line) AS line
      FROM json_each(${ordersOf(fresh)}) o
      CROSS JOIN record r ON r.account_id = ${accountId} AND r.order_id = o.value
      GROUP BY r.order_id, r.currency, r.type, r.wallet`
    return new Map(rows.map((row) => [identityOf(row), row.line]))
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

  const insert = Effect.fnUntraced(function* (fresh: ReadonlyArray<Sight>, place: Place, known?: SettledAfter) {
    const lines = yield* linesOf(fresh)
    const byTime = yield* settling()
    const { seq } = yield* events.head
    const placed = fresh.map((sight): Placed => {
      const identity = identityOf(sight)
      const line = (lines.get(identity) ?? 0) + 1
      lines.set(identity, line)
      const settled = RecordStatus.isSettled(sight.status) ? (known?.(sight) ?? byTime(sight.timestamp)) : null
      return { sight, line, settled }
    })
    yield* insertRows(rowsOf(placed, seq + 1, place))
    yield* events.append(seenOf(placed), place)
  })

  const update = Effect.fnUntraced(function* ({ changes, known, sight }: Match, latest: number, at: number) {
    const news: Partial<Content> = Object.fromEntries(
      Object.entries(changes).map(([field, change]) => [field, change.new])
    )
    const next = { ...known, ...news }
    const settled = RecordStatus.isSettled(next.status) ? (known.settled_after ?? latest) : null
    yield* sql`UPDATE record SET ${sql.update({
      ...news,
      ...legs(next),
      final: RecordStatus.isFinal(next.status) ? 1 : 0,
      settled_after: settled,
      last_changed: at,
      vanished_at: null
    })} WHERE id = ${known.id}`
    const event = { ...identityOfRecord(known), record_id: known.id, settled_after: settled, raw: sight.raw }
    const drafts: Array<Draft> = []
    if (known.vanished_at !== null) drafts.push({ ...event, kind: "reappeared", content: "{}" })
    if (Object.keys(changes).length > 0) drafts.push({ ...event, kind: "changed", content: told(changes) })
    return drafts
  })

  const vanish = Effect.fnUntraced(function* (known: Known, at: number) {
    yield* sql`UPDATE record SET vanished_at = ${at} WHERE id = ${known.id}`
    const { id, settled_after } = known
    const draft: Draft = {
      ...identityOfRecord(known),
      kind: "vanished",
      record_id: id,
      settled_after,
      content: "{}",
      raw: null
    }
    return draft
  })

  /** Inside a transaction that writes. */
  const apply = Effect.fnUntraced(function* (plan: Plan, place: Place, known?: SettledAfter) {
    if (plan.fresh.length + plan.changed.length + plan.vanished.length === 0) return
    const drafts: Array<Draft> = []
    for (const known of plan.vanished) drafts.push(yield* vanish(known, place.at))
    if (plan.changed.length > 0) {
      const [last] = yield* sql<{ readonly id: number | null }>`
        SELECT max(id) AS id FROM snapshot WHERE account_id = ${accountId}`
      for (const match of plan.changed) drafts.push(...(yield* update(match, last?.id ?? 0, place.at)))
    }
    if (drafts.length > 0) yield* events.append(drafts, place)
    if (plan.fresh.length > 0) yield* insert(plan.fresh, place, known)
    yield* sql`UPDATE account SET last_event = (SELECT seq FROM head) WHERE id = ${accountId}`
  })

  return { within, apply }
}
