/**
 * The difference between this machine's clock and the exchange's.
 *
 * @internal
 */
import { ClockSkew } from "@btse-wallet/core"
import { Effect, Option } from "effect"

/** Milliseconds by which the exchange's clock is ahead of this one, and the exactness with which that was measured. */
export interface ClockDifference {
  readonly ahead: number
  readonly within: number
}

/** Clocks that were never compared, as when the wallet is no HTTP client: they may be minutes apart. */
export const unmeasured: ClockDifference = { ahead: 0, within: 300_000 }

/** The machine that dates an answer, at the exchange's edge, is not the one that dates a row. */
const least = 2_000

/** The difference that the exchange's answers have shown to this process; none before the first of them. */
export const measured = (exchange?: string): Effect.Effect<Option.Option<ClockDifference>> =>
  Effect.map(
    ClockSkew.get(exchange),
    Option.map(({ high, low }) => ({
      ahead: Math.round(-(low + high) / 2),
      within: Math.max(least, Math.ceil((high - low) / 2))
    }))
  )
