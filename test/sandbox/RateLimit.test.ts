import { Sandbox } from "@btse-wallet/sandbox"
import type { SandboxOptions } from "@btse-wallet/sandbox"
import { describe, expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import * as SignedClient from "./SignedClient.ts"

const start = 1_790_000_000_500
const path = "/api/v3.2/user/wallet"

const started = Effect.fnUntraced(function* (rateLimits: SandboxOptions.RateLimits = {}) {
  yield* TestClock.setTime(start)
  const sandbox = yield* Sandbox.start({ rateLimits })
  const call = SignedClient.make(sandbox)({ path })
  const statuses = (times: number) =>
    Effect.map(Effect.all(Effect.replicate(call, times)), (answers) => answers.map(({ status }) => status))
  return { sandbox, call, statuses }
})

describe("five requests in any sliding second", () => {
  it.scoped("the sixth is 429 with the code and Retry-After, until the first is a window old", () =>
    Effect.gen(function* () {
      const { call, statuses } = yield* started()
      expect(yield* statuses(3)).toEqual([200, 200, 200])
      yield* TestClock.adjust("500 millis")
      expect(yield* statuses(3)).toEqual([200, 200, 429])
      const refused = yield* call
      expect(refused.json).toEqual({ status: 429, errorCode: 303, message: expect.any(String), extraData: null })
      expect(refused.headers["retry-after"]).toBe("1")
      yield* TestClock.adjust("449 millis")
      expect(yield* statuses(1)).toEqual([429])
      yield* TestClock.adjust("1 millis")
      expect(yield* statuses(4)).toEqual([200, 200, 200, 429])
    })
  )

  it.scoped("what it forgives of the second is a setting", () =>
    Effect.gen(function* () {
      const { statuses } = yield* started({ forgives: 0, requestsPerSecond: 2 })
      expect(yield* statuses(3)).toEqual([200, 200, 429])
      yield* TestClock.adjust("999 millis")
      expect(yield* statuses(1)).toEqual([429])
      yield* TestClock.adjust("1 millis")
      expect(yield* statuses(3)).toEqual([200, 200, 429])
    })
  )

  it.scoped("forgiving the whole second lifts the limit", () =>
    Effect.gen(function* () {
      const { statuses } = yield* started({ forgives: "1 seconds", requestsPerSecond: 1 })
      expect(yield* statuses(4)).toEqual([200, 200, 200, 200])
    })
  )

  it.scoped("signed requests count per user, unsigned ones apart, and every arrival is logged", () =>
    Effect.gen(function* () {
      const { sandbox, statuses } = yield* started()
      expect(yield* statuses(6)).toEqual([200, 200, 200, 200, 200, 429])
      const rate = { path: "/api/v3.2/availableCurrencyNetworks", search: "?currency=BTC" }
      expect((yield* SignedClient.unsigned(sandbox, rate)).status).toBe(200)
      const received = yield* sandbox.received
      expect(received.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429, 200])
      expect(received.map(({ at }) => at)).toEqual(Array.from({ length: 7 }, () => start))
      expect(received.map(({ nonce }) => nonce)).toEqual([...Array.from({ length: 6 }, (_, i) => `${start + i}`), null])
    })
  )
})

describe("escalating blocks", () => {
  it.scoped("1 second, then 5 minutes, then 15 minutes, until an hour without an offence", () =>
    Effect.gen(function* () {
      const { call, statuses } = yield* started({
        blocks: "escalating",
        requestsPerSecond: 1,
        retryAfter: "epoch-millis"
      })
      const offend = Effect.gen(function* () {
        expect(yield* statuses(1)).toEqual([200])
        const { headers, status } = yield* call
        expect(status).toBe(429)
        return Number(headers["retry-after"])
      })
      expect(yield* offend).toBe(start + 1_000)
      // What was on the road when the block began is refused without making it longer.
      yield* TestClock.adjust("200 millis")
      expect((yield* call).headers["retry-after"]).toBe(`${start + 1_000}`)
      yield* TestClock.adjust("800 millis")
      expect(yield* offend).toBe(start + 1_000 + 300_000)
      yield* TestClock.adjust("299999 millis")
      // Coming back during a block is an offence of its own.
      expect((yield* call).headers["retry-after"]).toBe(`${start + 300_999 + 900_000}`)
      yield* TestClock.adjust("15 minutes")
      expect(yield* statuses(1)).toEqual([200])
      yield* TestClock.adjust("45 minutes")
      expect(yield* offend).toBe(start + 300_999 + 3_600_000 + 1_000)
    })
  )

  it.scoped("Retry-After comes in every dialect", () =>
    Effect.gen(function* () {
      const header = (retryAfter: SandboxOptions.RetryAfter) =>
        Effect.scoped(
          Effect.gen(function* () {
            const { call } = yield* started({ retryAfter, requestsPerSecond: 1, blocks: "escalating" })
            yield* call
            return (yield* call).headers["retry-after"]
          })
        )
      expect(yield* header("seconds")).toBe("1")
      expect(yield* header("epoch-seconds")).toBe("1790000002")
      expect(yield* header("epoch-millis")).toBe("1790000001500")
      expect(yield* header("http-date")).toBe("Mon, 21 Sep 2026 14:13:22 GMT")
      expect(yield* header("none")).toBeUndefined()
    })
  )
})
