/**
 * A period of the books: a month, a quarter, a year, or the days from one to another, in UTC.
 *
 * @since 0.1.0
 */
import { DateTime, Option } from "effect"
import { earliest, type Span } from "../Span.ts"

/**
 * A period by its name, with its first and last millisecond.
 *
 * @since 0.1.0
 * @category models
 */
export interface Period extends Span {
  readonly name: string
}

const pattern = /^(\d{4})(?:-(?:Q([1-4])|(\d{2})(?:-(\d{2}))?))?$/

/** The beginning of a year, a quarter, a month or a day, and of the one after it. */
const unitOf = (text: string): Option.Option<{ readonly from: number; readonly next: number }> => {
  const match = pattern.exec(text)
  if (match === null) return Option.none()
  const [, year, quarter, month = "01", day = "01"] = match
  const first = quarter === undefined ? month : String(Number(quarter) * 3 - 2).padStart(2, "0")
  const months = quarter !== undefined ? 3 : match[3] !== undefined ? 1 : 12
  const length = match[4] === undefined ? { months } : { days: 1 }
  const written = `${year}-${first}-${day}`
  return DateTime.make(`${written}T00:00:00Z`).pipe(
    // JavaScript's own reading makes March of the 30th of February.
    Option.filter((begin) => DateTime.formatIsoDateUtc(begin) === written),
    Option.map((begin) => ({ from: begin.epochMillis, next: DateTime.add(begin, length).epochMillis }))
  )
}

/**
 * Reads `2026-10`, `2026-Q4`, `2026`, `2026-10-05` or `2026-10-01..2026-10-15`, both ends included.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromText = (text: string): Option.Option<Period> => {
  const name = text.trim().toUpperCase()
  const [first, last = first, ...more] = name.split("..")
  if (first === undefined || last === undefined || more.length > 0) return Option.none()
  return Option.zipWith(unitOf(first), unitOf(last), ({ from }, { next }) => ({
    name,
    from,
    to: next - 1
  })).pipe(Option.filter(({ from, to }) => from < to && from >= earliest))
}
