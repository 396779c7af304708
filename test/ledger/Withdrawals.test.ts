import { WalletError, WalletModel } from "@btse-wallet/core"
import type { Sync } from "@btse-wallet/ledger"
import { Withdrawals } from "@btse-wallet/ledger"
import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Chunk, Clock, Deferred, Effect, Exit, Fiber, Stream, TestClock } from "effect"
import type { Exchange } from "./Bench.ts"
import { dawn, decimal, ledger, makeExchange, row, temporaryFile } from "./Bench.ts"

const hour = 3_600_000

const request = WalletModel.WithdrawRequest.make({
  currency: WalletModel.Currency.make("BTC"),
  network: WalletModel.Network.make("BITCOIN"),
  address: "bc1q-somewhere",
  amount: decimal("0.5"),
  feeOnTop: false
})

type Layered = Withdrawals.Withdrawals | Withdrawals.WithdrawalBook | Sync.Sync | SqlClient.SqlClient

const books = <A, E>(body: (exchange: Exchange) => Effect.Effect<A, E, Layered>) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(dawn + hour)
    const exchange = makeExchange()
    const filename = yield* temporaryFile
    return yield* body(exchange).pipe(Effect.provide(ledger(exchange, filename)))
  }).pipe(Effect.scoped)

const submit = (options: Partial<Withdrawals.SubmitOptions> = {}) =>
  Effect.flatMap(Withdrawals.Withdrawals, (service) => service.submit({ key: "k", request, ...options }))

const get = (id: string) => Effect.flatMap(Withdrawals.WithdrawalBook, (book) => book.get(id))

const resolve = Effect.flatMap(Withdrawals.WithdrawalBook, (book) => book.resolve)

const lost = Effect.fail(
  new WalletError.OutcomeUnknown({ operation: "withdraw", request: "a withdrawal", reason: "a timeout" })
)

describe("Withdrawals", () => {
  it.effect("sends once for a key, and gives the first outcome again", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const first = yield* submit({ note: "rent" })
        expect(first).toMatchObject({ status: "SUBMITTED", withdrawId: "w1", key: "k", note: "rent" })
        expect(yield* submit()).toEqual(first)
        expect(state.withdrawals.length).toBe(1)
        yield* submit({ key: "other" }).pipe(Effect.flip)
        expect(state.withdrawals.length).toBe(2)
      })
    )
  )

  it.effect(
    "refuses a key that stands for another request, and an amount of nine decimals, before anything is sent",
    () =>
      books(({ state }) =>
        Effect.gen(function* () {
          yield* submit()
          const other = { ...request, amount: decimal("0.51") }
          expect((yield* Effect.flip(submit({ request: other })))._tag).toBe("KeyConflict")
          const fine = { ...request, amount: decimal("0.123456789") }
          expect((yield* Effect.flip(submit({ key: "fine", request: fine })))._tag).toBe("InvalidRequest")
          expect((yield* Effect.flip(get("fine")))._tag).toBe("WithdrawalNotFound")
          expect(state.withdrawals.length).toBe(1)
        })
      )
  )

  it.effect("remembers a refusal, and does not send the same key again", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const refusal = new WalletError.InsufficientBalance({
          operation: "withdraw",
          status: 400,
          errorCode: 51523,
          exchangeMessage: "Insufficient wallet balance"
        })
        state.onWithdraw = Effect.fail(refusal)
        expect(yield* Effect.flip(submit())).toEqual(refusal)
        state.onWithdraw = Effect.succeed("w1")
        expect(yield* Effect.flip(submit())).toEqual(refusal)
        expect(state.withdrawals.length).toBe(1)
        expect(yield* get("k")).toMatchObject({ status: "REFUSED", withdrawId: null })
      })
    )
  )

  it.effect("takes an intent without an outcome for an unknown one, and never sends it again", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const now = yield* Clock.currentTimeMillis
        // What a process leaves that dies between its intent and the exchange's answer.
        yield* sql`INSERT INTO withdrawal ${sql.insert({
          account_id: 1,
          key: "k",
          status: "INTENDED",
          currency: "BTC",
          network: "BITCOIN",
          address: "bc1q-somewhere",
          amount: "0.5",
          fee_on_top: 0,
          created_at: now,
          updated_at: now
        })}`
        yield* TestClock.adjust("1 minute")
        expect((yield* Effect.flip(submit()))._tag).toBe("OutcomeUnknown")
        expect(yield* get("k")).toMatchObject({ status: "UNKNOWN" })
        expect((yield* Effect.flip(submit()))._tag).toBe("OutcomeUnknown")
        expect(state.withdrawals.length).toBe(0)
      })
    )
  )

  it.effect("takes an interruption during the send for an unknown outcome", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const sending = yield* Deferred.make<void>()
        state.onWithdraw = Effect.zipRight(Deferred.succeed(sending, undefined), Effect.never)
        const fiber = yield* Effect.fork(submit())
        yield* Deferred.await(sending)
        expect(Exit.isInterrupted(yield* Fiber.interrupt(fiber))).toBe(true)
        expect(yield* get("k")).toMatchObject({ status: "UNKNOWN" })
        expect((yield* Effect.flip(submit()))._tag).toBe("OutcomeUnknown")
        expect(state.withdrawals.length).toBe(1)
      })
    )
  )

  it.effect("finds an unknown withdrawal in history, where exactly one row fits", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        state.onWithdraw = lost
        yield* Effect.flip(submit())
        expect(yield* resolve).toMatchObject([{ status: "UNKNOWN", withdrawId: null }])
        const found = row({
          orderId: "w77",
          type: "Withdraw",
          amount: "0.5",
          fees: "0.001",
          status: "PROCESSING",
          timestamp: dawn + hour,
          toAddress: "bc1q-somewhere"
        })
        state.rows = [
          found,
          row({ orderId: "w78", type: "Withdraw", amount: "0.5", timestamp: dawn + hour, toAddress: "elsewhere" })
        ]
        expect(yield* resolve).toMatchObject([{ status: "PROCESSING", withdrawId: "w77" }])
        expect(yield* submit()).toMatchObject({ withdrawId: "w77", status: "PROCESSING" })
      })
    )
  )

  it.effect("leaves two unknown withdrawals unknown where one row fits both, or two rows one", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        state.onWithdraw = lost
        yield* Effect.flip(submit())
        yield* Effect.flip(submit({ key: "k2" }))
        const fitting = { type: "Withdraw", amount: "0.5", timestamp: dawn + hour }
        state.rows = [row({ orderId: "w77", ...fitting })]
        expect(yield* resolve).toMatchObject([{ status: "UNKNOWN" }, { status: "UNKNOWN" }])
        state.rows = [row({ orderId: "w77", ...fitting }), row({ orderId: "w78", ...fitting })]
        expect(yield* resolve).toMatchObject([{ status: "UNKNOWN" }, { status: "UNKNOWN" }])
        expect((yield* get("k")).reason).toContain("a person must tell")
      })
    )
  )

  it.live("tracks a withdrawal to its end, each transition once, and again from what was recorded", () =>
    Effect.gen(function* () {
      const exchange = makeExchange()
      const filename = yield* temporaryFile
      yield* Effect.gen(function* () {
        const { state } = exchange
        yield* submit()
        const timestamp = yield* Clock.currentTimeMillis
        // Each state lasts longer than the requests of one poll.
        const states = ["PENDING", "PROCESSING", "COMPLETED"].flatMap((status) =>
          Array.from({ length: 8 }, () => status)
        )
        state.onHistory = Effect.sync(() => {
          const status = states.shift()
          const txid = status === "COMPLETED" ? "abc" : null
          if (status !== undefined) {
            state.rows = [
              row({ orderId: "w1", type: "Withdraw", amount: "0.5", fees: "0.01", status, timestamp, txid })
            ]
          }
        })
        const book = yield* Withdrawals.WithdrawalBook
        const seen = Chunk.toReadonlyArray(yield* Stream.runCollect(book.track("w1")))
        expect(seen.map((one) => one.status)).toEqual(["SUBMITTED", "PENDING", "PROCESSING", "COMPLETED"])
        expect(seen.at(-1)).toMatchObject({ withdrawId: "w1", txid: "abc", currency: "BTC" })
        state.requests = []
        expect(Chunk.toReadonlyArray(yield* Stream.runCollect(book.track("w1")))).toEqual(seen)
        expect(state.requests).toEqual([])
        expect(yield* get("w1")).toMatchObject({ status: "COMPLETED", txid: "abc" })
        const sql = yield* SqlClient.SqlClient
        expect(yield* sql`SELECT status, txid, fees FROM withdrawals`).toEqual([
          { status: "COMPLETED", txid: "abc", fees: "0.01" }
        ])
      }).pipe(Effect.provide(ledger(exchange, filename)))
    }).pipe(Effect.scoped)
  )

  it.live("sends once where one key is submitted twice at a time over two connections", () =>
    Effect.gen(function* () {
      const exchange = makeExchange()
      const filename = yield* temporaryFile
      yield* Effect.provide(Effect.void, ledger(exchange, filename))
      exchange.state.onWithdraw = Effect.delay(Effect.succeed("w1"), "30 millis")
      const each = Effect.all([submit(), submit(), submit()], { concurrency: "unbounded" }).pipe(
        Effect.provide(ledger(exchange, filename))
      )
      const outcomes = (yield* Effect.all([each, each], { concurrency: "unbounded" })).flat()
      expect(exchange.state.withdrawals.length).toBe(1)
      expect(outcomes.map((outcome) => [outcome.withdrawId, outcome.status])).toEqual(
        Array.from({ length: 6 }, () => ["w1", "SUBMITTED"])
      )
    }).pipe(Effect.scoped)
  )
})
