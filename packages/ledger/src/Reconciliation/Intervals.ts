/**
 * How a currency's difference came about, interval by interval between successive snapshots.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { BigDecimal, DateTime, Option } from "effect"
import type { AccountingPolicy } from "../AccountingPolicy.ts"
import * as Movement from "../Movement.ts"
import type { Evidence, Standing } from "./Evidence.ts"
import { onTheirWayOut } from "./Lines.ts"
import type { Birthday } from "./Report.ts"
import * as Stories from "./Story.ts"

export interface Interval {
  readonly from: Standing
  readonly to: Standing
  /** What the balance moved by beyond what the records say. */
  readonly residual: BigDecimal.BigDecimal
}

/** What the balance moved by in them all beyond what the records say. */
export const residualOf = (intervals: ReadonlyArray<Interval>): BigDecimal.BigDecimal =>
  BigDecimal.sumAll(intervals.map(({ residual }) => residual))

/** Where the last stretch that is not explained begins, by the residuals alone. */
export const bornAmong = (intervals: ReadonlyArray<Interval>): number => {
  let difference = Decimal.zero
  let born = 0
  for (const [index, { residual }] of intervals.entries()) {
    difference = BigDecimal.sum(difference, residual)
    if (BigDecimal.isZero(difference)) born = index + 1
  }
  return born
}

export interface Course {
  readonly intervals: ReadonlyArray<Interval>
  /** Where the last stretch that is not explained begins: an index into the intervals. */
  readonly born: number
}

/** A record on its way at a snapshot. */
export const openAt = (evidence: Evidence, event: number) =>
  evidence.onTheirWay.flatMap((story) =>
    Option.toArray(
      Option.filter(Stories.at(story, event), (state) => Stories.isOpen(state) && state.vanishedAt === null)
    )
  )

export const courseOf = (policy: AccountingPolicy, evidence: Evidence): Course => {
  const settled = new Map<number, BigDecimal.BigDecimal>()
  const count = (after: number, change: BigDecimal.BigDecimal) =>
    settled.set(after, BigDecimal.sum(settled.get(after) ?? Decimal.zero, change))
  for (const record of evidence.settled) count(record.settledAfter ?? 0, Movement.change(Movement.of(policy, record)))
  for (const { after, change } of evidence.entries) count(after, change)
  const intervals: Array<Interval> = []
  let born = 0
  let difference = Decimal.zero
  let pending: BigDecimal.BigDecimal | undefined
  for (const [index, to] of evidence.standings.entries()) {
    const onTheirWay = onTheirWayOut(policy, openAt(evidence, to.event))
    const from = evidence.standings[index - 1]
    if (from !== undefined) {
      const moved = BigDecimal.subtract(to.total, from.total)
      const unsettled =
        policy.pending === "held" ? Decimal.zero : BigDecimal.subtract(onTheirWay, pending ?? Decimal.zero)
      const expected = BigDecimal.sum(settled.get(from.id) ?? Decimal.zero, unsettled)
      const residual = BigDecimal.subtract(moved, expected)
      difference = BigDecimal.sum(difference, residual)
      intervals.push({ from, to, residual })
      const gone = policy.pending === "held" && BigDecimal.equals(difference, onTheirWay)
      if (BigDecimal.isZero(difference) || gone) born = index
    }
    pending = onTheirWay
  }
  return { intervals, born }
}

/** Undefined where nothing lies between the two snapshots. */
export const birthday = ({ born, intervals }: Course): Birthday | null => {
  const interval = intervals[born]
  return interval === undefined
    ? null
    : {
        from: DateTime.unsafeMake(interval.from.at),
        to: DateTime.unsafeMake(interval.to.at),
        fromSnapshot: interval.from.id === 0 ? null : String(interval.from.id),
        toSnapshot: String(interval.to.id),
        difference: BigDecimal.normalize(interval.residual)
      }
}
