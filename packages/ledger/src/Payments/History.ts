/**
 * The reading of history for payments, and the giving of a row to one.
 *
 * @internal
 */
import { ClockSkew } from "@btse-wallet/core"
import { SqlClient, SqlSchema } from "@effect/sql"
import { Clock, Effect, Schema } from "effect"
import { Account } from "../Account.ts"
import type { Run } from "../internal/Intake.ts"
import { clockAhead } from "../internal/Intake.ts"
import { translated } from "../internal/SqlFault.ts"
import { advancePayments } from "../internal/Transitions.ts"

/** A payment that is tracked: the exchange's id, and the time of its row in history, or the earliest that it may have. */
export interface Watched {
  readonly id: string
  readonly from: number
}

/** A correction that changes by more than this between two answers is that of a clock that was set. */
const clockWasSet = 1_500

/** No coverage: what came late before a withdrawal is not looked for here, and the next sync has to. */
const claimed = Effect.succeed(0)

export const makeHistory = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const account = yield* Account

  const spanFrom = (from: number, now: number) => ({ from: Math.min(from, now), to: now + clockAhead })

  const statuses = SqlSchema.findAll({
    Request: Schema.Void,
    Result: Schema.Struct({ id: Schema.String, status: Schema.String }),
    execute: () => sql`
      SELECT order_id AS id, status FROM payment
      WHERE account_id = ${account.id} AND order_id IS NOT NULL
        AND status NOT IN ('COMPLETED', 'CANCELLED', 'EXPIRED', 'FAILURE', 'REFUSED')`
  })

  /** Gives a row of history to a payment that has none, inside a transaction. */
  const adopt = Effect.fnUntraced(function* (id: number, orderId: string, reason: string) {
    const now = yield* Clock.currentTimeMillis
    yield* sql`UPDATE payment SET ${sql.update({
      status: "SUBMITTED",
      order_id: orderId,
      claim: null,
      reason,
      error: null,
      updated_at: now
    })} WHERE id = ${id} AND status IN ('UNKNOWN', 'SUBMITTED', 'REFUSED')`
    yield* sql`INSERT INTO transition ${sql.insert({ payment_id: id, status: "SUBMITTED", at: now })}`
    yield* advancePayments(sql, account.id, now)
  })

  /** Milliseconds by which this clock is taken to be ahead of the exchange's. */
  const correction = Effect.zipWith(Clock.currentTimeMillis, ClockSkew.now(account.exchange), (wall, now) => wall - now)

  return {
    adopt,
    /** Reads all of it into the books. */
    read: (run: Run, from: number) =>
      Effect.gen(function* () {
        const before = yield* correction
        const now = yield* ClockSkew.now(account.exchange)
        yield* run.walk(spanFrom(from, now), claimed)
        return Math.abs((yield* correction) - before) < clockWasSet
        // The clock was set since the last answer: what was read is another time than was meant.
      }).pipe(Effect.repeat({ until: (isRead) => isRead, times: 3 }), Effect.asVoid),
    /** Reads on where these have moved, or are not to be seen in a single request. */
    follow: Effect.fnUntraced(function* (run: Run, watched: ReadonlyArray<Watched>) {
      const now = yield* ClockSkew.now(account.exchange)
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
