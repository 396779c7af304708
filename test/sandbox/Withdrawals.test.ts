import { Exchange } from "@btse-wallet/sandbox"
import type { SandboxOptions } from "@btse-wallet/sandbox"
import { describe, expect, it } from "@effect/vitest"
import { BigDecimal, Effect, TestClock } from "effect"

const start = 1_790_000_000_000

const started = Effect.fnUntraced(function* (options: SandboxOptions.SandboxOptions = {}) {
  yield* TestClock.setTime(start)
  const exchange = yield* Exchange.make(options)
  yield* exchange.deposit({ currency: "BTC", amount: BigDecimal.unsafeFromString("1") })
  const withdraw = (fields: {
    readonly amount: string
    readonly address?: string
    readonly includeWithdrawFee?: boolean
  }) => exchange.withdraw({ currency: "BTC-Bitcoin", address: "address", includeWithdrawFee: true, ...fields })
  const row = (orderId: string) =>
    Effect.map(exchange.rows, (rows) => rows.filter((candidate) => candidate.orderId === orderId).at(0))
  const balance = Effect.map(exchange.balances, (balances) =>
    balances.map(({ available, total }) => [BigDecimal.format(total), BigDecimal.format(available)])
  )
  return { exchange, withdraw, row, balance }
})

describe("a withdrawal", () => {
  it.effect("is PENDING, PROCESSING, COMPLETED as time passes, in one row with one timestamp", () =>
    Effect.gen(function* () {
      const { balance, exchange, row, withdraw } = yield* started()
      yield* TestClock.adjust("1 seconds")
      const id = yield* withdraw({ amount: "0.25" })
      const pending = yield* row(id)
      expect(pending).toMatchObject({
        status: "PENDING",
        timestamp: start + 1_000,
        txid: "",
        currencyNetwork: "BITCOIN"
      })
      expect(yield* balance).toEqual([["1", "0.75"]])
      yield* TestClock.adjust("499 millis")
      expect(yield* row(id)).toEqual(pending)
      yield* TestClock.adjust("1 millis")
      expect(yield* row(id)).toEqual({ ...pending, status: "PROCESSING" })
      yield* TestClock.adjust("999 millis")
      expect(yield* balance).toEqual([["1", "0.75"]])
      yield* TestClock.adjust("1 millis")
      expect(yield* row(id)).toEqual({ ...pending, status: "COMPLETED", txid: expect.stringMatching(/^[0-9a-f]{64}$/) })
      expect(yield* balance).toEqual([["0.75", "0.75"]])
      expect(yield* exchange.count).toBe(2)
    })
  )

  it.effect("is cancelled where the address says so, and everything is available again", () =>
    Effect.gen(function* () {
      const { balance, row, withdraw } = yield* started()
      const id = yield* withdraw({ amount: "0.25", address: "cancel-me" })
      expect(yield* balance).toEqual([["1", "0.75"]])
      yield* TestClock.adjust("2 seconds")
      expect(yield* balance).toEqual([["1", "1"]])
      expect(yield* row(id)).toMatchObject({ status: "CANCELLED", txid: "" })
    })
  )

  it.effect("takes the fee out of the amount, or on top of it", () =>
    Effect.gen(function* () {
      const { balance, exchange, row, withdraw } = yield* started()
      const inside = yield* row(yield* withdraw({ amount: "0.25" }))
      const onTop = yield* row(yield* withdraw({ amount: "0.25", includeWithdrawFee: false }))
      expect(inside).toMatchObject({
        amount: BigDecimal.unsafeFromString("0.25"),
        fees: BigDecimal.unsafeFromString("0.0005")
      })
      expect(onTop).toMatchObject({
        amount: BigDecimal.unsafeFromString("0.2505"),
        fees: BigDecimal.unsafeFromString("0.0005")
      })
      yield* TestClock.adjust("2 seconds")
      expect(yield* balance).toEqual([["0.4995", "0.4995"]])
      expect(BigDecimal.format(yield* exchange.account("fees", "BTC"))).toBe("0.001")
      expect(BigDecimal.format(yield* exchange.account("external", "BTC"))).toBe("-0.5005")
    })
  )

  it.effect("goes as fast as the options say, and as the exchange's clock is put forward", () =>
    Effect.gen(function* () {
      const { exchange, row, withdraw } = yield* started({
        withdrawals: { processingAfter: "1 minutes", finalAfter: "1 hours" }
      })
      const id = yield* withdraw({ amount: "0.25" })
      yield* TestClock.adjust("59 minutes")
      expect(yield* row(id)).toMatchObject({ status: "PROCESSING" })
      yield* exchange.advance("1 minutes")
      expect(yield* row(id)).toMatchObject({ status: "COMPLETED" })
    })
  )

  it.effect("lives the same life for the same seed", () =>
    Effect.gen(function* () {
      const life = Effect.gen(function* () {
        const { exchange, withdraw } = yield* started({ seed: 3 })
        yield* withdraw({ amount: "0.25" })
        yield* TestClock.adjust("2 seconds")
        return yield* exchange.rows
      })
      expect(yield* life).toEqual(yield* life)
    })
  )

  it.effect("can be taken all at once only as often as the balance allows", () =>
    Effect.gen(function* () {
      const { balance, withdraw } = yield* started()
      const outcomes = yield* Effect.all(Effect.replicate(Effect.either(withdraw({ amount: "0.3" })), 20), {
        concurrency: "unbounded"
      })
      expect(outcomes.filter(({ _tag }) => _tag === "Right").length).toBe(3)
      expect(yield* balance).toEqual([["1", "0.1"]])
    })
  )
})
