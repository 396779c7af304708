/**
 * Reads rows in the order of the exchange's time, page by page. Pages follow each other by the order's own columns, so that
 * a ledger that grows meanwhile shifts nothing.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { type Chunk, Effect, Option, Order, Stream } from "effect"

export const rowsAPage = 1_000

export const order = "timestamp, order_id, currency, type, wallet, line"

/** Where a row stands in the order. */
export interface Place {
  readonly timestamp: number
  readonly order_id: string
  readonly currency: string
  readonly type: string
  readonly wallet: string
  readonly line: number
}

/** Whether a row stands before another (below zero) or after it. */
export const inOrder: Order.Order<Place> = Order.combineAll([
  Order.mapInput(Order.number, ({ timestamp }: Place) => timestamp),
  ...(["order_id", "currency", "type", "wallet"] as const).map((column) =>
    Order.mapInput(Order.string, (place: Place) => place[column])
  ),
  Order.mapInput(Order.number, ({ line }: Place) => line)
])

/** Epoch milliseconds, both in the range. */
export interface Range {
  readonly since: number
  readonly until: number
}

/** The condition that lets pass what follows a row. The database finds no place by it: let the row's time be the range's begin. */
export const after = (sql: SqlClient.SqlClient, row: Place | undefined) =>
  row === undefined
    ? sql.literal("")
    : sql`AND (timestamp, order_id, currency, type, wallet, line) >
        (${row.timestamp}, ${row.order_id}, ${row.currency}, ${row.type}, ${row.wallet}, ${row.line})`

/** All pages of what `read` returns after a row, of at most {@link rowsAPage}, each made to what `make` makes of it. */
export const pages = <Row extends Place, A, E>(
  read: (last: Row | undefined) => Effect.Effect<ReadonlyArray<Row>, E>,
  make: (rows: ReadonlyArray<Row>) => Effect.Effect<Chunk.Chunk<A>, E>
): Stream.Stream<A, E> => {
  const page = Effect.fnUntraced(function* (last: Option.Option<Row>) {
    const rows = yield* read(Option.getOrUndefined(last))
    const next = rows.length < rowsAPage ? Option.none() : Option.map(Option.fromNullable(rows.at(-1)), Option.some)
    return [yield* make(rows), next] as const
  })
  return Stream.paginateChunkEffect(Option.none<Row>(), page)
}
