import type { HistoryRecord } from "@btse-wallet/core"
import { Reconciliation, Sync } from "@btse-wallet/ledger"
import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Either, Random, TestClock } from "effect"
import * as Campaign from "../Campaign.ts"
import type { Exchange } from "./Bench.ts"
import { dawn, ledger, makeExchange, row, temporaryFile } from "./Bench.ts"

const lives = Campaign.size(16, 2_000)

const day = 86_400_000

const pick = <const A>(choices: readonly [A, ...Array<A>]) =>
  Effect.map(Random.nextIntBetween(0, choices.length), (index) => choices[index] ?? choices[0])

const currencies = ["BTC", "ETH", "USD"] as const

/** Amounts are whole numbers of the 18th decimal, so that the test adds up without the code under test. */
const decimals = (units: bigint) => `${units / 10n ** 18n}.${(units % 10n ** 18n).toString().padStart(18, "0")}`

interface Kept {
  readonly record: HistoryRecord.HistoryRecord
  readonly units: bigint
}

const someRow = Effect.fnUntraced(function* (id: number, from: number, to: number) {
  const units = BigInt(yield* Random.nextIntBetween(1, 1_000_000_000)) * 123_456_789_012_345n
  const record = row({
    // Now and then an orderId stands on several rows.
    orderId: `${(yield* Random.nextIntBetween(0, 8)) === 0 ? id - (id % 5) : id}`,
    amount: decimals(units),
    currency: yield* pick(currencies),
    type: yield* pick(["Deposit", "Withdraw", "Deposit"]),
    status: yield* pick(["PENDING", "COMPLETED", "COMPLETED", "CANCELLED"]),
    timestamp: yield* Random.nextIntBetween(from, to)
  })
  return { record, units }
})

const balancesOf = (kept: ReadonlyArray<Kept>): Record<string, string> => {
  const totals = new Map<string, bigint>()
  for (const { record, units } of kept) {
    if (record.status !== "COMPLETED") continue
    const signed = record.type === "Deposit" ? units : -units
    totals.set(record.currency, (totals.get(record.currency) ?? 0n) + signed)
  }
  return Object.fromEntries(
    [...totals].map(([currency, units]) => [currency, units < 0n ? `-${decimals(-units)}` : decimals(units)])
  )
}

const told = (exchange: Exchange) =>
  exchange.state.rows
    .map((record) =>
      [record.orderId, record.currency, record.type, record.status, record.timestamp.epochMillis].join("|")
    )
    .sort()

const booked = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly told: string }>`
    SELECT order_id || '|' || currency || '|' || type || '|' || status || '|' || timestamp AS told FROM wallet_history`
  return rows.map((one) => one.told).sort()
})

const live = Effect.fnUntraced(function* (seed: number) {
  yield* TestClock.setTime(dawn)
  const exchange = makeExchange()
  const { state } = exchange
  state.cap = yield* pick([7, 50, 500])
  state.keeps = yield* pick(["newest", "oldest"])
  state.shuffled = yield* Random.nextBoolean
  state.fromInclusive = yield* Random.nextBoolean
  state.toInclusive = yield* Random.nextBoolean
  const spread = yield* pick([100, 10_000, 100 * day])
  const kept: Array<Kept> = []
  const grow = Effect.fnUntraced(function* (from: number, to: number, most: number) {
    const size = yield* Random.nextIntBetween(0, most)
    for (let i = 0; i < size; i++) kept.push(yield* someRow(kept.length, from, to))
  })
  yield* grow(dawn - spread, dawn, 60)
  const context = `seed ${seed}, cap ${state.cap}, keeps ${state.keeps}, spread ${spread}`
  return yield* Effect.gen(function* () {
    for (let round = 0; round < 3; round++) {
      state.rows = kept.map(({ record }) => record)
      state.balances = balancesOf(kept)
      const synced = yield* Effect.either(Effect.flatMap(Sync.Sync, (service) => service.run()))
      if (Either.isLeft(synced)) {
        expect(synced.left._tag, context).toBe("SaturatedMillisecond")
        return false
      }
      expect(yield* booked, context).toEqual(told(exchange))
      const report = yield* Effect.flatMap(Reconciliation.Reconciliation, (service) => service.run())
      expect(
        report.lines.map((line) => line.status),
        context
      ).toEqual(report.lines.map(() => "matched"))
      const again = yield* Effect.flatMap(Sync.Sync, (service) => service.run())
      expect(again.records, context).toMatchObject({ inserted: 0, updated: 0, vanished: 0 })

      const now = dawn + (round + 1) * day
      yield* TestClock.setTime(now)
      // Half an hour late at most, which the lookback covers.
      yield* grow(dawn + round * day - 1_800_000, now, 20)
      for (const [index, { record, units }] of kept.entries()) {
        if (record.status === "PENDING" && (yield* Random.nextBoolean)) {
          kept[index] = { units, record: { ...record, status: yield* pick(["COMPLETED", "CANCELLED", "EXPIRED"]) } }
        }
      }
    }
    return true
  }).pipe(Effect.provide(ledger(exchange, yield* temporaryFile)))
}, Effect.scoped)

describe("Books of random lives", () => {
  it.effect(
    "equal the exchange's after every sync and reconcile to the digit, or the sync fails by name",
    () =>
      Effect.gen(function* () {
        const first = Campaign.firstSeed("lives under many habits")
        let exact = 0
        for (let seed = first; seed < first + lives; seed++) {
          if (yield* Effect.withRandom(live(seed), Random.make(seed))) exact++
        }
        process.stdout.write(`lives under many habits: ${exact} of ${lives} to the digit, the others failed by name\n`)
        expect(exact).toBeGreaterThan(lives * 0.8)
      }),
    Campaign.timeout
  )
})
