/**
 * What a journal reads from the books.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { type SqlClient, SqlSchema } from "@effect/sql"
import { BigDecimal, Effect, Schema } from "effect"
import type { Account } from "../Account.ts"
import type { AccountingPolicy } from "../AccountingPolicy.ts"
import { makeStoredEntries, type StoredEntry } from "../Entries/Stored.ts"
import { makeExtent } from "../internal/Extent.ts"
import * as Movement from "../Movement.ts"
import { firstDay } from "../Sync.ts"
import * as Entry from "./Entry.ts"

/** A record with its place: after which snapshot it counts, and when that one and the next were taken. */
export const Counted = Schema.Struct({
  ...Entry.Row.fields,
  position: Schema.Int,
  settled_after: Schema.Int,
  taken_at: Schema.NullOr(Schema.Int),
  next_taken_at: Schema.NullOr(Schema.Int)
})

/** Of what was entered beside the history, `entered` is the entry itself. */
export interface Counted extends Schema.Schema.Type<typeof Counted> {
  readonly entered?: StoredEntry
}

const Late = Schema.Struct({ ...Entry.Row.fields, id: Schema.Int, settled_after: Schema.Int })

export interface Late extends Schema.Schema.Type<typeof Late> {}

export interface Snapshot {
  readonly id: number
  readonly taken_at: number
  /** The last event that it knows of. */
  readonly event_seq: number
}

const positionsAPage = 1_000

/** Added to what is known of a currency. */
export const grow = (totals: Map<string, BigDecimal.BigDecimal>, currency: string, by: BigDecimal.BigDecimal): void => {
  totals.set(currency, BigDecimal.normalize(BigDecimal.sum(totals.get(currency) ?? Decimal.zero, by)))
}

export const journalRows = (sql: SqlClient.SqlClient, account: typeof Account.Service, policy: AccountingPolicy) => {
  const extent = makeExtent(sql, account.id)
  const stored = makeStoredEntries(sql, account.id)

  const totals = SqlSchema.findAll({
    Request: Schema.Int,
    Result: Schema.Struct({ currency: Schema.String, total: Decimal.FromText }),
    execute: (snapshot) => sql`SELECT currency, total FROM balance WHERE snapshot_id = ${snapshot}`
  })

  const snapshotOf = Effect.fnUntraced(function* (id: number) {
    const [row] = yield* sql<Snapshot>`SELECT id, taken_at, event_seq FROM snapshot WHERE id = ${id}`
    return row ?? { id, taken_at: 0, event_seq: 0 }
  })

  const snapshots = Effect.fnUntraced(function* () {
    const [row] = yield* sql<{ readonly first: number | null; readonly last: number | null }>`
      SELECT min(id) AS first, max(id) AS last FROM snapshot WHERE account_id = ${account.id}`
    return { first: row?.first ?? 0, last: row?.last ?? 0 }
  })

  /**
   * The order of a journal is that of no index, and sorting a million rows for each page would take an hour: the sorted ids
   * go to a table that only this connection sees.
   */
  const sorted = (table: string) =>
    Effect.acquireRelease(
      Effect.gen(function* () {
        const queue = sql.literal(table)
        yield* sql`CREATE TEMP TABLE ${queue} (position INTEGER PRIMARY KEY, record_id INTEGER NOT NULL)`
        yield* sql`
          INSERT INTO ${queue} (record_id) SELECT id FROM (
            SELECT id, settled_after, timestamp, order_id, currency, type, wallet, line FROM record
            WHERE account_id = ${account.id} AND settled_after IS NOT NULL
            UNION ALL
            SELECT seq, settled_after, content ->> 'at', content ->> 'externalId', content ->> 'currency', kind, '', seq
            FROM event WHERE ${stored.entries}
          ) ORDER BY settled_after, timestamp, order_id, currency, type, wallet, line`
        const entered = new Map((yield* stored.all).map((entry) => [entry.seq, entry]))
        const [row] = yield* sql<{ readonly count: number }>`SELECT count(*) AS count FROM ${queue}`
        const count = row?.count ?? 0
        const columns = sql.literal(Entry.columns.map((column) => `r.${column}`).join(", "))
        const page = SqlSchema.findAll({
          Request: Schema.Int,
          Result: Counted,
          execute: (from) => sql`
            SELECT ${columns}, q.position, r.settled_after, s.taken_at, (
              SELECT n.taken_at FROM snapshot n WHERE n.account_id = r.account_id AND n.id > r.settled_after
              ORDER BY n.id LIMIT 1
            ) AS next_taken_at
            FROM ${queue} q JOIN record r ON r.id = q.record_id LEFT JOIN snapshot s ON s.id = r.settled_after
            WHERE q.position > ${from} AND q.position <= ${from + positionsAPage} AND r.settled_after IS NOT NULL
            ORDER BY q.position`
        })
        const enteredOn = Effect.fnUntraced(function* (from: number) {
          const found = yield* sql<{ readonly position: number; readonly seq: number }>`
            SELECT position, record_id AS seq FROM ${queue}
            WHERE position > ${from} AND position <= ${from + positionsAPage}
              AND record_id IN (SELECT seq FROM event WHERE ${stored.entries})`
          const rows: Array<Counted> = []
          for (const { position, seq } of found) {
            const entry = entered.get(seq)
            if (entry === undefined) continue
            const { settled_after } = entry
            const [around] = yield* sql<Pick<Counted, "taken_at" | "next_taken_at">>`
              SELECT (SELECT taken_at FROM snapshot WHERE id = ${settled_after}) AS taken_at, (
                SELECT taken_at FROM snapshot WHERE account_id = ${account.id} AND id > ${settled_after} ORDER BY id LIMIT 1
              ) AS next_taken_at`
            const { next_taken_at = null, taken_at = null } = around ?? {}
            rows.push({
              ...Entry.rowOfEntered(entry),
              position,
              settled_after,
              taken_at,
              next_taken_at,
              entered: entry
            })
          }
          return rows
        })
        return {
          /** The rows of a page, and where the next one begins, if there is one. */
          page: Effect.fnUntraced(function* (from: number) {
            const others = entered.size === 0 ? [] : yield* enteredOn(from)
            const records: ReadonlyArray<Counted> = yield* page(from)
            const rows =
              others.length === 0
                ? records
                : [...records, ...others].sort((one, other) => one.position - other.position)
            return { rows, next: from + positionsAPage < count ? from + positionsAPage : undefined }
          })
        }
      }),
      // What is left of it goes with the connection.
      () => Effect.ignore(sql`DROP TABLE IF EXISTS ${sql.literal(table)}`)
    )

  /** Whether the books hold all history since the account's first day, so that a journal opens with nothing. */
  const fromTheFirstDay = Effect.fnUntraced(function* () {
    const [first] = yield* extent.coverage()
    return yield* extent.beginsAtZero(first?.from, firstDay)
  })

  /** By how much what was on its way out at a snapshot, which is to say not final, will change a balance. */
  const inFlight = Effect.fnUntraced(function* ({ event_seq, id }: Snapshot, currency: string) {
    const rows = yield* SqlSchema.findAll({
      Request: Schema.Void,
      Result: Entry.Row,
      execute: () => sql`
        SELECT ${sql.literal(Entry.columns.join(", "))} FROM record r
        WHERE account_id = ${account.id} AND currency = ${currency} AND id <= ${event_seq}
          AND (settled_after IS NULL OR settled_after >= ${id}) AND (status IN ('PENDING', 'PROCESSING') OR EXISTS (
            SELECT 1 FROM event e WHERE e.record_id = r.id AND e.kind <> 'seen' AND e.seq > ${event_seq}
          ))`
    })()
    const changes = rows.map((row) => Movement.change(Entry.movementOf(policy, row)))
    return BigDecimal.sumAll(changes.filter((change) => BigDecimal.isNegative(change)))
  })

  /** What came into the books only after a snapshot that its time is before. */
  const late = SqlSchema.findAll({
    Request: Schema.Void,
    Result: Late,
    execute: () => sql`
      SELECT ${sql.literal(Entry.columns.map((column) => `r.${column}`).join(", "))}, r.id, r.settled_after FROM record r
      JOIN snapshot s ON s.id = r.settled_after
      WHERE r.account_id = ${account.id} AND r.id > s.event_seq AND r.timestamp <= s.taken_at`
  })

  return { totals, snapshotOf, snapshots, sorted, fromTheFirstDay, inFlight, late }
}

export type JournalRows = ReturnType<typeof journalRows>
