import { ClockSkew } from "@btse-wallet/core"
import { Reconciliation, Sync } from "@btse-wallet/ledger"
import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Clock, DateTime, Effect, Option, TestClock } from "effect"
import { ledger, makeExchange, origin, row, temporaryFile } from "./Bench.ts"

const minute = 60_000
const hour = 60 * minute
const noon = Date.UTC(2026, 9, 1, 12)

/** An exchange whose answers tell its time, read by a machine whose clock is so far ahead. */
const skewed = (ahead: number, measured = true) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(noon + ahead)
    const exchange = makeExchange()
    const answered = Effect.flatMap(Clock.currentTimeMillis, (wall) =>
      ClockSkew.observe(
        new URL(origin),
        { date: DateTime.toDate(DateTime.unsafeMake(wall - ahead)).toUTCString() },
        wall,
        wall
      )
    )
    exchange.state.onHistory = answered
    exchange.state.onBalances = answered
    // The program has asked for balances before it makes a ledger.
    if (measured) yield* answered
    const filename = yield* temporaryFile
    return { exchange, layer: ledger(exchange, filename) }
  })

const sync = Effect.flatMap(Sync.Sync, (service) => service.run())

const skews = [-2 * 24 * hour, -hour, -10_000, 0, 10_000, hour, 2 * 24 * hour]

describe("A machine whose clock is found to be off while it reads", () => {
  for (const ahead of [-hour, hour]) {
    it.scoped(`by ${ahead / 1_000} seconds reads up to the exchange's time, and claims no more`, () =>
      Effect.gen(function* () {
        const { exchange, layer } = yield* skewed(ahead, false)
        exchange.state.rows = [row({ orderId: "1", timestamp: noon - 30 * minute })]
        exchange.state.balances = { BTC: "1" }
        const { end, status } = yield* Effect.gen(function* () {
          const { coverage } = yield* sync
          const reconciliation = yield* Reconciliation.Reconciliation
          return { end: coverage.at(-1)?.to.epochMillis ?? 0, status: (yield* reconciliation.run()).status }
        }).pipe(Effect.provide(layer))
        expect(status).toBe("matched")
        expect(end).toBeLessThanOrEqual(noon + 1_000)
        expect(end).toBeGreaterThan(noon - 3_000)
      })
    )
  }
})

describe("A machine whose clock is off", () => {
  for (const ahead of skews) {
    it.scoped(`by ${ahead / 1_000} seconds breaks no balance, and proves nothing that was not asked for`, () =>
      Effect.gen(function* () {
        const { exchange, layer } = yield* skewed(ahead)
        exchange.state.rows = [
          row({ orderId: "1", timestamp: noon - 30 * 24 * hour }),
          row({ orderId: "2", timestamp: noon - 30 * minute }),
          row({ orderId: "3", timestamp: noon - 5_000 })
        ]
        exchange.state.balances = { BTC: "3" }
        yield* Effect.gen(function* () {
          const report = yield* sync
          expect(report.records.inserted).toBe(3)
          const reconciliation = yield* Reconciliation.Reconciliation
          const skew = yield* reconciliation.machineSkew
          expect(Math.abs(Option.getOrElse(skew, () => 0) - ahead)).toBeLessThan(1_500)
          const end = report.coverage.at(-1)?.to.epochMillis ?? 0
          expect(end).toBeLessThanOrEqual(noon + 1_000)
          expect(end).toBeGreaterThan(noon - 3_000)
          const asked = Math.max(...exchange.state.requests.map(({ to }) => to?.epochMillis ?? 0))
          expect(asked).toBeGreaterThan(end)
          // Two hours on there is one more row, and the clock is right.
          yield* TestClock.setTime(noon + 2 * hour)
          yield* ClockSkew.observe(
            new URL(origin),
            { date: DateTime.toDate(DateTime.unsafeMake(noon + 2 * hour)).toUTCString() },
            noon + 2 * hour,
            noon + 2 * hour
          )
          exchange.state.onHistory = Effect.void
          exchange.state.onBalances = Effect.void
          exchange.state.rows = [...exchange.state.rows, row({ orderId: "4", timestamp: noon + 30 * minute })]
          exchange.state.balances = { BTC: "4" }
          expect((yield* sync).records.inserted).toBe(1)
          const report2 = yield* Effect.flatMap(Reconciliation.Reconciliation, (service) => service.run())
          expect(report2).toMatchObject({ status: "matched" })
          const sql = yield* SqlClient.SqlClient
          const events = yield* sql<{ readonly at: number }>`SELECT at FROM event ORDER BY seq`
          const times = events.map(({ at }) => at)
          expect(times).toEqual(times.toSorted((one, other) => one - other))
          expect(times.at(-1)).toBeLessThanOrEqual(noon + 2 * hour)
        }).pipe(Effect.provide(layer))
      })
    )
  }
})
