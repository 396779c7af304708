/**
 * Moves withdrawals along with their rows in history.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { Effect } from "effect"

/**
 * Gives every withdrawal that is not final the status of its row (`orderId` = `order_id`, "Withdraw Funds", 1.1.0), and
 * writes the transition down. Runs inside the transaction that wrote the rows.
 */
export const advancePayments = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, accountId: number, now: number) {
  const moved = yield* sql<{
    readonly id: number
    readonly record_id: number
    readonly status: string
    readonly fees: string | null
    readonly txid: string | null
  }>`
    SELECT w.id, r.id AS record_id, r.status, r.fees, r.txid
    FROM payment w JOIN record r ON r.account_id = w.account_id AND r.order_id = w.order_id
    WHERE w.account_id = ${accountId} AND w.status NOT IN ('COMPLETED', 'CANCELLED', 'EXPIRED', 'FAILURE', 'REFUSED')
      AND w.status <> r.status
      AND r.id = (
        SELECT one.id FROM record one WHERE one.account_id = w.account_id AND one.order_id = w.order_id
          AND lower(one.type) NOT IN ('deposit', 'transfer_in', 'referralearning')
        ORDER BY one.currency = w.currency DESC, one.type = 'Withdraw' DESC, one.line, one.id LIMIT 1
      )`
  for (const { fees, id, record_id, status, txid } of moved) {
    yield* sql`UPDATE payment SET status = ${status}, record_id = ${record_id}, updated_at = ${now} WHERE id = ${id}`
    yield* sql`INSERT INTO transition ${sql.insert({ payment_id: id, status, at: now, fees, txid })}`
  }
})
