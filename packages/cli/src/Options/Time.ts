/**
 * Options that are an instant, and those that are the two ends of a time range.
 *
 * A range is half-open: its beginning is in it, its end is not. A date as an end stands for the end of its day, so that
 * `--until 2026-10-31` and `--since 2026-11-01` have every record once.
 *
 * @since 0.1.0
 */
import { Closes, Span } from "@btse-wallet/ledger"
import { HelpDoc, Options, ValidationError } from "@effect/cli"
import { DateTime, Effect, Either, Option } from "effect"
import * as Input from "./Input.ts"

const milliseconds = /^\d{13}$/
const seconds = /^\d{10}$/
const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/i

const isLeap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0

// JavaScript's own reading makes March of the 30th of February.
const daysIn = (year: number, month: number) =>
  month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31

/** An instant, or the day that a date stands for: from `at` until, and without, `next`. */
interface Moment {
  readonly at: DateTime.Utc
  readonly next: DateTime.Utc | undefined
}

const ofEpoch = (millis: number): Option.Option<Moment> =>
  Option.map(DateTime.make(millis), (at) => ({ at, next: undefined }))

const ofIso = (text: string): Option.Option<Moment> => {
  const match = iso.exec(text)
  if (match === null) return Option.none()
  const [, year, month, day, hour, , , zone] = match
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > daysIn(Number(year), Number(month))) {
    return Option.none()
  }
  const dated = text.toUpperCase().replace(" ", "T")
  return Option.map(DateTime.make(hour === undefined || zone !== undefined ? dated : `${dated}Z`), (made) => {
    const at = DateTime.toUtc(made)
    return { at, next: hour === undefined ? DateTime.add(at, { days: 1 }) : undefined }
  })
}

const momentOf = (text: string): Option.Option<Moment> => {
  const trimmed = text.trim()
  const moment = milliseconds.test(trimmed)
    ? ofEpoch(Number(trimmed))
    : seconds.test(trimmed)
      ? ofEpoch(Number(trimmed) * 1_000)
      : ofIso(trimmed)
  return Option.filter(moment, ({ at }) => at.epochMillis >= Span.earliest)
}

/**
 * Reads an instant: an ISO date or date-time, UTC unless it says otherwise, epoch milliseconds (13 digits) or seconds (10
 * digits). `None` where the text is none of them, or lies before 2009.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromText = (text: string): Option.Option<DateTime.Utc> => Option.map(momentOf(text), ({ at }) => at)

/**
 * The forms of a time, for who typed something else.
 *
 * @since 0.1.0
 * @category constants
 */
export const expected =
  "a date (2026-01-31), a date and time (2026-01-31T12:00:00, UTC unless it says otherwise), epoch milliseconds (13 digits) or seconds (10 digits), not before 2009"

const moment = (name: string, description: string) =>
  Input.option({ name, placeholder: "T", description, expected, read: momentOf }).pipe(Options.optional)

/**
 * An option that may hold an instant.
 *
 * @since 0.1.0
 * @category constructors
 */
export const optional = (name: string, description: string): Options.Options<Option.Option<DateTime.Utc>> =>
  Options.map(
    moment(name, description),
    Option.map(({ at }) => at)
  )

const lastOf = ({ at, next }: Moment): DateTime.Utc =>
  next === undefined ? at : DateTime.subtract(next, { millis: 1 })

/**
 * `--as-of`: the books as they were known then; of a date, at the end of its day.
 *
 * @since 0.1.0
 * @category options
 */
export const asOf = Options.map(
  moment("as-of", "Tell from the books as they were known at this time, of a date at its end; by default as they are."),
  Option.map(lastOf)
)

/**
 * A time range as it was given. Each end is there in the form that its reader needs.
 *
 * @since 0.1.0
 * @category models
 */
export interface Range {
  /** The first instant in the range. */
  readonly since: Option.Option<DateTime.Utc>
  /** The first instant after it. */
  readonly until: Option.Option<DateTime.Utc>
  /** The instant by which a balance must have been taken to be the opening: before the day, where the beginning is one. */
  readonly opening: Option.Option<DateTime.Utc>
  /** The instant by which a balance must have been taken to be the closing: the day's last, where the end is one. */
  readonly closing: Option.Option<DateTime.Utc>
}

const rangeOf = (begin: Option.Option<Moment>, end: Option.Option<Moment>): Range => ({
  since: Option.map(begin, ({ at }) => at),
  until: Option.map(end, ({ at, next }) => next ?? at),
  opening: Option.map(begin, ({ at, next }) => (next === undefined ? at : DateTime.subtract(at, { millis: 1 }))),
  closing: Option.map(end, lastOf)
})

const dayFrom = (millis: number): Moment => {
  const at = DateTime.unsafeMake(millis)
  return { at, next: DateTime.add(at, { days: 1 }) }
}

const ofPeriod = ({ from, to }: Closes.Period.Period): Range =>
  rangeOf(Option.some(dayFrom(from)), Option.some(dayFrom(to + 1 - 86_400_000)))

/** `--period`: both ends at once. */
const period = Input.option({
  name: "period",
  placeholder: "PERIOD",
  description:
    "A month (2026-10), a quarter (2026-Q4), a year, a day, or days from one to another (2026-10-01..2026-10-15), in UTC, instead of both ends.",
  expected: "a month (2026-10), a quarter (2026-Q4), a year (2026), a day, or days (2026-10-01..2026-10-15)",
  read: Closes.Period.fromText
}).pipe(Options.optional)

const refused = (problem: string) => Either.left(ValidationError.invalidValue(HelpDoc.p(problem)))

/**
 * The options of a time range: its two ends, or `--period` instead of them.
 *
 * @since 0.1.0
 * @category constructors
 */
export const range = (ends: {
  readonly begin: readonly [name: string, description: string]
  readonly end: readonly [name: string, description: string]
}): Options.Options<Range> =>
  Options.all({ begin: moment(...ends.begin), end: moment(...ends.end), period }).pipe(
    Options.mapEffect(({ begin, end, period }) => {
      const [first, last] = [ends.begin[0], ends.end[0]]
      if (Option.isSome(period)) {
        return Option.isSome(begin) || Option.isSome(end)
          ? refused(`--period stands for both --${first} and --${last}. Leave it out, or leave them out.`)
          : Effect.succeed(ofPeriod(period.value))
      }
      const range = rangeOf(begin, end)
      const empty = Option.exists(Option.product(range.since, range.until), ([from, to]) =>
        DateTime.greaterThanOrEqualTo(from, to)
      )
      return empty
        ? refused(`--${last} is not after --${first}, so that nothing lies between them.`)
        : Effect.succeed(range)
    })
  )

/**
 * Whether a time span has an instant in common with a range.
 *
 * @since 0.1.0
 * @category predicates
 */
export const overlaps =
  ({ since, until }: Range) =>
  (span: Span.InstantSpan): boolean =>
    Option.match(since, { onNone: () => true, onSome: (from) => DateTime.greaterThanOrEqualTo(span.to, from) }) &&
    Option.match(until, { onNone: () => true, onSome: (to) => DateTime.lessThan(span.from, to) })

/**
 * Whether an instant lies in a range.
 *
 * @since 0.1.0
 * @category predicates
 */
export const within =
  (range: Range) =>
  (at: DateTime.Utc): boolean =>
    overlaps(range)({ from: at, to: at })
