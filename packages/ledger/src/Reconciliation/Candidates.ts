/**
 * What may explain a break, the likelier first.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { BigDecimal, DateTime, Order, Struct } from "effect"
import type { AccountingPolicy } from "../AccountingPolicy.ts"
import * as Movement from "../Movement.ts"
import * as Combinations from "./Combinations.ts"
import type { Evidence } from "./Evidence.ts"
import type { Hypothesis, Range } from "./Hypothesis.ts"
import { rank, text } from "./Hypothesis.ts"
import { hypotheses } from "./Hypotheses.ts"
import { otherwiseOf } from "./Otherwise.ts"
import type { Course } from "./Intervals.ts"
import { openAt } from "./Intervals.ts"
import { onTheirWayOut } from "./Lines.ts"
import type { Candidate } from "./Report.ts"

export interface Break {
  readonly policy: AccountingPolicy
  readonly range: Range
  readonly difference: BigDecimal.BigDecimal
  readonly evidence: Evidence
  readonly course: Course
  readonly gaps: number
  readonly quarantined: number
}

export interface Explained {
  readonly candidates: ReadonlyArray<Candidate>
  readonly warnings: ReadonlyArray<string>
}

interface Ranked extends Candidate {
  readonly rank: number
}

/** More than this helps nobody. */
const most = 5

/** Explains nothing by itself where the difference appeared in another interval. */
const elsewhere = 0.5

const one = ({ effect, kind, name, orderId, rank, says }: Hypothesis): Ranked => ({
  kind,
  rank,
  explanation: `${name} ${says}`,
  arithmetic: text(effect),
  orderIds: [orderId]
})

const signed = (amount: BigDecimal.BigDecimal, index: number): string =>
  BigDecimal.isNegative(amount)
    ? `${index === 0 ? "-" : "- "}${text(BigDecimal.negate(amount))}`
    : `${index === 0 ? "" : "+ "}${text(amount)}`

const together = (
  kind: "pair" | "triple",
  parts: ReadonlyArray<Hypothesis>,
  difference: BigDecimal.BigDecimal
): Ranked => ({
  kind,
  // Two that events prove before two that only fit.
  rank: rank[kind] + parts.reduce((sum, part) => sum + part.rank, 0) / 100,
  explanation: `together: ${parts.map((part) => `${part.name} ${part.says}`).join("; ")}`,
  arithmetic: `${parts.map((part, index) => signed(part.effect, index)).join(" ")} = ${text(difference)}`,
  orderIds: [...new Set(parts.map(({ orderId }) => orderId))]
})

/** All records of a type counted otherwise. */
const ofTypes = ({ course, difference, evidence, policy }: Break): ReadonlyArray<Ranked> =>
  [...new Set(evidence.settled.map(({ type }) => type))].flatMap((type) => {
    const records = evidence.settled.filter((record) => record.type === type)
    return otherwiseOf(policy, type).flatMap((other): ReadonlyArray<Ranked> => {
      const off = new Map<number, BigDecimal.BigDecimal>()
      let sum = Decimal.zero
      let count = 0
      for (const record of records) {
        const effect = BigDecimal.subtract(
          Movement.change(Movement.of(other.policy, record)),
          Movement.change(Movement.of(policy, record))
        )
        if (BigDecimal.isZero(effect)) continue
        const after = record.settledAfter ?? 0
        off.set(after, BigDecimal.sum(off.get(after) ?? Decimal.zero, effect))
        sum = BigDecimal.sum(sum, effect)
        count++
      }
      if (count < 2 || !BigDecimal.equals(sum, difference)) return []
      const everywhere = course.intervals.every(({ from, residual }) =>
        BigDecimal.equals(residual, off.get(from.id) ?? Decimal.zero)
      )
      return [
        {
          kind: other.kind,
          rank: everywhere ? rank.policy : rank.type,
          explanation: `all ${count} records of type ${type}, ${other.says}, make the line match${everywhere ? " at every snapshot" : ""}: a policy with that rule may be right (\`btse reconcile --fit\`)`,
          arithmetic: `${text(sum)} over ${count} records`,
          orderIds: []
        }
      ]
    })
  })

/** The opening balance had withdrawals taken out already that only completed later. */
const ofPolicy = ({ difference, evidence, policy }: Break): ReadonlyArray<Ranked> => {
  const [first] = evidence.standings
  const last = evidence.standings.at(-1)
  if (policy.pending === "deducted" || first === undefined || last === undefined) return []
  const before = onTheirWayOut(policy, openAt(evidence, first.event))
  const after = onTheirWayOut(policy, openAt(evidence, last.event))
  if (BigDecimal.isZero(before) || !BigDecimal.equals(BigDecimal.subtract(after, before), difference)) return []
  return [
    {
      kind: "pending_policy",
      rank: rank.policy,
      explanation: `withdrawals leave the total when they are requested: ${text(before)} at the opening snapshot, ${text(after)} at the closing one; a policy with "pending": "deducted" may be right (\`btse reconcile --fit\`)`,
      arithmetic: `${text(after)} - ${text(before)} = ${text(difference)}`,
      orderIds: []
    }
  ]
}

const ofNoAmount = (broken: Break): ReadonlyArray<Ranked> => {
  const { course, difference, evidence, gaps, policy, quarantined } = broken
  const place = { arithmetic: null, orderIds: [] }
  const born = course.intervals[course.born]
  const when =
    born === undefined
      ? ""
      : ` between ${DateTime.formatIso(DateTime.unsafeMake(born.from.at))} and ${DateTime.formatIso(DateTime.unsafeMake(born.to.at))}`
  const unknown = [...new Set(evidence.settled.map(({ type }) => type))].filter(
    (type) => policy.types[type] === undefined
  )
  return [
    ...(gaps === 0
      ? []
      : [
          {
            ...place,
            kind: "coverage_gap" as const,
            rank: rank.gap,
            explanation: `history has ${gaps} gap${gaps === 1 ? "" : "s"} in which records may be missing`
          }
        ]),
    ...(quarantined === 0
      ? []
      : [
          {
            ...place,
            kind: "unreadable_rows" as const,
            rank: rank.unreadable,
            explanation: `${quarantined} row${quarantined === 1 ? "" : "s"} of history could not be read and may be what is missing`
          }
        ]),
    ...unknown.map((type) => ({
      ...place,
      kind: "unknown_type" as const,
      rank: rank.unknown,
      explanation: `the policy has no rule for records of type "${type}", which were taken by the sign of their amount`
    })),
    {
      kind: "unrecorded",
      rank: rank.unrecorded,
      explanation: `the balance moved by ${text(difference)} in a way that wallet history does not show${when}: a trade, a futures transfer or another movement outside it, or a row that the exchange left out`,
      arithmetic: text(difference),
      orderIds: []
    }
  ]
}

const byRank: Order.Order<Ranked> = Order.mapInput(Order.number, ({ rank }) => rank)

/** The explanations with their arithmetic, the likelier first, and where the search for them was cut short. */
export const explain = (broken: Break): Explained => {
  const { course, difference, evidence, policy, range } = broken
  const off = course.intervals.filter(({ residual }) => !BigDecimal.isZero(residual))
  const suspect = new Set(off.map(({ from }) => from.id))
  const all = hypotheses(policy, range, evidence).map((hypothesis) => ({
    ...hypothesis,
    rank: suspect.has(hypothesis.after) ? hypothesis.rank : hypothesis.rank + elsewhere
  }))
  const singles = all.filter(({ effect }) => BigDecimal.equals(effect, difference)).map(one)
  const found: Array<Ranked> = [...singles, ...ofTypes(broken), ...ofPolicy(broken), ...ofNoAmount(broken)]
  const warnings: Array<string> = []
  if (!found.some((candidate) => candidate.rank < rank.pair)) {
    const parts = all
      .filter(({ after, alone }) => alone !== true && suspect.has(after))
      .sort(Order.mapInput(Order.number, ({ rank }) => rank))
    const few = parts.slice(0, Combinations.most.pair)
    const fewer = parts.slice(0, Combinations.most.triple)
    const pairs = Combinations.pairs(few, difference, most)
    const triples = pairs.length > 0 ? [] : Combinations.triples(fewer, difference, most)
    found.push(...pairs.map((pair) => together("pair", pair, difference)))
    found.push(...triples.map((triple) => together("triple", triple, difference)))
    if (parts.length > fewer.length && pairs.length === 0) {
      warnings.push(
        `of ${parts.length} things that could be wrong, pairs were looked for among the likeliest ${few.length}, triples among ${fewer.length}`
      )
    }
  }
  // Beside what the events prove, or what fits everywhere, whatever else happens to fit is noise.
  const sure = found.filter((candidate) => candidate.rank < rank.single)
  const ranked = (sure.length > 0 ? sure : found).sort(byRank).slice(0, most)
  return { candidates: ranked.map((candidate) => Struct.omit(candidate, "rank")), warnings }
}
