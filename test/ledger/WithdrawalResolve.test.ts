import { WalletError } from "@btse-wallet/core"
import { Sync } from "@btse-wallet/ledger"
import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, TestClock } from "effect"
import { row } from "./Bench.ts"
import { books, decide, get, lost, morning, request, resolve, submit } from "./WithdrawalBench.ts"

const withdrawal = {
  type: "Withdraw",
  amount: "0.5",
  timestamp: morning,
  toAddress: "bc1q-somewhere",
  network: "Bitcoin"
}

describe("Resolving unknown withdrawals", () => {
  it.effect("finds the row in history, where exactly one fits, with the fee in it or not", () =>
    Effect.forEach(["0.5", "0.499", "-0.5"], (amount) =>
      books(({ state }) =>
        Effect.gen(function* () {
          state.onWithdraw = lost
          yield* Effect.flip(submit())
          expect(yield* resolve).toMatchObject([{ status: "UNKNOWN", verdict: "waiting", withdrawId: null }])
          state.rows = [
            row({ ...withdrawal, orderId: "w77", amount, fees: "0.001", status: "PROCESSING" }),
            row({ ...withdrawal, orderId: "w78", toAddress: "elsewhere" }),
            row({ ...withdrawal, orderId: "w79", amount: "0.51" }),
            row({ ...withdrawal, orderId: "w80", timestamp: morning - 3_600_000 }),
            row({ ...withdrawal, orderId: "w81", timestamp: morning + 600_000 }),
            row({ ...withdrawal, orderId: "w82", type: "Deposit" })
          ]
          // All of them are in the books, not only those of the time around it.
          yield* TestClock.adjust("20 minutes")
          yield* Effect.flatMap(Sync.Sync, (sync) => sync.run())
          expect(yield* resolve).toMatchObject([{ status: "PROCESSING", verdict: "found", withdrawId: "w77" }])
          expect(yield* submit()).toMatchObject({ withdrawId: "w77", status: "PROCESSING" })
          expect(yield* resolve).toEqual([])
        })
      )
    )
  )

  it.effect("asks a person where two rows fit one, and takes the answer once, with its reason and time", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        state.onWithdraw = lost
        yield* Effect.flip(submit())
        state.rows = [row({ ...withdrawal, orderId: "w77", status: "PENDING" }), row({ ...withdrawal, orderId: "w78" })]
        const [asked] = yield* resolve
        expect(asked).toMatchObject({ status: "UNKNOWN", verdict: "ambiguous" })
        expect(asked?.candidates.map(({ orderId }) => orderId)).toEqual(["w77", "w78"])
        expect(asked?.reason).toContain("a person must tell")
        yield* TestClock.adjust("1 minute")
        const reason = "the bank says so"
        const told = yield* decide("k", { _tag: "Is", orderId: "w77", reason })
        expect(told).toMatchObject({
          status: "PENDING",
          withdrawId: "w77",
          reason: "a person decided: the bank says so"
        })
        expect(told.decidedAt?.epochMillis).toBe(morning + 60_000)
        const again = yield* Effect.flip(decide("k", { _tag: "Is", orderId: "w78", reason }))
        expect(again).toMatchObject({ _tag: "DecisionRefused", problem: "it is not unknown, it is PENDING" })
        const sql = yield* SqlClient.SqlClient
        expect(yield* sql`SELECT payment_id, at, order_id, reason FROM decision`).toEqual([
          { payment_id: 1, at: morning + 60_000, order_id: "w77", reason }
        ])
        expect(yield* Effect.flip(sql`DELETE FROM decision`)).toBeDefined()
      })
    )
  )

  it.effect("takes no decision that names another's row, or one that is no withdrawal of the currency", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        yield* submit({ key: "mine" })
        state.onWithdraw = lost
        yield* Effect.flip(submit())
        state.rows = [
          row({ ...withdrawal, orderId: "w1" }),
          row({ ...withdrawal, orderId: "e1", currency: "ETH" }),
          row({ ...withdrawal, orderId: "d1", type: "Deposit" })
        ]
        const refused = (orderId: string) => Effect.flip(decide("k", { _tag: "Is", orderId, reason: "a guess" }))
        expect((yield* refused("w1")).message).toContain("the payment's with key mine")
        expect((yield* refused("e1")).message).toContain("a Withdraw of ETH")
        expect((yield* refused("d1")).message).toContain("a Deposit of BTC")
        expect((yield* refused("none")).message).toContain("history shows no row none")
        expect(yield* get("k")).toMatchObject({ status: "UNKNOWN", decidedAt: null })
      })
    )
  )

  it.effect("says that a row is missing only when history had time enough, and only then takes a not-sent", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        state.onWithdraw = lost
        yield* Effect.flip(submit())
        const notSent = decide("k", { _tag: "NotSent", reason: "the exchange's support" })
        yield* TestClock.adjust("14 minutes")
        expect(yield* resolve).toMatchObject([{ verdict: "waiting" }])
        expect((yield* Effect.flip(notSent)).message).toContain("may still show up in history until 2026-02-02T03:55")
        yield* TestClock.adjust("1 minute")
        expect(yield* resolve).toMatchObject([{ status: "UNKNOWN", verdict: "missing" }])
        expect(yield* notSent).toMatchObject({ status: "REFUSED", withdrawId: null })
        // The key keeps that outcome: another withdrawal takes another key.
        state.onWithdraw = Effect.succeed("w1")
        expect(yield* submit()).toMatchObject({ status: "REFUSED" })
        expect(state.withdrawals.length).toBe(1)
      })
    )
  )

  it.effect("gives a row to neither of two that it fits", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        state.onWithdraw = lost
        yield* Effect.flip(submit())
        yield* Effect.flip(submit({ key: "k2" }))
        state.rows = [row({ ...withdrawal, orderId: "w77" })]
        expect(yield* resolve).toMatchObject([{ verdict: "ambiguous" }, { verdict: "ambiguous" }])
        state.rows = [...state.rows, row({ ...withdrawal, orderId: "w78" })]
        expect(yield* resolve).toMatchObject([{ verdict: "ambiguous" }, { verdict: "ambiguous" }])
        yield* decide("k2", { _tag: "Is", orderId: "w78", reason: "its time" })
        // The row that is left fits one withdrawal alone, once no other may show up.
        expect(yield* resolve).toMatchObject([{ key: "k", verdict: "waiting" }])
        yield* TestClock.adjust("15 minutes")
        expect(yield* resolve).toMatchObject([{ key: "k", withdrawId: "w77", verdict: "found" }])
      })
    )
  )

  it.effect("does not give the row of one that is being sent just now to another", () =>
    books(
      ({ state }) =>
        Effect.gen(function* () {
          state.onWithdraw = lost
          yield* Effect.flip(submit())
          const sending = yield* Deferred.make<void>()
          const goOn = yield* Deferred.make<void>()
          state.onWithdraw = Effect.as(
            Effect.zipRight(Deferred.succeed(sending, undefined), Deferred.await(goOn)),
            "w77"
          )
          const second = yield* Effect.fork(submit({ key: "k2" }))
          yield* Deferred.await(sending)
          state.rows = [row({ ...withdrawal, orderId: "w77" })]
          const resolving = yield* Effect.fork(resolve)
          yield* TestClock.adjust("100 millis")
          expect(yield* get("k")).toMatchObject({ status: "UNKNOWN", withdrawId: null })
          yield* Deferred.succeed(goOn, undefined)
          expect(yield* Fiber.join(second)).toMatchObject({ withdrawId: "w77" })
          yield* TestClock.adjust("100 millis")
          expect(yield* Fiber.join(resolving)).toMatchObject([
            { key: "k2", withdrawId: "w77" },
            { key: "k", status: "UNKNOWN", verdict: "waiting" }
          ])
        }),
      { resolveFor: 0 }
    )
  )

  it.effect("looks again while history may lag, and finds a row that shows up late", () =>
    books(
      ({ state }) =>
        Effect.gen(function* () {
          state.onWithdraw = lost
          yield* Effect.flip(submit())
          const resolving = yield* Effect.fork(resolve)
          yield* TestClock.adjust("10 seconds")
          state.rows = [row({ ...withdrawal, orderId: "w77" })]
          yield* TestClock.adjust("5 seconds")
          expect(yield* get("k")).toMatchObject({ status: "UNKNOWN" })
          yield* TestClock.adjust("5 seconds")
          expect(yield* Fiber.join(resolving)).toMatchObject([{ verdict: "found", withdrawId: "w77" }])
        }),
      { pollEvery: "1 second", resolveFor: "30 seconds", historyLag: "20 seconds" }
    )
  )

  it.effect("takes no row from before the sending, though an older one is unknown too", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        state.onWithdraw = lost
        yield* Effect.flip(submit({ key: "older", request: { ...request, address: "elsewhere" } }))
        yield* TestClock.adjust("1 hour")
        yield* Effect.flip(submit())
        state.rows = [row({ ...withdrawal, orderId: "w77" })]
        expect(yield* resolve).toMatchObject([
          { key: "k", verdict: "waiting" },
          { key: "older", verdict: "missing" }
        ])
      })
    )
  )

  it.effect("moves on what was followed by nobody, and finds a row that the exchange dates a little earlier", () =>
    books(
      ({ state }) =>
        Effect.gen(function* () {
          yield* submit({ key: "followed-by-nobody" })
          state.onWithdraw = lost
          yield* Effect.flip(submit({ request: { ...request, address: "elsewhere" } }))
          const earlier = { ...withdrawal, timestamp: morning - 200_000 }
          state.rows = [
            row({ ...earlier, orderId: "w1", status: "PROCESSING" }),
            row({ ...earlier, orderId: "w2", toAddress: "elsewhere" })
          ]
          expect(yield* resolve).toMatchObject([{ key: "k", verdict: "found", status: "COMPLETED", withdrawId: "w2" }])
          expect(yield* get("w1")).toMatchObject({ status: "PROCESSING" })
          state.rows = [row({ ...earlier, orderId: "w1" })]
          expect(yield* resolve).toEqual([])
          expect(yield* get("w1")).toMatchObject({ status: "COMPLETED" })
        }),
      { historyLag: 0 }
    )
  )

  it.effect("calls unsent what its program had only intended", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        state.onWithdraw = Effect.fail(new WalletError.MissingCredentials({ operation: "withdraw" }))
        yield* Effect.flip(submit({ request }))
        yield* sql`UPDATE payment SET status = 'INTENDED', alive_at = alive_at - 60000`
        expect(yield* resolve).toMatchObject([{ status: "UNSENT", verdict: "unsent" }])
        expect(yield* resolve).toEqual([])
      })
    )
  )

  it.effect("moves on with a row that was in the books before the exchange's answer was", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        // The first resolve reads the row of a withdrawal whose answer is still on its way.
        const sending = yield* Deferred.make<void>()
        const goOn = yield* Deferred.make<void>()
        state.onWithdraw = Effect.as(Effect.zipRight(Deferred.succeed(sending, undefined), Deferred.await(goOn)), "w77")
        const fiber = yield* Effect.fork(submit())
        yield* Deferred.await(sending)
        state.rows = [row({ ...withdrawal, orderId: "w77", status: "COMPLETED" })]
        const resolving = yield* Effect.fork(resolve)
        yield* TestClock.adjust("50 millis")
        yield* Deferred.succeed(goOn, undefined)
        expect(yield* Fiber.join(fiber)).toMatchObject({ status: "COMPLETED", withdrawId: "w77" })
        yield* TestClock.adjust("50 millis")
        yield* Fiber.join(resolving)
      })
    )
  )
})
