/**
 * The arithmetic of a reconciliation, free of the database.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { BigDecimal, DateTime, Order } from "effect"
import type { AccountingPolicy } from "../AccountingPolicy.ts"
import * as Movement from "../Movement.ts"
import type { BalanceRow, RecordRow } from "./Inputs.ts"
import type { LineStatus, ReconciliationLine, ReconciliationReport } from "./Report.ts"
import * as Totals from "./Totals.ts"

export interface LineInputs {
  readonly policy: AccountingPolicy
  /** Undefined where the opening is zero at the account's first day. */
  readonly opening: ReadonlyArray<BalanceRow> | undefined
  readonly closing: ReadonlyArray<BalanceRow>
  /** Of every currency in which anything settled between the two. */
  readonly totals: ReadonlyMap<string, Totals.Total>
  /** The records that were on their way at the opening, and at the closing, as they were then. */
  readonly onTheirWay: { readonly opening: ReadonlyArray<RecordRow>; readonly closing: ReadonlyArray<RecordRow> }
  /** By how much adjustments and imports change each currency. */
  readonly entries: ReadonlyMap<string, BigDecimal.BigDecimal>
}

const plain = (amount: BigDecimal.BigDecimal): BigDecimal.BigDecimal => {
  const normal = BigDecimal.normalize(amount)
  return normal.scale < 0 ? BigDecimal.scale(normal, 0) : normal
}

/** Of records on their way, those that take something out. */
const outgoing = (policy: AccountingPolicy, records: ReadonlyArray<RecordRow>): ReadonlyArray<RecordRow> =>
  records.filter((record) => BigDecimal.isNegative(Movement.change(Movement.of(policy, record))))

const leaving = (policy: AccountingPolicy, records: ReadonlyArray<RecordRow>): ReadonlyMap<string, Totals.Total> =>
  Totals.of(policy, outgoing(policy, records))

/** The same one by one, the oldest first. */
export const inFlight = (
  policy: AccountingPolicy,
  records: ReadonlyArray<RecordRow>
): ReconciliationReport["inFlight"] =>
  [...outgoing(policy, records)]
    .sort(Order.mapInput(Order.number, ({ timestamp }) => timestamp))
    .map(({ amount, currency, fees, orderId, status, timestamp, type }) => ({
      orderId,
      type,
      currency,
      status,
      time: DateTime.unsafeMake(timestamp),
      amount: plain(BigDecimal.abs(amount)),
      fees: plain(fees)
    }))

/** By how much withdrawals on their way change a balance once they settle: zero or less. */
export const onTheirWayOut = (policy: AccountingPolicy, records: ReadonlyArray<RecordRow>): BigDecimal.BigDecimal => {
  const [total = Totals.none] = leaving(policy, records).values()
  return Movement.change(total)
}

const text = (amount: BigDecimal.BigDecimal): string => Decimal.toText(plain(amount))

/** Where what the exchange holds back is not what withdrawals on their way account for. */
const ofAvailable = (
  currency: string,
  held: BigDecimal.BigDecimal,
  inFlight: BigDecimal.BigDecimal
): ReadonlyArray<string> => {
  if (BigDecimal.equals(held, inFlight)) return []
  const apart = BigDecimal.subtract(held, inFlight)
  const sides = `the exchange holds ${text(held)} ${currency} back (total - available), and withdrawals on their way account for ${text(inFlight)}`
  return [
    BigDecimal.isPositive(apart)
      ? `${sides}: the other ${text(apart)} may be in open orders, or in a withdrawal that history does not show`
      : `${sides}: ${text(BigDecimal.negate(apart))} of them may be final already, or have left the total when they were requested (a policy's "pending": "deducted")`
  ]
}

/** One line for every currency with a balance or a movement; those of nothing but zeros are left out. */
export const makeLines = (inputs: LineInputs): ReadonlyArray<ReconciliationLine> => {
  const { closing, entries, onTheirWay, opening, policy, totals } = inputs
  const openings = new Map(opening?.map((balance) => [balance.currency, balance.total]))
  const closings = new Map(closing.map((balance) => [balance.currency, balance]))
  const before = leaving(policy, onTheirWay.opening)
  const after = leaving(policy, onTheirWay.closing)
  const currencies = new Set([
    ...totals.keys(),
    ...openings.keys(),
    ...closings.keys(),
    ...after.keys(),
    ...entries.keys()
  ])
  const lines: Array<ReconciliationLine> = []
  for (const currency of [...currencies].sort(Order.string)) {
    const settled = totals.get(currency)
    const start = openings.get(currency) ?? Decimal.zero
    const actual = closings.get(currency)?.total ?? Decimal.zero
    const adjustments = entries.get(currency) ?? Decimal.zero
    const entered = settled !== undefined || entries.has(currency)
    if (!entered && !after.has(currency) && BigDecimal.isZero(start) && BigDecimal.isZero(actual)) continue
    const pending = after.get(currency) ?? Totals.none
    const total =
      policy.pending === "held"
        ? (settled ?? Totals.none)
        : Totals.combined(
            Totals.combined(settled ?? Totals.none, pending, BigDecimal.sum),
            before.get(currency) ?? Totals.none,
            BigDecimal.subtract
          )
    const expected = BigDecimal.sumAll([start, Movement.change(total), adjustments])
    const difference = BigDecimal.subtract(actual, expected)
    const onItsWay = Movement.change(pending)
    const gone = policy.pending === "held" && BigDecimal.equals(difference, onItsWay)
    const status: LineStatus = BigDecimal.isZero(difference)
      ? "matched"
      : gone
        ? "in_flight"
        : opening !== undefined && !openings.has(currency) && !entered
          ? "no_baseline"
          : "break"
    const available = closings.get(currency)?.available ?? Decimal.zero
    const held = BigDecimal.subtract(actual, available)
    const inFlight = BigDecimal.negate(onItsWay)
    const stillInTotal = policy.pending === "deducted" || status === "in_flight" ? Decimal.zero : inFlight
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
      available: plain(available),
      held: plain(held),
      inFlight: plain(inFlight),
      warnings: ofAvailable(currency, held, stillInTotal),
      birthday: null,
      candidates: []
    })
  }
  return lines
}
