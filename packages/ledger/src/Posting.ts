/**
 * A movement as double entry: legs that sum to zero in the record's currency.
 *
 * @since 0.1.0
 */
import { BigDecimal, Schema } from "effect"
import * as Movement from "./Movement.ts"

/**
 * Where a leg is booked: the wallet itself, the fees it paid, or the other side. `conversion` is what a conversion gave for
 * the one currency and took for the other; `adjustment` is a movement entered by hand.
 *
 * @since 0.1.0
 * @category models
 */
export const LedgerAccount = Schema.Literal(
  "wallet",
  "fees",
  "external_in",
  "external_out",
  "income",
  "conversion",
  "adjustment"
)

/**
 * @since 0.1.0
 * @category models
 */
export type LedgerAccount = typeof LedgerAccount.Type

/**
 * A leg of a movement, in units of the record's currency; positive where the account gains.
 *
 * @since 0.1.0
 * @category models
 */
export interface Posting {
  readonly account: LedgerAccount
  readonly amount: BigDecimal.BigDecimal
}

const conversions: ReadonlySet<string> = new Set(["Convert fiat", "express buy"])

const incomes: ReadonlySet<string> = new Set(["ReferralEarning", "Strategy Income"])

/**
 * What came in or went out beside the fees: the other side of the movement, with the opposite sign.
 *
 * @since 0.1.0
 * @category conversions
 */
export const principal = (movement: Movement.Movement): BigDecimal.BigDecimal =>
  BigDecimal.subtract(movement.in, movement.out)

/**
 * The other side of a movement, by the record's type ("Query Wallet History", 1.1.0) and, for the rest, by its direction.
 *
 * @since 0.1.0
 * @category conversions
 */
export const counterOf = (type: string, movement: Movement.Movement): LedgerAccount => {
  if (conversions.has(type)) return "conversion"
  if (incomes.has(type) || type.endsWith("rebate")) return "income"
  return BigDecimal.isNegative(principal(movement)) ? "external_out" : "external_in"
}

/**
 * The legs of a movement, those of zero left out. They sum to zero: the wallet's change is `in - out - fees`.
 *
 * @since 0.1.0
 * @category conversions
 */
export const of = (type: string, movement: Movement.Movement): ReadonlyArray<Posting> => {
  const legs: ReadonlyArray<Posting> = [
    { account: "wallet", amount: Movement.change(movement) },
    { account: "fees", amount: movement.fees },
    { account: counterOf(type, movement), amount: BigDecimal.negate(principal(movement)) }
  ]
  return legs.filter(({ amount }) => !BigDecimal.isZero(amount))
}
