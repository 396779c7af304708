/**
 * The rows of history that unknown payments became, decided without reading or writing anything.
 *
 * @internal
 */
import { Array as Arr, DateTime, Option } from "effect"
import type { SoughtPayment, UnclaimedRow, Weighed } from "./RowEvidence.ts"
import { mayClaim, weigh } from "./RowEvidence.ts"

export type Verdict = "found" | "waiting" | "ambiguous" | "missing"

export interface Match<Payment extends SoughtPayment, Row extends UnclaimedRow> {
  readonly payment: Payment
  readonly verdict: Verdict
  readonly reason: string
  /** One for `found`. */
  readonly candidates: ReadonlyArray<Weighed<Row>>
}

export interface Situation<Payment extends SoughtPayment, Row extends UnclaimedRow> {
  /** The payments to find: unknown ones, ones that are being sent, and submitted ones whose id history does not show. */
  readonly open: ReadonlyArray<Payment>
  /** Payments that are not looked for, whose row one may be all the same: those that a person has declared not sent. */
  readonly rivals: ReadonlyArray<SoughtPayment>
  readonly rows: ReadonlyArray<Row>
  /** The rows that a person has declared to be another's. */
  readonly isRuledOut: (payment: Payment, row: Row) => boolean
  /** The exchange's clock when history was read. */
  readonly readAt: number
  /** How long after the sending a row may still show up, in milliseconds. */
  readonly lag: number
}

/** The moment until which history may still show a row of the payment. */
export const lagsUntil = ({ sendings }: SoughtPayment, lag: number): number =>
  Math.max(0, ...sendings.map(({ at }) => at + lag))

const instant = (millis: number): string => DateTime.formatIso(DateTime.unsafeMake(millis))

/** Adds what speaks against a row beside itself: other payments that could be it, and other rows that could be it. */
const contested = <Row extends UnclaimedRow>(
  payment: SoughtPayment,
  candidates: ReadonlyArray<Weighed<Row>>,
  others: ReadonlyArray<SoughtPayment>
): ReadonlyArray<Weighed<Row>> => {
  const possible = candidates.filter(({ isPossible }) => isPossible)
  return candidates.map((candidate) => {
    if (candidate.byReference) return candidate
    const keys = others
      .filter((other) => other.id !== payment.id && mayClaim(other, candidate.row))
      .map(({ key }) => key)
    // A row that lacks a proof may yet get it, as the network of one that is pending.
    const equals = possible.filter(({ row }) => row !== candidate.row).map(({ row }) => row.orderId)
    return {
      ...candidate,
      against: [
        ...candidate.against,
        ...keys.map((key) => `payment ${key} could be it as well`),
        ...(candidate.against.length > 0 ? [] : equals.map((id) => `row ${id} could be it as well`))
      ]
    }
  })
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`

const judge = <Payment extends SoughtPayment, Row extends UnclaimedRow>(
  payment: Payment,
  candidates: ReadonlyArray<Weighed<Row>>,
  { lag, readAt }: Situation<Payment, Row>
): Match<Payment, Row> => {
  if (payment.status === "INTENDED") {
    return { payment, verdict: "waiting", reason: "it is being sent just now", candidates: [] }
  }
  const until = lagsUntil(payment, lag)
  const lags = readAt < until
  const [conclusive, ...more] = candidates.filter(({ against }) => against.length === 0)
  if (conclusive !== undefined && more.length === 0 && (conclusive.byReference || !lags)) {
    return {
      payment,
      verdict: "found",
      reason: `found in history: ${conclusive.for.join(", ")}`,
      candidates: [conclusive]
    }
  }
  if (candidates.length === 0) {
    return lags
      ? {
          payment,
          verdict: "waiting",
          reason: `history shows no row for it yet, and may lag until ${instant(until)}`,
          candidates
        }
      : { payment, verdict: "missing", reason: "history shows no row for it, and had time enough", candidates }
  }
  if (conclusive !== undefined) {
    const reason = `row ${conclusive.row.orderId} fits it; another that fits as well may still show up until ${instant(until)}`
    return { payment, verdict: "waiting", reason, candidates }
  }
  const reason = `history shows ${count(candidates.length, "row")} that could be it, and none that must be; a person must tell`
  return { payment, verdict: "ambiguous", reason, candidates }
}

/** One verdict for each open payment. */
export const matchAll = <Payment extends SoughtPayment, Row extends UnclaimedRow>(
  situation: Situation<Payment, Row>
): ReadonlyArray<Match<Payment, Row>> => {
  const { isRuledOut, open, rivals, rows } = situation
  const claimants = [...open, ...rivals]
  return open.map((payment) => {
    const weighed = Arr.filterMap(rows, (row) => (isRuledOut(payment, row) ? Option.none() : weigh(payment, row)))
    return judge(payment, contested(payment, weighed, claimants), situation)
  })
}
