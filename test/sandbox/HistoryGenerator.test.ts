import { Exchange } from "@btse-wallet/sandbox"
import { describe, expect, it } from "@effect/vitest"
import { Array as Arr, Effect, TestClock } from "effect"
import * as Effects from "./Effects.ts"

const noon = 1_790_000_000_000
const at = (now: number) => TestClock.setTime(now)
const generated = (options: { readonly records: number; readonly seed: number }) =>
  Effect.flatMap(Exchange.make(options), (exchange) => exchange.rows)

describe("a generated history", () => {
  it.effect("has exactly as many rows as asked for, all final and in the past since October 2019", () =>
    Effect.gen(function* () {
      yield* at(noon)
      for (let records = 0; records < 60; records++) {
        const rows = yield* generated({ records, seed: records })
        expect(rows.length).toBe(records)
        for (const row of rows) {
          expect(["COMPLETED", "CANCELLED"]).toContain(row.status)
          expect(row.timestamp).toBeGreaterThanOrEqual(1_569_888_000_000)
          expect(row.timestamp).toBeLessThan(noon)
        }
      }
    })
  )

  it.effect("is the same for the same seed, all day long, and another for another", () =>
    Effect.gen(function* () {
      yield* at(noon)
      const first = yield* generated({ records: 500, seed: 7 })
      yield* at(noon + 3_600_000)
      expect(yield* generated({ records: 500, seed: 7 })).toEqual(first)
      expect(yield* generated({ records: 500, seed: 8 })).not.toEqual(first)
    })
  )

  it.effect("holds every kind of row, shared milliseconds, 18 decimals, and an id for each order", () =>
    Effect.gen(function* () {
      yield* at(noon)
      const rows = yield* generated({ records: 3_000, seed: 7 })
      const kinds = new Set(rows.map(({ status, type }) => `${type} ${status}`))
      expect([...kinds].toSorted()).toEqual([
        "Convert fiat COMPLETED",
        "Deposit COMPLETED",
        "ReferralEarning COMPLETED",
        "Transfer_In COMPLETED",
        "Transfer_Out COMPLETED",
        "Withdraw CANCELLED",
        "Withdraw COMPLETED"
      ])
      expect(new Set(rows.map(({ currency }) => currency)).size).toBe(9)
      expect(rows.some(({ amount }) => amount.scale === 18 && amount.value % 10n !== 0n)).toBe(true)
      expect(rows.every(({ amount, fees }) => amount.value > 0n && fees.value >= 0n)).toBe(true)
      const orders = Arr.groupBy(rows, ({ orderId }) => orderId)
      for (const order of Object.values(orders)) {
        expect(order.map(({ type }) => type)).toEqual(
          order.length === 1 ? [expect.anything()] : ["Convert fiat", "Convert fiat"]
        )
      }
      const instants = Arr.groupBy(rows, ({ timestamp }) => `${timestamp}`)
      const shared = Object.values(instants).filter((tied) => new Set(tied.map(({ orderId }) => orderId)).size > 1)
      expect(shared.length).toBeGreaterThan(10)
      const span = (rows.at(-1)?.timestamp ?? 0) - (rows.at(0)?.timestamp ?? 0)
      expect(span).toBeGreaterThan(2.9 * 365 * 86_400_000)
    })
  )

  it.effect("adds up to the balances, row by row, and no balance is negative on the way", () =>
    Effect.gen(function* () {
      yield* at(noon)
      for (let seed = 0; seed < 20; seed++) {
        const exchange = yield* Exchange.make({ records: 400, seed })
        const totals = Effects.totals(yield* exchange.rows)
        expect([seed, totals.lowest]).toEqual([seed, "0"])
        const balances = yield* exchange.balances
        expect([seed, Effects.texts(balances)]).toEqual([seed, totals.texts])
      }
    })
  )
})
