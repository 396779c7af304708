/**
 * The rows of `wallet_history`, for the formats that write them as they are.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { Chunk, Effect } from "effect"
import type { Account } from "../Account.ts"
import { translated } from "../internal/SqlFault.ts"
import type { Identified } from "./Format.ts"
import { after, order, pages, type Place, type Range, rowsAPage } from "./InTime.ts"

/** The view's columns (docs/reference/views.md). */
export const columns = [
  "account",
  "order_id",
  "line",
  "currency",
  "type",
  "status",
  "amount",
  "fees",
  "timestamp",
  "time",
  "txid",
  "currency_network",
  "wallet",
  "description",
  "username",
  "first_seen",
  "last_changed",
  "vanished",
  "to_address",
  "source_currency",
  "source_amount",
  "target_currency",
  "target_amount",
  "rate"
] as const

export interface HistoryRow extends Identified {
  readonly values: ReadonlyArray<string | number | null>
}

type Row = Place & Readonly<Record<(typeof columns)[number], string | number | null>>

const made = (row: Row): HistoryRow => ({ id: row.order_id, values: columns.map((column) => row[column]) })

export const historyRows = (sql: SqlClient.SqlClient, account: typeof Account.Service, range: Range) =>
  pages(
    (last: Row | undefined) =>
      sql<Row>`
        SELECT ${sql.literal(columns.join(", "))} FROM wallet_history
        WHERE account = ${account.name} AND timestamp BETWEEN ${last?.timestamp ?? range.since} AND ${range.until} ${after(sql, last)}
        ORDER BY ${sql.literal(order)} LIMIT ${rowsAPage}`.pipe(translated("export")),
    (rows) => Effect.succeed(Chunk.fromIterable(rows.map(made)))
  )
