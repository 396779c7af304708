/**
 * What a movement must be to be entered, by a person as by a file.
 *
 * @internal
 */
import { BigDecimal, DateTime } from "effect"
import { earliest } from "../Span.ts"

export interface Candidate {
  readonly currency: string
  readonly amount: BigDecimal.BigDecimal
  readonly fees: BigDecimal.BigDecimal
  /** Epoch milliseconds. */
  readonly at: number
}

/** Why a movement is refused: which of its parts is wrong, how, and what to do. */
export interface Refusal {
  readonly part: "amount" | "fee" | "time" | "currency"
  readonly problem: string
  readonly advice: string
}

const iso = (millis: number): string => DateTime.formatIso(DateTime.unsafeMake(millis))

const timeRefusal = (at: number, now: number): ReadonlyArray<Refusal> => {
  if (at > now) {
    const problem = `${iso(at)} is in the future`
    return [{ part: "time", problem, advice: "Enter it when that time has come." }]
  }
  if (at < earliest) {
    const problem = `${iso(at)} is before 2009, when there was nothing to hold`
    return [{ part: "time", problem, advice: "Give a date, or epoch milliseconds, which have 13 digits." }]
  }
  return []
}

/** A currency that the books know under another spelling would be a second one beside it. */
const spellingRefusal = (currency: string, currencies: ReadonlySet<string>): ReadonlyArray<Refusal> => {
  if (currencies.has(currency)) return []
  const same = [...currencies].find((known) => known.toUpperCase() === currency.trim().toUpperCase())
  return same === undefined
    ? []
    : [{ part: "currency", problem: `the books know "${same}", not "${currency}"`, advice: `Write ${same}.` }]
}

/** Everything for which `what` is refused; `currencies` are those that the books know. */
export const refusals = (
  what: "an adjustment" | "a movement",
  { amount, at, currency, fees }: Candidate,
  now: number,
  currencies: ReadonlySet<string>
): ReadonlyArray<Refusal> => [
  ...(BigDecimal.isZero(amount) && BigDecimal.isZero(fees)
    ? [{ part: "amount", problem: `${what} of zero changes nothing`, advice: "Give an amount." } as const]
    : []),
  ...(BigDecimal.isNegative(fees)
    ? [{ part: "fee", problem: "a fee below zero", advice: "Enter what was paid back as income." } as const]
    : []),
  ...timeRefusal(at, now),
  ...spellingRefusal(currency, currencies)
]
