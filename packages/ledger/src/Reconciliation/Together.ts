/**
 * What could be wrong with many records at once.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { BigDecimal } from "effect"
import * as Movement from "../Movement.ts"
import type { StoredEntry } from "../Entries/Stored.ts"
import { about, type Break, nobody, type Ranked } from "./Broken.ts"
import { changeBy, counts, standing } from "./FromEntries.ts"
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

/** All entries of an imported file, or of one of its rows. */
export const ofImports = ({ difference, evidence, range }: Break): ReadonlyArray<Ranked> => {
  const groups = new Map<string, Array<StoredEntry>>()
  for (const entry of standing(evidence)) {
    const { currency, externalId, file } = entry.content
    if (entry.kind !== "imported" || currency !== range.currency || !counts(range, entry)) continue
    for (const name of [`the imported row ${externalId}`, `the imported file with SHA-256 ${file}`]) {
      const known = groups.get(name)
      if (known === undefined) groups.set(name, [entry])
      else known.push(entry)
    }
  }
  const found = new Map<string, Ranked>()
  for (const [name, entries] of groups) {
    const sum = BigDecimal.sumAll(entries.map(changeBy))
    if (entries.length < 2 || !BigDecimal.equals(BigDecimal.negate(sum), difference)) continue
    const ids = entries.map(({ seq }) => String(seq))
    if (found.has(ids.join())) continue
    found.set(ids.join(), {
      kind: "entry",
      rank: rank.entry,
      explanation: `all ${entries.length} entries of ${name} (${text(sum)} ${range.currency}) are counted, and the balance did not move by them`,
      arithmetic: `${text(difference)} over ${entries.length} entries`,
      orderIds: [],
      entries: ids
    })
  }
  return [...found.values()]
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
