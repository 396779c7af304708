/**
 * A semaphore on which the writes that wait are served before the reads.
 *
 * Effect's semaphore wakes all that wait on it whenever a permit returns. So the requests stand in two lines before it, one
 * for each priority, and only the first of each line waits on the semaphore: a permit costs the same whether ten wait or ten
 * thousand.
 *
 * @since 0.1.0
 */
import { Deferred, Effect } from "effect"
import type { Priority } from "../RateLimiter.ts"

/**
 * A line in which the first has the turn; whoever leaves, first or not, frees its place.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeLine = () => {
  const waiting = new Set<Deferred.Deferred<void>>()
  // An iterator of a set goes on where it was, past whatever was deleted: the next in line is found in constant time.
  let following = waiting.values()
  let first: Deferred.Deferred<void> | undefined

  const callNext = Effect.suspend(() => {
    let next = following.next()
    if (next.done === true) {
      following = waiting.values()
      next = following.next()
    }
    first = next.value
    return first === undefined ? Effect.void : Deferred.succeed(first, undefined)
  })

  const enter = Effect.tap(Deferred.make<void>(), (place) => {
    waiting.add(place)
    return first === undefined ? callNext : Effect.void
  })

  const leave = (place: Deferred.Deferred<void>) =>
    Effect.suspend(() => {
      waiting.delete(place)
      return place === first ? callNext : Effect.void
    })

  /** Runs an effect when it is its turn. */
  const inTurn = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.acquireUseRelease(
      enter,
      (place) => Effect.zipRight(Effect.interruptible(Deferred.await(place)), effect),
      leave
    )

  return { inTurn, size: () => waiting.size }
}

/**
 * Makes the semaphore.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function* (permits: number) {
  const semaphore = yield* Effect.makeSemaphore(permits)
  const noWriteWaits = yield* Effect.makeLatch(true)
  const reads = makeLine()
  const writes = makeLine()
  let writesWaiting = 0

  const write = Effect.acquireUseRelease(
    Effect.suspend(() => {
      writesWaiting++
      return noWriteWaits.close
    }),
    () => writes.inTurn(Effect.interruptible(semaphore.take(1))),
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
    take: (priority: Priority) => (priority === "write" ? Effect.asVoid(write) : reads.inTurn(read)),
    release: Effect.asVoid(semaphore.release(1)),
    resize: (permits: number) => semaphore.resize(permits),
    /** The number of requests that wait before one of this priority would have its turn. */
    ahead: (priority: Priority) => writesWaiting + (priority === "write" ? 0 : reads.size())
  }
})

/**
 * The semaphore's shape.
 *
 * @since 0.1.0
 * @category models
 */
export type PrioritySemaphore = Effect.Effect.Success<ReturnType<typeof make>>
