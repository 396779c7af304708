/**
 * The budget of one API key, shared by every process on this machine that uses the key: a SQLite file holds the permits
 * that are out, the gate and the last nonce.
 *
 * A grant is one statement, so two processes cannot both take the last permit. A permit is a row that ends by itself: the
 * crash of its holder leaks nothing. Writes that wait leave a note, which ends by itself too, and reads let them pass.
 *
 * @since 0.1.0
 */
import { RateLimiter } from "@btse-wallet/core"
import { SqlClient, type SqlError } from "@effect/sql"
import {
  Clock,
  DateTime,
  Duration,
  Effect,
  Encoding,
  Exit,
  Layer,
  Option,
  Predicate,
  Random,
  Redacted,
  Schedule
} from "effect"
import * as Budget from "./SharedRateLimiter/Budget.ts"

/**
 * Whose budget it is, how it counts, and for how long a request may wait.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends RateLimiter.Options {
  /** The origin of the exchange's base URL: each exchange counts for itself. */
  readonly exchange: string
  /** Whose budget it is. The file holds a fingerprint of the key, never the key. */
  readonly apiKey: Redacted.Redacted
}

/** A permit, when it was taken, and what was known of the road by then. */
interface Granted extends Budget.Permit {
  readonly sentAt: number
  readonly known: number
}

/** SHA-256 of the exchange and the key, in hex. */
const fingerprint = ({ apiKey, exchange }: Options) =>
  Effect.map(
    Effect.promise(() =>
      crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${exchange}\n${Redacted.value(apiKey)}`))
    ),
    (digest) => Encoding.encodeHex(new Uint8Array(digest))
  )

const isBusy = ({ cause }: SqlError.SqlError): boolean =>
  Predicate.hasProperty(cause, "code") && String(cause.code).startsWith("SQLITE_BUSY")

/** How long a file may be locked by another program before it counts as unusable. */
const lockedFor = Duration.seconds(2)

/** Another process writes for a moment: try again; anything else is the file's fault. */
const usable = <A, R>(statement: Effect.Effect<A, SqlError.SqlError, R>, within: Duration.Duration = lockedFor) =>
  statement.pipe(
    Effect.retry({ while: isBusy, schedule: Schedule.spaced("10 millis").pipe(Schedule.upTo(within)) }),
    Effect.mapError((error) => new RateLimiter.BudgetUnavailable({ reason: error.message }))
  )

/** The longest that a waiting request sleeps without looking: another process may have given something back. */
const look = 50

/** An answer waits no longer than this for its permit to be settled: it may be the id of a withdrawal. */
const settledWithin = Duration.millis(100)

/** Processes that wait for the same permit look a little apart. */
const apart = Random.nextIntBetween(0, 8)

/**
 * A limiter on a budget file. Fails with `BudgetUnavailable` where the file cannot be used.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function* (options: Options) {
  const sql = yield* SqlClient.SqlClient
  const patience = Duration.toMillis(options.patience ?? Duration.seconds(10))
  yield* usable(Budget.prepare(sql))
  const budget = Budget.make(sql, yield* fingerprint(options), options.requestsPerSecond)
  yield* usable(Effect.flatMap(Clock.currentTimeMillis, budget.open))

  const waitFor = Effect.fnUntraced(function* (now: number) {
    const { closedUntil, nextReturn } = yield* usable(budget.obstacle(now))
    const closed = RateLimiter.waitAt(closedUntil, now)
    if (closed > patience) {
      return yield* new RateLimiter.GateClosed({ unlockAt: DateTime.unsafeMake(closedUntil) })
    }
    const returning = nextReturn === 0 ? look : Math.min(look, Math.max(1, nextReturn - now))
    yield* Effect.sleep(Duration.millis((closed > 0 ? closed : returning) + (yield* apart)))
  })

  const take: (
    priority: RateLimiter.Priority,
    note: Effect.Effect<void, RateLimiter.BudgetUnavailable>
  ) => Effect.Effect<Granted, RateLimiter.NoPermit> = Effect.fnUntraced(function* (priority, note) {
    const now = yield* Clock.currentTimeMillis
    const known = RateLimiter.quickestOf(yield* usable(budget.road), options.requestsPerSecond)
    // As long as no answer settles it, the permit is out for as long as the answer might take to show a slow road.
    const returnsAt = now + (known > RateLimiter.window ? 1 : 2) * RateLimiter.window
    const permit = yield* usable(budget.take(priority, now, returnsAt))
    if (Option.isSome(permit)) return { ...permit.value, sentAt: now, known }
    yield* note
    yield* Effect.interruptible(waitFor(now))
    return yield* take(priority, note)
  })

  const takeWrite = Effect.gen(function* () {
    const id = `${yield* Random.nextInt}-${yield* Random.nextInt}`
    const note = Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.asVoid(usable(budget.note(id, now))))
    // A note that cannot be taken back ends by itself.
    return yield* Effect.ensuring(take("write", note), Effect.ignore(budget.unnote(id)))
  })

  const settle = Effect.fnUntraced(function* (permit: Granted, exit: Exit.Exit<unknown, unknown>) {
    const now = yield* Clock.currentTimeMillis
    const { known, sentAt } = permit
    const took = Exit.isSuccess(exit) ? Option.some(now - sentAt) : Option.none()
    yield* budget.settle(permit.id, RateLimiter.returnsAt(sentAt, now, known), now, took)
  })

  const withPermit = <A, E, R>(
    priority: RateLimiter.Priority,
    send: (nonce: number) => Effect.Effect<A, E, R>
  ): Effect.Effect<A, E | RateLimiter.NoPermit, R> =>
    Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const permit = yield* RateLimiter.trackWait(priority === "write" ? takeWrite : take("read", Effect.void))
        return yield* Effect.onExit(restore(send(permit.nonce)), (exit) =>
          // A permit that is not settled ends by itself, later.
          Effect.ignore(usable(settle(permit, exit), settledWithin))
        )
      })
    )

  const blocked: (unlockAt: Option.Option<DateTime.Utc>) => Effect.Effect<DateTime.Utc, RateLimiter.BudgetUnavailable> =
    Effect.fnUntraced(function* (unlockAt) {
      const now = yield* Clock.currentTimeMillis
      const from = yield* usable(budget.gate)
      const to = RateLimiter.closeGate(from, now, Option.map(unlockAt, DateTime.toEpochMillis))
      if (yield* usable(budget.close(from, to))) return DateTime.unsafeMake(to.closedUntil)
      // Another process closed it in between: look again.
      return yield* blocked(unlockAt)
    })

  return RateLimiter.RateLimiter.of({
    withPermit,
    blocked: (unlockAt) => Effect.zipRight(RateLimiter.countBlocked, blocked(unlockAt))
  })
})

/**
 * What is left of a budget at this moment: how many requests could be sent at once, and when the exchange takes requests
 * again where it has closed the gate. It takes no permit. Fails with `BudgetUnavailable` where the file cannot be used.
 *
 * @since 0.1.0
 * @category getters
 */
export const standing = Effect.fn("SharedRateLimiter.standing")(function* (options: Options) {
  const sql = yield* SqlClient.SqlClient
  yield* usable(Budget.prepare(sql))
  const now = yield* Clock.currentTimeMillis
  const budget = Budget.make(sql, yield* fingerprint(options), options.requestsPerSecond)
  const { closedUntil, taken } = yield* usable(budget.standing(now))
  const closed = RateLimiter.waitAt(closedUntil, now) > 0
  return {
    free: closed ? 0 : Math.max(0, options.requestsPerSecond - taken),
    opensAt: closed ? Option.some(DateTime.unsafeMake(closedUntil)) : Option.none()
  }
})

/**
 * A limiter that every process with the same budget file and API key shares. The file is beside the ledger, not in it, so
 * that a sync's transactions do not hold up permits.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  options: Options
): Layer.Layer<RateLimiter.RateLimiter, RateLimiter.BudgetUnavailable, SqlClient.SqlClient> =>
  Layer.effect(RateLimiter.RateLimiter, make(options))
