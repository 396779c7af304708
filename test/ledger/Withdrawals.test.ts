import { WalletError } from "@btse-wallet/core"
import { Payments } from "@btse-wallet/ledger"
import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Clock, DateTime, Deferred, Effect, Exit, Fiber, TestClock } from "effect"
import { decimal, ledger, makeExchange, origin, row, temporaryFile } from "./Bench.ts"
import { books, decide, get, lost, morning, request, stage, submit } from "./WithdrawalBench.ts"

const answer = { operation: "withdraw", errorCode: null, exchangeMessage: null }

/** What a process leaves behind that ends before the outcome is known. */
const left = Effect.fnUntraced(function* (sendingAt: number | null) {
  const sql = yield* SqlClient.SqlClient
  const now = yield* Clock.currentTimeMillis
  yield* sql`INSERT INTO payment ${sql.insert({
    account_id: 1,
    kind: "withdraw",
    key: "k",
    status: "INTENDED",
    currency: "BTC",
    network: "BITCOIN",
    address: "bc1q-somewhere",
    amount: "0.5",
    fee_on_top: 0,
    claim: "of a process that is gone",
    alive_at: now,
    sending_at: sendingAt,
    created_at: now,
    updated_at: now
  })}`
})

describe("Withdrawals", () => {
  it.effect("sends once for a key, and gives the first outcome again", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const first = yield* submit({ note: "rent" })
        expect(first).toMatchObject({ status: "SUBMITTED", withdrawId: "w1", key: "k", note: "rent" })
        expect(first.sendingAt?.epochMillis).toBe(morning)
        expect(yield* submit()).toEqual(first)
        expect(state.withdrawals.length).toBe(1)
      })
    )
  )

  it.effect("calls it unknown where the exchange gives one id to two withdrawals", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const first = yield* submit()
        expect((yield* Effect.flip(submit({ key: "other" })))._tag).toBe("OutcomeUnknown")
        expect(yield* submit()).toEqual(first)
        expect(state.withdrawals.length).toBe(2)
      })
    )
  )

  it.effect("refuses another request for a key, nine decimals, and a transaction, before anything is sent", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        yield* submit()
        const other = { ...request, amount: decimal("0.51") }
        expect((yield* Effect.flip(submit({ request: other })))._tag).toBe("KeyConflict")
        const fine = { ...request, amount: decimal("0.123456789") }
        expect((yield* Effect.flip(submit({ key: "fine", request: fine })))._tag).toBe("InvalidRequest")
        const sql = yield* SqlClient.SqlClient
        const within = yield* Effect.flip(sql.withTransaction(submit({ key: "fine" })))
        expect(within.message).toContain("inside a transaction")
        expect((yield* Effect.flip(get("fine")))._tag).toBe("PaymentNotFound")
        expect(state.withdrawals.length).toBe(1)
      })
    )
  )

  it.effect("remembers what the exchange refused, and does not send the same key again", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const judgements = [
          new WalletError.InsufficientBalance({ ...answer, status: 400 }),
          new WalletError.BadRequest({ ...answer, status: 400 }),
          new WalletError.InvalidWithdrawAmount({ ...answer, status: 400 })
        ]
        for (const refusal of judgements) {
          const key = refusal._tag
          state.onWithdraw = Effect.fail(refusal)
          expect(yield* Effect.flip(submit({ key }))).toEqual(refusal)
          state.onWithdraw = Effect.succeed("w1")
          expect(yield* Effect.flip(submit({ key }))).toEqual(refusal)
          expect(yield* get(key)).toMatchObject({ status: "REFUSED", withdrawId: null })
        }
        expect(state.withdrawals.length).toBe(judgements.length)
      })
    )
  )

  it.effect("sends a key again where a refusal that passes proved that nothing was done", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const unlockAt = DateTime.unsafeMake(morning + 1_000)
        const passing: ReadonlyArray<WalletError.WithdrawError> = [
          new WalletError.RateLimited({ ...answer, status: 429, unlockAt }),
          new WalletError.Unreachable({ operation: "withdraw", host: "h", sent: false, reason: "refused" }),
          new WalletError.MissingCredentials({ operation: "withdraw" })
        ]
        for (const error of passing) {
          state.onWithdraw = Effect.fail(error)
          expect(yield* Effect.flip(submit())).toEqual(error)
          expect(yield* get("k")).toMatchObject({ status: "UNSENT", sendingAt: null, reason: error.message })
        }
        state.onWithdraw = Effect.succeed("w1")
        expect(yield* submit()).toMatchObject({ id: "1", status: "SUBMITTED", withdrawId: "w1", reason: null })
        expect(state.withdrawals.length).toBe(passing.length + 1)
      })
    )
  )

  it.effect("never sends again what was leaving when its program ended", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        yield* left(morning)
        yield* TestClock.adjust("6 seconds")
        expect((yield* Effect.flip(submit()))._tag).toBe("OutcomeUnknown")
        expect(yield* get("k")).toMatchObject({ status: "UNKNOWN" })
        yield* TestClock.adjust("1 day")
        expect((yield* Effect.flip(submit()))._tag).toBe("OutcomeUnknown")
        expect(state.withdrawals.length).toBe(0)
      })
    )
  )

  it.effect("sends what was intended when its program ended before anything left", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        yield* left(null)
        const fiber = yield* Effect.fork(submit())
        // It may still be alive.
        yield* TestClock.adjust("4 seconds")
        expect(state.withdrawals.length).toBe(0)
        yield* TestClock.adjust("2 seconds")
        expect(yield* Fiber.join(fiber)).toMatchObject({ id: "1", status: "SUBMITTED" })
        expect(state.withdrawals.length).toBe(1)
      })
    )
  )

  it.effect("takes an interruption for unsent before the bytes leave", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const reached = yield* Deferred.make<void>()
        state.onPermit = Effect.zipRight(Deferred.succeed(reached, undefined), Effect.never)
        const queued = yield* Effect.fork(submit())
        yield* Deferred.await(reached)
        expect(Exit.isInterrupted(yield* Fiber.interrupt(queued))).toBe(true)
        expect(yield* get("k")).toMatchObject({ status: "UNSENT", sendingAt: null })
        state.onPermit = Effect.void
        expect(yield* submit()).toMatchObject({ status: "SUBMITTED" })
        expect(state.withdrawals.length).toBe(1)
      })
    )
  )

  it.effect("goes on to its real outcome where its caller hangs up after the bytes left", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const sending = yield* Deferred.make<void>()
        const answer = yield* Deferred.make<string>()
        state.onWithdraw = Effect.zipRight(Deferred.succeed(sending, undefined), Deferred.await(answer))
        const fiber = yield* Effect.fork(submit())
        yield* Deferred.await(sending)
        expect(Exit.isInterrupted(yield* Fiber.interrupt(fiber))).toBe(true)
        expect(yield* get("k")).toMatchObject({ status: "INTENDED" })
        const again = yield* Effect.fork(submit())
        yield* Deferred.succeed(answer, "w7")
        yield* TestClock.adjust("1 second")
        expect(yield* Fiber.join(again)).toMatchObject({ status: "SUBMITTED", withdrawId: "w7" })
        expect(state.withdrawals.length).toBe(1)
      })
    )
  )

  it.effect("lets a sender that was paused before its gate send nothing once another has taken its key", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const paused = yield* Deferred.make<void>()
        const goOn = yield* Deferred.make<void>()
        state.onPermit = Effect.zipRight(Deferred.succeed(paused, undefined), Deferred.await(goOn))
        const first = yield* Effect.fork(submit())
        yield* Deferred.await(paused)
        // As if its machine had slept: no sign of life for a minute.
        yield* sql`UPDATE payment SET alive_at = alive_at - 60000`
        state.onPermit = Effect.void
        const second = yield* submit()
        yield* Deferred.succeed(goOn, undefined)
        expect(yield* Fiber.join(first)).toEqual(second)
        expect(state.withdrawals.length).toBe(1)
      })
    )
  )

  it.effect("keeps the exchange's answer that comes after others took the sender for dead", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const sending = yield* Deferred.make<void>()
        const goOn = yield* Deferred.make<void>()
        state.onWithdraw = Effect.as(Effect.zipRight(Deferred.succeed(sending, undefined), Deferred.await(goOn)), "w1")
        const first = yield* Effect.fork(submit())
        yield* Deferred.await(sending)
        yield* sql`UPDATE payment SET alive_at = alive_at - 60000`
        expect((yield* Effect.flip(submit()))._tag).toBe("OutcomeUnknown")
        yield* Deferred.succeed(goOn, undefined)
        expect(yield* Fiber.join(first)).toMatchObject({ status: "SUBMITTED", withdrawId: "w1" })
        expect(state.withdrawals.length).toBe(1)
      })
    )
  )

  it.effect("leaves a sender that waits long for its permit its claim", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const waiting: Array<number> = []
        state.onPermit = Effect.zipRight(
          Effect.sync(() => waiting.push(1)),
          Effect.sleep("15 seconds")
        )
        const first = yield* Effect.fork(submit())
        yield* TestClock.adjust("12 seconds")
        const second = yield* Effect.fork(submit())
        yield* TestClock.adjust("2 seconds")
        yield* TestClock.adjust("2 seconds")
        expect(yield* Fiber.join(second)).toEqual(yield* Fiber.join(first))
        expect(waiting.length).toBe(1)
      })
    )
  )

  it.effect("believes the exchange's answer over a person who gave its row to another", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const sending = yield* Deferred.make<void>()
        const goOn = yield* Deferred.make<void>()
        state.onWithdraw = Effect.as(Effect.zipRight(Deferred.succeed(sending, undefined), Deferred.await(goOn)), "w77")
        const first = yield* Effect.fork(submit())
        yield* Deferred.await(sending)
        state.onWithdraw = lost
        yield* Effect.flip(submit({ key: "k2" }))
        state.rows = [row({ orderId: "w77", type: "Withdraw", amount: "0.5", status: "PENDING", timestamp: morning })]
        yield* sql`UPDATE payment SET alive_at = alive_at - 60000 WHERE key = 'k'`
        expect(yield* decide("k2", { _tag: "Is", orderId: "w77", reason: "a guess" })).toMatchObject({
          status: "PENDING"
        })
        yield* Deferred.succeed(goOn, undefined)
        expect(yield* Fiber.join(first)).toMatchObject({ status: "PENDING", withdrawId: "w77" })
        expect(yield* get("k2")).toMatchObject({ status: "UNKNOWN", withdrawId: null })
      })
    )
  )

  it.effect("sends nothing where the ledger cannot write down that it leaves", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`CREATE TEMP TRIGGER full BEFORE UPDATE OF sending_at ON payment WHEN NEW.sending_at IS NOT NULL
          BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`
        expect((yield* Effect.flip(submit()))._tag).toBe("LedgerUnavailable")
        expect(yield* get("k")).toMatchObject({ status: "UNSENT" })
        expect(state.withdrawals.length).toBe(0)
        yield* sql`DROP TRIGGER full`
        expect(yield* submit()).toMatchObject({ status: "SUBMITTED" })
      })
    )
  )

  it.effect("has every commit reach the disk, so that a power loss takes back none", () =>
    books(() =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        expect(yield* sql`PRAGMA synchronous`).toEqual([{ synchronous: 2 }])
      })
    )
  )

  it.live("sends once where one key is submitted by many fibers over two connections", () =>
    Effect.gen(function* () {
      const { exchange, filename } = yield* stage
      yield* Effect.provide(Effect.void, ledger(exchange, filename))
      exchange.state.onWithdraw = Effect.delay(Effect.succeed("w1"), "30 millis")
      const each = Effect.all(
        Array.from({ length: 20 }, () => submit()),
        { concurrency: "unbounded" }
      ).pipe(Effect.provide(ledger(exchange, filename)))
      const outcomes = (yield* Effect.all([each, each], { concurrency: "unbounded" })).flat()
      expect(exchange.state.withdrawals.length).toBe(1)
      expect(new Set(outcomes.map(({ status, withdrawId }) => `${status} ${withdrawId}`))).toEqual(
        new Set(["SUBMITTED w1"])
      )
    }).pipe(Effect.scoped)
  )

  it.live("tells all who waited for an attempt what came of it, and sends no second one for them", () =>
    Effect.gen(function* () {
      const { exchange, filename } = yield* stage
      const error = new WalletError.Unreachable({ operation: "withdraw", host: "h", sent: false, reason: "refused" })
      exchange.state.onWithdraw = Effect.delay(Effect.fail(error), "100 millis")
      const outcomes = yield* Effect.all(
        Array.from({ length: 5 }, () => Effect.flip(submit())),
        { concurrency: "unbounded" }
      ).pipe(Effect.provide(ledger(exchange, filename)))
      expect(outcomes).toEqual(Array.from({ length: 5 }, () => error))
      expect(exchange.state.withdrawals.length).toBe(1)
    }).pipe(Effect.scoped)
  )

  it.effect("makes a withdrawal of its own of each submit without a key", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(morning)
      const exchange = makeExchange()
      exchange.state.balances = { BTC: "1000" }
      exchange.state.onWithdraw = Effect.sync(() => `w${exchange.state.withdrawals.length}`)
      const keyless = Effect.flatMap(Payments.Payments, (service) => service.withdraw({ request }))
      const made = yield* Effect.all([keyless, keyless]).pipe(
        Effect.provide(ledger(exchange, yield* temporaryFile, origin))
      )
      expect(new Set(made.map(({ key }) => key)).size).toBe(2)
    }).pipe(Effect.scoped)
  )
})
