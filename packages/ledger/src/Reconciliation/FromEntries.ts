/**
 * What could be wrong with adjustments and imports.
 *
 * @internal
 */
import { BigDecimal, DateTime } from "effect"
import { reversalsOf, type StoredEntry } from "../Entries/Stored.ts"
import type { AccountingPolicy } from "../AccountingPolicy.ts"
import type { Evidence } from "./Evidence.ts"
import type { Hypothesis, Range } from "./Hypothesis.ts"
import { changeOf, rank, text } from "./Hypothesis.ts"

/** What each line that breaks is off by. */
export type Differences = ReadonlyMap<string, BigDecimal.BigDecimal>

const names = { adjusted: "adjustment", imported: "import", reversed: "reversal" } as const

const named = ({ content: { externalId, reason }, kind, seq }: StoredEntry): string =>
  `${names[kind]} ${seq}${externalId === null ? "" : ` (id ${externalId})`}${reason === null ? "" : ` "${reason}"`}`

export const changeBy = ({ content: { amount, fees } }: StoredEntry): BigDecimal.BigDecimal =>
  BigDecimal.subtract(amount, fees)

/** Whether it counts between the two snapshots. */
export const counts = ({ closing, opening }: Range, { settled_after }: StoredEntry): boolean =>
  settled_after >= opening && settled_after < closing

/** Who said the same before: another entry, or a record of history. */
const twinsOf = (policy: AccountingPolicy, evidence: Evidence, entries: ReadonlyArray<StoredEntry>) => {
  const found = new Map<number, string>()
  if (entries.length === 0) return found
  const said = new Map<string, string>()
  const key = (currency: string, change: BigDecimal.BigDecimal) => `${text(change)} ${currency}`
  for (const record of evidence.settled) {
    said.set(key(record.currency, changeOf(policy, record)), `${record.type} ${record.orderId} of history`)
  }
  for (const entry of entries.filter(({ kind }) => kind !== "reversed")) {
    const own = key(entry.content.currency, changeBy(entry))
    const twin = said.get(own)
    if (twin === undefined) said.set(own, named(entry))
    else found.set(entry.seq, twin)
  }
  return found
}

/** What is undone by another is right by that; a reversal may be wrong itself. */
export const standing = ({ suspectEntries }: Evidence): ReadonlyArray<StoredEntry> => {
  const reversed = reversalsOf(suspectEntries)
  return suspectEntries.filter(({ seq }) => !reversed.has(seq))
}

export const ofEntries = (
  policy: AccountingPolicy,
  range: Range,
  evidence: Evidence,
  differences: Differences
): ReadonlyArray<Hypothesis> => {
  const { currency } = range
  const all = standing(evidence)
  const counted = all.filter((entry) => entry.content.currency === currency && counts(range, entry))
  const twins = twinsOf(policy, evidence, counted)
  const off = (other: string, by: BigDecimal.BigDecimal): boolean => {
    const difference = differences.get(other)
    return difference !== undefined && BigDecimal.equals(difference, by)
  }
  /** Why it would be right without it. */
  const needless = (entry: StoredEntry): Pick<Hypothesis, "rank" | "says"> => {
    const change = changeBy(entry)
    const { reverses } = entry.content
    const amount = `(${text(change)} ${currency})`
    const twin = twins.get(entry.seq)
    if (twin !== undefined) {
      return { rank: rank.twin, says: `${amount} says what ${twin} says already: it counts twice` }
    }
    const elsewhere = [...differences.keys()].find((other) => other !== currency && off(other, change))
    if (elsewhere !== undefined) {
      const says = `${amount} did not move the balance, and that of ${elsewhere} moved by just as much: it may be in the wrong currency`
      return { rank: rank.twin, says }
    }
    return {
      rank: rank.entry,
      says:
        reverses === null
          ? `${amount} is counted, and the balance did not move by it`
          : `${amount} undoes entry ${reverses}, by which the balance had moved`
    }
  }
  // Of two that fit, what was entered last is likelier to be wrong.
  return all.toReversed().flatMap((entry): ReadonlyArray<Hypothesis> => {
    const { at, currency: own, reverses } = entry.content
    const change = changeBy(entry)
    const away = BigDecimal.negate(change)
    const common = { kind: "entry" as const, rank: rank.entry, record: entry.seq, orderId: null, name: named(entry) }
    const here = { ...common, after: entry.settled_after }
    const amount = `${text(change)} ${own}`
    if (own === currency && !counts(range, entry)) {
      const when = DateTime.formatIso(DateTime.unsafeMake(at))
      const side = entry.settled_after >= range.closing ? "after the closing snapshot" : "before the opening snapshot"
      const says = `(${amount}) counts ${side}, by its time ${when}, and the balance moved between the two`
      return [{ ...common, after: null, effect: change, says, alone: true }]
    }
    if (own !== currency) {
      if (!counts(range, entry) || !differences.has(own)) return []
      const says = `was entered in ${own}, which is off too: in ${currency} its ${text(change)} would be what the balance moved by`
      return [{ ...here, effect: change, says, alone: true, ...(off(own, away) ? { rank: rank.twin } : {}) }]
    }
    const removed: Hypothesis = { ...here, effect: away, ...needless(entry) }
    const sign = `(${amount}) has the wrong sign: the balance moved by ${text(away)}`
    const turned: Hypothesis = { ...here, effect: BigDecimal.sum(away, away), says: sign, alone: true }
    return reverses === null ? [removed, turned] : [removed]
  })
}
