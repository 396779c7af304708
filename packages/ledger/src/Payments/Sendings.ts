/**
 * The record of each sending: its time, the clocks' difference, and the books' state before it.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { Effect, Option } from "effect"
import type { ClockDifference } from "./ClockDifference.ts"

/** Stores a sending in the transaction that opens the gate. The clocks' difference is none where they were never compared. */
export const recordSending = (
  sql: SqlClient.SqlClient,
  payment: number,
  at: number,
  difference: Option.Option<ClockDifference>
) => {
  const measured = Option.getOrNull(difference)
  const [ahead, within] = [measured?.ahead ?? null, measured?.within ?? null]
  return sql`INSERT INTO sending (payment_id, at, clock_ahead, clock_within, last_event)
    SELECT ${payment}, ${at}, ${ahead}, ${within}, coalesce(max(seq), 0) FROM event`
}

interface Sender {
  readonly id: number
  /** The claim of the sender. */
  readonly token: string
}

/** Deletes the last sending of a payment of which nothing left, while its time still stands in the payment. */
export const forgetSending = (sql: SqlClient.SqlClient, { id, token }: Sender) =>
  sql`DELETE FROM sending WHERE payment_id = ${id}
    AND at = (SELECT sending_at FROM payment WHERE id = ${id} AND claim = ${token})`

/** The last event of the books before a payment's first sending. */
export const lastEventBefore = (sql: SqlClient.SqlClient, { id }: Sender) =>
  Effect.map(
    sql<{ readonly event: number | null }>`SELECT min(last_event) AS event FROM sending WHERE payment_id = ${id}`,
    (rows) => rows[0]?.event ?? Number.MAX_SAFE_INTEGER
  )
