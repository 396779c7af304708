/**
 * What a reconciliation means for the breaks that are known, decided without writing anything.
 *
 * @internal
 */
import { Array as Arr, BigDecimal } from "effect"
import type { ReconciliationLine, ReconciliationReport } from "../Reconciliation/Report.ts"
import type { Break } from "./Break.ts"
import { type Step, stepOf } from "./Stored.ts"

type Report = Omit<ReconciliationReport, "id">

/** Only a reconciliation of at least the same span can tell that a break is gone, or another. */
const covers = (report: Report, one: Break): boolean =>
  report.from.epochMillis <= one.from.epochMillis && report.to.epochMillis >= one.to.epochMillis

const seenBy = (report: Report, { birthday, difference }: ReconciliationLine, reconciliation: number) => ({
  difference,
  reconciliation,
  seen: {
    from: report.from.epochMillis,
    to: report.to.epochMillis,
    opening: report.opening,
    born: birthday && { from: birthday.from.epochMillis, to: birthday.to.epochMillis },
    policy: report.policy
  }
})

const sumOf = (breaks: ReadonlyArray<Break>): BigDecimal.BigDecimal =>
  BigDecimal.sumAll(breaks.map(({ difference }) => difference))

/** The difference is that of the open breaks in the span together; where it is another, the newest of them has changed. */
const ofKnown = (
  open: Arr.NonEmptyReadonlyArray<Break>,
  { currency, difference }: ReconciliationLine,
  seen: ReturnType<typeof seenBy>
): ReadonlyArray<Step> => {
  const { reconciliation } = seen
  const gone = ({ id }: Break) => stepOf({ break: Number(id), step: "matched", currency, reconciliation })
  if (BigDecimal.equals(sumOf(open), difference)) return []
  const only = open.find((one) => BigDecimal.equals(one.difference, difference))
  if (only !== undefined) return open.filter((one) => one !== only).map(gone)
  const newest = Arr.lastNonEmpty(open)
  const rest = BigDecimal.subtract(difference, sumOf(open.slice(0, -1)))
  if (BigDecimal.isZero(rest)) return [gone(newest)]
  return [stepOf({ break: Number(newest.id), step: "changed", currency, ...seen, difference: rest })]
}

/** What a line that breaks says of the breaks of its currency; `next` is the number of a new one. */
const broken = (
  known: ReadonlyArray<Break>,
  report: Report,
  line: ReconciliationLine,
  reconciliation: number,
  next: number
): ReadonlyArray<Step> => {
  const { currency, difference } = line
  const seen = seenBy(report, line, reconciliation)
  const open = known.filter(({ status }) => status === "open")
  const covered = open.filter((one) => covers(report, one))
  if (Arr.isNonEmptyReadonlyArray(covered)) return ofKnown(covered, line, seen)
  // A shorter span that reaches into an open break's shows a part of it.
  const reachesInto = (one: Break): boolean => report.from.epochMillis < one.to.epochMillis
  if (open.some(reachesInto)) return []
  const again = known.findLast(
    (one) => one.status !== "open" && BigDecimal.equals(one.difference, difference) && reachesInto(one)
  )
  const of =
    again === undefined
      ? { break: next, step: "opened" as const }
      : { break: Number(again.id), step: "reopened" as const }
  return [stepOf({ ...of, currency, ...seen })]
}

/** The steps that a stored reconciliation takes. */
export const learn = (known: ReadonlyArray<Break>, report: Report, reconciliation: number): ReadonlyArray<Step> => {
  const lines = new Map(report.lines.map((line) => [line.currency, line]))
  const gone = known
    .filter((one) => one.status !== "matched" && covers(report, one))
    .filter(({ currency }) => {
      const status = lines.get(currency)?.status ?? "matched"
      return status === "matched" || status === "in_flight"
    })
    .map(({ currency, id }) => stepOf({ break: Number(id), step: "matched", currency, reconciliation }))
  let next = Math.max(0, ...known.map(({ id }) => Number(id))) + 1
  const breaking = report.lines
    .filter(({ status }) => status === "break")
    .flatMap((line) => {
      const own = known.filter(({ currency }) => currency === line.currency)
      const steps = broken(own, report, line, reconciliation, next)
      if (steps.some(({ step }) => step === "opened")) next++
      return steps
    })
  return [...gone, ...breaking]
}
