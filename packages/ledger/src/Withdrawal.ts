/**
 * A withdrawal as the ledger knows it, and the states it goes through.
 *
 * @since 0.1.0
 */
import { Decimal, RecordStatus } from "@btse-wallet/core"
import { Schema } from "effect"

/**
 * `INTENDED` is written before anything is sent; `SUBMITTED` when the exchange answered with an id; then the exchange's own
 * (`PENDING`, `PROCESSING`, `COMPLETED`, `CANCELLED`, `EXPIRED`, `FAILURE`, or one it has added since).
 * `UNSENT`: nothing was done, for a reason that passes (no connection, the rate limit, missing credentials, a program that
 * ended too early); submitting it again with its key sends it. `REFUSED`: the exchange refused it, or a person decided that
 * it was not sent; its key keeps that outcome. `UNKNOWN`: it may have been done; only history or a person can tell, and it
 * is never sent again.
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
 * Whether money may be on its way, or be sent at any moment.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isInFlight = (status: WithdrawalStatus): boolean => status !== "UNSENT" && !isFinal(status)

/**
 * A withdrawal of this ledger. `id` is the ledger's, `withdrawId` the exchange's (`orderId` in history). `amount` is what was
 * asked for, in units of `currency`; `fees` and `txid` are known once history shows them. `sendingAt` is written before the
 * request's bytes leave: while it is null, nothing was sent. `decidedAt` is when a person decided about it.
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
  sendingAt: Schema.NullOr(Schema.DateTimeUtc),
  decidedAt: Schema.NullOr(Schema.DateTimeUtc),
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

/**
 * A row of history that may be a withdrawal: of its currency, amount, address and time, and no other withdrawal's.
 *
 * @since 0.1.0
 * @category models
 */
export const WithdrawalCandidate = Schema.Struct({
  orderId: Schema.String,
  status: Schema.String,
  amount: Decimal.FromText,
  fees: Schema.NullOr(Decimal.FromText),
  address: Schema.NullOr(Schema.String),
  at: Schema.DateTimeUtc
})

/**
 * @since 0.1.0
 * @category models
 */
export interface WithdrawalCandidate extends Schema.Schema.Type<typeof WithdrawalCandidate> {}

/**
 * What a look at the history told about a withdrawal whose outcome was not known. `found`: it is the row it now has.
 * `unsent`: its program ended before anything was sent. `waiting`: history may still lag, or it is being sent just now.
 * `ambiguous`: several rows fit it, or several withdrawals one row (`candidates`), and a person must say which it is.
 * `missing`: history had time enough and shows no row, and a person must say that it was not sent.
 *
 * @since 0.1.0
 * @category models
 */
export const Resolution = Schema.Struct({
  ...Withdrawal.fields,
  verdict: Schema.Literal("found", "unsent", "waiting", "ambiguous", "missing"),
  candidates: Schema.Array(WithdrawalCandidate)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Resolution extends Schema.Schema.Type<typeof Resolution> {}
