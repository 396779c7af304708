/**
 * A limiter of one's own: whoever sends asks the service `RateLimiter`, so that a budget can be put in its place without
 * touching what sends. This one lets a job send so many requests and no more, beside the rate it keeps to.
 */
import { type BtseConfig, RateLimiter, Wallet } from "@btse-wallet/core"
import { Effect, Layer, Ref } from "effect"

/** Gives `most` permits of the limiter below it, and refuses every other: nothing is sent then. */
export const layerAtMost = (most: number) =>
  Layer.effect(
    RateLimiter.RateLimiter,
    Effect.gen(function* () {
      const { blocked, withPermit } = yield* RateLimiter.RateLimiter
      const left = yield* Ref.make(most)
      const spent = new RateLimiter.BudgetUnavailable({ reason: `the job's ${most} requests are spent` })
      return RateLimiter.RateLimiter.of({
        blocked,
        withPermit: (priority, send) =>
          Effect.flatMap(
            Ref.getAndUpdate(left, (n) => Math.max(0, n - 1)),
            (n) => (n === 0 ? Effect.fail(spent) : withPermit(priority, send))
          )
      })
    })
  )

/** A wallet for a job that may send so many requests. Processes that share a key would put `SharedRateLimiter` below. */
export const layerFrugal = (config: BtseConfig.BtseConfig, most: number) =>
  Wallet.layerLimited(config).pipe(
    Layer.provide(layerAtMost(most)),
    Layer.provide(RateLimiter.layer({ requestsPerSecond: config.requestsPerSecond }))
  )
