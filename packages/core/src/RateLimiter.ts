/**
 * The budget of requests of one API key ("Rate Limits", 1.1.0: 5 requests a second per user), and the source of its
 * nonces.
 *
 * A permit comes back one second after it was taken, so that no sliding second holds more than the limit; a token bucket
 * would let twice as many through. A 429 closes a gate for every fiber until the exchange's unlock time, because
 * offending again lengthens the block. Where reads and writes wait, writes go first.
 *
 * @since 0.1.0
 */
import {
  Clock,
  Context,
  DateTime,
  Deferred,
  Duration,
  Effect,
  Exit,
  Layer,
  Metric,
  MetricBoundaries,
  Option,
  Ref,
  Schema
} from "effect"

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
 * How long a permit is out, in milliseconds: a second, and a little more, as a timer may fire a millisecond early and the
 * exchange's clock is not ours.
 *
 * @since 0.1.0
 * @category constants
 */
export const window = 1_010

/**
 * The documented blocks in milliseconds: a second, 5 minutes, 15 minutes, until an hour passes without an offence.
 *
 * @since 0.1.0
 * @category constants
 */
export const blocks: readonly [number, ...Array<number>] = [1_000, 300_000, 900_000]

/**
 * How long an offence is remembered, in milliseconds.
 *
 * @since 0.1.0
 * @category constants
 */
export const memory = 3_600_000

/**
 * A closed gate: until when, and which offence in a row closed it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Gate {
  readonly closedUntil: number
  readonly offences: number
}

/**
 * The gate after a 429 that arrived at `now`. Answers to requests that were under way when the gate closed are the same
 * offence; a gate that is closed for longer already stays so.
 *
 * @since 0.1.0
 * @category models
 */
export const closeGate = (gate: Gate, now: number, unlockAt: Option.Option<number>): Gate => {
  const offences = now < gate.closedUntil ? gate.offences : now < gate.closedUntil + memory ? gate.offences + 1 : 1
  const documented = blocks[Math.min(offences, blocks.length) - 1] ?? blocks[0]
  const until = Option.getOrElse(unlockAt, () => now + documented)
  return { closedUntil: Math.max(gate.closedUntil, until), offences }
}

/**
 * What is known of the road to the exchange: the quickest answer in milliseconds, and how many answers there have been.
 *
 * @since 0.1.0
 * @category models
 */
export interface Road {
  readonly quickest: number
  readonly answers: number
}

/**
 * The quickest answer, once two rounds of them have come: those of a cold start are all slow. 0 until then.
 *
 * @since 0.1.0
 * @category models
 */
export const quickestOf = (road: Road, requestsPerSecond: number): number =>
  road.answers >= 2 * requestsPerSecond ? road.quickest : 0

/**
 * When a permit that was taken at `sentAt` comes back. The exchange counts a request when it arrives, which a slow road
 * (a first connection, a busy machine) puts after the sending: what an answer took beyond the quickest one is added. The
 * first requests have nothing to compare with, so they count from their answer. All in epoch milliseconds, `quickest` in
 * milliseconds as it was known when the request was sent, 0 where it was not.
 *
 * @since 0.1.0
 * @category models
 */
export const returnsAt = (sentAt: number, answeredAt: number, quickest: number): number =>
  sentAt + window + Math.min(Math.max(0, answeredAt - sentAt - quickest), window)

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

/** A semaphore on which the writes that wait are served before the reads. */
const makeTurnstile = Effect.fnUntraced(function* (permits: number) {
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

/**
 * A limiter for the fibers of this process. Permits that are out when the scope closes are forgotten.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function* (options: Options) {
  const scope = yield* Effect.scope
  const turnstile = yield* makeTurnstile(options.requestsPerSecond)
  const patience = Duration.toMillis(options.patience ?? Duration.seconds(10))
  const gate = yield* Ref.make<Gate>({ closedUntil: 0, offences: 0 })
  const lastNonce = yield* Ref.make(0)
  const road = yield* Ref.make<Road>({ quickest: 0, answers: 0 })

  const passGate: Effect.Effect<void, GateClosed> = Effect.gen(function* () {
    const { closedUntil } = yield* Ref.get(gate)
    const wait = closedUntil - (yield* Clock.currentTimeMillis)
    if (wait <= 0) return
    if (wait > patience) return yield* new GateClosed({ unlockAt: DateTime.unsafeMake(closedUntil) })
    yield* Effect.sleep(Duration.millis(wait))
    // Another answer may have closed it for longer in the meantime.
    yield* passGate
  })

  const nextNonce = Effect.flatMap(Clock.currentTimeMillis, (now) =>
    Ref.updateAndGet(lastNonce, (last) => Math.max(now, last + 1))
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
    yield* Effect.sleep(Duration.millis(returnsAt(sentAt, answeredAt, known) - now))
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
