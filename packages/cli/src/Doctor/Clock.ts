/**
 * Checks of the clock: this machine's against the exchange's, and the instants that a clock which ran ahead left in files.
 *
 * @internal
 */
import { DateTime, Duration } from "effect"
import { type Finding, fail, ok, warn } from "../Doctor.ts"

/** A nonce is this machine's time, and the exchange takes none that is far from its own. */
const tolerated = 1_000
const refusedFrom = 30_000

const setIt = "Set this machine's clock by NTP: each request is signed with its time."

/** A duration in words, with its two largest units. */
const inWords = (millis: number): string => {
  const words = Duration.format(Duration.millis(Math.abs(millis))).split(" ")
  return words.slice(0, 2).join(" ")
}

/** Compares the exchange's time with this machine's before and after it was asked for. */
export const compared = (serverTime: DateTime.Utc, before: number, after: number): Finding => {
  const doubt = (after - before) / 2
  const skew = Math.round(before + doubt - DateTime.toEpochMillis(serverTime))
  const detail = `${Math.abs(skew)} ms ${skew < 0 ? "behind" : "ahead of"} the exchange's, give or take ${Math.ceil(doubt)} ms`
  if (Math.abs(skew) - doubt > refusedFrom) {
    return fail(
      "clock",
      `this machine's clock is ${inWords(skew)} ${skew < 0 ? "behind" : "ahead of"} the exchange's`,
      setIt,
      2
    )
  }
  if (Math.abs(skew) - doubt > tolerated) return warn("clock", `this clock is ${detail}`, setIt)
  return ok("clock", detail)
}

/** A finding on a budget whose nonces or gate a clock wrote that ran ahead by so many milliseconds. */
export const futureBudget = (file: string, ahead: number): Finding =>
  warn(
    "rate budget",
    `${file} holds instants ${inWords(ahead)} ahead of this machine's clock, which a clock that ran ahead has left there`,
    "They are not believed, and nothing waits for them. If the clock check finds this machine's clock behind, set it by NTP."
  )
