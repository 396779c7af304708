/**
 * A period of the books: a month, a year, or the days from one to another, in UTC.
 *
 * @since 0.1.0
 */
import { DateTime, Option } from "effect"
import type { Span } from "../Span.ts"

/**
 * A period by its name, with its first and last millisecond.
 *
 * @since 0.1.0
 * @category models
 */
export interface Period extends Span {
  readonly name: string
}

const pattern = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/

/** The beginning of a year, a month or a day, and of the one after it. */
const unitOf = (text: string): Option.Option<{ readonly from: number; readonly next: number }> => {
  const match = pattern.exec(text)
  if (match === null) return Option.none()
  const unit = match[3] !== undefined ? "days" : match[2] !== undefined ? "months" : "years"
  return Option.flatMap(DateTime.make(`${match[1]}-${match[2] ?? "01"}-${match[3] ?? "01"}T00:00:00Z`), (begin) =>
    // JavaScript's own reading makes March of the 30th of February.
    DateTime.formatIsoDateUtc(begin).startsWith(text)
      ? Option.some({ from: begin.epochMillis, next: DateTime.add(begin, { [unit]: 1 }).epochMillis })
      : Option.none()
  )
}

/**
 * Reads `2026-10`, `2026`, `2026-10-05` or `2026-10-01..2026-10-15`, both ends included.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromText = (text: string): Option.Option<Period> => {
  const [first, last = first, ...more] = text.trim().split("..")
  if (first === undefined || last === undefined || more.length > 0) return Option.none()
  return Option.zipWith(unitOf(first), unitOf(last), ({ from }, { next }) => ({
    name: text.trim(),
    from,
    to: next - 1
  })).pipe(Option.filter(({ from, to }) => from < to))
}
