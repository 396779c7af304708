/**
 * When the exchange unlocks, from `Retry-After`.
 *
 * @internal
 */
import { DateTime, Option, Schema } from "effect"

/** A block lasts at most an hour; whatever the header says beyond that is not believed. */
const longest = 3_600_000

const httpDate = Schema.decodeOption(Schema.Date)

const instant = (text: string, now: number): Option.Option<number> => {
  if (/^\d{1,20}(\.\d{1,20})?$/.test(text)) {
    const n = Number(text)
    if (n >= 1e12) return Option.some(n)
    return Option.some(n >= 1e9 ? n * 1_000 : now + n * 1_000)
  }
  // An HTTP date has letters in it; a bare "-1" does not, and is not a date.
  return /[a-z]/i.test(text) ? Option.map(httpDate(text), (date) => date.getTime()) : Option.none()
}

/** The values of a header that came several times: they are listed with commas, and an HTTP date holds one itself. */
const valuesOf = (header: string): ReadonlyArray<string> => {
  const values: Array<string> = []
  let weekday = ""
  for (const part of header
    .slice(0, 1_000)
    .split(",")
    .map((part) => part.trim())) {
    if (/^[a-z]{3,9}$/i.test(part)) weekday = `${part}, `
    else {
      values.push(`${weekday}${part}`)
      weekday = ""
    }
  }
  return values
}

/**
 * The unlock time. The header is an HTTP date, epoch milliseconds (from 10^12), epoch seconds (from 10^9) or seconds to
 * wait: one place documents it as a timestamp, another as seconds. Of several the latest holds. None where it is missing,
 * past, or none of these: then the documented block holds.
 */
export const unlockAt = (header: string | undefined, now: number): Option.Option<DateTime.Utc> => {
  const instants = valuesOf(header ?? "")
    .flatMap((value) => Option.toArray(instant(value, now)))
    // What is past says more of our clock than of the block.
    .filter((at) => at > now)
  return instants.length === 0
    ? Option.none()
    : Option.some(DateTime.unsafeMake(Math.min(Math.max(...instants), now + longest)))
}
