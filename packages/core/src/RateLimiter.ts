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
import {
  Clock,
  Context,
  DateTime,
  Duration,
  Effect,
  Exit,
  Layer,
  Option,
  type Redacted,
  Ref,
  Schema,
  type Scope
} from "effect"
import * as ExchangeOrigin from "./ExchangeOrigin.ts"
import * as Monotonic from "./Monotonic.ts"
import { anchored, closeGate, waitAt } from "./RateLimiter/Gate.ts"
import * as LimiterState from "./RateLimiter/LimiterState.ts"
import { countBlocked, trackWait } from "./RateLimiter/Metrics.ts"
import * as ProcessLimiters from "./RateLimiter/ProcessLimiters.ts"
import { quickestOf } from "./RateLimiter/Road.ts"
import * as StoredInstant from "./StoredInstant.ts"
import * as WaitNotice from "./WaitNotice.ts"

export * from "./RateLimiter/Gate.ts"
export * from "./RateLimiter/Metrics.ts"
export { makeLine } from "./RateLimiter/PrioritySemaphore.ts"
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
 * Options of the limiter of an exchange's key.
 *
 * @since 0.1.0
 * @category models
 */
export interface KeyOptions extends Options {
  /** The exchange's base URL; its canonical origin counts. */
  readonly exchange: URL
  /** None for requests without a key, which have a limit of their own. */
  readonly apiKey: Option.Option<Redacted.Redacted>
}

/** A queue that takes no longer is the pace itself, not a wait for anybody; in milliseconds. */
const pace = 2_100

/** Notice of the queue is given no oftener; in milliseconds. */
const noticeEvery = 10_000

/** What a limiter does over a state. */
const over = (state: LimiterState.LimiterState, options: Options): typeof RateLimiter.Service => {
  const { permits } = state
  const { requestsPerSecond } = options
  const patience = Duration.toMillis(options.patience ?? Duration.seconds(10))

  const notice = Effect.fnUntraced(function* (wait: WaitNotice.Wait, until: number) {
    const due = yield* Ref.modify(state.notice, (last) => (last < until ? [true, until] : [false, last]))
    if (due) yield* WaitNotice.give(wait)
  })

  const passGate: Effect.Effect<void, GateClosed> = Effect.gen(function* () {
    const monotonic = yield* Monotonic.millis
    const { closedUntil } = yield* Ref.updateAndGet(state.gate, (gate) => anchored(gate, monotonic))
    const wait = waitAt(closedUntil, monotonic)
    if (wait === 0) return
    const unlockAt = DateTime.unsafeMake((yield* Clock.currentTimeMillis) + wait)
    if (wait > patience) return yield* new GateClosed({ unlockAt })
    if (wait > 1_000) {
      const reason = `Waiting for the exchange, which takes no requests with this key before ${DateTime.formatIso(unlockAt)}.`
      yield* notice({ kind: "gate", reason }, closedUntil)
    }
    yield* Effect.sleep(Duration.millis(wait))
    // Another answer may have closed it for longer in the meantime.
    yield* passGate
  })

  const noticeQueue = Effect.fnUntraced(function* (priority: Priority) {
    const ahead = permits.ahead(priority)
    if ((ahead / requestsPerSecond) * 1_000 <= pace) return
    const now = yield* Monotonic.millis
    const reason = `Waiting for ${ahead} requests of this program that come first, at ${requestsPerSecond} a second.`
    if (now - (yield* Ref.get(state.notice)) >= noticeEvery) yield* notice({ kind: "permit", reason }, now)
  })

  const nextNonce = Effect.flatMap(Clock.currentTimeMillis, (now) =>
    Ref.updateAndGet(state.lastNonce, (last) => StoredInstant.nonceAfter(last, now))
  )

  const acquire = Effect.fnUntraced(function* (priority: Priority) {
    yield* Effect.interruptible(passGate)
    yield* noticeQueue(priority)
    yield* permits.take(priority)
    // The gate may have closed while this request waited in the queue.
    yield* Effect.onError(Effect.interruptible(passGate), () => permits.release)
  })

  const withPermit = <A, E, R>(
    priority: Priority,
    send: (nonce: number) => Effect.Effect<A, E, R>
  ): Effect.Effect<A, E | GateClosed, R> =>
    Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        yield* trackWait(acquire(priority))
        const nonce = yield* nextNonce
        const answered = yield* LimiterState.send(state, quickestOf(yield* Ref.get(state.road), requestsPerSecond))
        return yield* Effect.onExit(restore(send(nonce)), (exit) => answered(Exit.isSuccess(exit)))
      })
    )

  const blocked = Effect.fnUntraced(function* (unlockAt: Option.Option<DateTime.Utc>) {
    yield* countBlocked
    const now = yield* Clock.currentTimeMillis
    const monotonic = yield* Monotonic.millis
    const until = Option.map(unlockAt, (at) => monotonic + DateTime.toEpochMillis(at) - now)
    const { closedUntil } = yield* Ref.updateAndGet(state.gate, (gate) => closeGate(gate, monotonic, until))
    return DateTime.unsafeMake(now + closedUntil - monotonic)
  })

  return RateLimiter.of({ withPermit, blocked })
}

/**
 * A limiter of its own, for the fibers that share it. Permits that are out when the scope closes are forgotten.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options): Effect.Effect<typeof RateLimiter.Service, never, Scope.Scope> =>
  Effect.flatMap(LimiterState.make, (state) =>
    Effect.as(LimiterState.open(state, options.requestsPerSecond), over(state, options))
  )

/**
 * The limiter that this process has for an exchange's key. Whoever asks for it, one after the other or at once, shares its
 * permits, gate and nonces; of different limits the smallest that is open governs, and permits that are out stay so when a
 * scope closes.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeKey = (options: KeyOptions): Effect.Effect<typeof RateLimiter.Service, never, Scope.Scope> =>
  Effect.flatMap(ProcessLimiters.get(ExchangeOrigin.of(options.exchange), options.apiKey), (state) =>
    Effect.as(LimiterState.open(state, options.requestsPerSecond), over(state, options))
  )

/**
 * A limiter of its own in this process's memory, for all fibers that share the layer.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<RateLimiter> => Layer.scoped(RateLimiter, make(options))

/**
 * The limiter that this process has for an exchange's key, however often the layer is built (see {@link makeKey}).
 *
 * @since 0.1.0
 * @category layers
 */
export const layerKey = (options: KeyOptions): Layer.Layer<RateLimiter> => Layer.scoped(RateLimiter, makeKey(options))
