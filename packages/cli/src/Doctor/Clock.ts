/**
 * Checks of the clock: this machine's against the exchange's, and the instants that a clock which ran ahead left in files.
 *
 * @internal
 */
import { ClockSkew } from "@btse-wallet/core"
import { DateTime, Effect, Option } from "effect"
import { type Finding, fail, ok, skip, warn } from "../Doctor.ts"

/** A nonce is this machine's time, and the exchange takes none that is far from its own. */
const tolerated = 1_000
const refusedFrom = 30_000

const setIt = "Set this machine's clock by NTP: each request is signed with its time."

/** Compares the exchange's time with this machine's before and after it was asked for. */
export const compared = (serverTime: DateTime.Utc, before: number, after: number): Finding => {
  const doubt = (after - before) / 2
  const skew = Math.round(before + doubt - DateTime.toEpochMillis(serverTime))
  const detail = `${Math.abs(skew)} ms ${skew < 0 ? "behind" : "ahead of"} the exchange's, give or take ${Math.ceil(doubt)} ms`
  if (Math.abs(skew) - doubt > refusedFrom) {
    return fail(
      "clock",
      `this machine's clock is ${ClockSkew.inWords(skew)} ${skew < 0 ? "behind" : "ahead of"} the exchange's`,
      setIt,
      2
    )
  }
  if (Math.abs(skew) - doubt > tolerated) return warn("clock", `this clock is ${detail}`, setIt)
  return ok("clock", detail)
}

/** Compares by the `Date` headers alone, which are cut to the second: for an exchange that does not tell its time. */
export const byHeaders = (exchange: URL): Effect.Effect<Finding> =>
  Effect.map(ClockSkew.get(exchange.href), (skew) => {
    if (Option.isNone(skew)) return skip("clock", "this exchange does not tell its time")
    const told = ClockSkew.describe(skew.value)
    if (Option.isNone(told)) return ok("clock", "it agrees with the exchange's to a few seconds")
    const detail = `this machine's clock is ${told.value}`
    return Math.abs(ClockSkew.certain(skew.value)) > refusedFrom
      ? fail("clock", detail, setIt, 2)
      : warn("clock", detail, setIt)
  })

/** Replaces the finding that a key is refused where the clock is off: any key would be. */
export const excuseKey = (finding: Finding, clock: Finding | undefined): Finding =>
  clock?.outcome === "fail" && finding.outcome === "fail"
    ? skip("credentials", "refused, as any key is while this machine's clock is off; set the clock first")
    : finding

/** A finding on a budget whose nonces or gate a clock wrote that ran ahead by so many milliseconds. */
export const futureBudget = (file: string, ahead: number): Finding =>
  warn(
    "rate budget",
    `${file} holds instants ${ClockSkew.inWords(ahead)} ahead of this machine's clock, which a clock that ran ahead has left there`,
    "They are not believed, and nothing waits for them. If the clock check finds this machine's clock behind, set it by NTP."
  )
