/**
 * Who is next: writes before reads.
 *
 * @since 0.1.0
 */
import { Effect } from "effect"
import type { Priority } from "../RateLimiter.ts"

/**
 * A semaphore on which the writes that wait are served before the reads.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function* (permits: number) {
  const semaphore = yield* Effect.makeSemaphore(permits)
  const noWriteWaits = yield* Effect.makeLatch(true)
  let writesWaiting = 0

  const write = Effect.acquireUseRelease(
    Effect.suspend(() => {
      writesWaiting++
      return noWriteWaits.close
    }),
    () => Effect.interruptible(semaphore.take(1)),
    () =>
      Effect.suspend(() => {
        writesWaiting--
        return writesWaiting === 0 ? noWriteWaits.open : Effect.void
      })
  )

  const read: Effect.Effect<void> = Effect.gen(function* () {
    yield* Effect.interruptible(noWriteWaits.await)
    yield* Effect.interruptible(semaphore.take(1))
    if (writesWaiting === 0) return
    yield* semaphore.release(1)
    yield* read
  })

  return {
    /** To be run where interruption is off: it can be interrupted while it waits, and not between. */
    take: (priority: Priority) => (priority === "write" ? Effect.asVoid(write) : read),
    release: semaphore.release(1)
  }
})
