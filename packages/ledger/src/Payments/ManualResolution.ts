/**
 * A person's decisions about a payment that history alone does not resolve.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { Clock, DateTime, Effect } from "effect"
import { DecisionRefused } from "../LedgerError.ts"
import type { Decision } from "../Payments.ts"
import type { PaymentCandidate } from "../Payment.ts"
import type { History } from "./History.ts"
import type { Searches } from "./Searches.ts"
import { mayBeOfKind } from "./RowEvidence.ts"
import type { StoredPayment } from "./Rows.ts"

const operation = "payments"

interface Place {
  readonly currency: string
  readonly type: string
  /** The key of the payment that has it already. */
  readonly owner: string | null
  readonly alarm: number
}

interface Refusal {
  readonly problem: string
  readonly advice: string
  readonly candidates?: ReadonlyArray<PaymentCandidate>
}

const refused = ({ id }: StoredPayment, { advice, candidates = [], problem }: Refusal) =>
  new DecisionRefused({ operation, id, problem, advice, candidates })

/** Makes the decision about a payment inside a transaction; history has been read up to now. */
export const makeManualResolution = (
  sql: SqlClient.SqlClient,
  accountId: number,
  history: History,
  searches: Searches
) => {
  const placeOf = Effect.fnUntraced(function* (payment: StoredPayment, orderId: string) {
    const [place] = yield* sql<Place>`
      SELECT r.currency, r.type,
        (SELECT w.key FROM payment w WHERE w.account_id = r.account_id AND w.order_id = r.order_id) AS owner,
        EXISTS (SELECT 1 FROM payment_alarm a WHERE a.payment_id = ${payment.rowId} AND a.order_id = r.order_id) AS alarm
      FROM record r WHERE r.account_id = ${accountId} AND r.order_id = ${orderId}
      ORDER BY r.currency = ${payment.currency} DESC, r.type = 'Withdraw' DESC LIMIT 1`
    if (place === undefined) {
      const advice = "Name the order id of one of its rows."
      return yield* refused(payment, { problem: `history shows no row ${orderId}`, advice })
    }
    return place
  })

  /** Payments that a row may be given to or taken from: those without one, and those with an alarm for it. */
  const undecided = (payment: StoredPayment, place: Pick<Place, "alarm">) =>
    payment.status === "UNKNOWN" || payment.status === "SUBMITTED" || place.alarm === 1
      ? Effect.void
      : refused(payment, {
          problem: `it is not unknown, it is ${payment.status}`,
          advice: "There is nothing to decide."
        })

  const is = Effect.fnUntraced(function* (payment: StoredPayment, orderId: string, reason: string) {
    const settled = payment.status !== "UNKNOWN" && payment.status !== "SUBMITTED" && payment.status !== "REFUSED"
    if (settled) yield* undecided(payment, { alarm: 0 })
    const place = yield* placeOf(payment, orderId)
    yield* undecided(payment, place)
    const advice = `Name the order id of a row of a ${payment.kind} in ${payment.currency}.`
    if (place.currency !== payment.currency || !mayBeOfKind(payment.kind, place.type)) {
      return yield* refused(payment, { problem: `row ${orderId} is a ${place.type} of ${place.currency}`, advice })
    }
    if (place.owner !== null) {
      return yield* refused(payment, { problem: `row ${orderId} is the payment's with key ${place.owner}`, advice })
    }
    yield* history.adopt(payment.rowId, orderId, `a person decided: ${reason}`)
  })

  const isNot = Effect.fnUntraced(function* (payment: StoredPayment, orderId: string, reason: string, now: number) {
    yield* undecided(payment, yield* placeOf(payment, orderId))
    yield* searches.store.ruleOut(payment, [orderId], now, reason)
  })

  const notSent = Effect.fnUntraced(function* (
    payment: StoredPayment,
    { acknowledged = [], reason }: Extract<Decision, { readonly _tag: "NotSent" }>,
    now: number
  ) {
    if (payment.status !== "UNKNOWN") yield* undecided({ ...payment }, { alarm: 0 })
    const { candidates, lagsUntil, readAt } = yield* searches.about(payment)
    if (readAt < lagsUntil) {
      const at = DateTime.formatIso(DateTime.unsafeMake(lagsUntil))
      const problem = `its row may still show up in history until ${at}`
      return yield* refused(payment, { problem, advice: "Decide after that." })
    }
    const open = candidates.filter(({ orderId }) => !acknowledged.includes(orderId))
    if (open.length > 0) {
      const rows = open.map(({ orderId }) => orderId).join(", ")
      const problem = `history shows ${open.length === 1 ? "a row" : "rows"} that could be it: ${rows}`
      const advice = "Find out whose they are; decide which it is, or acknowledge each that it is not."
      return yield* refused(payment, { problem, advice, candidates: open })
    }
    yield* searches.store.ruleOut(
      payment,
      candidates.map(({ orderId }) => orderId),
      now,
      reason
    )
    yield* sql`UPDATE payment SET ${sql.update({
      status: "REFUSED",
      reason: `a person decided that it was not sent: ${reason}`,
      error: null,
      updated_at: now
    })} WHERE id = ${payment.rowId}`
  })

  return Effect.fnUntraced(function* (payment: StoredPayment, decision: Decision) {
    const now = yield* Clock.currentTimeMillis
    const { reason } = decision
    if (decision._tag === "IsNot") return yield* isNot(payment, decision.orderId, reason, now)
    yield* decision._tag === "Is" ? is(payment, decision.orderId, reason) : notSent(payment, decision, now)
    const order_id = decision._tag === "Is" ? decision.orderId : null
    yield* sql`INSERT INTO decision ${sql.insert({ payment_id: payment.rowId, at: now, order_id, reason })}`
  })
}
