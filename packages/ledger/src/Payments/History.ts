/**
 * What the work on withdrawals reads of the history, and the rows that may be theirs.
 *
 * @internal
 */
import { SqlClient, SqlSchema } from "@effect/sql"
import { Clock, Effect, Schema } from "effect"
import { Account } from "../Account.ts"
import type { Run } from "../internal/Intake.ts"
import { clockAhead } from "../internal/Intake.ts"
import { translated } from "../internal/SqlFault.ts"
import { advancePayments } from "../internal/Transitions.ts"
import type { StoredPayment } from "./Rows.ts"
import { sentAt } from "./Rows.ts"
import { Claimable, clockApart } from "./Resolve.ts"

/** A withdrawal that is tracked: the exchange's id, and where its row stands in history or may stand at the earliest. */
export interface Watched {
  readonly id: string
  readonly from: number
}

/** No coverage: what came late before a withdrawal is not looked for here, and the next sync has to. */
const claimed = 0

export const makeHistory = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const account = yield* Account

  /** Where a withdrawal's row stands in history, or may stand at the earliest. */
  const startOf = Effect.fnUntraced(function* (withdrawal: StoredPayment) {
    const [known] = yield* sql<{ readonly timestamp: number | null }>`
      SELECT min(timestamp) AS timestamp FROM record
      WHERE account_id = ${account.id} AND order_id = ${withdrawal.orderId}`
    return known?.timestamp ?? sentAt(withdrawal) - clockApart
  }, translated("payments"))

  const spanFrom = (from: number, now: number) => ({ from: Math.min(from, now), to: now + clockAhead })

  const unclaimed = SqlSchema.findAll({
    Request: Schema.Struct({ since: Schema.Int }),
    Result: Claimable,
    execute: ({ since }) => sql`
      SELECT r.order_id AS "orderId", r.status, r.currency, r.timestamp AS at, r.amount, r.fees, r.to_address AS address
      FROM record r WHERE r.account_id = ${account.id} AND r.type = 'Withdraw' AND r.vanished_at IS NULL
        AND r.timestamp >= ${since - clockApart}
        AND NOT EXISTS (SELECT 1 FROM payment w WHERE w.account_id = r.account_id AND w.order_id = r.order_id)
      ORDER BY r.timestamp, r.id`
  })

  const statuses = SqlSchema.findAll({
    Request: Schema.Void,
    Result: Schema.Struct({ id: Schema.String, status: Schema.String }),
    execute: () => sql`
      SELECT order_id AS id, status FROM payment
      WHERE account_id = ${account.id} AND order_id IS NOT NULL
        AND status NOT IN ('COMPLETED', 'CANCELLED', 'EXPIRED', 'FAILURE', 'REFUSED')`
  })

  /** Makes a row of history a withdrawal's own, inside a transaction. */
  const adopt = Effect.fnUntraced(function* (id: number, orderId: string, reason: string) {
    const now = yield* Clock.currentTimeMillis
    yield* sql`UPDATE payment SET ${sql.update({
      status: "SUBMITTED",
      order_id: orderId,
      claim: null,
      reason,
      error: null,
      updated_at: now
    })} WHERE id = ${id} AND status = 'UNKNOWN'`
    yield* sql`INSERT INTO transition ${sql.insert({ payment_id: id, status: "SUBMITTED", at: now })}`
    yield* advancePayments(sql, account.id, now)
  })

  return {
    startOf,
    unclaimed,
    adopt,
    /** Reads all of it into the books. */
    read: Effect.fnUntraced(function* (run: Run, from: number) {
      const now = yield* Clock.currentTimeMillis
      yield* run.walk(spanFrom(from, now), claimed)
    }),
    /** Reads on where these have moved, or are not to be seen in a single request. */
    follow: Effect.fnUntraced(function* (run: Run, watched: ReadonlyArray<Watched>) {
      const now = yield* Clock.currentTimeMillis
      const span = spanFrom(Math.min(...watched.map(({ from }) => from)), now)
      const shown = new Map<string, string>()
      for (const { order_id, status } of yield* run.peek(span)) shown.set(order_id, status)
      const states = new Map((yield* statuses(undefined)).map(({ id, status }) => [id, status]))
      const unmoved = watched.every(({ id }) => states.has(id) && shown.get(id) === states.get(id))
      if (!unmoved) yield* run.walk(span, claimed)
    }, translated("payments"))
  }
})

export type History = Effect.Effect.Success<typeof makeHistory>
