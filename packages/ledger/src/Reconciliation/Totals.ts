/**
 * Totals of many records at once. Records of a group are moved alike by every policy, so that a policy, or each of many, is
 * tried on some hundred groups instead of a million records.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { BigDecimal } from "effect"
import type { AccountingPolicy } from "../AccountingPolicy.ts"
import * as Movement from "../Movement.ts"

/**
 * Records of one currency, type, sign of their amounts and leg of a conversion, as one record of their sums: a movement of
 * sums is the sum of movements. Its legs' currencies name the leg alone.
 */
export interface Group extends Movement.Moving {
  readonly records: number
  /** After which snapshot they settled, 0 for before any; null where groups are not told apart by it. */
  readonly settledAfter: number | null
}

export interface Total {
  readonly in: BigDecimal.BigDecimal
  readonly out: BigDecimal.BigDecimal
  readonly fees: BigDecimal.BigDecimal
}

export const none: Total = { in: Decimal.zero, out: Decimal.zero, fees: Decimal.zero }

export const combined = (
  a: Total,
  b: Total,
  how: (a: BigDecimal.BigDecimal, b: BigDecimal.BigDecimal) => BigDecimal.BigDecimal
): Total => ({ in: how(a.in, b.in), out: how(a.out, b.out), fees: how(a.fees, b.fees) })

/** Adds up what records, or groups of them, do to their currencies under a policy. */
export const of = (policy: AccountingPolicy, moving: Iterable<Movement.Moving>): ReadonlyMap<string, Total> => {
  const totals = new Map<string, Total>()
  for (const one of moving) {
    const movement = Movement.of(policy, one)
    totals.set(one.currency, combined(totals.get(one.currency) ?? none, movement, BigDecimal.sum))
  }
  return totals
}
