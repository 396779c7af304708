/**
 * The arithmetic of a reconciliation, free of the database.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { BigDecimal, Order } from "effect"
import type { AccountingPolicy } from "../AccountingPolicy.ts"
import * as Movement from "../Movement.ts"
import { candidatesFor } from "./Candidates.ts"
import type { BalanceRow, RecordRow } from "./Inputs.ts"
import type { LineStatus, ReconciliationLine } from "./Report.ts"

interface Totals {
  in: BigDecimal.BigDecimal
  out: BigDecimal.BigDecimal
  fees: BigDecimal.BigDecimal
  readonly records: Array<RecordRow>
}

export interface LineInputs {
  readonly policy: AccountingPolicy
  /** Undefined where the opening is zero at the account's first day. */
  readonly opening: ReadonlyArray<BalanceRow> | undefined
  readonly closing: ReadonlyArray<BalanceRow>
  readonly settled: ReadonlyArray<RecordRow>
  readonly notFinal: ReadonlyArray<RecordRow>
  /** Asked for only where a line breaks. */
  readonly lost: ReadonlyArray<RecordRow>
  readonly gaps: number
  /** By how much adjustments and imports change each currency. */
  readonly entries: ReadonlyMap<string, BigDecimal.BigDecimal>
}

const totalsOf = (policy: AccountingPolicy, records: ReadonlyArray<RecordRow>): Map<string, Totals> => {
  const totals = new Map<string, Totals>()
  for (const record of records) {
    const movement = Movement.of(policy, record)
    const total = totals.get(record.currency)
    if (total === undefined) {
      totals.set(record.currency, { in: movement.in, out: movement.out, fees: movement.fees, records: [record] })
    } else {
      total.in = BigDecimal.sum(total.in, movement.in)
      total.out = BigDecimal.sum(total.out, movement.out)
      total.fees = BigDecimal.sum(total.fees, movement.fees)
      total.records.push(record)
    }
  }
  return totals
}

const none: Totals = { in: Decimal.zero, out: Decimal.zero, fees: Decimal.zero, records: [] }

const plain = (amount: BigDecimal.BigDecimal): BigDecimal.BigDecimal => {
  const normal = BigDecimal.normalize(amount)
  return normal.scale < 0 ? BigDecimal.scale(normal, 0) : normal
}

/** One line for every currency with a balance or a movement; those of nothing but zeros are left out. */
export const makeLines = (inputs: LineInputs): ReadonlyArray<ReconciliationLine> => {
  const { closing, entries, gaps, lost, notFinal, opening, policy, settled } = inputs
  const totals = totalsOf(policy, settled)
  const openings = new Map(opening?.map((balance) => [balance.currency, balance.total]))
  const actuals = new Map(closing.map((balance) => [balance.currency, balance.total]))
  const currencies = [...new Set([...totals.keys(), ...openings.keys(), ...actuals.keys(), ...entries.keys()])].sort(
    Order.string
  )
  const lines: Array<ReconciliationLine> = []
  for (const currency of currencies) {
    const total = totals.get(currency) ?? none
    const start = openings.get(currency) ?? Decimal.zero
    const actual = actuals.get(currency) ?? Decimal.zero
    const adjustments = entries.get(currency) ?? Decimal.zero
    const moved = BigDecimal.subtract(total.in, BigDecimal.sum(total.out, total.fees))
    const expected = BigDecimal.sumAll([start, moved, adjustments])
    const difference = BigDecimal.subtract(actual, expected)
    const entered = total.records.length > 0 || entries.has(currency)
    if (!entered && BigDecimal.isZero(start) && BigDecimal.isZero(actual)) continue
    const pending = notFinal.filter((record) => record.currency === currency)
    const held = BigDecimal.sumAll(
      pending
        .map((record) => Movement.change(Movement.of(policy, record)))
        .filter((change) => BigDecimal.isNegative(change))
    )
    const status: LineStatus = BigDecimal.isZero(difference)
      ? "matched"
      : BigDecimal.equals(difference, held)
        ? "in_flight"
        : opening !== undefined && !openings.has(currency) && !entered
          ? "no_baseline"
          : "break"
    lines.push({
      currency,
      opening: plain(start),
      in: plain(total.in),
      out: plain(total.out),
      fees: plain(total.fees),
      adjustments: plain(adjustments),
      expected: plain(expected),
      actual: plain(actual),
      difference: plain(difference),
      status,
      candidates:
        status === "break"
          ? candidatesFor({
              policy,
              difference,
              settled: total.records,
              notFinal: pending,
              lost: lost.filter((record) => record.currency === currency),
              gaps
            })
          : []
    })
  }
  return lines
}
