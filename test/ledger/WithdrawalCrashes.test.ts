import { BtseConfig, Wallet, WalletModel } from "@btse-wallet/core"
import { Account, Ledger, Payment, Payments } from "@btse-wallet/ledger"
import type { Fault } from "@btse-wallet/sandbox"
import { Sandbox } from "@btse-wallet/sandbox"
import { FileSystem, Path } from "@effect/platform"
import { NodeContext, NodeHttpClient } from "@effect/platform-node"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { describe, expect, it } from "@effect/vitest"
import { BigDecimal, Effect, Either, Inspectable, Layer, Random, Redacted, Schedule } from "effect"
import { build } from "esbuild"
import { type ChildProcess, spawn } from "node:child_process"
import { createInterface } from "node:readline"
import * as Campaign from "../Campaign.ts"

// @effect-diagnostics globalTimers:off -- the process that is killed keeps the real time

const enough = Campaign.size(5, 300)

const withdrawPath = "/api/v3.2/user/wallet/withdraw"

/** Where the answer to a withdrawal goes wrong, or is so late that a kill meets it on its way. */
const faults: ReadonlyArray<Fault.FaultKind | undefined> = [
  undefined,
  undefined,
  undefined,
  "latency",
  "latency",
  "latency",
  "latency",
  "reset-before",
  "reset-after",
  "truncated",
  "malformed",
  "empty",
  "html-502",
  "error-500",
  "error-500-after",
  "timeout-408-after",
  "system-error",
  "failure-in-200",
  "rate-limited"
]

const pick = <A>(all: ReadonlyArray<A>) => Effect.map(Random.nextIntBetween(0, all.length), (at) => all[at])

/** The program of WithdrawalProcess.ts as a bundle, where its native dependency is found, and a folder for ledgers. */
const script = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const here = path.dirname(yield* path.fromFileUrl(new URL(import.meta.url)))
  const outfile = path.join(here, "..", "node_modules", ".cache", "WithdrawalProcess.mjs")
  yield* Effect.promise(() =>
    build({
      entryPoints: [path.join(here, "WithdrawalProcess.ts")],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      external: ["better-sqlite3"],
      banner: { js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url)` }
    })
  )
  return { outfile, ledgers: yield* fs.makeTempDirectoryScoped({ prefix: "btse-withdrawals-" }) }
})

interface Stage {
  readonly sandbox: Sandbox.RunningSandbox
  readonly outfile: string
  readonly ledger: string
  readonly budget: string
}

const claimLasts = "400 millis"

/** When a process is killed: so many milliseconds after it began to submit, or after its first withdrawal was taken. */
interface Kill {
  readonly since: "begun" | "taken"
  readonly millis: number
}

const drawKill: Effect.Effect<Kill> = Effect.gen(function* () {
  return (yield* Random.nextIntBetween(0, 3)) === 0
    ? { since: "taken", millis: yield* Random.nextIntBetween(0, 400) }
    : { since: "begun", millis: yield* Random.nextIntBetween(0, 700) }
})

// @effect-diagnostics-next-line globalTimers:off -- the kill is for a process, at a moment of its own
const killLater = (child: ChildProcess, millis: number) => setTimeout(() => child.kill("SIGKILL"), millis)

/** Runs the process to its end, or to where it is killed; says whether it was killed. */
const run = ({ budget, ledger, outfile, sandbox }: Stage, keys: ReadonlyArray<string>, kill?: Kill) =>
  Effect.async<boolean>((resume) => {
    const child = spawn(process.execPath, [outfile], {
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        PATH: "/usr/local/bin:/usr/bin:/bin",
        BTSE_BASE_URL: sandbox.baseUrl.href,
        BTSE_API_KEY: sandbox.apiKey,
        BTSE_API_SECRET: Redacted.value(sandbox.apiSecret),
        BTSE_RATE_LIMIT: "500",
        LEDGER_FILE: ledger,
        BUDGET_FILE: budget,
        CLAIM_LASTS: claimLasts,
        KEYS: keys.join(",")
      }
    })
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (kill !== undefined && (line === "ready") === (kill.since === "begun")) {
        killLater(child, kill.millis)
      }
    })
    child.once("close", (_, signal) => resume(Effect.succeed(signal === "SIGKILL")))
    return Effect.sync(() => child.kill("SIGKILL"))
  })

/** The ledger in this process, whose person decides after a second about what is missing. */
const books = ({ ledger, sandbox }: Stage) => {
  const config = BtseConfig.make({
    baseUrl: sandbox.baseUrl,
    credentials: { apiKey: Redacted.make(sandbox.apiKey), apiSecret: sandbox.apiSecret },
    requestsPerSecond: 500
  })
  return Ledger.layer({
    account: Account.AccountName.make("default"),
    exchange: sandbox.baseUrl.origin,
    withdrawals: { pollEvery: "50 millis", claimLasts, resolveFor: "1 second", historyLag: "1 second" }
  }).pipe(
    Layer.provide(Ledger.opened(SqliteClient.layer({ filename: ledger, disableWAL: true }))),
    Layer.provide(Wallet.layer(config)),
    Layer.provide(NodeHttpClient.layerUndici)
  )
}

const request = (key: string): WalletModel.WithdrawRequest => ({
  currency: WalletModel.Currency.make("BTC"),
  network: WalletModel.Network.make("Bitcoin"),
  address: `place-${key}`,
  amount: BigDecimal.make(1n, 2),
  feeOnTop: false
})

/** What the exchange's books hold for a key: its row's id and status, each row. */
const held = ({ sandbox }: Stage, key: string) =>
  Effect.map(sandbox.engine.rows, (rows) =>
    rows.filter(({ toAddress }) => toAddress === `place-${key}`).map(({ orderId, status }) => ({ orderId, status }))
  )

/** What the ledger says of a key; `none` where it was killed before it intended anything. */
const told = (key: string) =>
  Effect.flatMap(Payments.PaymentBook, (book) => book.get(key)).pipe(
    Effect.map((payment) => ({ status: payment.status, withdrawId: Payment.orderIdOf(payment) })),
    Effect.catchTag("PaymentNotFound", () => Effect.succeed({ status: "none", withdrawId: null }))
  )

/** Resolves, and is the person who says what was not sent; then the ledger agrees with the exchange's books. */
const judge = Effect.fnUntraced(function* (stage: Stage, keys: ReadonlyArray<string>, seed: number) {
  const book = yield* Payments.PaymentBook
  const withdrawals = yield* Payments.Payments
  // The exchange's withdrawals have come to their ends.
  const settled = Effect.map(stage.sandbox.engine.rows, (rows) =>
    rows.every(({ status }) => status !== "PENDING" && status !== "PROCESSING")
  )
  yield* Effect.repeat(stage.sandbox.engine.balances.pipe(Effect.zipRight(settled)), {
    until: (done) => done,
    schedule: Schedule.spaced("50 millis")
  })
  // A verdict that waits for history to catch up comes a moment later.
  const verdicts = new Map<string, string>()
  const looked = Effect.tap(book.resolve, (all) =>
    Effect.sync(() => {
      for (const { key, verdict } of all) verdicts.set(key, verdict)
    })
  )
  yield* Effect.repeat(looked, {
    until: (all) => all.every(({ verdict }) => verdict !== "waiting"),
    schedule: Schedule.intersect(Schedule.spaced("200 millis"), Schedule.recurs(50))
  })
  for (const [key, verdict] of verdicts) {
    if (verdict === "missing") yield* book.decide(key, { _tag: "NotSent", reason: "the exchange's books hold none" })
  }
  const outcomes: Array<string> = []
  for (const key of keys) {
    const rows = yield* held(stage, key)
    expect(rows.length, `seed ${seed}, ${key}: ${Inspectable.toStringUnknown(rows)}`).toBeLessThanOrEqual(1)
    const [row] = rows
    const before = yield* told(key)
    const where = `seed ${seed}, ${key}: the exchange has ${Inspectable.toStringUnknown(row)}`
    if (row === undefined) {
      expect(["none", "UNSENT", "REFUSED"], where).toContain(before.status)
    } else {
      expect(before, where).toEqual({ status: row.status, withdrawId: row.orderId })
    }
    // The same key once more: what was done is returned, what was proven not done is sent, nothing is sent twice.
    const again = yield* Effect.either(withdrawals.withdraw({ key, request: request(key) }))
    const after = yield* held(stage, key)
    const sends = (before.status === "none" || before.status === "UNSENT") && Either.isRight(again)
    const said = `${where}, and after another submit ${Inspectable.toStringUnknown(again)} ${Inspectable.toStringUnknown(after)}`
    if (row !== undefined || sends) expect(after, said).toHaveLength(1)
    // A fault that no process had met may have met this one.
    else expect(after.length, said).toBeLessThanOrEqual(before.status === "REFUSED" ? 0 : 1)
    outcomes.push(`${before.status}${verdicts.has(key) ? ` after ${verdicts.get(key)}` : ""}`)
  }
  return outcomes
})

const makeStage = Effect.fnUntraced(function* (name: string, sandbox: Sandbox.RunningSandbox) {
  const path = yield* Path.Path
  const { ledgers, outfile } = yield* script
  return (of: string): Stage => ({
    sandbox,
    outfile,
    ledger: path.join(ledgers, `${name}-${of}.sqlite`),
    budget: path.join(ledgers, `${name}-${of}-budget.sqlite`)
  })
})

const exchange = Sandbox.start({
  // Rows that name their receiver: of others nothing is known in the end.
  dialect: "today",
  rateLimits: { requestsPerSecond: 100_000 },
  withdrawals: { processingAfter: "80 millis", finalAfter: "250 millis" },
  history: { late: { share: 0.3, by: "400 millis" } },
  faults: { latency: "250 millis" }
})

describe("Withdrawals in processes", () => {
  it.scopedLive(
    `are sent once at most, and known in the end, over ${enough} kills of processes at random moments`,
    () =>
      Effect.gen(function* () {
        const sandbox = yield* exchange
        yield* sandbox.engine.deposit({ currency: "BTC", amount: BigDecimal.make(1_000n, 0) })
        const stageOf = yield* makeStage("killed", sandbox)
        const first = Campaign.firstSeed("withdrawals killed")
        const counts = new Map<string, number>()
        let kills = 0
        // oxlint-disable-next-line no-unmodified-loop-condition -- it is counted in the generator below
        for (let seed = first; kills < enough; seed++) {
          const stage = stageOf(`${seed}`)
          const keys = [`${seed}a`, `${seed}b`, `${seed}c`]
          yield* Effect.withRandom(
            Effect.gen(function* () {
              // A ledger whose process is killed once to three times.
              const rounds = yield* Random.nextIntBetween(1, 4)
              for (let round = 0; round < rounds; round++) {
                for (let i = 0; i < 2; i++) {
                  const kind = yield* pick(faults)
                  if (kind !== undefined) yield* sandbox.inject({ kind, method: "POST", path: withdrawPath })
                }
                if (yield* run(stage, keys, yield* drawKill)) kills++
              }
            }),
            Random.make(seed)
          )
          for (const outcome of yield* Effect.provide(judge(stage, keys, seed), books(stage))) {
            counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
          }
        }
        const summary = [...counts].sort().map(([outcome, count]) => `${count} ${outcome}`)
        process.stdout.write(`withdrawals killed: ${kills} kills; ${summary.join(", ")}\n`)
        if (Campaign.full) {
          for (const met of [
            "none",
            "COMPLETED",
            "COMPLETED after found",
            "UNSENT after unsent",
            "REFUSED after missing"
          ]) {
            expect(counts.get(met) ?? 0, met).toBeGreaterThan(0)
          }
        }
      }).pipe(Effect.provide(NodeContext.layer)),
    Campaign.timeout
  )

  it.scopedLive(
    "are sent once for a key that three processes submit at a time",
    () =>
      Effect.gen(function* () {
        const sandbox = yield* exchange
        yield* sandbox.engine.deposit({ currency: "BTC", amount: BigDecimal.make(1_000n, 0) })
        const stage = (yield* makeStage("at-a-time", sandbox))("1")
        const names = ["a", "b", "c"]
        // Each key several times in each process, so that fibers meet fibers and processes meet processes.
        const keys = [...names, ...names, ...names]
        yield* Effect.all([run(stage, keys), run(stage, keys), run(stage, keys)], { concurrency: "unbounded" })
        for (const key of names) {
          const rows = yield* held(stage, key)
          expect(rows).toEqual([{ orderId: rows[0]?.orderId, status: "COMPLETED" }])
          expect(yield* Effect.provide(told(key), books(stage))).toEqual({
            status: "COMPLETED",
            withdrawId: rows[0]?.orderId
          })
        }
      }).pipe(Effect.provide(NodeContext.layer)),
    Campaign.timeout
  )
})
