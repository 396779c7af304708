/**
 * The books for another program.
 *
 * @since 0.1.0
 */
import { SqlClient } from "@effect/sql"
import type { DateTime } from "effect"
import { Chunk, Context, Effect, Layer, Option, Stream } from "effect"
import { Account } from "./Account.ts"
import { translated } from "./internal/SqlFault.ts"
import type { LedgerError } from "./LedgerError.ts"

/**
 * @since 0.1.0
 * @category models
 */
export interface ExportOptions {
  /** Records at or after it, by the exchange's timestamp. */
  readonly since?: DateTime.Utc | undefined
  /** Records at or before it. */
  readonly until?: DateTime.Utc | undefined
}

/**
 * The exports of one account, in an order that depends on the records alone.
 *
 * @since 0.1.0
 * @category services
 */
export class Export extends Context.Tag("@btse-wallet/ledger/Export")<
  Export,
  {
    /** `wallet_history` as RFC 4180 text, a header row first, in pieces of whole rows. */
    readonly csv: (options?: ExportOptions) => Stream.Stream<string, LedgerError>
  }
>() {}

const columns = [
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
  "vanished"
]

const rowsAPiece = 1_000

const cell = (value: unknown): string => {
  const text = value === null || value === undefined ? "" : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const line = (row: Readonly<Record<string, unknown>>): string =>
  `${columns.map((column) => cell(row[column])).join(",")}\r\n`

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const account = yield* Account

  /** Pieces follow each other by the order's own columns, so that a ledger that grows meanwhile shifts nothing. */
  const csv = (options: ExportOptions = {}): Stream.Stream<string, LedgerError> => {
    const since = options.since?.epochMillis ?? Number.MIN_SAFE_INTEGER
    const until = options.until?.epochMillis ?? Number.MAX_SAFE_INTEGER
    const piece = Effect.fnUntraced(function* (after: Readonly<Record<string, unknown>> | undefined) {
      const rows = yield* sql<Readonly<Record<string, unknown>>>`
        SELECT ${sql.literal(columns.join(", "))} FROM wallet_history
        WHERE account = ${account.name} AND timestamp BETWEEN ${since} AND ${until} ${
          after === undefined
            ? sql.literal("")
            : sql`AND (timestamp, order_id, currency, type, wallet, line) >
                (${after["timestamp"]}, ${after["order_id"]}, ${after["currency"]}, ${after["type"]}, ${after["wallet"]}, ${after["line"]})`
        }
        ORDER BY timestamp, order_id, currency, type, wallet, line LIMIT ${rowsAPiece}`
      const last = rows.at(-1)
      const next = rows.length < rowsAPiece || last === undefined ? Option.none() : Option.some(last)
      return [Chunk.fromIterable(rows.length === 0 ? [] : [rows.map(line).join("")]), next] as const
    }, translated("export"))
    return Stream.concat(
      Stream.make(`${columns.join(",")}\r\n`),
      Stream.paginateChunkEffect(undefined as Readonly<Record<string, unknown>> | undefined, piece)
    )
  }

  return { csv }
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer = Layer.effect(Export, make)
