/**
 * What a record does to a balance under an accounting policy.
 *
 * @since 0.1.0
 */
import { BigDecimal } from "effect"
import { Decimal } from "@btse-wallet/core"
import type { AccountingPolicy, Rule } from "./AccountingPolicy.ts"

/**
 * What of a record decides its movement. Amounts are in units of `currency`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Moving {
  readonly type: string
  readonly currency: string
  readonly amount: BigDecimal.BigDecimal
  readonly fees: BigDecimal.BigDecimal
  readonly sourceCurrency: string | null
  readonly targetCurrency: string | null
}

/**
 * The balance changes by `in - out - fees`. `known` is false where the policy has no rule for the type.
 *
 * @since 0.1.0
 * @category models
 */
export interface Movement {
  readonly in: BigDecimal.BigDecimal
  readonly out: BigDecimal.BigDecimal
  readonly fees: BigDecimal.BigDecimal
  readonly known: boolean
}

const goesOut = (rule: Rule, record: Moving): boolean => {
  if (rule.direction === "in") return false
  if (rule.direction === "out") return true
  if (rule.direction === "legs" && record.sourceCurrency !== record.targetCurrency) {
    if (record.currency === record.sourceCurrency) return true
    if (record.currency === record.targetCurrency) return false
  }
  return BigDecimal.isNegative(record.amount)
}

/**
 * The movement of a record that is COMPLETED.
 *
 * @since 0.1.0
 * @category conversions
 */
export const of = (policy: AccountingPolicy, record: Moving): Movement => {
  const rule = policy.types[record.type]
  const applied = rule ?? policy.unknown
  const amount = BigDecimal.abs(record.amount)
  const fees = applied.fees === "none" ? Decimal.zero : record.fees
  const known = rule !== undefined
  const inside = applied.fees === "included"
  return goesOut(applied, record)
    ? { in: Decimal.zero, out: inside ? BigDecimal.subtract(amount, fees) : amount, fees, known }
    : { in: inside ? BigDecimal.sum(amount, fees) : amount, out: Decimal.zero, fees, known }
}

/**
 * By how much the balance changes.
 *
 * @since 0.1.0
 * @category conversions
 */
export const change = (movement: Pick<Movement, "in" | "out" | "fees">): BigDecimal.BigDecimal =>
  BigDecimal.subtract(BigDecimal.subtract(movement.in, movement.out), movement.fees)
