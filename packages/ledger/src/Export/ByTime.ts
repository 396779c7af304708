/**
 * The settled records in the order of the exchange's time, both legs of a conversion as one item.
 *
 * @internal
 */
import { type SqlClient, SqlSchema } from "@effect/sql"
import { Array as Arr, BigDecimal, Chunk, Effect, Schema } from "effect"
import type { Account } from "../Account.ts"
import type { AccountingPolicy } from "../AccountingPolicy.ts"
import { makeStoredEntries, reversalsOf, type StoredEntry } from "../Entries/Stored.ts"
import { translated } from "../internal/SqlFault.ts"
import * as Posting from "../Posting.ts"
import * as Entry from "./Entry.ts"
import { after, inOrder, order, pages, type Range, rowsAPage } from "./InTime.ts"

export type Item = Entry.Entry | Entry.Conversion

/** Both legs, where a conversion has just the two: one gives, the other takes, in another currency. */
const pairOf = (legs: ReadonlyArray<Entry.Entry>): Entry.Conversion | undefined => {
  const [one, other] = legs
  if (one === undefined || other === undefined || legs.length > 2) return undefined
  const [from, to] = BigDecimal.isNegative(Posting.principal(one.movement)) ? [one, other] : [other, one]
  const swaps =
    from.row.currency !== to.row.currency &&
    BigDecimal.isNegative(Posting.principal(from.movement)) &&
    BigDecimal.isPositive(Posting.principal(to.movement))
  return swaps ? { _tag: "Conversion", id: one.row.order_id, from, to } : undefined
}

const orderOf = ({ row }: Entry.Entry): string => `${row.order_id}\u0000${row.type}`

/** An order's legs stand where its first one does. */
const items = (
  entries: ReadonlyArray<Entry.Entry>,
  legs: ReadonlyMap<string, ReadonlyArray<Entry.Entry>>
): Chunk.Chunk<Item> =>
  Chunk.fromIterable(
    entries.flatMap((entry): ReadonlyArray<Item> => {
      const all = legs.get(orderOf(entry)) ?? []
      const pair = pairOf(all)
      if (pair === undefined) return [entry]
      return all[0]?.id === entry.id ? [pair] : []
    })
  )

/** What was entered beside the history; `undone` are the entries that were reversed, and their reversals. */
export const readEntered = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, accountId: number) {
  const stored = yield* makeStoredEntries(sql, accountId).all
  const reversals = reversalsOf(stored)
  const isUndone = ({ content, seq }: StoredEntry) => content.reverses !== null || reversals.has(seq)
  const [standing, pairs] = Arr.partition(stored, isUndone)
  const inTime = (some: ReadonlyArray<StoredEntry>) =>
    some.map((one) => Entry.ofEntered(one, one.content.at)).sort((one, other) => inOrder(one.row, other.row))
  const [ordered, undone] = [inTime(standing), inTime(pairs)]
  const itself = new Map(ordered.map((entry) => [entry.row, entry]))
  const trades = new Map<string, Array<Entry.Entry>>()
  for (const entry of ordered) {
    if (entry.counter !== "conversion" || !entry.row.type.startsWith("Import")) continue
    trades.set(orderOf(entry), [...(trades.get(orderOf(entry)) ?? []), entry])
  }
  /** A page of records with what was entered between them, and after its last where it is the last page. */
  const among = (rows: ReadonlyArray<Entry.Row>, after: Entry.Row | undefined, { since, until }: Range) => {
    const end = rows.length < rowsAPage ? undefined : rows.at(-1)
    const between = ordered.filter(
      ({ row }) =>
        row.timestamp >= since &&
        row.timestamp <= until &&
        (after === undefined || inOrder(row, after) > 0) &&
        (end === undefined || inOrder(row, end) <= 0)
    )
    return between.length === 0 ? rows : [...rows, ...between.map(({ row }) => row)].sort(inOrder)
  }
  return { all: [...ordered, ...undone], undone, itself, trades, among }
})

export const byTime = (
  sql: SqlClient.SqlClient,
  account: typeof Account.Service,
  policy: AccountingPolicy,
  range: Range,
  entered: Effect.Effect.Success<ReturnType<typeof readEntered>>
) => {
  const columns = sql.literal(Entry.columns.join(", "))
  const settled = sql`account_id = ${account.id} AND settled_after IS NOT NULL`
  const rowsAfter = (last: Entry.Row | undefined) =>
    SqlSchema.findAll({
      Request: Schema.Void,
      Result: Entry.Row,
      execute: () => sql`
        SELECT ${columns} FROM record
        WHERE ${settled} AND timestamp BETWEEN ${last?.timestamp ?? range.since} AND ${range.until} ${after(sql, last)}
        ORDER BY ${sql.literal(order)} LIMIT ${rowsAPage}`
    })().pipe(
      Effect.map((rows) => entered.among(rows, last, range)),
      translated("export")
    )
  // Sorted by order first, so that the database finds the rows by their orders and does not go through all in time.
  const ofOrders = SqlSchema.findAll({
    Request: Schema.Array(Schema.String),
    Result: Entry.Row,
    execute: (orders) => sql`
      SELECT ${columns} FROM record WHERE ${settled} AND ${sql.in("order_id", orders)}
      ORDER BY order_id, ${sql.literal(order)}`
  })
  const entryOf = (row: Entry.Row) => Entry.make(policy, row, row.timestamp)
  const made = Effect.fnUntraced(function* (rows: ReadonlyArray<Entry.Row>) {
    const { itself, trades } = entered
    const entries = rows.map((row) => itself.get(row) ?? entryOf(row))
    const converted = entries.filter(({ counter, row }) => counter === "conversion" && !itself.has(row))
    const legs = new Map<string, ReadonlyArray<Entry.Entry>>(trades)
    if (converted.length + legs.size === 0) return Chunk.fromIterable<Item>(entries)
    if (converted.length === 0) return items(entries, legs)
    for (const row of yield* ofOrders([...new Set(converted.map(({ row }) => row.order_id))])) {
      const entry = entryOf(row)
      if (entry.counter !== "conversion") continue
      legs.set(orderOf(entry), [...(legs.get(orderOf(entry)) ?? []), entry])
    }
    return items(entries, legs)
  }, translated("export"))
  return pages(rowsAfter, made)
}
