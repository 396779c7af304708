import { Decimal } from "@btse-wallet/core"
import { Ledger, Verify } from "@btse-wallet/ledger"
import { Sandbox } from "@btse-wallet/sandbox"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { expect, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { BigDecimal, Deferred, Duration, Effect, Layer, Option, Random, Redacted, Schedule, Schema } from "effect"
import { existsSync } from "node:fs"
import { join } from "node:path"
import * as Campaign from "../Campaign.ts"
import * as Program from "./Program.ts"

const records = 1_500
const cap = 40

/** An exchange with small pages and no limit worth mentioning, so that a sync has many windows. */
const exchange = Effect.fnUntraced(function* (requestsPerSecond = 1_000) {
  yield* Program.build
  const sandbox = yield* Sandbox.start({
    records,
    seed: 3,
    history: { cap },
    rateLimits: { requestsPerSecond: 5_000 }
  })
  const environment = {
    BTSE_BASE_URL: sandbox.baseUrl.href,
    BTSE_API_KEY: sandbox.apiKey,
    BTSE_API_SECRET: Redacted.value(sandbox.apiSecret),
    BTSE_RATE_LIMIT: String(requestsPerSecond)
  }
  return { sandbox, environment }
})

const amount = (text: string): string => Decimal.toText(BigDecimal.normalize(Option.getOrThrow(Decimal.fromText(text))))

const truth = (sandbox: Sandbox.RunningSandbox) =>
  Effect.map(sandbox.engine.rows, (rows) =>
    rows
      .map((row) =>
        [row.orderId, row.currency, row.type, row.status, amount(Decimal.toText(row.amount)), row.timestamp].join()
      )
      .sort()
  )

const Row = Schema.Struct({
  order_id: Schema.String,
  currency: Schema.String,
  type: Schema.String,
  status: Schema.String,
  amount: Schema.String,
  timestamp: Schema.Int
})

/** Fails where the file or its views are not there yet. */
const booked = (ledger: string, account: string) =>
  Effect.acquireUseRelease(
    Effect.try(() => new Sqlite(ledger, { readonly: true })),
    (database) =>
      Effect.try(() =>
        database.prepare("select * from wallet_history where account = ? and not vanished").all(account)
      ).pipe(
        Effect.flatMap(Schema.decodeUnknown(Schema.Array(Row))),
        Effect.map((rows) =>
          rows
            .map((row) => [row.order_id, row.currency, row.type, row.status, amount(row.amount), row.timestamp].join())
            .sort()
        )
      ),
    (database) => Effect.sync(() => database.close())
  )

/** How the runs of a ledger ended, and who holds a lease. */
const runs = (ledger: string) => {
  const database = new Sqlite(ledger, { readonly: true })
  const statuses = database.prepare("select status from sync_runs order by id").pluck().all()
  const leases = database.prepare("select count(*) from lease").pluck().get()
  database.close()
  return { statuses, leases }
}

const verified = (ledger: string) =>
  Effect.flatMap(Verify.Verify, (service) => service.run).pipe(
    Effect.provide(
      Layer.provide(Ledger.layerVerify, Ledger.opened(SqliteClient.layer({ filename: ledger, disableWAL: true })))
    )
  )

interface Moment {
  /** The sync is killed when the exchange has received so many of its requests, */
  readonly requests: number
  /** and so many milliseconds have passed since. */
  readonly millis: number
}

/** Starts a sync and kills it at a moment of its life. */
const killed = (
  sandbox: Sandbox.RunningSandbox,
  ledger: string,
  environment: Program.Environment,
  { millis, requests }: Moment
) =>
  Effect.gen(function* () {
    const before = (yield* sandbox.received).length
    const child = Program.start(["sync", "--json", "--ledger", ledger], environment)
    const ended = Effect.async<boolean>((resume) => {
      child.once("close", (_, signal) => resume(Effect.succeed(signal === "SIGKILL")))
    })
    const reached = Effect.repeat(sandbox.received, {
      until: (received) => received.length - before >= requests,
      schedule: Schedule.spaced("4 millis")
    })
    const kill = Effect.delay(
      Effect.sync(() => child.kill("SIGKILL")),
      Duration.millis(millis)
    )
    yield* Effect.forkScoped(Effect.zipRight(reached, kill))
    return yield* ended
  }).pipe(Effect.scoped)

it.scopedLive(
  "a sync that is killed at any moment leaves a ledger that verifies, and the next one ends at the truth",
  () =>
    Effect.gen(function* () {
      const { environment, sandbox } = yield* exchange()
      const folder = yield* Program.folder
      const first = Campaign.firstSeed("kill -9")
      const seeds = Campaign.size(5, 200)
      const moments = { beforeTheFile: 0, beforeAWindow: 0, betweenWindows: 0, afterTheLast: 0 }
      for (let seed = first; seed < first + seeds; seed++) {
        const ledger = join(folder, `${seed}.sqlite`)
        yield* Effect.withRandom(
          Effect.gen(function* () {
            const times = yield* Random.nextIntBetween(1, 3)
            for (let i = 0; i < times; i++) {
              const moment = {
                requests: yield* Random.nextIntBetween(0, Math.ceil(records / cap) + 3),
                millis: yield* Random.nextIntBetween(0, 30)
              }
              if (!(yield* killed(sandbox, ledger, environment, moment))) continue
              if (!existsSync(ledger)) {
                moments.beforeTheFile++
                continue
              }
              const report = yield* verified(ledger)
              expect(report.findings, `seed ${seed}`).toEqual([])
              if (report.records === 0) moments.beforeAWindow++
              else if (report.records < records) moments.betweenWindows++
              else moments.afterTheLast++
            }
            yield* sandbox.engine.deposit({ currency: "BTC", amount: BigDecimal.make(BigInt(seed), 3) })
          }),
          Random.make(seed)
        )
        const { exitCode, stderr } = yield* Program.btse(["sync", "--json", "--ledger", ledger], environment)
        expect({ seed, exitCode, stderr }).toEqual({ seed, exitCode: 0, stderr: "" })
        expect(yield* booked(ledger, "default"), `seed ${seed}`).toEqual(yield* truth(sandbox))
        expect(yield* verified(ledger), `seed ${seed}`).toMatchObject({ status: "intact", accounts: [{ gaps: [] }] })
      }
      yield* Campaign.tell("kill -9", "killed at moments of", new Map(Object.entries(moments)))
      const all = Object.values(moments).reduce((sum, times) => sum + times, 0)
      expect(all).toBeGreaterThanOrEqual(seeds)
      expect(moments.betweenWindows).toBeGreaterThan(seeds / 2)
    }),
  Campaign.timeout
)

it.scopedLive(
  "several processes sync several accounts into one file, and a second one of the same account is told",
  () =>
    Effect.gen(function* () {
      const { environment, sandbox } = yield* exchange()
      const ledger = join(yield* Program.folder, "shared.sqlite")
      const sync = (profile: string) =>
        Program.btse(["sync", "--json", "--ledger", ledger, "--profile", profile], environment)
      const all = yield* Effect.all([sync("one"), sync("two"), sync("three"), sync("one")], {
        concurrency: "unbounded"
      })
      const told = all.map(({ exitCode, stderr }) => `${exitCode} ${stderr}`).sort()
      // The second may have come when the first had just ended, or was about to.
      const ended = /^0 (Waiting for process .*\n)?$/
      for (const one of told.slice(0, 3)) expect(one).toMatch(ended)
      if (!ended.test(told[3] ?? ""))
        expect(told[3]).toMatch(
          /^2 (Waiting for process .*\n)?Account "one" is being synced already \(by process \d+ on /
        )
      for (const profile of ["one", "two", "three"])
        expect(yield* booked(ledger, profile)).toEqual(yield* truth(sandbox))
      expect((yield* verified(ledger)).status).toBe("intact")
    })
)

it.scopedLive(
  "a watched sync keeps the ledger current, and ends with 0 and everything committed when interrupted",
  () =>
    Effect.gen(function* () {
      const { environment, sandbox } = yield* exchange()
      const ledger = join(yield* Program.folder, "watched.sqlite")
      const child = yield* Effect.acquireRelease(
        Effect.sync(() => Program.start(["sync", "--watch", "1s", "--json", "--ledger", ledger], environment)),
        (child) => Effect.sync(() => child.kill("SIGKILL"))
      )
      const ended = yield* Deferred.make<number | null>()
      child.once("close", (code) => Deferred.unsafeDone(ended, Effect.succeed(code)))
      // Until the first sync has made them, there are no file and no view.
      const current = Effect.zipWith(
        Effect.orElseSucceed(booked(ledger, "default"), () => []),
        truth(sandbox),
        (books, rows) => books.join() === rows.join()
      )
      const untilCurrent = Effect.repeat(current, { until: (is) => is, schedule: Schedule.spaced("100 millis") })
      yield* untilCurrent
      yield* sandbox.engine.deposit({ currency: "BTC", amount: BigDecimal.make(1n, 3) })
      yield* untilCurrent
      child.kill("SIGINT")
      expect(yield* Deferred.await(ended)).toBe(0)
      expect((yield* verified(ledger)).status).toBe("intact")
      expect(yield* current).toBe(true)
    })
)

it.scopedLive(
  "a watched sync that is interrupted in its first reading ends with 0 between two windows, and the next one goes on there",
  () =>
    Effect.gen(function* () {
      const { environment, sandbox } = yield* exchange(20)
      const ledger = join(yield* Program.folder, "interrupted.sqlite")
      const child = Program.start(["sync", "--watch", "1m", "--ledger", ledger], environment)
      const ended = yield* Deferred.make<number | null>()
      child.once("close", (code) => Deferred.unsafeDone(ended, Effect.succeed(code)))
      const read = Effect.map(
        Effect.orElseSucceed(booked(ledger, "default"), () => []),
        (rows) => rows.length
      )
      yield* Effect.repeat(read, { until: (count) => count > 20 * cap, schedule: Schedule.spaced("20 millis") })
      child.kill("SIGINT")
      expect(yield* Deferred.await(ended)).toBe(0)
      const report = yield* verified(ledger)
      expect(report).toMatchObject({ status: "intact", findings: [] })
      expect(report.records).toBeLessThan(records)
      expect(runs(ledger)).toEqual({ statuses: ["interrupted"], leases: 0 })
      const asked = (yield* sandbox.received).length
      const next = yield* Program.btse(["sync", "--ledger", ledger], { ...environment, BTSE_RATE_LIMIT: "1000" })
      expect(next).toMatchObject({ exitCode: 0, stderr: "" })
      expect(yield* booked(ledger, "default")).toEqual(yield* truth(sandbox))
      // What was committed is not asked for again, but for the ends of its stretches.
      expect((yield* sandbox.received).length - asked).toBeLessThan((records - report.records) / cap + 14)
    })
)
