/**
 * Options that are an instant: an ISO date or date-time, UTC unless it says otherwise, or epoch milliseconds.
 *
 * @since 0.1.0
 */
import { Options } from "@effect/cli"
import { DateTime, Option } from "effect"
import * as Input from "./Input.ts"

const milliseconds = /^\d{5,15}$/
const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/i

const isLeap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0

// JavaScript's own reading makes March of the 30th of February.
const daysIn = (year: number, month: number) =>
  month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31

/**
 * Reads an instant; `None` where the text is none.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromText = (text: string): Option.Option<DateTime.Utc> => {
  const trimmed = text.trim()
  if (milliseconds.test(trimmed)) return DateTime.make(Number(trimmed))
  const match = iso.exec(trimmed)
  if (match === null) return Option.none()
  const [, year, month, day, hour, , , zone] = match
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > daysIn(Number(year), Number(month))) {
    return Option.none()
  }
  const dated = trimmed.toUpperCase().replace(" ", "T")
  return Option.map(DateTime.make(hour === undefined || zone !== undefined ? dated : `${dated}Z`), DateTime.toUtc)
}

const expected =
  "a date (2026-01-31), a date and time (2026-01-31T12:00:00, UTC unless it says otherwise) or epoch milliseconds"

/**
 * An option that may hold an instant.
 *
 * @since 0.1.0
 * @category constructors
 */
export const optional = (name: string, description: string): Options.Options<Option.Option<DateTime.Utc>> =>
  Input.option({ name, placeholder: "T", description, expected, read: fromText }).pipe(Options.optional)

/**
 * `--as-of`: the books as they were known then.
 *
 * @since 0.1.0
 * @category options
 */
export const asOf = optional("as-of", "Tell from the books as they were known at this time; by default as they are.")
