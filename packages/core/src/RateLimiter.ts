/**
 * The budget of requests of one API key ("Rate Limits", 1.1.0: 5 requests a second per user), and the source of its
 * nonces.
 *
 * A permit comes back one second after it was taken, so that no sliding second holds more than the limit; a token bucket
 * would let twice as many through. A 429 closes a gate for every fiber until the exchange's unlock time, because
 * offending again lengthens the block.
 *
 * @since 0.1.0
 */
import { Clock, Context, DateTime, Deferred, Duration, Effect, Exit, Layer, Ref, Schema } from "effect"

/**
 * The gate is closed for longer than this limiter waits. Nothing was sent.
 *
 * @since 0.1.0
 * @category errors
 */
export class GateClosed extends Schema.TaggedError<GateClosed>()("GateClosed", { unlockAt: Schema.DateTimeUtc }) {
  override get message(): string {
    return `The exchange takes no requests before ${DateTime.formatIso(this.unlockAt)}; nothing was sent.`
  }
}

/**
 * @since 0.1.0
 * @category services
 */
export class RateLimiter extends Context.Tag("@btse-wallet/core/RateLimiter")<
  RateLimiter,
  {
    /**
     * Waits for a permit and runs `send` with a nonce of its own: epoch milliseconds, strictly increasing. Fails with
     * `GateClosed` where the gate stays closed for longer than the limiter's patience.
     */
    readonly withPermit: <A, E, R>(
      send: (nonce: number) => Effect.Effect<A, E, R>
    ) => Effect.Effect<A, E | GateClosed, R>
    /** Closes the gate until the exchange's unlock time. A gate that is closed for longer already stays so. */
    readonly closeUntil: (unlockAt: DateTime.Utc) => Effect.Effect<void>
  }
>() {}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Requests in any second. */
  readonly requestsPerSecond: number
  /** How long a request waits at a closed gate before it fails with `GateClosed`. 10 seconds by default. */
  readonly patience?: Duration.DurationInput | undefined
}

/**
 * A second, and a little more: a timer may fire a millisecond early, and the exchange's clock is not ours.
 */
const window = 1_010

/**
 * When a permit that was taken at `sentAt` comes back. The exchange counts a request when it arrives, which a slow road
 * (a first connection, a busy machine) puts after the sending: what an answer took beyond the quickest one is added. The
 * first requests have nothing to compare with, so they count from their answer.
 */
const returnsAt = (sentAt: number, answeredAt: number, quickest: number): number =>
  sentAt + window + Math.min(Math.max(0, answeredAt - sentAt - quickest), window)

/**
 * A limiter for the fibers of this process. Permits that are out when the scope closes are forgotten.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function* (options: Options) {
  const scope = yield* Effect.scope
  const semaphore = yield* Effect.makeSemaphore(options.requestsPerSecond)
  const patience = Duration.toMillis(options.patience ?? Duration.seconds(10))
  const closedUntil = yield* Ref.make(0)
  const lastNonce = yield* Ref.make(0)
  const quickest = yield* Ref.make(0)

  const passGate: Effect.Effect<void, GateClosed> = Effect.gen(function* () {
    const unlockAt = yield* Ref.get(closedUntil)
    const wait = unlockAt - (yield* Clock.currentTimeMillis)
    if (wait <= 0) return
    if (wait > patience) return yield* new GateClosed({ unlockAt: DateTime.unsafeMake(unlockAt) })
    yield* Effect.sleep(Duration.millis(wait))
    // Another answer may have closed it for longer in the meantime.
    yield* passGate
  })

  const nextNonce = Effect.flatMap(Clock.currentTimeMillis, (now) =>
    Ref.updateAndGet(lastNonce, (last) => Math.max(now, last + 1))
  )

  const giveBack = Effect.fnUntraced(function* (sentAt: number, answered: Deferred.Deferred<number>) {
    const known = yield* Ref.get(quickest)
    const answeredAt = yield* Deferred.await(answered).pipe(
      Effect.timeoutTo({
        duration: known > window ? window : 2 * window,
        onTimeout: () => sentAt + known,
        onSuccess: (at) => at
      })
    )
    const now = yield* Clock.currentTimeMillis
    yield* Effect.sleep(Duration.millis(returnsAt(sentAt, answeredAt, known) - now))
    yield* semaphore.release(1)
  })

  const withPermit = <A, E, R>(send: (nonce: number) => Effect.Effect<A, E, R>): Effect.Effect<A, E | GateClosed, R> =>
    Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        yield* restore(passGate)
        yield* restore(semaphore.take(1))
        yield* Effect.onError(restore(passGate), () => semaphore.release(1))
        const nonce = yield* nextNonce
        const sentAt = yield* Clock.currentTimeMillis
        const answered = yield* Deferred.make<number>()
        yield* Effect.forkIn(Effect.interruptible(giveBack(sentAt, answered)), scope)
        return yield* restore(send(nonce)).pipe(
          Effect.onExit((exit) =>
            Effect.flatMap(Clock.currentTimeMillis, (now) =>
              Effect.zipRight(
                Exit.isSuccess(exit)
                  ? Ref.update(quickest, (known) => (known === 0 ? now - sentAt : Math.min(known, now - sentAt)))
                  : Effect.void,
                Deferred.succeed(answered, now)
              )
            )
          )
        )
      })
    )

  return RateLimiter.of({
    withPermit,
    closeUntil: (unlockAt) => Ref.update(closedUntil, (closed) => Math.max(closed, DateTime.toEpochMillis(unlockAt)))
  })
})

/**
 * A limiter in this process's memory, for all fibers that share the layer.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<RateLimiter> => Layer.scoped(RateLimiter, make(options))
