/**
 * Store of the evidence about payments: their sendings, the rows that no payment has, and those that a person ruled out.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { SqlSchema } from "@effect/sql"
import { Array as Arr, DateTime, Effect, Schema } from "effect"
import { PaymentCandidate } from "../Payment.ts"
import type { ClockDifference } from "./ClockDifference.ts"
import type { SoughtPayment, UnclaimedRow, Weighed } from "./RowEvidence.ts"
import { generous, givesUpAfter } from "./RowEvidence.ts"
import type { StoredPayment } from "./Rows.ts"

const text = Schema.NullOr(Schema.String)

const { against: _against, at: _at, for: _for, ...shown } = PaymentCandidate.fields

/** A record without a payment, as it is compared and as it is shown. */
export const StoredRow = Schema.Struct({
  ...shown,
  currency: Schema.String,
  at: Schema.Int,
  sourceCurrency: text,
  targetCurrency: text,
  firstEvent: Schema.Int,
  rows: Schema.Int
})

export interface StoredRow extends Schema.Schema.Type<typeof StoredRow>, UnclaimedRow {}

export const toCandidate = ({ against, for: speaksFor, row }: Weighed<StoredRow>): PaymentCandidate => {
  const { address, amount, description, fees, network, orderId, status, txid, type } = row
  const at = DateTime.unsafeMake(row.at)
  return { orderId, type, status, amount, fees, address, network, txid, description, at, for: speaksFor, against }
}

const StoredSending = Schema.Struct({
  payment: Schema.Int,
  at: Schema.Int,
  ahead: Schema.NullOr(Schema.Int),
  within: Schema.NullOr(Schema.Int),
  lastEvent: Schema.Int
})

const Span = Schema.Struct({ from: Schema.Int, to: Schema.Int })

export const makeEvidenceStore = (sql: SqlClient.SqlClient, accountId: number) => {
  const columns = sql.literal(`r.id AS "firstEvent", r.order_id AS "orderId", r.type, r.status, r.currency,
    r.timestamp AS at, r.amount, r.fees, r.to_address AS address, r.currency_network AS network, r.txid, r.description,
    r.source_currency AS "sourceCurrency", r.target_currency AS "targetCurrency",
    (SELECT count(*) FROM record o WHERE o.account_id = r.account_id AND o.order_id = r.order_id) AS rows`)

  const unclaimed = SqlSchema.findAll({
    Request: Span,
    Result: StoredRow,
    execute: ({ from, to }) => sql`
      SELECT ${columns} FROM record r
      WHERE r.account_id = ${accountId} AND r.vanished_at IS NULL AND r.timestamp BETWEEN ${from} AND ${to}
        AND NOT EXISTS (SELECT 1 FROM payment w WHERE w.account_id = r.account_id AND w.order_id = r.order_id)
      ORDER BY r.timestamp, r.id`
  })

  const sendings = SqlSchema.findAll({
    Request: Schema.Array(Schema.Int),
    Result: StoredSending,
    execute: (ids) => sql`
      SELECT payment_id AS payment, at, clock_ahead AS ahead, clock_within AS within, last_event AS "lastEvent"
      FROM sending WHERE ${sql.in("payment_id", ids)} ORDER BY id`
  })

  /** The payments as rows are compared with them; what was not measured at a sending is taken from `otherwise`. */
  const sought = Effect.fnUntraced(function* (payments: ReadonlyArray<StoredPayment>, otherwise: ClockDifference) {
    const lots = Arr.chunksOf(payments, 500)
    const all = yield* Effect.forEach(lots, (lot) => sendings(lot.map(({ rowId }) => rowId)))
    const byPayment = Arr.groupBy(all.flat(), ({ payment }) => String(payment))
    return payments.map((payment): SoughtPayment => ({
      id: payment.rowId,
      key: payment.key,
      kind: payment.kind,
      status: payment.status,
      currency: payment.currency,
      amount: payment.amount,
      feeOnTop: payment.feeOnTop,
      network: payment.network,
      address: payment.address,
      tag: payment.tag,
      receiver: payment.toUser,
      targetCurrency: payment.toCurrency,
      reference: payment.orderId,
      sendings: (byPayment[payment.id] ?? []).map(({ ahead, at, lastEvent, within }) => ({
        at: at + (ahead ?? otherwise.ahead),
        within: within ?? otherwise.within,
        lastEvent
      }))
    }))
  })

  /** The unclaimed rows from which the payments' could be taken. */
  const rowsAround = Effect.fnUntraced(function* (payments: ReadonlyArray<SoughtPayment>) {
    const spans = payments.flatMap(({ sendings }) =>
      sendings.map(({ at, within }) => {
        const margin = Math.max(within, generous)
        return { from: at - margin, to: at + givesUpAfter + margin }
      })
    )
    if (spans.length === 0) return []
    // A payment by reference may have its row anywhere after it; within the spans' ends is enough for the others.
    return yield* unclaimed({
      from: Math.floor(Math.min(...spans.map(({ from }) => from))),
      to: Math.ceil(Math.max(...spans.map(({ to }) => to)))
    })
  })

  const ruledOut = Effect.map(
    sql<{ readonly payment_id: number; readonly order_id: string }>`
      SELECT o.payment_id, o.order_id FROM ruled_out o JOIN payment p ON p.id = o.payment_id
      WHERE p.account_id = ${accountId}`,
    (rows) => {
      const pairs = new Set(rows.map(({ order_id, payment_id }) => `${payment_id} ${order_id}`))
      return ({ id }: SoughtPayment, { orderId }: UnclaimedRow): boolean => pairs.has(`${id} ${orderId}`)
    }
  )

  const ruleOut = (payment: StoredPayment, orderIds: ReadonlyArray<string>, at: number, reason: string) =>
    orderIds.length === 0
      ? Effect.void
      : sql`INSERT INTO ruled_out ${sql.insert(
          orderIds.map((order_id) => ({ payment_id: payment.rowId, order_id, at, reason }))
        )} ON CONFLICT DO NOTHING`

  return { columns, sought, rowsAround, ruledOut, ruleOut }
}

export type EvidenceStore = ReturnType<typeof makeEvidenceStore>
