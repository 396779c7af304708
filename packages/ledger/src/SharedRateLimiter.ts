/**
 * The budget of one API key, shared by every process on this machine that uses the key: a SQLite file holds the permits
 * that are out, the gate and the last nonce.
 *
 * A grant is one statement, so two processes cannot both take the last permit. A permit is a row until somebody has found
 * that it came back: the crash of its holder leaks nothing, and no wall clock is asked (see docs/decisions, 11). Writes that
 * wait leave a note, which ends by itself too, and reads let them pass.
 *
 * @since 0.1.0
 */
import { ApiKeyFingerprint, Monotonic, RateLimiter, StoredInstant, WaitNotice } from "@btse-wallet/core"
import { SqlClient, type SqlError } from "@effect/sql"
import {
  Clock,
  DateTime,
  Duration,
  Effect,
  Exit,
  Layer,
  Option,
  Predicate,
  Random,
  type Redacted,
  Ref,
  Schedule
} from "effect"
import * as Budget from "./SharedRateLimiter/Budget.ts"
import * as Observed from "./SharedRateLimiter/Observed.ts"

/**
 * The machine's own time: milliseconds since it was started, and a text that tells this start from others. No setting of a
 * clock changes it, and it is the same for all processes.
 *
 * @since 0.1.0
 * @category models
 */
export interface Machine {
  readonly boot: string
  readonly uptime: Effect.Effect<number>
}

/**
 * Whose budget it is, how it counts, and for how long a request may wait.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends RateLimiter.Options {
  /** The exchange's base URL or its origin: each exchange counts for itself, under any spelling. */
  readonly exchange: string
  /** Whose budget it is. The file holds a fingerprint of the key, never the key. */
  readonly apiKey: Redacted.Redacted
  /** The machine's time. Without it a process that starts counts the permits it finds for up to two seconds. */
  readonly machine?: Machine | undefined
}

/** A permit, when it was taken by the monotonic clock, and what was known of the road by then. */
interface Granted {
  readonly id: number
  readonly nonce: number
  readonly sentAt: number
  readonly quickest: number
}

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

/** A request that has waited so long gives notice; in milliseconds. The pace itself takes no longer. */
const pace = 2_100

/** Notice of the same wait is given no oftener; in milliseconds. */
const noticeEvery = 10_000

const nowOf = (machine: Machine | undefined): Effect.Effect<Observed.Now> =>
  Effect.gen(function* () {
    return {
      wall: yield* Clock.currentTimeMillis,
      monotonic: yield* Monotonic.millis,
      machine: machine === undefined ? undefined : { boot: machine.boot, uptime: yield* machine.uptime }
    }
  })

/** Closes a gate that is closed for `wait` still, or was open, and says for how long it is closed now. */
const closing = (
  row: Budget.KeyRow,
  now: Observed.Now,
  wait: number,
  unlockAt: Option.Option<number>
): Omit<Budget.GateRow, "generation"> => {
  const before = {
    closedAt: now.wall,
    offences: row.offences,
    closedUntil: wait > 0 ? now.wall + wait : Math.min(row.closedUntil, now.wall)
  }
  const { closedUntil, offences } = RateLimiter.closeGate(before, now.wall, unlockAt)
  return {
    closedAt: now.wall,
    closedUntil,
    offences,
    boot: now.machine?.boot ?? null,
    opensAt: now.machine === undefined ? null : now.machine.uptime + closedUntil - now.wall
  }
}

/**
 * A limiter on a budget file. Fails with `BudgetUnavailable` where the file cannot be used.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function* (options: Options) {
  const sql = yield* SqlClient.SqlClient
  const { machine, requestsPerSecond } = options
  const patience = Duration.toMillis(options.patience ?? Duration.seconds(10))
  yield* usable(Budget.prepare(sql))
  const budget = Budget.make(sql, ApiKeyFingerprint.ofText(options.exchange, options.apiKey), requestsPerSecond)
  yield* usable(Effect.flatMap(Clock.currentTimeMillis, budget.open))
  const permits = Observed.makePermits()
  const staleNotes = Observed.makeNotes()
  const gate = Observed.makeGate()
  const noticed = yield* Ref.make(Number.NEGATIVE_INFINITY)
  const lines = { read: RateLimiter.makeLine(), write: RateLimiter.makeLine() }

  /** Gives notice, unless one was given that holds for as long. */
  const notice = Effect.fnUntraced(function* (wait: WaitNotice.Wait, { monotonic }: Observed.Now, silence: number) {
    const due = yield* Ref.modify(noticed, (until) =>
      until <= monotonic ? [true, monotonic + silence] : [false, until]
    )
    if (due) yield* WaitNotice.give(wait)
  })

  /** Waits where the gate is closed; true where it was. */
  const passGate = Effect.fnUntraced(function* (row: Budget.KeyRow, now: Observed.Now) {
    const { foreign, wait } = gate(row, now)
    // So that the next process does not begin to wait anew.
    if (foreign) yield* usable(budget.close(row, closing(row, now, wait, Option.some(now.wall + wait))))
    if (wait === 0) return foreign
    const unlockAt = DateTime.unsafeMake(now.wall + wait)
    if (wait > patience) return yield* new RateLimiter.GateClosed({ unlockAt })
    if (wait > 1_000) {
      const reason = `Waiting for the exchange, which takes no requests with this key before ${DateTime.formatIso(unlockAt)}.`
      yield* notice({ kind: "gate", reason }, now, wait)
    }
    yield* Effect.interruptible(Effect.sleep(Duration.millis(wait + (yield* apart))))
    return true
  })

  const take = (
    priority: RateLimiter.Priority,
    note: Effect.Effect<void, RateLimiter.BudgetUnavailable>,
    since: number
  ): Effect.Effect<Granted, RateLimiter.NoPermit> =>
    Effect.gen(function* () {
      const now = yield* nowOf(machine)
      const row = yield* usable(budget.keyRow)
      if (yield* passGate(row, now)) return yield* take(priority, note, since)
      const { nextReturn, ofOthers, returned } = permits.look(yield* usable(budget.permits), now)
      yield* usable(budget.removePermits(returned))
      const notes = yield* usable(budget.notes)
      yield* usable(budget.removeNotes(staleNotes(notes, now)))
      const quickest = RateLimiter.quickestOf(row, requestsPerSecond)
      // As long as no answer settles it, the permit is out for as long as the answer might take to show a slow road.
      const life = (quickest > RateLimiter.window ? 1 : 2) * RateLimiter.window
      const returnsAt = now.machine === undefined ? null : now.machine.uptime + life
      const boot = machine?.boot ?? null
      const taken = yield* usable(
        budget.take({ priority, now: now.wall, generation: row.generation, life, boot, returnsAt })
      )
      if (Option.isSome(taken)) {
        permits.hold(taken.value.id, now.monotonic + life)
        return { ...taken.value, sentAt: now.monotonic, quickest }
      }
      yield* note
      const waited = now.monotonic - since
      if (waited > pace || (waited > 1_000 && ofOthers > 0)) {
        const reason = `Waiting for other processes that use this API key, which take ${ofOthers} of its ${requestsPerSecond} requests a second.`
        yield* notice({ kind: "permit", reason }, now, noticeEvery)
      }
      const pause = Math.min(look, Math.max(1, nextReturn - now.monotonic))
      yield* Effect.interruptible(Effect.sleep(Duration.millis(pause + (yield* apart))))
      return yield* take(priority, note, since)
    })

  const takeRead = Effect.flatMap(Monotonic.millis, (since) => lines.read.inTurn(take("read", Effect.void, since)))

  const takeWrite = Effect.gen(function* () {
    const since = yield* Monotonic.millis
    const id = `${yield* Random.nextInt}-${yield* Random.nextInt}`
    const note = Effect.asVoid(usable(budget.note(id)))
    // A note that cannot be taken back ends by itself.
    return yield* lines.write.inTurn(
      Effect.ensuring(take("write", note, since), Effect.ignore(budget.removeNotes([id])))
    )
  })

  const settle = Effect.fnUntraced(function* ({ id, quickest, sentAt }: Granted, exit: Exit.Exit<unknown, unknown>) {
    const { machine: time, monotonic, wall } = yield* nowOf(machine)
    const returnsAt = RateLimiter.returnsAt(sentAt, monotonic, quickest)
    permits.hold(id, returnsAt)
    const rest = Math.max(0, returnsAt - monotonic)
    yield* budget.settle(id, rest, time === undefined ? null : time.uptime + rest)
    if (Exit.isSuccess(exit)) {
      yield* budget.learn(RateLimiter.afterAnswer(yield* budget.keyRow, monotonic - sentAt), wall)
    }
  })

  const withPermit = <A, E, R>(
    priority: RateLimiter.Priority,
    send: (nonce: number) => Effect.Effect<A, E, R>
  ): Effect.Effect<A, E | RateLimiter.NoPermit, R> =>
    Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const permit = yield* RateLimiter.trackWait(priority === "write" ? takeWrite : takeRead)
        return yield* Effect.onExit(restore(send(permit.nonce)), (exit) =>
          // A permit that is not settled ends by itself, later.
          Effect.ignore(usable(settle(permit, exit), settledWithin))
        )
      })
    )

  const blocked: (unlockAt: Option.Option<DateTime.Utc>) => Effect.Effect<DateTime.Utc, RateLimiter.BudgetUnavailable> =
    Effect.fnUntraced(function* (unlockAt) {
      const row = yield* usable(budget.keyRow)
      const now = yield* nowOf(machine)
      const { wait } = gate(row, now)
      const to = closing(row, now, wait, Option.map(unlockAt, DateTime.toEpochMillis))
      const stays = wait > 0 && to.closedUntil <= now.wall + wait
      if (stays || (yield* usable(budget.close(row, to)))) return DateTime.unsafeMake(to.closedUntil)
      // Another process closed it in between: look again.
      return yield* blocked(unlockAt)
    })

  return RateLimiter.RateLimiter.of({
    withPermit,
    blocked: (unlockAt) => Effect.zipRight(RateLimiter.countBlocked, blocked(unlockAt))
  })
})

/**
 * The state of a budget at this moment: how many requests could be sent at once, when the exchange takes requests again where
 * it has closed the gate, and how far ahead of this clock the file's nonces and gate lie where that cannot be, in
 * milliseconds. It takes no permit. Fails with `BudgetUnavailable` where the file cannot be used.
 *
 * @since 0.1.0
 * @category getters
 */
export const standing = Effect.fn("SharedRateLimiter.standing")(function* (options: Options) {
  const sql = yield* SqlClient.SqlClient
  yield* usable(Budget.prepare(sql))
  const budget = Budget.make(sql, ApiKeyFingerprint.ofText(options.exchange, options.apiKey), options.requestsPerSecond)
  const now = yield* nowOf(options.machine)
  const row = yield* usable(budget.keyRow)
  const { wait } = Observed.makeGate()(row, now)
  const rows = yield* usable(budget.permits)
  const { returned } = Observed.makePermits().look(rows, now)
  const { nonce, record } = StoredInstant.horizons
  const unbelievable = [
    ...(StoredInstant.isBelievable(row.lastNonce, now.wall, nonce) ? [] : [row.lastNonce]),
    ...(StoredInstant.isBelievable(row.closedAt, now.wall, record) ? [] : [row.closedAt])
  ]
  return {
    free: wait > 0 ? 0 : Math.max(0, options.requestsPerSecond - rows.length + returned.length),
    opensAt: wait > 0 ? Option.some(DateTime.unsafeMake(now.wall + wait)) : Option.none(),
    ahead: unbelievable.length === 0 ? Option.none() : Option.some(Math.max(...unbelievable) - now.wall)
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
