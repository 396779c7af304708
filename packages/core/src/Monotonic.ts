/**
 * Time that no setting of a clock changes: for durations, where a wall clock may step.
 *
 * @since 0.1.0
 */
import { Clock, Effect } from "effect"

/**
 * Milliseconds of the running clock's monotonic counter; only differences within one process have a meaning.
 *
 * @since 0.1.0
 * @category getters
 */
export const millis: Effect.Effect<number> = Effect.map(Clock.currentTimeNanos, (nanos) => Number(nanos / 1_000_000n))
