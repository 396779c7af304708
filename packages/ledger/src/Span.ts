/**
 * A span of time with both ends in it, in epoch milliseconds, and the arithmetic of coverage.
 *
 * @since 0.1.0
 */
import { DateTime, Schema } from "effect"

/**
 * The earliest instant that a record, an entry or a question can be about: 2009-01-03, the day of Bitcoin's first block. What
 * lies before is a number that was read as milliseconds and is none.
 *
 * @since 0.1.0
 * @category constants
 */
export const earliest = 1_230_940_800_000

/**
 * From the first millisecond to the last, both included.
 *
 * @since 0.1.0
 * @category models
 */
export interface Span {
  readonly from: number
  readonly to: number
}

/**
 * The same span between people: instants as ISO 8601 text in JSON.
 *
 * @since 0.1.0
 * @category schemas
 */
export const InstantSpan = Schema.Struct({ from: Schema.DateTimeUtc, to: Schema.DateTimeUtc })

/**
 * @since 0.1.0
 * @category models
 */
export interface InstantSpan extends Schema.Schema.Type<typeof InstantSpan> {}

/**
 * A span of epoch milliseconds as instants.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toInstants = (span: Span): InstantSpan => ({
  from: DateTime.unsafeMake(span.from),
  to: DateTime.unsafeMake(span.to)
})

/**
 * The union of spans as few spans in order of time; spans that touch become one.
 *
 * @since 0.1.0
 * @category combinators
 */
export const union = (spans: ReadonlyArray<Span>): ReadonlyArray<Span> => {
  const merged: Array<Span> = []
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1)
    if (last !== undefined && span.from <= last.to + 1) {
      merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, span.to) }
    } else {
      merged.push(span)
    }
  }
  return merged
}

/**
 * What of `whole` none of `spans` covers, in order of time.
 *
 * @since 0.1.0
 * @category combinators
 */
export const gaps = (whole: Span, spans: ReadonlyArray<Span>): ReadonlyArray<Span> => {
  const found: Array<Span> = []
  let at = whole.from
  for (const span of union(spans)) {
    if (span.to < at) continue
    if (span.from > whole.to) break
    if (span.from > at) found.push({ from: at, to: span.from - 1 })
    at = span.to + 1
  }
  if (at <= whole.to) found.push({ from: at, to: whole.to })
  return found
}
