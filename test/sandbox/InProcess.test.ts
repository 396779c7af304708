import { RetryPolicy, Wallet } from "@btse-wallet/core"
import { Sandbox, type SandboxOptions } from "@btse-wallet/sandbox"
import { HttpClient } from "@effect/platform"
import { assert, describe, expect, it } from "@effect/vitest"
import { Array as Arr, Duration, Effect, Fiber, Layer, Schedule, TestClock } from "effect"
import * as Requests from "../core/Requests.ts"

const layerTest = (options?: SandboxOptions.SandboxOptions) =>
  Layer.unwrapEffect(Effect.map(Sandbox.Sandbox, ({ config }) => Layer.orDie(Wallet.layer(config)))).pipe(
    Layer.provideMerge(Sandbox.layerInProcess(options))
  )

const once = Effect.provideService(RetryPolicy.RetryPolicy, Schedule.recurs(0))

const now = 1_790_000_000_000

/** The most arrivals in any second, by the exchange's clock. */
const mostInASecond = (arrivals: ReadonlyArray<Sandbox.Arrival>): number =>
  Math.max(...arrivals.map(({ at }) => arrivals.filter((other) => other.at >= at && other.at < at + 1_000).length))

describe("A sandbox in the test's own process", () => {
  it.effect("answers many fibers on TestClock, within the limit and in as many seconds as they take", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      yield* Effect.gen(function* () {
        const wallet = yield* Wallet.Wallet
        const { received } = yield* Sandbox.Sandbox
        const fiber = yield* Effect.fork(
          Effect.all(Effect.replicate(wallet.balances, 60), { concurrency: "unbounded" })
        )
        yield* TestClock.adjust("13 seconds")
        expect((yield* Fiber.join(fiber)).length).toBe(60)
        const arrivals = yield* received
        expect(arrivals.map(({ status }) => status)).toEqual(Arr.replicate(200, 60))
        expect(mostInASecond(arrivals)).toBe(5)
      }).pipe(Effect.provide(layerTest({ records: 3 })))
    })
  )

  it.effect("keeps two sandboxes of one seed apart, each with a limit of its own", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      const life = Effect.gen(function* () {
        const wallet = yield* Wallet.Wallet
        const { config, received } = yield* Sandbox.Sandbox
        yield* Effect.all(Effect.replicate(wallet.balances, 5), { concurrency: "unbounded" })
        return { host: config.baseUrl.host, count: (yield* received).length }
      }).pipe(Effect.provide(layerTest({ seed: 1 })))
      const [one, other] = yield* Effect.all([life, life], { concurrency: 2 })
      expect([one.count, other.count]).toEqual([5, 5])
      expect(one.host).not.toBe(other.host)
    })
  )

  it.effect("moves a withdrawal through its states as the clock is moved", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      yield* Effect.gen(function* () {
        const wallet = yield* Wallet.Wallet
        const { engine } = yield* Sandbox.Sandbox
        yield* engine.deposit({ currency: "BTC", amount: Requests.amount("1") })
        yield* wallet.withdraw(Requests.withdrawal)
        const statuses: Array<string> = []
        for (const wait of [0, 600, 1_000]) {
          yield* TestClock.adjust(Duration.millis(wait))
          statuses.push(...(yield* engine.rows).filter(({ type }) => type === "Withdraw").map(({ status }) => status))
        }
        expect(statuses).toEqual(["PENDING", "PROCESSING", "COMPLETED"])
      }).pipe(Effect.provide(layerTest()))
    })
  )

  it.effect("breaks its connections as a network does", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      yield* Effect.gen(function* () {
        const wallet = yield* Wallet.Wallet
        const { engine, inject } = yield* Sandbox.Sandbox
        yield* engine.deposit({ currency: "BTC", amount: Requests.amount("1") })
        for (const [kind, rows] of [
          ["reset-before", 1],
          ["reset-after", 2],
          ["truncated", 3]
        ] as const) {
          yield* inject({ kind })
          expect((yield* Effect.flip(wallet.withdraw(Requests.withdrawal)))._tag).toBe("OutcomeUnknown")
          expect(yield* engine.count).toBe(rows)
          yield* inject({ kind })
          const tag = (yield* Effect.flip(wallet.balances))._tag
          expect(["Unreachable", "UnexpectedResponse"]).toContain(tag)
          yield* TestClock.adjust("1 seconds")
        }
        yield* inject({ kind: "latency" })
        const late = yield* Effect.fork(wallet.balances)
        yield* TestClock.adjust("1 seconds")
        expect((yield* Fiber.join(late)).length).toBe(1)
      }).pipe(Effect.provide(layerTest()), once)
    })
  )

  it.effect("is what a program finds that reads the environment, and no other host is there", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      yield* Effect.gen(function* () {
        const sandbox = yield* Sandbox.Sandbox
        const balances = Effect.flatMap(Wallet.WalletReader, (wallet) => wallet.balances).pipe(
          Effect.provide(Wallet.layerConfig()),
          Effect.withConfigProvider(Sandbox.configProvider(sandbox))
        )
        expect((yield* balances).length).toBeGreaterThan(0)
        const elsewhere = yield* Effect.flip(HttpClient.get("https://api.btse.com/spot/api/v3.3/time"))
        assert(elsewhere._tag === "RequestError" && elsewhere.reason === "Transport")
      }).pipe(Effect.provide(Sandbox.layerInProcess({ records: 10 })))
    })
  )
})
