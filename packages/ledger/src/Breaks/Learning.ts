/**
 * What a reconciliation means for the breaks that are known, decided without writing anything.
 *
 * @internal
 */
import { Array as Arr, BigDecimal } from "effect"
import type { Course, Interval } from "../Reconciliation/Intervals.ts"
import { bornAmong, residualOf } from "../Reconciliation/Intervals.ts"
import type { ReconciliationLine, ReconciliationReport } from "../Reconciliation/Report.ts"
import type { Break } from "./Break.ts"
import { isUnderPolicy } from "./Break.ts"
import { type Known, type Seen, type Step, stepOf } from "./Stored.ts"

export interface Learning {
  readonly known: ReadonlyArray<Known>
  readonly report: Omit<ReconciliationReport, "id">
  /** The reconciliation's number. */
  readonly reconciliation: number
  /** How the difference of each line that breaks came about. */
  readonly courses: ReadonlyMap<string, Course>
  /** Whether it speaks of the open breaks of other policies, too. */
  readonly adopt: boolean
}

type Report = Learning["report"]

/** Only a reconciliation of all the time in which a difference came about can tell that it is gone, or another. */
const covers = ({ from, to }: Report, { stretch }: Known): boolean =>
  from.epochMillis <= stretch.from && to.epochMillis >= stretch.to

const overlaps = (one: { readonly from: number; readonly to: number }, { stretch }: Known): boolean =>
  one.from < stretch.to && one.to > stretch.from

const spanOf = ({ from, to }: Interval) => ({ from: from.at, to: to.at })

/** What of a line is not a part of breaks of which the reconciliation sees only a part. */
interface Own {
  readonly difference: BigDecimal.BigDecimal
  readonly seen: Seen
}

const ownOf = (
  report: Report,
  { currency, difference }: ReconciliationLine,
  courses: Learning["courses"],
  inPart: ReadonlyArray<Known>
): Own => {
  const { from, opening, policy, policyDigest, to } = report
  const course = courses.get(currency)
  const intervals = (course?.intervals ?? []).filter(
    (interval) => !inPart.some((one) => overlaps(spanOf(interval), one))
  )
  const born = inPart.length === 0 && course !== undefined ? intervals[course.born] : intervals[bornAmong(intervals)]
  const last = intervals.findLast(({ residual }) => !BigDecimal.isZero(residual))
  return {
    difference: course === undefined ? difference : residualOf(intervals),
    seen: {
      from: from.epochMillis,
      to: to.epochMillis,
      opening,
      born: born === undefined ? null : spanOf(born),
      grown: last?.to.at ?? to.epochMillis,
      policy,
      policyDigest
    }
  }
}

const sumOf = (breaks: ReadonlyArray<Break>): BigDecimal.BigDecimal =>
  BigDecimal.sumAll(breaks.map(({ difference }) => difference))

const plain = BigDecimal.normalize

/** The difference is that of these open breaks together; where it is another, the newest of them has changed. */
const ofKnown = (
  open: Arr.NonEmptyReadonlyArray<Break>,
  { difference, seen }: Own,
  reconciliation: number
): ReadonlyArray<Step> => {
  const gone = ({ currency, id }: Break) => stepOf({ break: Number(id), step: "matched", currency, reconciliation })
  if (BigDecimal.equals(sumOf(open), difference)) return []
  if (BigDecimal.isZero(difference)) return open.map(gone)
  const only = open.find((one) => BigDecimal.equals(one.difference, difference))
  if (only !== undefined) return open.filter((one) => one !== only).map(gone)
  const newest = Arr.lastNonEmpty(open)
  const rest = plain(BigDecimal.subtract(difference, sumOf(open.slice(0, -1))))
  if (BigDecimal.isZero(rest)) return [gone(newest)]
  const { currency, id } = newest
  return [stepOf({ break: Number(id), step: "changed", currency, reconciliation, seen, difference: rest })]
}

/** What a line that breaks says of the breaks of its currency; `next` is the number of a new one. */
const broken = (
  { adopt, courses, reconciliation, report }: Learning,
  all: ReadonlyArray<Known>,
  line: ReconciliationLine,
  next: number
): ReadonlyArray<Step> => {
  const { currency } = line
  const [others, known] = Arr.partition(all, (one) => adopt || isUnderPolicy(one, report))
  const open = known.filter(({ status }) => status === "open")
  const [inPart, covered] = Arr.partition(open, (one) => covers(report, one))
  const own = ownOf(report, line, courses, inPart)
  const { difference, seen } = own
  if (Arr.isNonEmptyReadonlyArray(covered)) return ofKnown(covered, own, reconciliation)
  if (BigDecimal.isZero(difference)) return []
  const same = others.filter((one) => one.status === "open" && covers(report, one))
  if (BigDecimal.equals(sumOf(same), difference)) return []
  const again = known.findLast(
    (one) => one.status !== "open" && BigDecimal.equals(one.difference, difference) && overlaps(seen.born ?? seen, one)
  )
  const of =
    again === undefined
      ? { break: next, step: "opened" as const }
      : { break: Number(again.id), step: "reopened" as const }
  return [stepOf({ ...of, currency, reconciliation, seen, difference: plain(difference) })]
}

/** The steps that a stored reconciliation takes. */
export const learn = (learning: Learning): ReadonlyArray<Step> => {
  const { adopt, known, reconciliation, report } = learning
  const lines = new Map(report.lines.map((line) => [line.currency, line]))
  // What another policy says is no news of a break.
  const gone = known
    .filter((one) => adopt || isUnderPolicy(one, report))
    .filter((one) => one.status !== "matched" && covers(report, one))
    .filter(({ currency }) => {
      const status = lines.get(currency)?.status ?? "matched"
      return status === "matched" || status === "in_flight"
    })
    .map((one) => {
      const { currency, id } = one
      const text = isUnderPolicy(one, report) ? null : `by policy ${report.policy}`
      return stepOf({ break: Number(id), step: "matched", currency, reconciliation, text })
    })
  let next = Math.max(0, ...known.map(({ id }) => Number(id))) + 1
  const breaking = report.lines
    .filter(({ status }) => status === "break")
    .flatMap((line) => {
      const own = known.filter(({ currency }) => currency === line.currency)
      const steps = broken(learning, own, line, next)
      if (steps.some(({ step }) => step === "opened")) next++
      return steps
    })
  return [...gone, ...breaking]
}
