/**
 * What is measured of waiting and being refused.
 *
 * @since 0.1.0
 */
import { Duration, Effect, Metric, MetricBoundaries } from "effect"

const waits = Metric.tagged(
  Metric.histogram(
    "btse_permit_wait_seconds",
    MetricBoundaries.exponential({ start: 0.001, factor: 2, count: 16 }),
    "seconds that requests waited for a permit"
  ),
  "unit",
  "s"
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
 * Measures how long requests wait for a permit, in the metric `btse_permit_wait_seconds` and the span `btse.permit`, apart
 * from the requests themselves.
 *
 * @since 0.1.0
 * @category metrics
 */
export const trackWait = <A, E, R>(wait: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.withSpan(Metric.trackDurationWith(wait, waits, Duration.toSeconds), "btse.permit", {
    captureStackTrace: false
  })
