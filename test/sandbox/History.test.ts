import { Exchange, Sandbox } from "@btse-wallet/sandbox"
import type { HistoryRow, SandboxOptions } from "@btse-wallet/sandbox"
import { describe, expect, it } from "@effect/vitest"
import { BigDecimal, Effect, TestClock } from "effect"
import * as SignedClient from "./SignedClient.ts"

const one = BigDecimal.unsafeFromString("1")

/** Deposits of 1 at the instants 1..n, BTC at odd ones and ETH at even ones. */
const filled = Effect.fnUntraced(function* (history: SandboxOptions.HistoryBehaviour, n = 10) {
  const exchange = yield* Exchange.make({ history })
  // Put in out of order: rows take their place in time.
  for (let i = 0; i < n; i++) {
    const timestamp = ((i * 7) % n) + 1
    yield* exchange.deposit({ currency: timestamp % 2 === 1 ? "BTC" : "ETH", amount: one, timestamp })
  }
  return (query: Parameters<typeof exchange.history>[0]) =>
    Effect.map(exchange.history(query), (rows) => rows.map(({ timestamp }) => timestamp))
})

describe("a query of wallet history", () => {
  it.effect("is newest first, inclusive, and keeps the newest where it cuts", () =>
    Effect.gen(function* () {
      const query = yield* filled({ cap: 4 })
      expect(yield* query({})).toEqual([10, 9, 8, 7])
      expect(yield* query({ startTime: 3, endTime: 5 })).toEqual([5, 4, 3])
      expect(yield* query({ endTime: 5, count: 2 })).toEqual([5, 4])
      expect(yield* query({ currency: "BTC", count: 100 })).toEqual([9, 7, 5, 3])
      expect(yield* query({ currency: "XRP" })).toEqual([])
      expect(yield* query({ startTime: 11 })).toEqual([])
    })
  )

  it.effect("can be oldest first, keep the oldest, and leave out bounds", () =>
    Effect.gen(function* () {
      expect(yield* (yield* filled({ cap: 3, order: "oldest-first" }))({})).toEqual([8, 9, 10])
      expect(yield* (yield* filled({ cap: 3, keeps: "oldest" }))({})).toEqual([3, 2, 1])
      expect(yield* (yield* filled({ cap: 3, keeps: "oldest", order: "oldest-first" }))({})).toEqual([1, 2, 3])
      expect(yield* (yield* filled({ bounds: "exclusive" }))({ startTime: 3, endTime: 6 })).toEqual([5, 4])
      expect(yield* (yield* filled({ bounds: "half-open" }))({ startTime: 3, endTime: 6 })).toEqual([5, 4, 3])
      expect(yield* (yield* filled({ defaultCount: 2 }))({})).toEqual([10, 9])
    })
  )

  it.effect("can be shuffled, with every row still there", () =>
    Effect.gen(function* () {
      const query = yield* filled({ order: "shuffled" }, 40)
      const page = yield* query({})
      expect(page.toSorted((a, b) => b - a)).toEqual(Array.from({ length: 40 }, (_, i) => 40 - i))
      expect(page).not.toEqual(page.toSorted((a, b) => b - a))
      expect(yield* query({})).not.toEqual(page)
    })
  )

  it.effect("can refuse a count over the cap", () =>
    Effect.gen(function* () {
      const query = yield* filled({ cap: 4, overCap: "refuse" })
      expect(yield* query({ count: 4 })).toEqual([10, 9, 8, 7])
      expect(yield* Effect.flip(query({ count: 5 }))).toMatchObject({ errorCode: -2 })
    })
  )

  it.effect("can reach back only so far, by refusing what is beyond or by leaving it out in silence", () =>
    Effect.gen(function* () {
      const back = 4
      const clipped = yield* filled({ reach: { back, beyond: "clip" } })
      const refused = yield* filled({ reach: { back, beyond: "refuse" } })
      yield* TestClock.setTime(10)
      expect(yield* clipped({})).toEqual([10, 9, 8, 7, 6])
      expect(yield* clipped({ startTime: 1, endTime: 7 })).toEqual([7, 6])
      expect(yield* refused({ startTime: 6 })).toEqual([10, 9, 8, 7, 6])
      expect(yield* Effect.flip(refused({ startTime: 5 }))).toMatchObject({ errorCode: -2 })
    })
  )

  it.scopedLive("goes over HTTP with all its parameters", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.start({ records: 700, seed: 11, rateLimits: { requestsPerSecond: 1_000 } })
      const call = SignedClient.make(sandbox)
      const truth = (yield* sandbox.engine.rows).toReversed()
      const ids = (search: string) =>
        Effect.map(call({ path: "/api/v3.2/user/wallet_history", search }), ({ json }) =>
          Array.isArray(json) ? json.map(({ orderId }) => String(orderId)) : json
        )
      const expected = (keep: (row: HistoryRow.HistoryRow) => boolean) =>
        truth.filter(keep).map(({ orderId }) => orderId)
      expect(yield* ids("")).toEqual(expected(() => true).slice(0, 500))
      const [from, to] = [truth.at(400)?.timestamp ?? 0, truth.at(100)?.timestamp ?? 0]
      const within = ({ timestamp }: HistoryRow.HistoryRow) => timestamp >= from && timestamp <= to
      expect(yield* ids(`?startTime=${from}&endTime=${to}`)).toEqual(expected(within))
      expect(yield* ids(`?startTime=${from}&endTime=${to}&currency=ETH&count=5&useNewSymbolNaming=true`)).toEqual(
        expected((row) => within(row) && row.currency === "ETH").slice(0, 5)
      )
    })
  )
})

describe("the controls", () => {
  it.effect("rewrite changes rows in place or takes them out, and leaves the books alone", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1_000)
      const exchange = yield* Exchange.make()
      for (const orderId of ["a", "b", "c"]) yield* exchange.deposit({ currency: "BTC", amount: one, orderId })
      yield* exchange.rewrite("b", (row) => ({ ...row, status: "SOMETHING NEW" }))
      yield* exchange.rewrite("a", (row) => ({ ...row, timestamp: 2_000 }))
      yield* exchange.rewrite("c", () => null)
      const rows = yield* exchange.rows
      expect(rows.map(({ orderId, status }) => [orderId, status])).toEqual([
        ["b", "SOMETHING NEW"],
        ["a", "COMPLETED"]
      ])
      expect((yield* exchange.balances).map(({ total }) => BigDecimal.format(total))).toEqual(["3"])
    })
  )
})
