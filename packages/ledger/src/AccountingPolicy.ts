/**
 * How each type of record moves a balance, as data. Nothing of this is documented by the exchange, so it can be replaced.
 *
 * @since 0.1.0
 */
import { Schema } from "effect"

/**
 * Which way a record moves the balance. `in` and `out` take the amount without its sign; `signed` follows the sign;
 * `legs` goes out where the row's currency is its sourceCurrency, in where it is its targetCurrency, else by the sign.
 *
 * @since 0.1.0
 * @category models
 */
export const Direction = Schema.Literal("in", "out", "signed", "legs")

/**
 * @since 0.1.0
 * @category models
 */
export type Direction = typeof Direction.Type

/**
 * Where the fee sits. `included`: the balance moves by the amount, the fee is a part of it. `extra`: it moves by the fee
 * beside the amount. `none`: the fee is not this wallet's.
 *
 * @since 0.1.0
 * @category models
 */
export const Fees = Schema.Literal("included", "extra", "none")

/**
 * @since 0.1.0
 * @category models
 */
export type Fees = typeof Fees.Type

/**
 * @since 0.1.0
 * @category models
 */
export const Rule = Schema.Struct({ direction: Direction, fees: Fees })

/**
 * @since 0.1.0
 * @category models
 */
export interface Rule extends Schema.Schema.Type<typeof Rule> {}

/**
 * A policy: a rule for each known type and one for the rest. A record of a type without a rule is flagged in every report.
 *
 * @since 0.1.0
 * @category models
 */
export const AccountingPolicy = Schema.Struct({
  name: Schema.NonEmptyTrimmedString,
  types: Schema.Record({ key: Schema.String, value: Rule }),
  unknown: Rule
})

/**
 * @since 0.1.0
 * @category models
 */
export interface AccountingPolicy extends Schema.Schema.Type<typeof AccountingPolicy> {}

const included = (direction: Direction): Rule => ({ direction, fees: "included" })

/**
 * The default: every fee inside its amount. Types are those of 1.1.0 ("Query Wallet History") and the live exchange's.
 *
 * @since 0.1.0
 * @category policies
 */
export const standard: AccountingPolicy = {
  name: "standard",
  types: {
    Deposit: included("in"),
    Withdraw: included("out"),
    Transfer_In: included("in"),
    Transfer_Out: included("out"),
    ReferralEarning: included("in"),
    "Sub Account Transfer In": included("in"),
    "Sub Account Transfer Out": included("out"),
    "Convert fiat": included("legs"),
    "express buy": included("legs"),
    "Trading Fee Stake Freeze": included("out"),
    "Trading Fee Stake Unfreeze": included("in"),
    "Strategy Income": included("in"),
    "Strategy Pay": included("out"),
    "token voucher in": included("in"),
    "token voucher out": included("out"),
    "spot trading fee rebate": included("in"),
    "futures trading fee rebate": included("in"),
    "general trading fee rebate": included("in"),
    "trial fund": included("in")
  },
  unknown: included("signed")
}
