/**
 * What is measured of waiting and being refused.
 *
 * @since 0.1.0
 */
import { Duration, type Effect, Metric, MetricBoundaries } from "effect"

const waits = Metric.histogram(
  "btse_permit_wait_ms",
  MetricBoundaries.exponential({ start: 1, factor: 2, count: 16 }),
  "milliseconds that requests waited for a permit"
)

const rateLimited = Metric.counter("btse_rate_limited_total", { description: "answers of 429 for the rate limit" })

/**
 * Counts a 429, in the metric `btse_rate_limited_total`.
 *
 * @since 0.1.0
 * @category metrics
 */
export const countBlocked: Effect.Effect<void> = Metric.increment(rateLimited)

/**
 * Measures how long requests wait for a permit, in the metric `btse_permit_wait_ms`.
 *
 * @since 0.1.0
 * @category metrics
 */
export const trackWait: <A, E, R>(wait: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> = Metric.trackDurationWith(
  waits,
  Duration.toMillis
)
