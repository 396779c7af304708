import { RetryPolicy, Wallet, WalletModel } from "@btse-wallet/core"
import { Account, Ledger, Payment, Payments } from "@btse-wallet/ledger"
import { Sandbox } from "@btse-wallet/sandbox"
import { FileSystem, HttpClient } from "@effect/platform"
import { NodeFileSystem } from "@effect/platform-node"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { describe, expect, it } from "@effect/vitest"
import { BigDecimal, Deferred, Effect, Exit, Fiber, Layer, Option, Random, Schedule, Scope, TestClock } from "effect"
import * as Campaign from "../Campaign.ts"
import { temporaryFile } from "./Bench.ts"
import type { Plan } from "./PaymentProxy.ts"
import * as Proxy from "./PaymentProxy.ts"

const batches = Campaign.size(3, 250)
const paymentsOfBatch = 40
const rounds = 3
const morning = 1_790_000_000_000

const bitcoin = WalletModel.Currency.make("BTC")

/** A payment under its key; its amount is no other's, so that the exchange's books tell it apart. */
interface Case {
  readonly key: string
  readonly kind: Payment.PaymentKind
  readonly amount: BigDecimal.BigDecimal
}

type Said = "carried out" | "nothing" | "unknown" | "hung up" | "killed"

const send = ({ amount, key, kind }: Case) =>
  Effect.flatMap(Payments.Payments, (service): Effect.Effect<Payment.Payment, Payments.PaymentError> => {
    switch (kind) {
      case "withdraw": {
        const network = WalletModel.Network.make("Bitcoin")
        return service.withdraw({
          key,
          request: { currency: bitcoin, network, address: `to-${key}`, amount, feeOnTop: false }
        })
      }
      case "transfer":
        return service.transfer({
          key,
          request: { amount, asset: bitcoin, toUser: "colleague", toUserMail: "colleague@example.com" }
        })
      case "convert":
        return service.convert({ key, request: { amount, from: bitcoin, to: WalletModel.Currency.make("USDT") } })
    }
  })

const layers = (sandbox: Sandbox.RunningSandbox, client: HttpClient.HttpClient, filename: string) =>
  Ledger.layer({
    account: Account.AccountName.make("default"),
    exchange: sandbox.baseUrl.origin,
    withdrawals: { historyLag: "2 minutes", pollEvery: "1 second", resolveFor: 0 }
  }).pipe(
    Layer.provide(Ledger.opened(SqliteClient.layer({ filename, disableWAL: true }))),
    Layer.provide(Layer.orDie(Wallet.layer(sandbox.config))),
    Layer.provide(Layer.succeed(HttpClient.HttpClient, client))
  )

/** Lets time pass until a fiber has ended. */
const passing = Effect.fnUntraced(function* <A, E>(fiber: Fiber.RuntimeFiber<A, E>) {
  while (Option.isNone(yield* Fiber.poll(fiber))) yield* TestClock.adjust("1 second")
  return yield* Fiber.await(fiber)
})

const outcomeOf = (exit: Exit.Exit<Payment.Payment, Payments.PaymentError>): Said =>
  Exit.match(exit, {
    onSuccess: ({ status }) =>
      ["SUBMITTED", "PENDING", "PROCESSING", "COMPLETED"].includes(status) ? "carried out" : "unknown",
    onFailure: (cause) => (cause._tag === "Fail" && "done" in cause.error ? cause.error.done : "unknown")
  })

/** Copies a ledger as a person does who knows no better, with its log or without. */
const copied = Effect.fnUntraced(
  function* (from: string, to: string, withLog: boolean) {
    const fs = yield* FileSystem.FileSystem
    yield* fs.copyFile(from, to)
    if (withLog && (yield* fs.exists(`${from}-wal`))) yield* fs.copyFile(`${from}-wal`, `${to}-wal`)
  },
  Effect.orDie,
  Effect.provide(NodeFileSystem.layer)
)

/** How many times the exchange's books hold a payment. */
const held = (sandbox: Sandbox.RunningSandbox, { amount }: Case) =>
  Effect.map(
    sandbox.engine.rows,
    (rows) =>
      new Set(
        rows
          .filter((row) => row.currency === "BTC" && BigDecimal.equals(BigDecimal.abs(row.amount), amount))
          .map(({ orderId }) => orderId)
      ).size
  )

/** One try of a key in a life of the ledger; says what its caller was told. */
const attempt = Effect.fnUntraced(function* (one: Case, plan: Plan, act: "wait" | "hang up" | "kill") {
  const fiber = yield* Effect.forkDaemon(send(one))
  const reached = yield* Effect.forkDaemon(Effect.raceFirst(Deferred.await(plan.reached), Fiber.await(fiber)))
  if (act !== "wait") {
    yield* passing(reached)
    if (act === "kill") return { said: "killed" as const, fiber }
    const gone = yield* Effect.forkDaemon(Fiber.interrupt(fiber))
    yield* passing(gone)
    yield* Deferred.succeed(plan.release, undefined)
    return { said: "hung up" as const, fiber }
  }
  return { said: outcomeOf(yield* passing(fiber)), fiber }
})

const planOf = Effect.fnUntraced(function* (fault: Proxy.Fault) {
  const pick = yield* Random.nextIntBetween(0, 1_000)
  return { fault, pick, reached: yield* Deferred.make<void>(), release: yield* Deferred.make<void>() } satisfies Plan
})

const batch = Effect.fnUntraced(function* (seed: number, counts: Map<string, number>) {
  const sandbox = yield* Sandbox.Sandbox
  const inner = yield* HttpClient.HttpClient
  yield* sandbox.engine.deposit({ currency: "BTC", amount: BigDecimal.make(1_000n, 0) })
  const first = yield* temporaryFile
  const kinds = ["withdraw", "transfer", "convert"] as const
  const cases = Array.from({ length: paymentsOfBatch }, (_, index): Case => ({
    key: `${seed}-${index}`,
    kind: kinds[index % 3] ?? "withdraw",
    amount: BigDecimal.make(BigInt(100_000 + index), 6)
  }))
  const told = new Map<string, Array<Said>>(cases.map(({ key }) => [key, []]))
  let file = first
  let plan: Plan = yield* planOf("ok")
  const client = Proxy.make(inner, sandbox, () => plan)
  let copies = 0
  const reopen = Effect.gen(function* () {
    const scope = yield* Scope.make()
    return { scope, services: yield* Layer.buildWithScope(layers(sandbox, client, file), scope) }
  })
  for (let round = 0; round < rounds; round++) {
    let life = yield* reopen
    for (const one of cases) {
      const fault = Proxy.faults[yield* Random.nextIntBetween(0, Proxy.faults.length)] ?? "ok"
      const drawn = yield* Random.nextIntBetween(0, 24)
      const act = drawn === 0 ? "kill" : drawn < 4 ? "hang up" : "wait"
      const own = yield* planOf(fault)
      plan = own
      const { fiber, said } = yield* Effect.provide(attempt(one, own, act), life.services)
      told.get(one.key)?.push(said)
      const label = `seed ${seed}, key ${one.key}, ${one.kind}, round ${round}, ${fault} (${own.pick}), ${act}: ${said}`
      const times = yield* held(sandbox, one)
      expect(times, label).toBeLessThanOrEqual(1)
      if (said === "carried out") expect(times, label).toBe(1)
      if (said === "nothing") expect(times, label).toBe(0)
      counts.set(`${said} after ${fault}`, (counts.get(`${said} after ${fault}`) ?? 0) + 1)
      if (act === "kill") {
        // Another life begins with a copy of what this one has left; this one's end is not seen any more.
        const copy = `${first}.${++copies}`
        yield* copied(file, copy, (yield* Random.nextIntBetween(0, 2)) === 0)
        yield* Deferred.succeed(own.release, undefined)
        yield* passing(fiber)
        yield* Scope.close(life.scope, Exit.void)
        expect(yield* held(sandbox, one), label).toBeLessThanOrEqual(1)
        file = copy
        life = yield* reopen
      }
    }
    yield* Scope.close(life.scope, Exit.void)
    yield* TestClock.adjust("3 minutes")
  }
  yield* judge(sandbox, cases, told, seed).pipe(Effect.provide(layers(sandbox, client, file)))
})

/** What is known in the end is true: every row that a payment has is its own. */
const judge = Effect.fnUntraced(function* (
  sandbox: Sandbox.RunningSandbox,
  cases: ReadonlyArray<Case>,
  told: ReadonlyMap<string, ReadonlyArray<Said>>,
  seed: number
) {
  const book = yield* Payments.PaymentBook
  yield* passing(yield* Effect.forkDaemon(book.resolve))
  const rows = yield* sandbox.engine.rows
  for (const one of cases) {
    const label = `seed ${seed}, key ${one.key}: ${told.get(one.key)?.join(", ")}`
    const times = yield* held(sandbox, one)
    const payment = yield* Effect.option(book.get(one.key))
    const orderId = Option.getOrNull(Option.map(payment, Payment.orderIdOf))
    const status = Option.match(payment, { onNone: () => "none", onSome: ({ status }) => status })
    if (orderId !== null) {
      const row = rows.find((row) => row.orderId === orderId && row.currency === "BTC")
      expect(row === undefined ? undefined : BigDecimal.equals(BigDecimal.abs(row.amount), one.amount), label).toBe(
        true
      )
    }
    if (["UNSENT", "REFUSED", "none"].includes(status)) expect(times, `${label}; ${status}`).toBe(0)
    if (told.get(one.key)?.includes("carried out") === true) expect(times, label).toBe(1)
  }
})

describe("Payments over every fault, kill and copy", () => {
  it.scoped(
    `are held once at most, and never told wrongly, over ${batches * paymentsOfBatch} payments of three tries`,
    () =>
      Effect.gen(function* () {
        const counts = new Map<string, number>()
        const first = Campaign.firstSeed("payments")
        for (let seed = first; seed < first + batches; seed++) {
          yield* TestClock.setTime(morning)
          yield* batch(seed, counts).pipe(
            Effect.provide(Sandbox.layerInProcess({ seed, rateLimits: { requestsPerSecond: 1_000 } })),
            Effect.provideService(RetryPolicy.RetryPolicy, Schedule.recurs(0)),
            Effect.withRandom(Random.make(seed)),
            Effect.scoped
          )
          yield* Campaign.breath
        }
        yield* Campaign.tell("payments", "met", counts)
      }),
    Campaign.timeout
  )
})
