/**
 * What of the books is left out before a format has seen it: records that moved nothing yet, rows that could not be read,
 * entries that were reversed.
 *
 * @internal
 */
import { RecordStatus } from "@btse-wallet/core"
import type { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import type { Account } from "../Account.ts"
import { makeExtent } from "../internal/Extent.ts"
import { translated } from "../internal/SqlFault.ts"
import type { Entry } from "./Entry.ts"
import type { Range } from "./InTime.ts"
import type { LeftOut } from "./LeftOut.ts"

const reasonOf = (status: string): string =>
  RecordStatus.isFinal(status) ? `${status}, so it moved nothing` : `${status}, which may still move something`

/** Rows in quarantine: no format has them. */
export const unread = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, account: typeof Account.Service) {
  const count = yield* makeExtent(sql, account.id).quarantined()
  const all: ReadonlyArray<LeftOut> =
    count === 0 ? [] : [{ reason: "rows of the exchange that this version cannot read", count, records: [] }]
  return all
}, translated("export"))

/** Records that are not COMPLETED, by their status. */
export const unsettled = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  account: typeof Account.Service,
  range: Range,
  listed: boolean
) {
  const here = sql`account_id = ${account.id} AND settled_after IS NULL
    AND timestamp BETWEEN ${range.since} AND ${range.until}`
  const statuses = yield* sql<{ readonly status: string; readonly count: number }>`
    SELECT status, count(*) AS count FROM record WHERE ${here} GROUP BY status ORDER BY status`
  return yield* Effect.forEach(statuses, ({ count, status }) =>
    Effect.map(
      listed
        ? sql<{ readonly order_id: string }>`
            SELECT order_id FROM record WHERE ${here} AND status = ${status}
            ORDER BY timestamp, order_id, currency, type, wallet, line`
        : Effect.succeed([]),
      (rows): LeftOut => ({ reason: reasonOf(status), count, records: rows.map((row) => row.order_id) })
    )
  )
}, translated("export"))

/** Entries that a format leaves out, for one reason. */
export const entries = (
  reason: string,
  all: ReadonlyArray<Entry>,
  range: Range,
  listed: boolean
): ReadonlyArray<LeftOut> => {
  const within = all.filter(({ row }) => row.timestamp >= range.since && row.timestamp <= range.until)
  return within.length === 0
    ? []
    : [{ reason, count: within.length, records: listed ? within.map(({ id }) => id) : [] }]
}
