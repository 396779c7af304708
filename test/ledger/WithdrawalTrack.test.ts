import type { HistoryRecord } from "@btse-wallet/core"
import { WalletError } from "@btse-wallet/core"
import { Sync, Payments } from "@btse-wallet/ledger"
import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Chunk, Effect, Fiber, Stream, TestClock } from "effect"
import type { Exchange } from "./Bench.ts"
import { ledger, origin, row } from "./Bench.ts"
import { books, get, morning, request, resolve, stage, submit } from "./WithdrawalBench.ts"

const track = (id: string) =>
  Effect.flatMap(Payments.PaymentBook, (book) => Effect.map(Stream.runCollect(book.track(id)), Chunk.toReadonlyArray))

const shown = (orderId: string, status: string, timestamp = morning): HistoryRecord.HistoryRecord =>
  row({
    orderId,
    type: "Withdraw",
    amount: "0.5",
    fees: "0.01",
    status,
    timestamp,
    txid: status === "COMPLETED" ? "abc" : null
  })

const show = ({ state }: Exchange, ...rows: ReadonlyArray<HistoryRecord.HistoryRecord>) =>
  Effect.sync(() => {
    state.rows = [...rows]
  })

const everySecond = { pollEvery: "1 second" } as const

const statuses = (steps: ReadonlyArray<{ readonly status: string }>) => steps.map(({ status }) => status)

describe("Tracking withdrawals", () => {
  it.effect("claims nothing, so that the next sync looks for what came late as if nothing had been read", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const sync = Effect.flatMap(Sync.Sync, (service) => service.run())
        const sql = yield* SqlClient.SqlClient
        const covered = sql`SELECT from_ms, to_ms FROM coverage`
        yield* submit()
        yield* TestClock.adjust("1 minute")
        yield* sync
        const before = yield* covered
        const late = row({ orderId: "late", timestamp: morning - 3_000_000 })
        yield* show(exchange, shown("w1", "PROCESSING"), late)
        yield* TestClock.adjust("30 minutes")
        yield* resolve
        expect(yield* get("w1")).toMatchObject({ status: "PROCESSING" })
        expect(yield* covered).toEqual(before)
        yield* TestClock.adjust("1 minute")
        yield* sync
        expect(yield* sql`SELECT order_id FROM wallet_history ORDER BY timestamp`).toMatchObject([
          { order_id: "late" },
          { order_id: "w1" }
        ])
      })
    )
  )

  it.effect("gives each transition once to the end, and again from what was recorded, without a request", () =>
    books(
      (exchange) =>
        Effect.gen(function* () {
          yield* submit()
          const tracking = yield* Effect.fork(track("w1"))
          for (const status of ["PENDING", "PENDING", "PROCESSING", "COMPLETED"]) {
            yield* show(exchange, shown("w1", status))
            yield* TestClock.adjust("1 second")
          }
          const seen = yield* Fiber.join(tracking)
          expect(statuses(seen)).toEqual(["SUBMITTED", "PENDING", "PROCESSING", "COMPLETED"])
          expect(seen.at(-1)).toMatchObject({ withdrawId: "w1", txid: "abc", currency: "BTC" })
          exchange.state.requests = []
          expect(yield* track("w1")).toEqual(seen)
          expect(exchange.state.requests).toEqual([])
          expect(yield* get("w1")).toMatchObject({ status: "COMPLETED", txid: "abc" })
          const sql = yield* SqlClient.SqlClient
          expect(yield* sql`SELECT status, txid, fees FROM withdrawals`).toEqual([
            { status: "COMPLETED", txid: "abc", fees: "0.01" }
          ])
        }),
      everySecond
    )
  )

  it.effect("tells what happened while nobody watched", () =>
    books(
      (exchange) =>
        Effect.gen(function* () {
          yield* submit()
          const sync = Effect.flatMap(Sync.Sync, (sync) => sync.run())
          yield* show(exchange, shown("w1", "PENDING"))
          yield* sync
          yield* show(exchange, shown("w1", "PROCESSING"))
          yield* sync
          yield* show(exchange, shown("w1", "COMPLETED"))
          const tracking = yield* Effect.fork(track("w1"))
          yield* TestClock.adjust("1 second")
          expect(statuses(yield* Fiber.join(tracking))).toEqual(["SUBMITTED", "PENDING", "PROCESSING", "COMPLETED"])
        }),
      everySecond
    )
  )

  it.effect("polls once for all that are tracked, a single request where nothing is new, and stops with the last", () =>
    books(
      (exchange) =>
        Effect.gen(function* () {
          const { state } = exchange
          state.onWithdraw = Effect.sync(() => `w${state.withdrawals.length}`)
          const ids = ["w1", "w2", "w3", "w4", "w5"]
          yield* Effect.forEach(ids, (key, at) => submit({ key, request: { ...request, address: `a${at}` } }))
          yield* show(exchange, ...ids.map((id, at) => shown(id, "PENDING", morning + at)))
          const tracking = yield* Effect.fork(Effect.forEach(ids, track, { concurrency: "unbounded" }))
          yield* TestClock.adjust("1 second")
          state.requests = []
          for (let second = 0; second < 10; second++) yield* TestClock.adjust("1 second")
          expect(state.requests.length).toBe(10)
          // One ends before the others: they go on.
          yield* show(
            exchange,
            shown("w1", "COMPLETED"),
            ...ids.slice(1).map((id, at) => shown(id, "PENDING", morning + 1 + at))
          )
          yield* TestClock.adjust("1 second")
          yield* show(exchange, ...ids.map((id, at) => shown(id, "COMPLETED", morning + at)))
          yield* TestClock.adjust("1 second")
          for (const steps of yield* Fiber.join(tracking)) {
            expect(statuses(steps)).toEqual(["SUBMITTED", "PENDING", "COMPLETED"])
          }
          state.requests = []
          yield* TestClock.adjust("10 seconds")
          expect(state.requests).toEqual([])
          const sql = yield* SqlClient.SqlClient
          expect(yield* sql`SELECT count(*) AS runs FROM run WHERE kind = 'track'`).toEqual([{ runs: 1 }])
        }),
      everySecond
    )
  )

  it.effect("fails for all who watch where history cannot be read, and works for who comes later", () =>
    books(
      (exchange) =>
        Effect.gen(function* () {
          const { state } = exchange
          yield* submit()
          const error = new WalletError.Unreachable({ operation: "history", host: "h", sent: true, reason: "a reset" })
          state.onHistory = Effect.fail(error)
          const failing = yield* Effect.fork(
            Effect.all([Effect.flip(track("w1")), Effect.flip(track("w1"))], { concurrency: 2 })
          )
          yield* TestClock.adjust("2 seconds")
          expect(yield* Fiber.join(failing)).toEqual([error, error])
          state.onHistory = Effect.void
          yield* show(exchange, shown("w1", "COMPLETED"))
          const tracking = yield* Effect.fork(track("w1"))
          yield* TestClock.adjust("1 second")
          expect(statuses(yield* Fiber.join(tracking))).toEqual(["SUBMITTED", "COMPLETED"])
        }),
      everySecond
    )
  )

  it.live("ends where another process read the final state", () =>
    Effect.gen(function* () {
      const { exchange, filename } = yield* stage
      const own = ledger(exchange, filename, origin, { pollEvery: "50 millis" })
      yield* Effect.provide(submit(), own)
      yield* Effect.gen(function* () {
        const tracking = yield* Effect.fork(track("w1"))
        yield* show(exchange, shown("w1", "COMPLETED", (yield* get("w1")).createdAt.epochMillis))
        yield* Effect.flatMap(Sync.Sync, (sync) => sync.run()).pipe(Effect.provide(ledger(exchange, filename)))
        expect(statuses(yield* Fiber.join(tracking))).toEqual(["SUBMITTED", "COMPLETED"])
      }).pipe(Effect.provide(own))
    }).pipe(Effect.scoped)
  )
})
