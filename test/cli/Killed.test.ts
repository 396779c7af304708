import { Decimal } from "@btse-wallet/core"
import { Ledger, Verify } from "@btse-wallet/ledger"
import { Sandbox } from "@btse-wallet/sandbox"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { expect, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import {
  BigDecimal,
  Clock,
  Deferred,
  Duration,
  Effect,
  Layer,
  Option,
  Random,
  Redacted,
  Schedule,
  Schema
} from "effect"
import { existsSync } from "node:fs"
import { join } from "node:path"
import * as Campaign from "../Campaign.ts"
import * as Program from "./Program.ts"

const records = 1_500

/** An exchange with small pages and no limit worth mentioning, so that a sync has many windows. */
const exchange = Effect.gen(function* () {
  yield* Program.build
  const sandbox = yield* Sandbox.start({
    records,
    seed: 3,
    history: { cap: 40 },
    rateLimits: { requestsPerSecond: 5_000 }
  })
  const environment = {
    BTSE_BASE_URL: sandbox.baseUrl.href,
    BTSE_API_KEY: sandbox.apiKey,
    BTSE_API_SECRET: Redacted.value(sandbox.apiSecret),
    BTSE_RATE_LIMIT: "1000"
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

const verified = (ledger: string) =>
  Effect.flatMap(Verify.Verify, (service) => service.run).pipe(
    Effect.provide(
      Layer.provide(Ledger.layerVerify, Ledger.opened(SqliteClient.layer({ filename: ledger, disableWAL: true })))
    )
  )

/** Starts a sync and kills it after so many milliseconds; says whether it was still running. */
const killed = (ledger: string, environment: Program.Environment, after: number) =>
  Effect.suspend(() => {
    const child = Program.start(["sync", "--json", "--ledger", ledger], environment)
    const ended = Effect.async<boolean>((resume) => {
      child.once("close", (_, signal) => resume(Effect.succeed(signal === "SIGKILL")))
    })
    const kill = Effect.delay(
      Effect.sync(() => child.kill("SIGKILL")),
      Duration.millis(after)
    )
    return Effect.zipRight(Effect.forkScoped(kill), ended)
  }).pipe(Effect.scoped)

it.scopedLive(
  "a sync that is killed at any moment leaves a ledger that verifies, and the next one ends at the truth",
  () =>
    Effect.gen(function* () {
      const { environment, sandbox } = yield* exchange
      const folder = yield* Program.folder
      const sync = (ledger: string) => Program.btse(["sync", "--json", "--ledger", ledger], environment)
      const begun = yield* Clock.currentTimeMillis
      expect((yield* sync(join(folder, "whole.sqlite"))).exitCode).toBe(0)
      const lasts = (yield* Clock.currentTimeMillis) - begun
      const first = Campaign.firstSeed("kill -9")
      let inTheMiddle = 0
      for (let seed = first; seed < first + Campaign.size(5, 200); seed++) {
        const ledger = join(folder, `${seed}.sqlite`)
        yield* Effect.withRandom(
          Effect.gen(function* () {
            const times = yield* Random.nextIntBetween(1, 3)
            for (let i = 0; i < times; i++) {
              yield* killed(ledger, environment, yield* Random.nextIntBetween(Math.floor(lasts / 4), lasts))
              if (!existsSync(ledger)) continue
              const report = yield* verified(ledger)
              expect(report.findings, `seed ${seed}`).toEqual([])
              if (report.records > 0 && report.records < records) inTheMiddle++
            }
            yield* sandbox.engine.deposit({ currency: "BTC", amount: BigDecimal.make(BigInt(seed), 3) })
          }),
          Random.make(seed)
        )
        const { exitCode, stderr } = yield* sync(ledger)
        expect({ seed, exitCode, stderr }).toEqual({ seed, exitCode: 0, stderr: "" })
        expect(yield* booked(ledger, "default"), `seed ${seed}`).toEqual(yield* truth(sandbox))
        expect(yield* verified(ledger), `seed ${seed}`).toMatchObject({ status: "intact", accounts: [{ gaps: [] }] })
      }
      process.stdout.write(`kill -9: ${inTheMiddle} times between windows\n`)
      if (Campaign.full) expect(inTheMiddle).toBeGreaterThan(20)
    }),
  Campaign.timeout
)

it.scopedLive(
  "several processes sync several accounts into one file, and a second one of the same account is told",
  () =>
    Effect.gen(function* () {
      const { environment, sandbox } = yield* exchange
      const ledger = join(yield* Program.folder, "shared.sqlite")
      const sync = (profile: string) =>
        Program.btse(["sync", "--json", "--ledger", ledger, "--profile", profile], environment)
      const all = yield* Effect.all([sync("one"), sync("two"), sync("three"), sync("one")], {
        concurrency: "unbounded"
      })
      const told = all.map(({ exitCode, stderr }) => `${exitCode} ${stderr}`).sort()
      expect(told.slice(0, 3)).toEqual(["0 ", "0 ", "0 "])
      // The second may also have come when the first had just ended.
      expect(told[3]).toMatch(/^(0 $|2 Account "one" is being synced already \(by process \d+ on )/)
      for (const profile of ["one", "two", "three"])
        expect(yield* booked(ledger, profile)).toEqual(yield* truth(sandbox))
      expect((yield* verified(ledger)).status).toBe("intact")
    })
)

it.scopedLive(
  "a watched sync keeps the ledger current, and ends with 0 and everything committed when interrupted",
  () =>
    Effect.gen(function* () {
      const { environment, sandbox } = yield* exchange
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
