/**
 * How each type of record moves a balance, as data. Nothing of this is documented by the exchange, so it can be replaced.
 *
 * @since 0.1.0
 */
import type { Effect, ParseResult } from "effect"
import { Order, Schema } from "effect"

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
 * How a record of a type moves its currency's balance, and how its fees do.
 *
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
 * When a withdrawal leaves the total. `held`: when it is COMPLETED; until then only `available` is less. `deducted`: when
 * it is requested, so that one on its way is counted at once.
 *
 * @since 0.1.0
 * @category models
 */
export const Pending = Schema.Literal("held", "deducted")

/**
 * @since 0.1.0
 * @category models
 */
export type Pending = typeof Pending.Type

/**
 * A policy: a rule for each known type and one for the rest, by default the sign of their amount. A record of a type
 * without a rule is flagged in every report.
 *
 * @since 0.1.0
 * @category models
 */
export const AccountingPolicy = Schema.Struct({
  name: Schema.NonEmptyTrimmedString,
  types: Schema.Record({ key: Schema.String, value: Rule }),
  unknown: Schema.optionalWith(Rule, { default: (): Rule => ({ direction: "signed", fees: "included" }) }),
  pending: Schema.optionalWith(Pending, { default: (): Pending => "held" })
})

/**
 * @since 0.1.0
 * @category models
 */
export interface AccountingPolicy extends Schema.Schema.Type<typeof AccountingPolicy> {}

/**
 * Reads a policy from the text of a JSON file. A field that is not known is an error: one that is misspelt would say
 * nothing.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromJson: (json: string) => Effect.Effect<AccountingPolicy, ParseResult.ParseError> = Schema.decode(
  Schema.parseJson(AccountingPolicy),
  { onExcessProperty: "error" }
)

const ruleOf = ({ direction, fees }: Rule): Rule => ({ direction, fees })

/** The same policy as an object whose keys stand in one order, whatever the order of its file. */
const ordered = ({ name, pending, types, unknown }: AccountingPolicy) => ({
  name,
  pending,
  types: Object.fromEntries(
    Object.entries(types)
      .sort(([a], [b]) => Order.string(a, b))
      .map(([type, rule]) => [type, ruleOf(rule)])
  ),
  unknown: ruleOf(unknown)
})

/**
 * The policy as JSON without spaces, its keys in order: what its digest is taken of.
 *
 * @since 0.1.0
 * @category conversions
 */
export const canonical = (policy: AccountingPolicy): string => JSON.stringify(ordered(policy))

/**
 * The policy as the text of a file, for people.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toJson = (policy: AccountingPolicy): string =>
  `${JSON.stringify(ordered(policy), null, 2).replace(/\{\s+("direction": "\w+"),\s+("fees": "\w+")\s+\}/g, "{ $1, $2 }")}\n`

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
  unknown: included("signed"),
  pending: "held"
}
