/**
 * A person's decision about a withdrawal whose outcome history alone does not tell.
 *
 * @internal
 */
import { SqlClient } from "@effect/sql"
import { Clock, DateTime, Effect } from "effect"
import { Account } from "../Account.ts"
import { Intake } from "../internal/Intake.ts"
import { translated, writing } from "../internal/SqlFault.ts"
import type { LedgerError } from "../LedgerError.ts"
import { DecisionRefused } from "../LedgerError.ts"
import type { Decision } from "../Payments.ts"
import type { History } from "./History.ts"
import type { StoredPayment } from "./Rows.ts"
import { sentAt } from "./Rows.ts"

const operation = "payments"

interface Place {
  readonly currency: string
  readonly type: string
  /** The withdrawal that has it already. */
  readonly owner: string | null
}

/** `lag`: how long after the sending a row may still show up, in milliseconds. */
export const makeDecide = Effect.fnUntraced(function* (history: History, lag: number) {
  const sql = yield* SqlClient.SqlClient
  const account = yield* Account
  const intake = yield* Intake

  const placeOf = Effect.fnUntraced(function* (orderId: string, currency: string) {
    const [place] = yield* sql<Place>`
      SELECT r.currency, r.type, (
        SELECT w.key FROM payment w WHERE w.account_id = r.account_id AND w.order_id = r.order_id
      ) AS owner
      FROM record r WHERE r.account_id = ${account.id} AND r.order_id = ${orderId}
      ORDER BY r.currency = ${currency} DESC, r.type = 'Withdraw' DESC LIMIT 1`
    return place
  })

  const refused = ({ id }: StoredPayment, problem: string, advice: string) =>
    new DecisionRefused({ operation, id, problem, advice })

  const is = Effect.fnUntraced(function* (withdrawal: StoredPayment, orderId: string, reason: string) {
    const place = yield* placeOf(orderId, withdrawal.currency)
    const another = "Name the order id of a withdrawal's row."
    if (place === undefined) return yield* refused(withdrawal, `history shows no row ${orderId}`, another)
    if (place.currency !== withdrawal.currency || place.type !== "Withdraw") {
      return yield* refused(withdrawal, `row ${orderId} is a ${place.type} of ${place.currency}`, another)
    }
    if (place.owner !== null) {
      return yield* refused(withdrawal, `row ${orderId} is the withdrawal's with key ${place.owner}`, another)
    }
    yield* history.adopt(withdrawal.rowId, orderId, `a person decided: ${reason}`)
  })

  const notSent = Effect.fnUntraced(function* (withdrawal: StoredPayment, reason: string) {
    const now = yield* Clock.currentTimeMillis
    const until = sentAt(withdrawal) + lag
    if (now < until) {
      const at = DateTime.formatIso(DateTime.unsafeMake(until))
      return yield* refused(withdrawal, `its row may still show up in history until ${at}`, "Decide after that.")
    }
    yield* sql`UPDATE payment SET ${sql.update({
      status: "REFUSED",
      reason: `a person decided that it was not sent: ${reason}`,
      error: null,
      updated_at: now
    })} WHERE id = ${withdrawal.rowId}`
  })

  return Effect.fnUntraced(function* (find: Effect.Effect<StoredPayment, LedgerError>, decision: Decision) {
    const first = yield* find
    // What a person saw on the exchange may not be in the books yet.
    const from = yield* history.startOf(first)
    yield* Effect.flatMap(intake.open("resolve"), (run) => history.read(run, from)).pipe(Effect.scoped)
    yield* writing(sql)(
      Effect.gen(function* () {
        const withdrawal = yield* find
        if (withdrawal.status !== "UNKNOWN") {
          return yield* refused(
            withdrawal,
            `it is not unknown, it is ${withdrawal.status}`,
            "There is nothing to decide."
          )
        }
        const orderId = decision._tag === "Is" ? decision.orderId : null
        yield* orderId === null ? notSent(withdrawal, decision.reason) : is(withdrawal, orderId, decision.reason)
        const at = yield* Clock.currentTimeMillis
        const { reason } = decision
        yield* sql`INSERT INTO decision ${sql.insert({ payment_id: withdrawal.rowId, at, order_id: orderId, reason })}`
      })
    )
  }, translated(operation))
})
