/**
 * When the exchange unlocks, from `Retry-After`.
 *
 * @internal
 */
import { DateTime, Option } from "effect"

/** A block lasts at most an hour; whatever the header says beyond that is not believed. */
const longest = 3_600_000

/** Without a header: the first block lasts a second. */
const shortest = 1_000

const instant = (header: string, now: number): number | undefined => {
  const text = header.trim()
  if (/^\d+(\.\d+)?$/.test(text)) {
    const n = Number(text)
    if (n >= 1e12) return n
    return n >= 1e9 ? n * 1_000 : now + n * 1_000
  }
  return Option.getOrUndefined(Option.map(DateTime.make(text), DateTime.toEpochMillis))
}

/**
 * The unlock time in epoch milliseconds. The header is an HTTP date, epoch milliseconds (from 10^12), epoch seconds
 * (from 10^9) or seconds to wait; one place documents it as a timestamp, another as seconds.
 */
export const unlockAt = (header: string | undefined, now: number): number => {
  const at = header === undefined ? undefined : instant(header, now)
  return Math.min(Math.max(at ?? 0, now + shortest), now + longest)
}
