/**
 * No wait without a word: whoever waits for longer than a second hears for whom.
 *
 * @since 0.1.0
 */
import { Context, Duration, Effect, Fiber } from "effect"

/**
 * A wait: on which kind of right, and a sentence that names whom it is for.
 *
 * @since 0.1.0
 * @category models
 */
export interface Wait {
  readonly kind: "permit" | "gate" | "lease" | "claim"
  readonly reason: string
}

/**
 * Receives each wait that lasts longer than a second, once. By default it is logged at the level Info; a program that shows
 * it to a person provides its own.
 *
 * @since 0.1.0
 * @category services
 */
export class WaitNotice extends Context.Reference<WaitNotice>()("@btse-wallet/core/WaitNotice", {
  defaultValue: () => ({
    waiting: ({ kind, reason }: Wait): Effect.Effect<void> =>
      Effect.annotateLogs(Effect.logInfo(reason), "btse.wait.kind", kind)
  })
}) {}

/**
 * Gives notice of a wait now.
 *
 * @since 0.1.0
 * @category notices
 */
export const give = (wait: Wait): Effect.Effect<void> => Effect.flatMap(WaitNotice, ({ waiting }) => waiting(wait))

/** The longest wait without a word. */
const silent = Duration.seconds(1)

/**
 * Runs what waits, and gives notice once where that takes longer than a second.
 *
 * @since 0.1.0
 * @category notices
 */
export const noticed =
  (wait: Wait) =>
  <A, E, R>(waiting: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.acquireUseRelease(
      Effect.fork(Effect.interruptible(Effect.delay(give(wait), silent))),
      () => Effect.interruptible(waiting),
      Fiber.interruptFork
    )
