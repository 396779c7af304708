/**
 * The budget of requests of one API key ("Rate Limits", 1.1.0: 5 requests a second per user), and the source of its
 * nonces.
 *
 * A permit comes back one second after its request can have arrived (see {@link returnsAt}), so that no sliding second holds
 * more than the limit; a token bucket would let twice as many through. A 429 closes a gate for every fiber until the exchange's unlock time, because
 * offending again lengthens the block. Where reads and writes wait, writes go first.
 *
 * @since 0.1.0
 */
import { Clock, Context, DateTime, Deferred, Duration, Effect, Exit, Layer, Option, Ref, Schema } from "effect"
import { closeGate, type Gate, waitAt } from "./RateLimiter/Gate.ts"
import { countBlocked, trackWait } from "./RateLimiter/Metrics.ts"
import { outFor, quickestOf, returnsAt, type Road, window } from "./RateLimiter/Road.ts"
import * as Turnstile from "./RateLimiter/Turnstile.ts"
import * as StoredInstant from "./StoredInstant.ts"

export * from "./RateLimiter/Gate.ts"
export * from "./RateLimiter/Metrics.ts"
export * from "./RateLimiter/Road.ts"

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
 * The budget that processes share cannot be read or written. Nothing was sent.
 *
 * @since 0.1.0
 * @category errors
 */
export class BudgetUnavailable extends Schema.TaggedError<BudgetUnavailable>()("BudgetUnavailable", {
  reason: Schema.String
}) {
  override get message(): string {
    return `The budget of requests that processes share cannot be used (${this.reason}); nothing was sent.`
  }
}

/**
 * Why no permit was given. Nothing was sent.
 *
 * @since 0.1.0
 * @category errors
 */
export type NoPermit = GateClosed | BudgetUnavailable

/**
 * Which queue a request waits in.
 *
 * @since 0.1.0
 * @category models
 */
export type Priority = "read" | "write"

/**
 * The budget of one API key, as a service: what sends a request asks it first.
 *
 * @since 0.1.0
 * @category services
 */
export class RateLimiter extends Context.Tag("@btse-wallet/core/RateLimiter")<
  RateLimiter,
  {
    /**
     * Waits for a permit and runs `send` with a nonce of its own: epoch milliseconds, strictly increasing. Fails with
     * `GateClosed` where the gate stays closed for longer than the limiter's patience, and with `BudgetUnavailable` where
     * a budget that processes share cannot be used.
     */
    readonly withPermit: <A, E, R>(
      priority: Priority,
      send: (nonce: number) => Effect.Effect<A, E, R>
    ) => Effect.Effect<A, E | NoPermit, R>
    /**
     * Closes the gate after a 429: until the exchange's unlock time where it named one, else for the length of the block
     * that is documented for this offence. Gives the instant at which the gate opens.
     */
    readonly blocked: (unlockAt: Option.Option<DateTime.Utc>) => Effect.Effect<DateTime.Utc, BudgetUnavailable>
  }
>() {}

/**
 * How a limiter counts, and for how long it lets a request wait.
 *
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
 * A limiter for the fibers of this process. Permits that are out when the scope closes are forgotten.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function* (options: Options) {
  const scope = yield* Effect.scope
  const turnstile = yield* Turnstile.make(options.requestsPerSecond)
  const patience = Duration.toMillis(options.patience ?? Duration.seconds(10))
  const gate = yield* Ref.make<Gate>({ closedUntil: 0, offences: 0 })
  const lastNonce = yield* Ref.make(0)
  const road = yield* Ref.make<Road>({ quickest: 0, answers: 0 })

  const passGate: Effect.Effect<void, GateClosed> = Effect.gen(function* () {
    const { closedUntil } = yield* Ref.get(gate)
    const wait = waitAt(closedUntil, yield* Clock.currentTimeMillis)
    if (wait === 0) return
    if (wait > patience) return yield* new GateClosed({ unlockAt: DateTime.unsafeMake(closedUntil) })
    yield* Effect.sleep(Duration.millis(wait))
    // Another answer may have closed it for longer in the meantime.
    yield* passGate
  })

  const nextNonce = Effect.flatMap(Clock.currentTimeMillis, (now) =>
    Ref.updateAndGet(lastNonce, (last) =>
      StoredInstant.isBelievable(last, now, StoredInstant.horizons.nonce) ? Math.max(now, last + 1) : now
    )
  )

  const giveBack = Effect.fnUntraced(function* (sentAt: number, answered: Deferred.Deferred<number>) {
    const known = quickestOf(yield* Ref.get(road), options.requestsPerSecond)
    const answeredAt = yield* Deferred.await(answered).pipe(
      Effect.timeoutTo({
        duration: known > window ? window : 2 * window,
        onTimeout: () => sentAt + known,
        onSuccess: (at) => at
      })
    )
    const now = yield* Clock.currentTimeMillis
    yield* Effect.sleep(Duration.millis(outFor(returnsAt(sentAt, answeredAt, known), now)))
    yield* turnstile.release
  })

  const acquire = Effect.fnUntraced(function* (priority: Priority) {
    yield* Effect.interruptible(passGate)
    yield* turnstile.take(priority)
    // The gate may have closed while this request waited in the queue.
    yield* Effect.onError(Effect.interruptible(passGate), () => turnstile.release)
  })

  const remember = (exit: Exit.Exit<unknown, unknown>, took: number) =>
    Exit.isSuccess(exit)
      ? Ref.update(road, ({ answers, quickest }) => ({
          answers: answers + 1,
          quickest: answers === 0 ? took : Math.min(quickest, took)
        }))
      : Effect.void

  const withPermit = <A, E, R>(
    priority: Priority,
    send: (nonce: number) => Effect.Effect<A, E, R>
  ): Effect.Effect<A, E | GateClosed, R> =>
    Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        yield* trackWait(acquire(priority))
        const nonce = yield* nextNonce
        const sentAt = yield* Clock.currentTimeMillis
        const answered = yield* Deferred.make<number>()
        yield* Effect.forkIn(Effect.interruptible(giveBack(sentAt, answered)), scope)
        const answer = Effect.fnUntraced(function* (exit: Exit.Exit<A, E>) {
          const now = yield* Clock.currentTimeMillis
          yield* remember(exit, now - sentAt)
          yield* Deferred.succeed(answered, now)
        })
        return yield* Effect.onExit(restore(send(nonce)), answer)
      })
    )

  const blocked = Effect.fnUntraced(function* (unlockAt: Option.Option<DateTime.Utc>) {
    yield* countBlocked
    const now = yield* Clock.currentTimeMillis
    const until = Option.map(unlockAt, DateTime.toEpochMillis)
    const { closedUntil } = yield* Ref.updateAndGet(gate, (gate) => closeGate(gate, now, until))
    return DateTime.unsafeMake(closedUntil)
  })

  return RateLimiter.of({ withPermit, blocked })
})

/**
 * A limiter in this process's memory, for all fibers that share the layer.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<RateLimiter> => Layer.scoped(RateLimiter, make(options))
