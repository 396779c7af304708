import { RateLimiter } from "@btse-wallet/core"
import type { Walker } from "@btse-wallet/ledger"
import { describe, expect, it } from "@effect/vitest"
import { Chunk, Clock, Effect, Fiber, FiberStatus, Random, TestClock } from "effect"
import { collect, exchange, row, wellBehaved } from "./PagedExchange.ts"

const year = 365 * 86_400_000
const end = 1_770_000_000_000
const span = { from: end - 8 * year, to: end }

/** Three years of an account: moving at all times alike, or more and more. */
const history = (size: number, growing: boolean) =>
  Effect.gen(function* () {
    const rows: Array<Walker.Row> = []
    for (let i = 0; i < size; i++) {
      const share = growing ? 1 - (yield* Random.next) ** 2 : yield* Random.next
      rows.push(row(Math.floor(end - 3 * year * (1 - share)), `${i}`))
    }
    return rows
  }).pipe(Effect.withRandom(Random.make(7)))

/** To the moment at which the next of those who sleep wakes. */
const toNextWaker = Effect.flatMap(TestClock.sleeps(), (wakers) =>
  Chunk.isNonEmpty(wakers) ? TestClock.setTime(Math.min(...wakers)) : TestClock.adjust("1 millis")
)

describe("A walk", () => {
  it.effect("takes ceil(rows / cap) + 3 requests in one slice, and at most a tenth more in several", () =>
    Effect.gen(function* () {
      for (const [keeps, order] of [
        ["newest", "descending"],
        ["oldest", "ascending"],
        ["oldest", "shuffled"]
      ] as const) {
        for (const growing of [false, true]) {
          for (const [size, cap] of [
            [0, 500],
            [499, 500],
            [500, 500],
            [501, 500],
            [1_200, 500],
            [3_000, 500],
            [90, 7],
            [333, 7],
            [2_000, 50],
            [20_000, 500],
            [30_000, 500]
          ] as const) {
            const rows = yield* history(size, growing)
            // Each page has to show again where the one before it ended: it has room for cap - 1 new rows, which tells
            // only where there are more than cap pages or so.
            const pages = size <= cap * cap ? size / cap : (size - 1) / (cap - 1)
            const bound = Math.ceil(pages) + 3
            for (const concurrency of [1, 4]) {
              const { port, requests } = exchange(rows, { ...wellBehaved, cap, keeps, order })
              const fetchPage = (request: Walker.PageRequest) =>
                Effect.zipRight(Effect.yieldNow(), port.fetchPage(request))
              const walked = yield* collect({ fetchPage }, { span, concurrency })
              expect(walked.rows.length).toBe(size)
              expect(
                requests.length,
                `${size} at ${cap}, ${keeps}, ${order}, ${growing}, ${concurrency} at once`
              ).toBeLessThanOrEqual(concurrency === 1 ? bound : bound * 1.1 + 1)
            }
          }
        }
      }
    })
  )

  it.effect("keeps 4.75 requests a second where each takes 300 ms, under the limit of 5", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(end)
      const limiter = yield* RateLimiter.RateLimiter
      for (const growing of [false, true]) {
        const { port, requests } = exchange(yield* history(10_000, growing), { ...wellBehaved, cap: 50 })
        const fetchPage = (request: Walker.PageRequest) =>
          limiter.withPermit("read", () => Effect.delay(port.fetchPage(request), "300 millis"))
        const began = yield* Clock.currentTimeMillis
        const fiber = yield* Effect.fork(collect<RateLimiter.NoPermit>({ fetchPage }, { span }))
        while (!FiberStatus.isDone(yield* Fiber.status(fiber))) yield* toNextWaker
        const { rows } = yield* Fiber.join(fiber)
        const seconds = ((yield* Clock.currentTimeMillis) - began) / 1_000
        expect(rows.length).toBe(10_000)
        expect(requests.length).toBeGreaterThan(200)
        expect(requests.length / seconds).toBeGreaterThanOrEqual(4.75)
      }
    }).pipe(Effect.provide(RateLimiter.layer({ requestsPerSecond: 5 })))
  )
})
