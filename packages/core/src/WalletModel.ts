/**
 * The neutral values of the wallet's operations: what callers pass and get, free of the wire's spelling.
 *
 * @since 0.1.0
 */
import { Schema } from "effect"

/**
 * A currency as BTSE names it: `BTC`, `1INCH`, `BTC-PERP`, `BTC-221230`.
 *
 * @since 0.1.0
 * @category identifiers
 */
export const Currency = Schema.NonEmptyTrimmedString.pipe(Schema.brand("Currency")).annotations({
  identifier: "Currency",
  title: "Currency",
  description: "A currency as BTSE names it: BTC, 1INCH, BTC-PERP, BTC-221230"
})

/**
 * @since 0.1.0
 * @category identifiers
 */
export type Currency = typeof Currency.Type

/**
 * A blockchain network as BTSE names it: `BITCOIN`, `LIQUID`.
 *
 * @since 0.1.0
 * @category identifiers
 */
export const Network = Schema.NonEmptyTrimmedString.pipe(Schema.brand("Network")).annotations({
  identifier: "Network",
  title: "Network",
  description: "A blockchain network as BTSE names it: BITCOIN, LIQUID"
})

/**
 * @since 0.1.0
 * @category identifiers
 */
export type Network = typeof Network.Type

/**
 * The exchange's id of a wallet order, and what "Withdraw Funds" calls a withdrawal's id. It may be a number over 2^53: it
 * is text here. Nothing promises that it stands on one history row only.
 *
 * @since 0.1.0
 * @category identifiers
 */
export const OrderId = Schema.NonEmptyString.pipe(Schema.brand("OrderId"))

/**
 * @since 0.1.0
 * @category identifiers
 */
export type OrderId = typeof OrderId.Type

/**
 * The action that a currency list is asked for: "Query available currency list for wallet action", 1.1.0.
 *
 * @since 0.1.0
 * @category models
 */
export const WalletAction = Schema.Literal("CONVERT", "WITHDRAW", "SEND")

/**
 * @since 0.1.0
 * @category models
 */
export type WalletAction = typeof WalletAction.Type

/**
 * What a wallet holds of one currency. `available` is what can be spent now; the rest of `total` is on hold.
 *
 * @since 0.1.0
 * @category models
 */
export const Balance = Schema.Struct({
  currency: Currency,
  total: Schema.BigDecimalFromSelf,
  available: Schema.BigDecimalFromSelf
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Balance extends Schema.Schema.Type<typeof Balance> {}

/**
 * A deposit address. `created` is the literal the exchange sent reading as an instant: seconds in the document's example, milliseconds elsewhere.
 *
 * @since 0.1.0
 * @category models
 */
export const WalletAddress = Schema.Struct({
  address: Schema.String,
  created: Schema.DateTimeUtcFromSelf
})

/**
 * @since 0.1.0
 * @category models
 */
export interface WalletAddress extends Schema.Schema.Type<typeof WalletAddress> {}

/**
 * The rate between two currencies at an instant of the exchange's clock.
 *
 * @since 0.1.0
 * @category models
 */
export const ExchangeRate = Schema.Struct({
  rate: Schema.BigDecimalFromSelf,
  time: Schema.DateTimeUtcFromSelf
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ExchangeRate extends Schema.Schema.Type<typeof ExchangeRate> {}

/**
 * A withdrawal to be sent. `amount` has at most 8 decimals (3506 otherwise). With `feeOnTop` the fee is deducted beside
 * the amount; without it (the exchange's default) the fee comes out of the amount.
 *
 * @since 0.1.0
 * @category models
 */
export const WithdrawRequest = Schema.Struct({
  currency: Currency,
  network: Network,
  address: Schema.NonEmptyTrimmedString,
  tag: Schema.optionalWith(Schema.String, { exact: true }),
  amount: Schema.BigDecimalFromSelf.pipe(Schema.positiveBigDecimal()),
  feeOnTop: Schema.Boolean
})

/**
 * @since 0.1.0
 * @category models
 */
export interface WithdrawRequest extends Schema.Schema.Type<typeof WithdrawRequest> {}

/**
 * A conversion to be made at the exchange's rate.
 *
 * @since 0.1.0
 * @category models
 */
export const ConvertRequest = Schema.Struct({
  amount: Schema.BigDecimalFromSelf.pipe(Schema.positiveBigDecimal()),
  from: Currency,
  to: Currency
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ConvertRequest extends Schema.Schema.Type<typeof ConvertRequest> {}

/**
 * A conversion that was made.
 *
 * @since 0.1.0
 * @category models
 */
export const Conversion = Schema.Struct({
  amount: Schema.BigDecimalFromSelf,
  from: Currency,
  settlementAmount: Schema.BigDecimalFromSelf,
  to: Currency,
  rate: Schema.BigDecimalFromSelf
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Conversion extends Schema.Schema.Type<typeof Conversion> {}

/**
 * A transfer to another user of the exchange. `useNewSymbolNaming` says that the asset is a futures market under its name
 * since December 2022 (`BTC-PERP`, not `BTCPFC`).
 *
 * @since 0.1.0
 * @category models
 */
export const TransferRequest = Schema.Struct({
  amount: Schema.BigDecimalFromSelf.pipe(Schema.positiveBigDecimal()),
  asset: Currency,
  toUser: Schema.NonEmptyTrimmedString,
  toUserMail: Schema.NonEmptyTrimmedString,
  useNewSymbolNaming: Schema.optionalWith(Schema.Boolean, { exact: true })
})

/**
 * @since 0.1.0
 * @category models
 */
export interface TransferRequest extends Schema.Schema.Type<typeof TransferRequest> {}

/**
 * A transfer that the exchange confirmed, as it echoed it.
 *
 * @since 0.1.0
 * @category models
 */
export const Transfer = Schema.Struct({
  amount: Schema.BigDecimalFromSelf,
  asset: Currency,
  toUser: Schema.String,
  toUserMail: Schema.String
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Transfer extends Schema.Schema.Type<typeof Transfer> {}

/**
 * A transfer between a main account and its subaccounts. The exchange gives it no id.
 *
 * @since 0.1.0
 * @category models
 */
export const SubaccountTransfer = Schema.Struct({
  timestamp: Schema.DateTimeUtcFromSelf,
  fromUser: Schema.String,
  receiver: Schema.String,
  currency: Currency,
  amount: Schema.BigDecimalFromSelf
})

/**
 * @since 0.1.0
 * @category models
 */
export interface SubaccountTransfer extends Schema.Schema.Type<typeof SubaccountTransfer> {}
