import { ClockSkew } from "@btse-wallet/core"
import { describe, expect, it } from "@effect/vitest"
import { DateTime, Effect, Option, Random, TestClock } from "effect"
import * as Campaign from "../Campaign.ts"

const exchange = new URL("https://exchange.test/spot")
const noon = Date.UTC(2026, 9, 1, 12)

const headers = (millis: number) => ({ date: DateTime.toDate(DateTime.unsafeMake(millis)).toUTCString() })

describe("The skew that Date headers show", () => {
  it.effect("lies within its bounds, and is certain only where it is more than a few seconds", () =>
    Effect.gen(function* () {
      const first = Campaign.firstSeed("skew")
      for (let seed = first; seed < first + Campaign.size(100, 10_000); seed++) {
        yield* Effect.gen(function* () {
          const ahead = yield* Random.nextIntBetween(-200_000, 200_000)
          const server = new URL(`https://exchange-${seed}.test`)
          for (let answer = 0; answer < 5; answer++) {
            const at = noon + answer * 700
            const there = yield* Random.nextIntBetween(0, 500)
            const back = yield* Random.nextIntBetween(0, 500)
            yield* ClockSkew.observe(server, headers(at), at - there + ahead, at + back + ahead)
          }
          const skew = Option.getOrThrow(yield* ClockSkew.get(server.href))
          expect(skew.low).toBeLessThanOrEqual(ahead)
          expect(skew.high).toBeGreaterThanOrEqual(ahead)
          const certain = ClockSkew.certain(skew)
          if (Math.abs(ahead) < 3_000) expect(certain).toBe(0)
          if (Math.abs(ahead) > 5_000) expect(Math.abs(certain - ahead)).toBeLessThan(1_000)
        }).pipe(Effect.withRandom(Random.make(seed)))
      }
    })
  )

  it.effect("follows a clock that is set, and is kept for each exchange", () =>
    Effect.gen(function* () {
      const wall = noon + 3_600_000
      yield* TestClock.setTime(wall)
      yield* ClockSkew.observe(exchange, headers(noon), wall, wall + 10)
      expect(Math.abs((yield* ClockSkew.now("https://EXCHANGE.test")) - noon)).toBeLessThan(1_000)
      expect(yield* ClockSkew.now("https://another.test")).toBe(wall)
      yield* TestClock.setTime(noon + 60_000)
      yield* ClockSkew.observe(exchange, headers(noon + 60_000), noon + 60_000, noon + 60_010)
      expect(yield* ClockSkew.now(exchange.href)).toBe(noon + 60_000)
    })
  )

  it.effect("is not shown by a header that is no date, that a cache kept, or that no exchange can mean", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(noon)
      for (const untold of [{}, { date: "yesterday" }, { ...headers(noon - 9e7), age: "90000" }, headers(0)]) {
        yield* ClockSkew.observe(exchange, untold, noon, noon + 10)
      }
      expect(Option.isNone(yield* ClockSkew.get())).toBe(true)
    })
  )

  it("is told with its size and direction", () => {
    expect(ClockSkew.describe({ low: 3_599_500, high: 3_600_500 })).toEqual(Option.some("1h ahead of the exchange's"))
    expect(ClockSkew.describe({ low: -65_200, high: -64_800 })).toEqual(Option.some("1m 5s behind the exchange's"))
    expect(ClockSkew.describe({ low: -900, high: 2_500 })).toEqual(Option.none())
  })
})
