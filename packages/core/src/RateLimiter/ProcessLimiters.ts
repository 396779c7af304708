/**
 * The limiters of this process: one for each exchange and key, however many layers are built, and whichever copy of this
 * module builds them.
 *
 * They are kept under the running clock, so that tests on clocks of their own do not meet.
 *
 * @since 0.1.0
 */
import { type Clock, Data, Effect, MutableHashMap, Option, type Redacted } from "effect"
import { globalValue } from "effect/GlobalValue"
import * as LimiterState from "./LimiterState.ts"

/** Whose limit it is: `Redacted` compares by its value and shows none of it. */
type Owner = readonly [exchange: string, apiKey: Option.Option<Redacted.Redacted>]

const limiters = globalValue(
  Symbol.for("@btse-wallet/core/RateLimiter/ProcessLimiters"),
  () => new WeakMap<Clock.Clock, MutableHashMap.MutableHashMap<Owner, LimiterState.LimiterState>>()
)

/**
 * The state of an exchange's key in this process; made where there is none.
 *
 * @since 0.1.0
 * @category getters
 */
export const get = (
  exchange: string,
  apiKey: Option.Option<Redacted.Redacted>
): Effect.Effect<LimiterState.LimiterState> =>
  Effect.clockWith((clock) =>
    Effect.flatMap(LimiterState.make, (fresh) =>
      // In one step: two layers that are built at once get one.
      Effect.sync(() => {
        const ofClock = limiters.get(clock) ?? MutableHashMap.empty<Owner, LimiterState.LimiterState>()
        limiters.set(clock, ofClock)
        const owner: Owner = Data.tuple(exchange, apiKey)
        const state = Option.getOrElse(MutableHashMap.get(ofClock, owner), () => fresh)
        MutableHashMap.set(ofClock, owner, state)
        return state
      })
    )
  )
