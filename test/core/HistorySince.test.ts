import { type HistoryRecord, RateLimiter, Wallet, type WalletModel } from "@btse-wallet/core"
import { type HistoryRow, Sandbox, type SandboxOptions } from "@btse-wallet/sandbox"
import { assert, describe, expect, it } from "@effect/vitest"
import { Array as Arr, Chunk, DateTime, Effect, Layer, Random, Stream, TestClock } from "effect"
import * as Campaign from "../Campaign.ts"
import * as Requests from "./Requests.ts"

const now = 1_790_000_000_000
const since = now - 365 * 86_400_000

/** Gives a permit at once: the limit is not what is tested. */
const unlimited = Layer.sync(RateLimiter.RateLimiter, () => {
  let nonce = now
  return {
    withPermit: (_, send) => Effect.suspend(() => send(++nonce)),
    blocked: () => Effect.succeed(DateTime.unsafeMake(now))
  }
})

/** Runs a test with a reader of a sandbox of its own. */
const onExchange = <A, E>(
  options: SandboxOptions.SandboxOptions,
  test: (wallet: typeof Wallet.WalletReader.Service, sandbox: Sandbox.RunningSandbox) => Effect.Effect<A, E>
) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(now)
    return yield* Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      return yield* test(yield* Wallet.make(sandbox.config, ["Read"]), sandbox)
    }).pipe(
      Effect.provide(
        Layer.merge(
          unlimited,
          Sandbox.layerInProcess({ rateLimits: { requestsPerSecond: 1_000_000 }, nonceWindow: "1 hour", ...options })
        )
      )
    )
  })

const from = DateTime.unsafeMake(since)

const lineOf = ({ currency, orderId, timestamp }: HistoryRow.HistoryRow): string =>
  `${timestamp} ${orderId} ${currency}`

const lineOfRecord = ({ currency, orderId, timestamp }: HistoryRecord.HistoryRecord): string =>
  `${timestamp.epochMillis} ${orderId} ${currency}`

const row = (timestamp: number, orderId: string): HistoryRow.HistoryRow => ({
  orderId,
  currency: "BTC",
  type: "Deposit",
  status: "COMPLETED",
  amount: Requests.amount("1"),
  fees: Requests.amount("0"),
  timestamp,
  description: "",
  username: "btseUser",
  txid: "",
  currencyNetwork: "",
  toAddress: "",
  conversion: null
})

/** The most rows within three milliseconds in a row. */
const densest = (rows: ReadonlyArray<HistoryRow.HistoryRow>): number =>
  rows.reduce((most, { timestamp }, at) => {
    let count = 0
    while ((rows[at + count]?.timestamp ?? Infinity) <= timestamp + 2) count++
    return Math.max(most, count)
  }, 0)

/** An exchange of a seed: how it pages, how many rows it has, and how they lie. */
const exchangeOf = Effect.gen(function* () {
  const pick = <const A>(...values: Arr.NonEmptyReadonlyArray<A>) =>
    Effect.map(Random.nextIntBetween(0, values.length), (at) => values[at] ?? values[0])
  const cap = yield* Random.nextIntBetween(10, 80)
  const overCap = yield* pick("clip" as const, "refuse" as const)
  const history: SandboxOptions.HistoryBehaviour = {
    cap,
    overCap,
    order: yield* pick("newest-first", "oldest-first", "shuffled"),
    keeps: yield* pick("newest", "oldest", "changing"),
    bounds: yield* pick("inclusive", "exclusive", "half-open")
  }
  const rows: Array<HistoryRow.HistoryRow> = []
  for (const burst of Arr.range(1, yield* Random.nextIntBetween(1, 30))) {
    const at = yield* Random.nextIntBetween(since - 3, now)
    const apart = yield* pick(0, 0, 1, 40, 60_000, 3_600_000)
    for (let n = yield* Random.nextIntBetween(1, apart === 0 ? 5 : 25); n > 0; n--) {
      rows.push(row(at + n * apart, `${burst}000${n}`))
    }
  }
  const pageSize = overCap === "refuse" ? yield* Random.nextIntBetween(10, cap + 1) : 500
  return { rows, pageSize, options: { history, dialect: yield* pick("1.1.0", "today") } as const }
})

const seeds = Campaign.size(8, 1_000)

describe("wallet.historySince", () => {
  it.effect(
    "gives every record once, oldest first, of any exchange; or fails by name where rows lie too close",
    () =>
      Effect.gen(function* () {
        const first = Campaign.firstSeed("history since")
        let exact = 0
        for (const seed of Arr.range(first, first + seeds - 1)) {
          const { options, pageSize, rows } = yield* Effect.withRandom(exchangeOf, Random.make(seed))
          yield* onExchange({ ...options, seed }, (wallet, { engine }) =>
            Effect.gen(function* () {
              yield* Effect.forEach(rows, engine.record)
              const all = (yield* engine.rows).filter(({ timestamp }) => timestamp >= since && timestamp <= now)
              const given: Array<HistoryRecord.HistoryRecord> = []
              const ended = yield* Effect.either(
                Stream.runForEach(wallet.historySince({ from, pageSize }), (record) =>
                  Effect.sync(() => given.push(record))
                )
              )
              const times = given.map(({ timestamp }) => timestamp.epochMillis)
              expect(times, `seed ${seed}`).toEqual(times.toSorted((a, b) => a - b))
              if (ended._tag === "Right") {
                exact++
                expect(given.map(lineOfRecord).toSorted(), `seed ${seed}`).toEqual(all.map(lineOf).toSorted())
              } else {
                const { left } = ended
                assert(left._tag === "HistoryUnproven", `seed ${seed}: ${left.message}`)
                expect(densest(all), `seed ${seed}`).toBeGreaterThanOrEqual(10)
                const before = all.filter(({ timestamp }) => timestamp < DateTime.toEpochMillis(left.from))
                expect(given.map(lineOfRecord).toSorted(), `seed ${seed}`).toEqual(before.map(lineOf).toSorted())
              }
            })
          )
          yield* Campaign.breath
        }
        expect(exact).toBeGreaterThan(seeds / 3)
      }),
    Campaign.timeout
  )

  it.effect("gives one currency, up to a time", () =>
    onExchange({ records: 300, history: { cap: 20 } }, (wallet, { engine }) =>
      Effect.gen(function* () {
        const currency: WalletModel.Currency = Requests.currency("BTC")
        const to = DateTime.unsafeMake(now - 100 * 86_400_000)
        const all = yield* Stream.runCollect(wallet.historySince({ from: DateTime.unsafeMake(0), to, currency }))
        const rows = (yield* engine.rows).filter(
          (row) => row.currency === "BTC" && row.timestamp <= DateTime.toEpochMillis(to)
        )
        expect(rows.length).toBeGreaterThan(10)
        expect(Chunk.toReadonlyArray(all).map(lineOfRecord).toSorted()).toEqual(rows.map(lineOf).toSorted())
      })
    )
  )

  it.effect("asks for no more pages than are taken, and few for each page", () =>
    onExchange({ records: 2_000, history: { cap: 100 } }, (wallet, { received }) =>
      Effect.gen(function* () {
        const everything = wallet.historySince({ from: DateTime.unsafeMake(0) })
        expect(Chunk.size(yield* Stream.runCollect(Stream.take(everything, 10)))).toBe(10)
        const begun = (yield* received).length
        expect(begun).toBeLessThan(40)
        expect(yield* Stream.runCount(everything)).toBe(2_000)
        expect((yield* received).length - begun).toBeLessThan(4 * 20)
      })
    )
  )

  it.effect("holds what comes while it is read for another time", () =>
    onExchange({ records: 100, history: { cap: 20 } }, (wallet, { engine }) =>
      Effect.gen(function* () {
        const deposit = Effect.zipRight(
          TestClock.adjust("1 seconds"),
          engine.deposit({ currency: "BTC", amount: Requests.amount("1") })
        )
        const given = yield* Stream.runCount(
          Stream.tap(wallet.historySince({ from: DateTime.unsafeMake(0) }), () => deposit)
        )
        expect(given).toBe(100)
      })
    )
  )

  const reasonOf = (stream: Stream.Stream<unknown, { readonly _tag: string; readonly message: string }>) =>
    Effect.map(Effect.flip(Stream.runDrain(stream)), ({ _tag, message }) => {
      expect(_tag).toBe("HistoryUnproven")
      return message
    })

  it.effect("fails by name where a millisecond fills a page", () =>
    onExchange({ history: { cap: 20 } }, (wallet, { engine }) =>
      Effect.gen(function* () {
        yield* Effect.forEach(Arr.range(1, 25), (n) => engine.record(row(now - 5_000, `${n}`)))
        expect(yield* reasonOf(wallet.historySince({ from }))).toContain("a single millisecond")
      })
    )
  )

  it.effect("fails by name at a row that cannot be read, and at rows that were not asked for", () =>
    onExchange({ records: 3 }, (wallet, { inject }) =>
      Effect.gen(function* () {
        const path = "/api/v3.2/user/wallet_history"
        const broken = `[{"orderId":"1","currency":"BTC","amount":"much","timestamp":${now - 1}}]`
        yield* inject({ kind: "answer", path, answer: { status: 200, body: broken } })
        expect(yield* reasonOf(wallet.historySince({ from }))).toContain("a row cannot be read")
        const elsewhen = yield* Stream.runHead(wallet.historySince({ from: DateTime.unsafeMake(0) }))
        assert(elsewhen._tag === "Some")
        yield* inject({ kind: "answer", path, answer: { status: 200, body: `[${elsewhen.value.raw}]` } })
        const later = DateTime.add(elsewhen.value.timestamp, { seconds: 1 })
        expect(yield* reasonOf(wallet.historySince({ from: later }))).toContain("outside the range")
      })
    )
  )
})
