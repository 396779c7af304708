/**
 * How often and how long a read is sent again after a passing fault.
 *
 * @since 0.1.0
 */
import { Context, Schedule } from "effect"
import type { ReadError } from "./WalletError.ts"

/**
 * 200 ms, 400 ms, … with jitter; at most four times, and none begins later than a minute after the first.
 *
 * @since 0.1.0
 * @category schedules
 */
export const standard: Schedule.Schedule<unknown, ReadError> = Schedule.exponential("200 millis").pipe(
  Schedule.jittered,
  Schedule.intersect(Schedule.recurs(4)),
  Schedule.upTo("1 minute")
)

/**
 * The schedule that reads follow, {@link standard} unless a caller provides another. What it never governs: an error that
 * would only come again is not retried, and what moves money is sent once.
 *
 * @since 0.1.0
 * @category references
 */
export class RetryPolicy extends Context.Reference<RetryPolicy>()("@btse-wallet/core/RetryPolicy", {
  defaultValue: (): Schedule.Schedule<unknown, ReadError> => standard
}) {}
