/**
 * A payment as the ledger knows it (a withdrawal, a transfer or a conversion), and the states it goes through.
 *
 * @since 0.1.0
 */
import { Decimal, RecordStatus, type WalletModel } from "@btse-wallet/core"
import { Schema } from "effect"

/**
 * The three operations that move money. All go through one state machine.
 *
 * @since 0.1.0
 * @category models
 */
export const PaymentKind = Schema.Literal("withdraw", "transfer", "convert")

/**
 * @since 0.1.0
 * @category models
 */
export type PaymentKind = typeof PaymentKind.Type

/**
 * A payment to be made: the exchange's request and its kind.
 *
 * @since 0.1.0
 * @category models
 */
export type PaymentRequest =
  | ({ readonly kind: "withdraw" } & WalletModel.WithdrawRequest)
  | ({ readonly kind: "transfer" } & WalletModel.TransferRequest)
  | ({ readonly kind: "convert" } & WalletModel.ConvertRequest)

/**
 * `INTENDED` is written before anything is sent; `SUBMITTED` when the exchange answered a withdrawal with an id; then the
 * exchange's own (`PENDING`, `PROCESSING`, `COMPLETED`, `CANCELLED`, `EXPIRED`, `FAILURE`, or one it has added since). A
 * transfer or conversion that the exchange confirmed is `COMPLETED` at once: the answer names no id to follow.
 * `UNSENT`: nothing was done, for a reason that passes (no connection, the rate limit, missing credentials, a program that
 * ended too early); submitting it again with its key sends it. `REFUSED`: the exchange refused it with a documented fault
 * of the request, or a person decided that it was not sent; its key keeps that outcome. `UNKNOWN`: it may have been done;
 * only history or a person can decide.
 *
 * @since 0.1.0
 * @category models
 */
export type PaymentStatus = string

/**
 * Whether a payment in this state will change no more.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isFinal = (status: PaymentStatus): boolean => status === "REFUSED" || RecordStatus.isFinal(status)

/**
 * Whether money may be on its way, or be sent at any moment.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isInFlight = (status: PaymentStatus): boolean => status !== "UNSENT" && !isFinal(status)

const before = { id: Schema.String, key: Schema.String }

const after = {
  note: Schema.NullOr(Schema.String),
  reason: Schema.NullOr(Schema.String),
  sendingAt: Schema.NullOr(Schema.DateTimeUtc),
  decidedAt: Schema.NullOr(Schema.DateTimeUtc),
  createdAt: Schema.DateTimeUtc,
  updatedAt: Schema.DateTimeUtc
}

/**
 * A withdrawal of this ledger. `id` is the ledger's, `withdrawId` the exchange's (`orderId` in history). `amount` is the
 * amount requested, in units of `currency`; `fees` and `txid` are known once history shows them. `sendingAt` is written
 * before the request's bytes leave: while it is null, nothing was sent. `decidedAt` is when a person decided about it.
 *
 * @since 0.1.0
 * @category models
 */
export const Withdrawal = Schema.Struct({
  ...before,
  kind: Schema.Literal("withdraw"),
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
  ...after
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Withdrawal extends Schema.Schema.Type<typeof Withdrawal> {}

/**
 * A transfer of this ledger to another user of the exchange. `orderId` is its row's in history, null until one was
 * attached by evidence; the other fields are as in {@link Withdrawal}.
 *
 * @since 0.1.0
 * @category models
 */
export const Transfer = Schema.Struct({
  ...before,
  kind: Schema.Literal("transfer"),
  orderId: Schema.NullOr(Schema.String),
  status: Schema.String,
  currency: Schema.String,
  toUser: Schema.String,
  toMail: Schema.String,
  amount: Decimal.FromText,
  fees: Schema.NullOr(Decimal.FromText),
  ...after
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Transfer extends Schema.Schema.Type<typeof Transfer> {}

/**
 * A conversion of this ledger of `amount` `currency` into `toCurrency`. `received` and `rate` are the exchange's answer,
 * null until it confirmed; the other fields are as in {@link Transfer}.
 *
 * @since 0.1.0
 * @category models
 */
export const Conversion = Schema.Struct({
  ...before,
  kind: Schema.Literal("convert"),
  orderId: Schema.NullOr(Schema.String),
  status: Schema.String,
  currency: Schema.String,
  toCurrency: Schema.String,
  amount: Decimal.FromText,
  received: Schema.NullOr(Decimal.FromText),
  rate: Schema.NullOr(Decimal.FromText),
  fees: Schema.NullOr(Decimal.FromText),
  ...after
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Conversion extends Schema.Schema.Type<typeof Conversion> {}

/**
 * A payment of any kind; `kind` tells them apart.
 *
 * @since 0.1.0
 * @category models
 */
export const Payment = Schema.Union(Withdrawal, Transfer, Conversion)

/**
 * @since 0.1.0
 * @category models
 */
export type Payment = typeof Payment.Type

/**
 * Whether a payment is a withdrawal.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isWithdrawal = (payment: Payment): payment is Withdrawal => payment.kind === "withdraw"

/**
 * Whether a payment is a transfer.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isTransfer = (payment: Payment): payment is Transfer => payment.kind === "transfer"

/**
 * Whether a payment is a conversion.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isConversion = (payment: Payment): payment is Conversion => payment.kind === "convert"

/**
 * The `orderId` of a payment's row in history, a withdrawal's `withdrawId`; null until it is known.
 *
 * @since 0.1.0
 * @category getters
 */
export const orderIdOf = (payment: Payment): string | null =>
  isWithdrawal(payment) ? payment.withdrawId : payment.orderId

/**
 * A payment's arrival in a state. Encodes to a line of `btse withdrawals track --json`.
 *
 * @since 0.1.0
 * @category models
 */
export const PaymentTransition = Schema.Struct({
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
export interface PaymentTransition extends Schema.Schema.Type<typeof PaymentTransition> {}

/**
 * A row of history that could be a payment, and that no payment has. `for` and `against` are the evidence, in words: a row
 * with nothing against it cannot be another's.
 *
 * @since 0.1.0
 * @category models
 */
export const PaymentCandidate = Schema.Struct({
  orderId: Schema.String,
  type: Schema.String,
  status: Schema.String,
  amount: Decimal.FromText,
  fees: Schema.NullOr(Decimal.FromText),
  address: Schema.NullOr(Schema.String),
  network: Schema.NullOr(Schema.String),
  txid: Schema.NullOr(Schema.String),
  description: Schema.NullOr(Schema.String),
  at: Schema.DateTimeUtc,
  for: Schema.Array(Schema.String),
  against: Schema.Array(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface PaymentCandidate extends Schema.Schema.Type<typeof PaymentCandidate> {}

/**
 * Result of a search in history for a payment whose outcome was not known. `found`: it has its row now.
 * `unsent`: its program ended before anything was sent. `waiting`: history may still lag, or it is being sent just now.
 * `ambiguous`: several rows fit it, or several payments one row (`candidates`), and a person must decide which it is.
 * `missing`: history had time enough and shows no row, and a person must decide that it was not sent.
 *
 * @since 0.1.0
 * @category models
 */
export const Verdict = Schema.Literal("found", "unsent", "waiting", "ambiguous", "missing")

/**
 * @since 0.1.0
 * @category models
 */
export type Verdict = typeof Verdict.Type

const resolved = { verdict: Verdict, candidates: Schema.Array(PaymentCandidate) }

/**
 * A payment whose outcome was not known, with the verdict about it and the rows that may be it.
 *
 * @since 0.1.0
 * @category models
 */
export const Resolution = Schema.Union(
  Schema.Struct({ ...Withdrawal.fields, ...resolved }),
  Schema.Struct({ ...Transfer.fields, ...resolved }),
  Schema.Struct({ ...Conversion.fields, ...resolved })
)

/**
 * @since 0.1.0
 * @category models
 */
export type Resolution = typeof Resolution.Type

/**
 * A payment with the rows in the books that could be it: none where its row is known.
 *
 * @since 0.1.0
 * @category models
 */
export const PaymentWithCandidates = Schema.Union(
  Schema.Struct({ ...Withdrawal.fields, candidates: Schema.Array(PaymentCandidate) }),
  Schema.Struct({ ...Transfer.fields, candidates: Schema.Array(PaymentCandidate) }),
  Schema.Struct({ ...Conversion.fields, candidates: Schema.Array(PaymentCandidate) })
)

/**
 * @since 0.1.0
 * @category models
 */
export type PaymentWithCandidates = typeof PaymentWithCandidates.Type

/**
 * An alarm: a row of history that could be a payment which was not to have one. `declared` is the reason for which it was
 * not: a person decided that it was not sent, the exchange refused it, or it was sent again after a refusal without proof.
 * It stays until the row belongs to a payment, or a person rules it out.
 *
 * @since 0.1.0
 * @category models
 */
export const PaymentAlarm = Schema.Struct({
  id: Schema.String,
  key: Schema.String,
  kind: PaymentKind,
  currency: Schema.String,
  amount: Decimal.FromText,
  declared: Schema.Literal("not sent", "refused", "sent again"),
  raisedAt: Schema.DateTimeUtc,
  row: PaymentCandidate
})

/**
 * @since 0.1.0
 * @category models
 */
export interface PaymentAlarm extends Schema.Schema.Type<typeof PaymentAlarm> {}
