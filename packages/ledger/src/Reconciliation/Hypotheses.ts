/**
 * Everything that could be wrong with the records of a currency, one by one.
 *
 * @internal
 */
import { BigDecimal } from "effect"
import type { AccountingPolicy } from "../AccountingPolicy.ts"
import type { Evidence } from "./Evidence.ts"
import { type Differences, ofEntries } from "./FromEntries.ts"
import { ofChange, ofDiscord } from "./FromEvents.ts"
import type { Hypothesis, Range } from "./Hypothesis.ts"
import { changeOf, named, rank, text } from "./Hypothesis.ts"
import type { RecordRow } from "./Inputs.ts"
import { beforeOpening, ofBeside } from "./AtTheEnds.ts"
import { openAt } from "./Intervals.ts"
import type { Otherwise } from "./Otherwise.ts"
import { otherwiseOf } from "./Otherwise.ts"

/** The records that the exchange shows twice: in everything the same, or a line each of one order. */
const twins = (settled: ReadonlyArray<RecordRow>): ReadonlySet<number> => {
  const seen = new Map<string, number>()
  const found = new Set<number>()
  for (const row of settled) {
    const base = `${row.type} ${text(row.amount)} ${text(row.fees)}`
    const keys = [`${base} order ${row.orderId}`, `${base} time ${row.timestamp}`]
    if (keys.some((key) => seen.has(key))) found.add(row.id)
    for (const key of keys) seen.set(key, row.id)
  }
  return found
}

const ofSettled = (policy: AccountingPolicy, evidence: Evidence) => {
  const latestId = evidence.standings.at(-2)?.id
  const everOpen = new Set(evidence.onTheirWay.map(([first]) => first.id))
  const early = beforeOpening(policy, evidence)
  const otherwise = new Map<string, ReadonlyArray<Otherwise>>()
  for (const { type } of evidence.settled) {
    if (!otherwise.has(type)) otherwise.set(type, otherwiseOf(policy, type))
  }
  return (row: RecordRow): ReadonlyArray<Hypothesis> => {
    const change = changeOf(policy, row)
    const after = row.settledAfter ?? 0
    const common = { after, record: row.id, orderId: row.orderId, name: named(row) }
    const away = BigDecimal.negate(change)
    const alone =
      row.vanishedAt !== null
        ? {
            kind: "record_vanished" as const,
            rank: rank.vanished,
            says: "is counted, and the exchange no longer shows it"
          }
        : (early(row) ??
          (latestId === after && everOpen.has(row.id)
            ? {
                kind: "final_as_pending" as const,
                rank: rank.pending,
                says: "is COMPLETED in history, and the closing balance has not moved by it yet"
              }
            : {
                kind: "record_twice" as const,
                rank: rank.single,
                says: "is counted and did not move the balance, or is counted twice"
              }))
    const others = (otherwise.get(row.type) ?? []).map(({ kind, policy: other, says }): Hypothesis => ({
      ...common,
      kind,
      rank: rank.otherwise,
      effect: BigDecimal.subtract(changeOf(other, row), change),
      says,
      ...(kind === "direction" ? { alone: true } : {})
    }))
    return [
      { ...common, ...alone, effect: away },
      {
        ...common,
        kind: "record_missing",
        rank: rank.otherwise,
        effect: change,
        says: `(${text(change)}) may have a twin that is missing: another one like it would do`,
        alone: true
      },
      ...others
    ]
  }
}

export const hypotheses = (
  policy: AccountingPolicy,
  range: Range,
  evidence: Evidence,
  differences: Differences
): ReadonlyArray<Hypothesis> => {
  const closing = evidence.standings.at(-1)
  const doubled = twins(evidence.settled)
  const open = openAt(evidence, closing?.event ?? 0)
  const all = [
    ...evidence.discords.flatMap(ofDiscord(policy, range)),
    ...evidence.changes.flatMap(ofChange(policy, range, closing?.event ?? 0)),
    ...evidence.settled
      .flatMap(ofSettled(policy, evidence))
      .map((one) =>
        one.kind === "record_twice" && doubled.has(one.record)
          ? { ...one, rank: rank.twin, says: "stands in history twice with the same type, amount and fees" }
          : one
      ),
    ...evidence.beside.map(ofBeside(policy, range, evidence)),
    ...ofEntries(policy, range, evidence, differences),
    ...(policy.pending === "deducted"
      ? []
      : open.map((row): Hypothesis => ({
          kind: "pending_as_final",
          rank: rank.pending,
          effect: changeOf(policy, row),
          after: evidence.standings.at(-2)?.id ?? range.opening,
          record: row.id,
          orderId: row.orderId,
          name: named(row),
          says: `is ${row.status}, but the balance has already moved by ${text(changeOf(policy, row))}`
        })))
  ]
  return all.filter(({ effect }) => !BigDecimal.isZero(effect))
}
