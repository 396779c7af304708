/**
 * The exchange's time, for whoever reads its history: by this machine's clock, corrected where the exchange's answers have shown
 * that it is off.
 *
 * The first answer may show that only after a reading has begun. So a moment remembers the correction that it was made with.
 *
 * @internal
 */
import { ClockSkew } from "@btse-wallet/core"
import { Clock, Effect, Option } from "effect"

/** A moment by the exchange's time, and how far this machine's clock was taken to be ahead; in milliseconds. */
export interface Moment {
  readonly at: number
  readonly ahead: number
}

const agreeing: ClockSkew.Skew = { low: 0, high: 0 }

export const makeExchangeTime = (exchange: string) => {
  const skew = Effect.map(
    ClockSkew.get(exchange),
    Option.getOrElse(() => agreeing)
  )

  const now: Effect.Effect<Moment> = Effect.zipWith(Clock.currentTimeMillis, skew, (wall, skew) => {
    const ahead = ClockSkew.certain(skew)
    return { at: wall - ahead, ahead }
  })

  return {
    now,
    /** The latest that a moment can have been, by what is known of the clock by now; no history is proven beyond. */
    latest: ({ ahead, at }: Moment): Effect.Effect<number> =>
      Effect.map(skew, (skew) => (ClockSkew.certain(skew) > ahead ? at - (skew.high - ahead) : at)),
    /** True where the clock has been found to be behind since, so that history up to now was not asked for. */
    wasBehind: ({ ahead }: Moment): Effect.Effect<boolean> =>
      Effect.map(skew, (skew) => ClockSkew.certain(skew) < ahead)
  }
}
