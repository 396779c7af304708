/**
 * What may explain a break, the likelier first.
 *
 * @internal
 */
import { BigDecimal, DateTime, Order, Struct } from "effect"
import { about, type Break, nobody, type Ranked } from "./Broken.ts"
import * as Combinations from "./Combinations.ts"
import type { Hypothesis } from "./Hypothesis.ts"
import { rank, text } from "./Hypothesis.ts"
import { hypotheses } from "./Hypotheses.ts"
import type { Candidate } from "./Report.ts"
import { ofImports, ofLate, ofPolicy, ofTypes } from "./Together.ts"

export interface Explained {
  readonly candidates: ReadonlyArray<Candidate>
  readonly warnings: ReadonlyArray<string>
}

/** More than this helps nobody. */
const most = 5

/** Explains nothing by itself where the difference appeared in another interval. */
const elsewhere = 0.5

const one = (hypothesis: Hypothesis): Ranked => ({
  kind: hypothesis.kind,
  rank: hypothesis.rank,
  explanation: `${hypothesis.name} ${hypothesis.says}`,
  arithmetic: text(hypothesis.effect),
  ...about([hypothesis])
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
  ...about(parts)
})

const ofNoAmount = (broken: Break): ReadonlyArray<Ranked> => {
  const { course, difference, evidence, gaps, policy, quarantined } = broken
  const place = { arithmetic: null, ...nobody }
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
      ...nobody
    }
  ]
}

const byRank: Order.Order<Ranked> = Order.mapInput(Order.number, ({ rank }) => rank)

/** The explanations with their arithmetic, the likelier first, and where the search for them was cut short. */
export const explain = (broken: Break): Explained => {
  const { course, difference, differences, evidence, policy, range } = broken
  const off = course.intervals.filter(({ residual }) => !BigDecimal.isZero(residual))
  const suspect = new Set(off.map(({ from }) => from.id))
  const shows = ({ after }: Hypothesis): boolean => after === null || suspect.has(after)
  const all = hypotheses(policy, range, evidence, differences).map((hypothesis) => ({
    ...hypothesis,
    rank: shows(hypothesis) ? hypothesis.rank : hypothesis.rank + elsewhere
  }))
  const singles = all.filter(({ effect }) => BigDecimal.equals(effect, difference)).map(one)
  const found: Array<Ranked> = [
    ...ofImports(broken),
    ...singles,
    ...ofLate(all, difference),
    ...ofTypes(broken),
    ...ofPolicy(broken),
    ...ofNoAmount(broken)
  ]
  const warnings: Array<string> = []
  if (!found.some((candidate) => candidate.rank < rank.pair)) {
    const parts = all
      .filter((hypothesis) => hypothesis.alone !== true && shows(hypothesis))
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
  const sure = found.filter((candidate) => candidate.rank < rank.entry)
  const ranked = (sure.length > 0 ? sure : found).sort(byRank).slice(0, most)
  return { candidates: ranked.map((candidate) => Struct.omit(candidate, "rank")), warnings }
}
