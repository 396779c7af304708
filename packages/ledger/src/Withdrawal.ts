/**
 * A withdrawal as the ledger knows it, and the states it goes through.
 *
 * @since 0.1.0
 */
import { Decimal, RecordStatus } from "@btse-wallet/core"
import { Schema } from "effect"

/**
 * `INTENDED` is written before anything is sent; `SUBMITTED` when the exchange answered with an id; then the exchange's own
 * (`PENDING`, `PROCESSING`, `COMPLETED`, `CANCELLED`, `EXPIRED`, `FAILURE`, or one it has added since). `REFUSED`: nothing was
 * done. `UNKNOWN`: it may have been done; only history can tell, and it is never sent again.
 *
 * @since 0.1.0
 * @category models
 */
export type WithdrawalStatus = string

/**
 * Whether a withdrawal in this state will change no more.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isFinal = (status: WithdrawalStatus): boolean => status === "REFUSED" || RecordStatus.isFinal(status)

/**
 * A withdrawal of this ledger. `id` is the ledger's, `withdrawId` the exchange's (`orderId` in history). `amount` is what was
 * asked for, in units of `currency`; `fees` and `txid` are known once history shows them.
 *
 * @since 0.1.0
 * @category models
 */
export const Withdrawal = Schema.Struct({
  id: Schema.String,
  key: Schema.String,
  withdrawId: Schema.NullOr(Schema.String),
  status: Schema.String,
  currency: Schema.String,
  network: Schema.String,
  address: Schema.String,
  tag: Schema.NullOr(Schema.String),
  amount: Decimal.FromText,
  feeOnTop: Schema.Boolean,
  fees: Schema.NullOr(Decimal.FromText),
  txid: Schema.NullOr(Schema.String),
  note: Schema.NullOr(Schema.String),
  reason: Schema.NullOr(Schema.String),
  createdAt: Schema.DateTimeUtc,
  updatedAt: Schema.DateTimeUtc
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Withdrawal extends Schema.Schema.Type<typeof Withdrawal> {}

/**
 * A withdrawal's arrival in a state. Encodes to a line of `btse withdrawals track --json`.
 *
 * @since 0.1.0
 * @category models
 */
export const WithdrawalTransition = Schema.Struct({
  withdrawId: Schema.String,
  status: Schema.String,
  at: Schema.DateTimeUtc,
  id: Schema.String,
  currency: Schema.String,
  amount: Decimal.FromText,
  fees: Schema.NullOr(Decimal.FromText),
  txid: Schema.NullOr(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface WithdrawalTransition extends Schema.Schema.Type<typeof WithdrawalTransition> {}
