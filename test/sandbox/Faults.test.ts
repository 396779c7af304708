import { Exchange, Fault, Sandbox } from "@btse-wallet/sandbox"
import { describe, expect, it } from "@effect/vitest"
import { BigDecimal, Effect, Either, TestClock } from "effect"
import * as SignedClient from "./SignedClient.ts"

const fast = { rateLimits: { requestsPerSecond: 1_000 } }
const transferPath = "/api/v3.2/user/wallet/transfer"
const one = BigDecimal.unsafeFromString("1")

const transfer = {
  method: "POST",
  path: transferPath,
  body: `{"amount":"0.5","asset":"BTC","toUser":"jamesbond","toUserMail":"james.bond@google.com"}`
} as const

const started = Effect.gen(function* () {
  const sandbox = yield* Sandbox.start({ ...fast, faults: { latency: 20 } })
  yield* sandbox.engine.deposit({ currency: "BTC", amount: one })
  return { sandbox, call: SignedClient.make(sandbox) }
})

/** What a client sees of each fault, and whether the transfer was made: the table in the module's documentation. */
const seen: Readonly<Record<(typeof Fault.usual)[number], readonly [unknown, done: boolean]>> = {
  latency: [[200, expect.stringContaining(`"amount":"0.5"`)], true],
  "reset-before": ["no answer", false],
  "reset-after": ["no answer", true],
  truncated: ["no answer", true],
  malformed: [[200, expect.not.stringMatching(/}$/)], true],
  empty: [[200, ""], true],
  "html-502": [[502, expect.stringContaining("<html>")], false],
  "error-500": [[500, expect.stringContaining(`"status":500`)], false],
  "error-500-after": [[500, expect.stringContaining(`"status":500`)], true],
  "error-503": [[503, ""], false],
  "timeout-408": [[408, expect.stringContaining(`"status":408`)], false],
  "timeout-408-after": [[408, expect.stringContaining(`"status":408`)], true],
  "system-error": [[400, expect.stringContaining(`"errorCode":-11`)], false],
  "failure-in-200": [[200, expect.stringContaining(`"success":false`)], false],
  "rate-limited": [[429, expect.stringContaining(`"errorCode":303`)], false],
  "other-429": [[429, expect.stringContaining("Order not found")], false]
}

describe("faults", () => {
  it.scopedLive("each looks as documented, and the movement was made or not as documented", () =>
    Effect.gen(function* () {
      for (const kind of Fault.usual) {
        const { call, sandbox } = yield* started
        yield* sandbox.inject({ kind })
        const outcome = yield* Effect.either(
          call(transfer).pipe(
            Effect.timeout("5 seconds"),
            Effect.map(({ status, text }) => [status, text])
          )
        )
        const [answer, done] = seen[kind]
        expect([kind, Either.getOrElse(outcome, () => "no answer")]).toEqual([kind, answer])
        expect([kind, yield* sandbox.engine.count]).toEqual([kind, done ? 2 : 1])
        // The books are whole after every fault.
        for (const sum of (yield* sandbox.engine.trialBalance).values()) expect(sum.value).toBe(0n)
      }
    })
  )

  it.scopedLive("a refusal that loses its body or half of it stays a refusal", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* started
      for (const kind of ["empty", "malformed"] as const) {
        yield* sandbox.inject({ kind })
        const { status } = yield* call({
          method: "DELETE",
          path: "/api/v3.2/user/wallet/address",
          search: "?currency=BTC&network=Bitcoin&address=not-there"
        })
        expect([kind, status]).toEqual([kind, 400])
      }
    })
  )

  it.scopedLive("one that is called for meets the request it is meant for, as often as it is meant to", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* started
      yield* sandbox.inject({ kind: "error-500", method: "POST", path: transferPath, times: 2 })
      const status = (sent: SignedClient.Sent) => Effect.map(call(sent), (answer) => answer.status)
      expect(yield* status({ path: "/api/v3.2/user/wallet" })).toBe(200)
      expect(yield* status(transfer)).toBe(500)
      expect(yield* status(transfer)).toBe(500)
      expect(yield* status(transfer)).toBe(200)
    })
  )

  it.scopedLive("the seed deals them out at the rate asked for, the same ones for the same seed", () =>
    Effect.gen(function* () {
      const life = (seed: number) =>
        Effect.scoped(
          Effect.gen(function* () {
            const kinds = ["error-500", "html-502", "error-503"] as const
            const sandbox = yield* Sandbox.start({ ...fast, seed, faults: { rate: 0.3, kinds } })
            const call = SignedClient.make(sandbox)
            const answers = yield* Effect.all(Effect.replicate(call({ path: "/api/v3.2/user/wallet" }), 200))
            return answers.map(({ status }) => status)
          })
        )
      const first = yield* life(1)
      expect(new Set(first)).toEqual(new Set([200, 500, 502, 503]))
      expect(first.filter((status) => status !== 200).length).toBeGreaterThan(40)
      expect(first.filter((status) => status !== 200).length).toBeLessThan(80)
      expect(yield* life(1)).toEqual(first)
      expect(yield* life(2)).not.toEqual(first)
    })
  )

  it.scoped("a rate limit out of the blue blocks for a second, also for requests that are within the limit", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1_790_000_000_000)
      const { call, sandbox } = yield* started
      yield* sandbox.inject({ kind: "rate-limited" })
      const status = Effect.map(call({ path: "/api/v3.2/user/wallet" }), (answer) => answer.status)
      expect(yield* status).toBe(429)
      yield* TestClock.adjust("999 millis")
      expect(yield* status).toBe(429)
      yield* TestClock.adjust("1 millis")
      expect(yield* status).toBe(200)
    })
  )

  it.scoped("an exchange can start out blocking", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1_790_000_000_000)
      const sandbox = yield* Sandbox.start({
        rateLimits: { startsBlockedFor: "2 seconds", blocks: "escalating", retryAfter: "epoch-millis" }
      })
      const call = SignedClient.make(sandbox)({ path: "/api/v3.2/user/wallet" })
      const first = yield* call
      expect([first.status, first.headers["retry-after"]]).toEqual([429, "1790000002000"])
      yield* TestClock.adjust("2 seconds")
      expect((yield* call).status).toBe(200)
    })
  )
})

describe("late rows", () => {
  it.effect("show up later than they were made, with the timestamp of their making", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1_790_000_000_000)
      const exchange = yield* Exchange.make({ history: { late: { share: 0.5, by: "10 seconds" } } })
      for (let i = 0; i < 40; i++) yield* exchange.deposit({ currency: "BTC", amount: one })
      const visible = Effect.map(exchange.history({}), (rows) => rows.length)
      const atOnce = yield* visible
      expect(atOnce).toBeGreaterThan(8)
      expect(atOnce).toBeLessThan(32)
      expect((yield* exchange.balances).map(({ total }) => BigDecimal.format(total))).toEqual(["40"])
      yield* TestClock.adjust("5 seconds")
      const later = yield* visible
      expect(later).toBeGreaterThan(atOnce)
      expect(later).toBeLessThan(40)
      yield* TestClock.adjust("5 seconds")
      const rows = yield* exchange.history({})
      expect(rows.map(({ timestamp }) => timestamp)).toEqual(Array.from({ length: 40 }, () => 1_790_000_000_000))
    })
  )
})
