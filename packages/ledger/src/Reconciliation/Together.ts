/**
 * What could be wrong with many records at once.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { BigDecimal } from "effect"
import * as Movement from "../Movement.ts"
import { about, type Break, nobody, type Ranked } from "./Broken.ts"
import type { Hypothesis } from "./Hypothesis.ts"
import { rank, text } from "./Hypothesis.ts"
import { openAt } from "./Intervals.ts"
import { onTheirWayOut } from "./Lines.ts"
import { otherwiseOf } from "./Otherwise.ts"

/** All that came late together. */
export const ofLate = (all: ReadonlyArray<Hypothesis>, difference: BigDecimal.BigDecimal): ReadonlyArray<Ranked> => {
  const late = all.filter(({ kind }) => kind === "record_late")
  const sum = BigDecimal.sumAll(late.map(({ effect }) => effect))
  return late.length < 2 || !BigDecimal.equals(sum, difference)
    ? []
    : [
        {
          kind: "record_late",
          rank: rank.late,
          explanation: `${late.length} records came into the books only after a snapshot whose balance has them already: ${late.map(({ name }) => name).join(", ")}`,
          arithmetic: `${text(sum)} over ${late.length} records`,
          ...about(late)
        }
      ]
}

/** All records of a type counted otherwise. */
export const ofTypes = ({ course, difference, evidence, policy }: Break): ReadonlyArray<Ranked> =>
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
          ...nobody
        }
      ]
    })
  })

/** The opening balance had withdrawals taken out already that only completed later. */
export const ofPolicy = ({ difference, evidence, policy }: Break): ReadonlyArray<Ranked> => {
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
      ...nobody
    }
  ]
}
