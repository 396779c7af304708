/**
 * Alarms: rows of history for payments that were not to have one. They are raised in the transaction that stores the rows,
 * whichever run reads them.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { SqlSchema } from "@effect/sql"
import { Array as Arr, Effect, Option, Schema } from "effect"
import type { PaymentAlarm } from "../Payment.ts"
import { unmeasured } from "./ClockDifference.ts"
import { makeEvidenceStore, StoredRow, toCandidate } from "./EvidenceStore.ts"
import type { SoughtPayment } from "./RowEvidence.ts"
import { couldBe, generous, givesUpAfter, mayClaim, weigh } from "./RowEvidence.ts"
import type { StoredPayment } from "./Rows.ts"
import { makeRows } from "./Rows.ts"

/** A payment refused, or declared not sent, or sent again: it has no row, or no second one. */
const hasNoRow = "(p.status = 'REFUSED' OR p.first_sending_at < p.sending_at)"

const declaredOf = ({ decidedAt, status }: StoredPayment): PaymentAlarm["declared"] => {
  if (status !== "REFUSED") return "sent again"
  return decidedAt === null ? "refused" : "not sent"
}

/** What a person has declared is doubted by any row that could be it; the exchange's answer only by one in time. */
const contradicts = (payment: StoredPayment, sought: SoughtPayment, row: StoredRow): boolean =>
  declaredOf(payment) === "not sent" ? couldBe(sought, row) : mayClaim(sought, row)

const Pair = Schema.Struct({ payment: Schema.Int, ...StoredRow.fields })

const Raised = Schema.Struct({ ...Pair.fields, raisedAt: Schema.DateTimeUtcFromNumber })

export const makePaymentAlarms = (sql: SqlClient.SqlClient, accountId: number) => {
  const rows = makeRows(sql, accountId)
  const store = makeEvidenceStore(sql, accountId)

  /** A row that no payment has, and that is not the payment's by a person's word. */
  const isOpen = sql.literal(`NOT EXISTS (SELECT 1 FROM payment o WHERE o.account_id = r.account_id
        AND (o.order_id = r.order_id OR (o.status = 'INTENDED' AND o.currency = r.currency)))
      AND NOT EXISTS (SELECT 1 FROM ruled_out o WHERE o.payment_id = p.id AND o.order_id = r.order_id)`)

  const pairs = SqlSchema.findAll({
    Request: Schema.Int,
    Result: Pair,
    execute: (since) => sql`
      SELECT p.id AS payment, ${store.columns}
      FROM record r
      JOIN payment p ON p.account_id = r.account_id AND p.currency = r.currency AND ${sql.literal(hasNoRow)}
      JOIN sending s ON s.payment_id = p.id AND r.id > s.last_event
        AND abs(r.timestamp - s.at - coalesce(s.clock_ahead, 0))
          <= max(${generous}, coalesce(s.clock_within, ${unmeasured.within})) + ${givesUpAfter}
      WHERE r.account_id = ${accountId} AND r.id > ${since} AND ${isOpen}
      GROUP BY p.id, r.id`
  })

  const open = SqlSchema.findAll({
    Request: Schema.Void,
    Result: Raised,
    execute: () => sql`
      SELECT p.id AS payment, a.raised_at AS "raisedAt", ${store.columns}
      FROM payment_alarm a JOIN payment p ON p.id = a.payment_id
      JOIN record r ON r.account_id = p.account_id AND r.order_id = a.order_id AND r.currency = p.currency
      WHERE p.account_id = ${accountId} AND ${isOpen}
      ORDER BY a.id, r.id`
  })

  /** The payments of these pairs, each as it is stored and as rows are compared with it. */
  const paymentsOf = Effect.fnUntraced(function* (found: ReadonlyArray<{ readonly payment: number }>) {
    const ids = Arr.dedupe(found.map(({ payment }) => payment))
    const payments = Arr.getSomes(yield* Effect.forEach(ids, rows.at))
    const sought = yield* store.sought(payments, unmeasured)
    return new Map(payments.map((payment, index) => [payment.rowId, { payment, sought: sought[index] }]))
  })

  /** Raises an alarm for each row stored after an event that contradicts a payment's state. */
  const raise = Effect.fnUntraced(function* (now: number, since: number) {
    const [any] =
      yield* sql`SELECT 1 FROM payment p WHERE p.account_id = ${accountId} AND ${sql.literal(hasNoRow)} LIMIT 1`
    if (any === undefined) return
    const found = yield* pairs(since)
    const payments = yield* paymentsOf(found)
    for (const { payment: id, ...row } of found) {
      const known = payments.get(id)
      if (known?.sought === undefined || !contradicts(known.payment, known.sought, row)) continue
      yield* sql`INSERT INTO payment_alarm ${sql.insert({ payment_id: id, order_id: row.orderId, raised_at: now })}
        ON CONFLICT DO NOTHING`
    }
  })

  /** The alarms that nobody has resolved, the oldest first. */
  const list = Effect.gen(function* () {
    const found = yield* open()
    const payments = yield* paymentsOf(found)
    return found.flatMap(({ payment: id, raisedAt, ...row }): ReadonlyArray<PaymentAlarm> => {
      const known = payments.get(id)
      if (known?.sought === undefined) return []
      const weighed = Option.getOrElse(weigh(known.sought, row), () => ({
        row,
        for: [],
        against: [],
        byReference: false,
        isPossible: false
      }))
      const { amount, currency, key, kind } = known.payment
      const declared = declaredOf(known.payment)
      return [{ id: known.payment.id, key, kind, currency, amount, declared, raisedAt, row: toCandidate(weighed) }]
    })
  })

  return { raise, list }
}
