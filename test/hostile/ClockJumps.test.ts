/**
 * Clocks that jump by up to two days, between and during the commands of several processes: on the budget that they share, and
 * on a ledger with payments. Seeds are printed.
 */
import { RateLimiter, WaitNotice } from "@btse-wallet/core"
import { Payments, SharedRateLimiter, Sync } from "@btse-wallet/ledger"
import { NodeContext } from "@effect/platform-node"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { FileSystem } from "@effect/platform"
import { expect, it } from "@effect/vitest"
import { Context, DateTime, Effect, Either, Layer, Option, Random, Redacted } from "effect"
import * as Campaign from "../Campaign.ts"
import { dawn, decimal, ledger, makeExchange, temporaryFile } from "../ledger/Bench.ts"
import { request } from "../ledger/WithdrawalBench.ts"
import * as SimulatedMachine from "./SimulatedMachine.ts"

const day = 86_400_000
const processes = 3

/** Jumps of up to two days, small ones as likely as large ones. */
const jump = Effect.gen(function* () {
  const size = Math.round(10 ** (yield* Random.nextRange(2, Math.log10(2 * day))))
  return (yield* Random.nextBoolean) ? size : -size
})

/** The clocks of a machine's processes: one for all, or one for each. */
const clocksOf = Effect.fnUntraced(function* (machine: SimulatedMachine.SimulatedMachine) {
  const one = yield* Random.nextBoolean
  const ahead = Array.from({ length: processes }, () => 0)
  const at = (index: number) => (one ? 0 : index)
  return {
    clock: (index: number) => machine.clock(() => ahead[at(index)] ?? 0),
    set: (index: number, to: number) => void (ahead[at(index)] = to),
    right: () => void ahead.fill(0)
  }
})

/** An exchange that takes five requests a second, now and then blocks, and refuses nonces that are far from its time. */
const makeServer = (machine: SimulatedMachine.SimulatedMachine, blocks: Effect.Effect<number>) => {
  const arrived: Array<number> = []
  const met = { inBlock: 0, tooMany: 0, accepted: 0 }
  let block = { from: 0, until: 0 }
  const answer = (nonce: number, sentAt: number) =>
    Effect.gen(function* () {
      const now = machine.now()
      // What was on the road when the block began could not be called back.
      if (sentAt > block.from && now < block.until) met.inBlock++
      arrived.push(now)
      if (arrived.filter((at) => at > now - 1_000).length > 5) met.tooMany++
      const length = yield* blocks
      if (length > 0) {
        block = { from: now, until: now + length }
        return { status: 429, retryAfter: length }
      }
      if (Math.abs(nonce - now) > 60_000) return { status: 401, retryAfter: 0 }
      met.accepted++
      return { status: 200, retryAfter: 0 }
    })
  return { answer, met }
}

const budgets = (seed: number) =>
  Effect.gen(function* () {
    const fileSystem = yield* FileSystem.FileSystem
    const filename = `${yield* fileSystem.makeTempDirectoryScoped()}/budget.sqlite`
    const machine = SimulatedMachine.make(dawn)
    const clocks = yield* clocksOf(machine)
    const server = makeServer(
      machine,
      Effect.flatMap(Random.next, (chance) =>
        chance < 0.04 ? Random.nextIntBetween(2_000, 45_000) : Effect.succeed(0)
      )
    )
    let silent = 0

    /** A command: a limiter on the shared file, and some requests. True where all were accepted. */
    const command = (index: number, size: number) =>
      Effect.gen(function* () {
        let noticedAt = Number.NEGATIVE_INFINITY
        const notice = { waiting: () => Effect.sync(() => void (noticedAt = machine.now())) }
        const limiter = yield* SharedRateLimiter.layer({
          exchange: "https://exchange.test",
          apiKey: Redacted.make("key"),
          requestsPerSecond: 5,
          machine: { boot: "boot", uptime: machine.uptime }
        }).pipe(
          Layer.provide(SqliteClient.layer({ filename })),
          Layer.build,
          Effect.map(Context.get(RateLimiter.RateLimiter))
        )
        const once = Effect.gen(function* () {
          const asked = machine.now()
          const road = yield* Random.nextIntBetween(5, 60)
          const { retryAfter, status } = yield* limiter.withPermit("read", (nonce) => {
            if (machine.now() - asked > 2_500 && noticedAt < asked - 12_500) silent++
            return Effect.delay(server.answer(nonce, machine.now()), road)
          })
          if (status === 429) {
            const wall = (yield* Effect.clock).unsafeCurrentTimeMillis()
            yield* limiter.blocked(Option.some(DateTime.unsafeMake(wall + retryAfter)))
          }
          return status === 200
        }).pipe(
          Effect.provideService(WaitNotice.WaitNotice, notice),
          Effect.catchTag("GateClosed", () => Effect.succeed(false))
        )
        const accepted = yield* Effect.forEach(Array.from({ length: size }), () => once)
        return accepted.every((one) => one)
      }).pipe(Effect.scoped, Effect.withClock(clocks.clock(index)))

    const working = (index: number) =>
      Effect.gen(function* () {
        for (let turn = 0; turn < 8; turn++) {
          yield* command(index, yield* Random.nextIntBetween(1, 9))
          yield* Effect.sleep(yield* Random.nextIntBetween(0, 4_000))
        }
      }).pipe(Effect.withClock(clocks.clock(index)))

    const jumping = Effect.gen(function* () {
      for (let turn = 0; turn < 12; turn++) {
        yield* Effect.sleep(yield* Random.nextIntBetween(100, 5_000))
        clocks.set(yield* Random.nextIntBetween(0, processes), yield* jump)
      }
    }).pipe(Effect.withClock(machine.clock(() => 0)))

    /** With the clock right again: how long until a command is accepted, in milliseconds. */
    const recovery = Effect.gen(function* () {
      clocks.right()
      const since = machine.now()
      while (machine.now() - since < 120_000 && !(yield* command(0, 1))) yield* Effect.sleep("1 second")
      return machine.now() - since
    }).pipe(Effect.withClock(machine.clock(() => 0)))

    return yield* machine.run(
      Effect.gen(function* () {
        yield* Effect.all([jumping, ...Array.from({ length: processes }, (_, index) => working(index))], {
          concurrency: "unbounded"
        })
        const lockedOut = yield* recovery
        return { ...server.met, silent, lockedOut }
      })
    )
  }).pipe(Effect.scoped, Effect.withRandom(Random.make(seed)), Effect.provide(NodeContext.layer))

it.live(
  "clocks that jump break no limit and no block, and lock nobody out for longer than a minute once they are right",
  () =>
    Effect.gen(function* () {
      const first = Campaign.firstSeed("clock jumps, budget")
      let requests = 0
      let longest = 0
      for (let seed = first; seed < first + Campaign.size(6, 500); seed++) {
        const { accepted, inBlock, lockedOut, silent, tooMany } = yield* budgets(seed)
        expect({ seed, inBlock, tooMany, silent }).toEqual({ seed, inBlock: 0, tooMany: 0, silent: 0 })
        expect({ seed, lockedOut: lockedOut > 61_000 }).toEqual({ seed, lockedOut: false })
        requests += accepted
        longest = Math.max(longest, lockedOut)
      }
      process.stdout.write(`clock jumps, budget: ${requests} requests accepted; longest recovery ${longest} ms\n`)
    }),
  Campaign.timeout
)

const hour = 3_600_000

const payments = (seed: number) =>
  Effect.gen(function* () {
    const filename = yield* temporaryFile
    const machine = SimulatedMachine.make(dawn + hour)
    const clocks = yield* clocksOf(machine)
    const exchange = makeExchange()
    exchange.state.balances = { BTC: "1000" }
    let id = 0
    exchange.state.onWithdraw = Effect.gen(function* () {
      yield* Effect.sleep(yield* Random.nextIntBetween(10, 8_000))
      return `w${++id}`
    })
    exchange.state.onHistory = Effect.flatMap(Random.nextIntBetween(10, 3_000), (millis) => Effect.sleep(millis))
    const keys = 4
    const amountOf = (key: number) => decimal(`0.${key + 1}`)

    const command = (index: number) =>
      Effect.gen(function* () {
        const key = yield* Random.nextIntBetween(0, keys)
        const paying = Effect.flatMap(Payments.Payments, (service) =>
          service.withdraw({ key: `key-${key}`, request: { ...request, amount: amountOf(key) } })
        )
        const syncing = Effect.flatMap(Sync.Sync, (service) => service.run())
        // Some are stopped while they work.
        const limit = (yield* Random.next) < 0.3 ? yield* Random.nextIntBetween(1, 4_000) : 600_000
        const ended = <A, E, R>(work: Effect.Effect<A, E, R>) =>
          work.pipe(
            Effect.timeout(limit),
            Effect.either,
            Effect.asVoid,
            Effect.provideService(WaitNotice.WaitNotice, { waiting: () => Effect.void })
          )
        const work: Effect.Effect<void, never, Payments.Payments | Sync.Sync> = (yield* Random.nextBoolean)
          ? ended(paying)
          : ended(syncing)
        yield* Effect.provide(work, ledger(exchange, filename))
      }).pipe(Effect.scoped, Effect.withClock(clocks.clock(index)))

    const working = (index: number) =>
      Effect.gen(function* () {
        for (let turn = 0; turn < 4; turn++) {
          yield* Effect.ignore(command(index))
          yield* Effect.sleep(yield* Random.nextIntBetween(0, 3_000))
        }
      }).pipe(Effect.withClock(clocks.clock(index)))

    const jumping = Effect.gen(function* () {
      for (let turn = 0; turn < 12; turn++) {
        yield* Effect.sleep(yield* Random.nextIntBetween(100, 5_000))
        clocks.set(yield* Random.nextIntBetween(0, processes), yield* jump)
      }
    }).pipe(Effect.withClock(machine.clock(() => 0)))

    return yield* machine.run(
      Effect.gen(function* () {
        yield* Effect.all([jumping, ...Array.from({ length: processes }, (_, index) => working(index))], {
          concurrency: "unbounded"
        })
        clocks.right()
        const since = machine.now()
        const synced = yield* Effect.flatMap(Sync.Sync, (service) => service.run()).pipe(
          Effect.either,
          Effect.provideService(WaitNotice.WaitNotice, { waiting: () => Effect.void }),
          Effect.provide(ledger(exchange, filename)),
          Effect.scoped,
          Effect.withClock(machine.clock(() => 0))
        )
        const sent = exchange.state.withdrawals.map(({ amount }) => String(amount))
        return {
          doubled: sent.length - new Set(sent).size,
          sent: sent.length,
          lockedOut: machine.now() - since,
          synced: Either.isRight(synced)
        }
      })
    )
  }).pipe(Effect.scoped, Effect.withRandom(Random.make(seed)))

it.live(
  "clocks that jump double no payment, and the next sync is done within a minute once they are right",
  () =>
    Effect.gen(function* () {
      const first = Campaign.firstSeed("clock jumps, payments")
      let total = 0
      let longest = 0
      for (let seed = first; seed < first + Campaign.size(2, 500); seed++) {
        const { doubled, lockedOut, sent, synced } = yield* payments(seed)
        expect({ seed, doubled, synced }).toEqual({ seed, doubled: 0, synced: true })
        expect({ seed, lockedOut: lockedOut > 60_000 }).toEqual({ seed, lockedOut: false })
        total += sent
        longest = Math.max(longest, lockedOut)
      }
      expect(total).toBeGreaterThan(0)
      process.stdout.write(`clock jumps, payments: ${total} sent once each; longest sync after them ${longest} ms\n`)
    }),
  Campaign.timeout
)
