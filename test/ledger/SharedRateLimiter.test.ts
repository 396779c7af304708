import { RateLimiter } from "@btse-wallet/core"
import { SharedRateLimiter } from "@btse-wallet/ledger"
import { Sandbox } from "@btse-wallet/sandbox"
import { Command, FileSystem, Path } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { describe, expect, it } from "@effect/vitest"
import { Clock, Context, DateTime, Effect, Fiber, Layer, Option, Redacted, TestClock } from "effect"
import { build } from "esbuild"

const temporaryFile = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  return `${yield* fs.makeTempDirectoryScoped()}/budget.sqlite`
})

/** A limiter with a connection of its own, as another process would have. */
const limiterOn = (filename: string, options: Partial<SharedRateLimiter.Options> = {}) =>
  SharedRateLimiter.layer({
    exchange: "http://127.0.0.1",
    apiKey: Redacted.make("key"),
    requestsPerSecond: 5,
    ...options
  }).pipe(
    Layer.provide(SqliteClient.layer({ filename })),
    Layer.build,
    Effect.map((context) => Context.get(context, RateLimiter.RateLimiter))
  )

const until = (millis: number) => Option.some(DateTime.unsafeMake(millis))

describe("A budget that two limiters share", () => {
  it.scoped("gives out five permits between them, and nonces that never repeat", () =>
    Effect.gen(function* () {
      const file = yield* temporaryFile
      const limiters = yield* Effect.all([limiterOn(file), limiterOn(file)])
      const sent: Array<number> = []
      const nonces: Array<number> = []
      const ask = (limiter: typeof RateLimiter.RateLimiter.Service) =>
        limiter.withPermit("read", (nonce) =>
          Effect.map(Clock.currentTimeMillis, (now) => {
            sent.push(now)
            nonces.push(nonce)
          })
        )
      const all = yield* Effect.forEach(Array.from({ length: 20 }), (_, at) =>
        Effect.fork(ask(limiters[at % 2] ?? limiters[0]))
      )
      for (let step = 0; step < 200; step++) yield* TestClock.adjust("25 millis")
      yield* Effect.forEach(all, Fiber.join)
      expect(new Set(nonces).size).toBe(20)
      for (const start of nonces) {
        expect(nonces.filter((at) => at >= start && at < start + 1_000).length).toBeLessThanOrEqual(5)
      }
      expect(Math.max(...sent)).toBeLessThan(3_300)
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped("outlives a holder that crashed, and never repeats a nonce though the clock steps back", () =>
    Effect.gen(function* () {
      const file = yield* temporaryFile
      const crashed = yield* limiterOn(file)
      const other = yield* limiterOn(file)
      yield* TestClock.setTime(1_000_000)
      // Never answered and never settled: as if the process were gone.
      const held = yield* Effect.forEach(Array.from({ length: 5 }), () =>
        Effect.fork(crashed.withPermit("write", () => Effect.never))
      )
      yield* TestClock.adjust("10 millis")
      const next = yield* Effect.fork(other.withPermit("read", Effect.succeed))
      yield* TestClock.adjust("1900 millis")
      expect(Option.isNone(yield* Fiber.poll(next))).toBe(true)
      yield* TestClock.adjust("200 millis")
      yield* TestClock.adjust("200 millis")
      const nonce = yield* Fiber.join(next)
      yield* TestClock.setTime(nonce - 20_000)
      expect(yield* other.withPermit("read", Effect.succeed)).toBe(nonce + 1)
      yield* Fiber.interruptAll(held)
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped("closes the gate for both, once for one offence", () =>
    Effect.gen(function* () {
      const file = yield* temporaryFile
      const [one, two] = yield* Effect.all([limiterOn(file), limiterOn(file)])
      yield* one.blocked(until(2_000))
      expect(DateTime.toEpochMillis(yield* two.blocked(Option.none()))).toBe(2_000)
      const waiting = yield* Effect.fork(two.withPermit("read", () => Clock.currentTimeMillis))
      yield* TestClock.adjust("1990 millis")
      expect(Option.isNone(yield* Fiber.poll(waiting))).toBe(true)
      yield* TestClock.adjust("100 millis")
      expect(yield* Fiber.join(waiting)).toBeGreaterThanOrEqual(2_000)
      yield* one.blocked(until(400_000))
      expect(yield* Effect.flip(two.withPermit("write", () => Effect.void))).toMatchObject({ _tag: "GateClosed" })
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped("lets the write of one before the reads of the other", () =>
    Effect.gen(function* () {
      const file = yield* temporaryFile
      const [one, two] = yield* Effect.all([
        limiterOn(file, { requestsPerSecond: 1 }),
        limiterOn(file, { requestsPerSecond: 1 })
      ])
      const order: Array<string> = []
      const ask = (limiter: typeof RateLimiter.RateLimiter.Service, priority: RateLimiter.Priority) =>
        Effect.fork(limiter.withPermit(priority, () => Effect.sync(() => order.push(priority))))
      yield* Effect.flatMap(ask(one, "read"), Fiber.join)
      const reads = yield* Effect.all([ask(one, "read"), ask(one, "read")])
      yield* TestClock.adjust("10 millis")
      const write = yield* ask(two, "write")
      for (let step = 0; step < 80; step++) yield* TestClock.adjust("50 millis")
      yield* Effect.forEach([...reads, write], Fiber.join)
      expect(order).toEqual(["read", "write", "read", "read"])
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped("says so where the file is no budget", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const file = yield* temporaryFile
      yield* fs.writeFileString(file, "not a database, but long enough to be looked at as one ".repeat(40))
      const error = yield* Effect.flip(Effect.sandbox(limiterOn(file)))
      expect(String(error)).toMatch(/not a database/)
    }).pipe(Effect.provide(NodeContext.layer))
  )
})

describe("Four processes with one key", () => {
  it.scopedLive(
    "never send more than 5 requests in any sliding second, repeat no nonce and meet no 429",
    () =>
      Effect.gen(function* () {
        const path = yield* Path.Path
        const budget = yield* temporaryFile
        const here = path.dirname(yield* path.fromFileUrl(new URL(import.meta.url)))
        const script = path.join(here, "..", "node_modules", ".cache", "SharedBudgetProcess.mjs")
        yield* Effect.promise(() =>
          build({
            entryPoints: [path.join(here, "SharedBudgetProcess.ts")],
            outfile: script,
            bundle: true,
            platform: "node",
            format: "esm",
            external: ["better-sqlite3"],
            banner: {
              js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url)`
            }
          })
        )
        const sandbox = yield* Sandbox.start({ port: 0 })
        const child = Command.make("node", script).pipe(
          Command.env({
            BTSE_BASE_URL: sandbox.baseUrl.href,
            BTSE_API_KEY: sandbox.apiKey,
            BTSE_API_SECRET: Redacted.value(sandbox.apiSecret),
            BUDGET_FILE: budget
          }),
          Command.stdout("inherit"),
          Command.stderr("inherit")
        )
        const codes = yield* Effect.all([child, child, child, child].map(Command.exitCode), { concurrency: 4 })
        expect(codes.map(Number)).toEqual([0, 0, 0, 0])
        const received = yield* sandbox.received
        const nonces = received.map(({ nonce }) => Number(nonce))
        expect(received).toHaveLength(80)
        expect(received.filter(({ status }) => status !== 200)).toEqual([])
        expect(new Set(nonces).size).toBe(80)
        for (const start of nonces) {
          expect(nonces.filter((at) => at >= start && at < start + 1_000).length).toBeLessThanOrEqual(5)
        }
      }).pipe(Effect.provide(NodeContext.layer)),
    60_000
  )
})
