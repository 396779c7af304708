import { WalletError } from "@btse-wallet/core"
import { LedgerStatus, Reconciliation, Sync, Verify } from "@btse-wallet/ledger"
import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import type { DateTime } from "effect"
import { Clock, Deferred, Effect, Fiber, TestClock } from "effect"
import type { Exchange } from "./Bench.ts"
import { dawn, ledger, makeExchange, row, temporaryFile } from "./Bench.ts"

const hour = 3_600_000
const day = 24 * hour

type Layered =
  | Reconciliation.Reconciliation
  | Sync.Sync
  | LedgerStatus.LedgerStatus
  | Verify.Verify
  | SqlClient.SqlClient

const books = <A, E>(body: (exchange: Exchange) => Effect.Effect<A, E, Layered>) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(dawn)
    const exchange = makeExchange()
    return yield* body(exchange).pipe(Effect.provide(ledger(exchange, yield* temporaryFile)))
  }).pipe(Effect.scoped)

const sync = (options?: Sync.SyncOptions) => Effect.flatMap(Sync.Sync, (service) => service.run(options))

const status = Effect.flatMap(LedgerStatus.LedgerStatus, (service) => service.get)

const vanished = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql<{ readonly order_id: string }>`SELECT order_id FROM wallet_history WHERE vanished = 1`
)

const refusal = new WalletError.BadRequest({
  operation: "history",
  status: 400,
  errorCode: -2,
  exchangeMessage: "no"
})

const unreachable = new WalletError.ExchangeUnavailable({
  operation: "history",
  status: 503,
  errorCode: null,
  exchangeMessage: "later"
})

/** Refuses what `refuses` says of the last request. */
const refuseWhere = (
  exchange: Exchange,
  refuses: (asked: {
    readonly from: number
    readonly to: number
    readonly count: number
    readonly now: number
  }) => boolean
) => {
  exchange.state.onHistory = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const { count = 0, from, to } = exchange.state.requests.at(-1) ?? {}
    return refuses({ from: from?.epochMillis ?? 0, to: to?.epochMillis ?? now, count, now }) ? refusal : Effect.void
  })
}

/** A row every hour from so long before dawn until so long after. */
const hourly = (before: number, after: number) =>
  Array.from({ length: Math.floor((before + after) / hour) }, (_, i) =>
    row({ orderId: `${i}`, timestamp: dawn - before + i * hour })
  )

const instants = (spans: ReadonlyArray<{ readonly from: DateTime.Utc; readonly to: DateTime.Utc }>) =>
  spans.map(({ from, to }) => [from.epochMillis, to.epochMillis] as const)

describe("An exchange that reaches back only so far", () => {
  it.effect("is asked for what it does not refuse, and the certificate tells where that begins", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const { state } = exchange
        const all = hourly(40 * day, 80 * day)
        const until = (now: number) => all.filter((one) => one.timestamp.epochMillis <= now)
        refuseWhere(exchange, ({ from, now }) => from < now - 30 * day)
        state.rows = until(dawn)
        const first = yield* sync()
        expect(first.records.inserted).toBeGreaterThanOrEqual(30 * 24 - 1)
        const [[from] = []] = instants(first.coverage)
        expect(from).toBeGreaterThanOrEqual(dawn - 30 * day)
        expect(from).toBeLessThan(dawn - 30 * day + hour / 10)
        expect((yield* status).certificate).toMatchObject({ complete: true, reach: { limited: true } })

        yield* TestClock.adjust("1 hour")
        state.rows = until(dawn + hour)
        state.requests = []
        yield* sync()
        // That what is older is refused is confirmed once.
        expect(state.requests.length).toBeLessThanOrEqual(4)
        // What is older is not nothing, so the books do not open with zero.
        const report = yield* Effect.flatMap(Reconciliation.Reconciliation, (service) => service.run())
        expect(report.opening).toBe("snapshot")

        // So long a pause that what came first in it is out of reach.
        yield* TestClock.setTime(dawn + 60 * day)
        state.rows = until(dawn + 60 * day)
        yield* sync()
        const { certificate, gaps } = yield* status
        expect(certificate.complete).toBe(false)
        const [[lost, found] = []] = instants(gaps)
        expect(lost).toBe(dawn + hour + 1)
        expect(found).toBeLessThan(dawn + 30 * day + hour / 10)
        expect(yield* vanished).toEqual([])
        yield* sync()
      })
    )
  )

  it.effect("is found out where it leaves old rows out and says nothing: none has vanished, nor is it claimed", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const { state } = exchange
        const all = hourly(5 * day, 40 * day)
        const shown = Effect.map(Clock.currentTimeMillis, (now) => {
          state.rows = all.filter(
            ({ timestamp: { epochMillis } }) => epochMillis <= now && epochMillis >= now - 10 * day
          )
        })
        yield* shown
        yield* sync()
        expect((yield* status).certificate).toMatchObject({ complete: true, reach: { limited: false } })

        yield* TestClock.setTime(dawn + 30 * day)
        yield* shown
        yield* sync()
        expect(yield* vanished).toEqual([])
        expect((yield* status).certificate).toMatchObject({ complete: false, reach: { limited: false } })
        yield* sync()
        expect(yield* vanished).toEqual([])
        const report = yield* status
        expect(report.certificate).toMatchObject({ complete: false, reach: { limited: true } })
        expect(instants(report.gaps)).toEqual([[dawn + 1, dawn + 20 * day - 1]])
        expect(report.certificate.reach.from?.epochMillis).toBe(dawn - 5 * day)
        expect(report.coverage[0]?.from.epochMillis).toBe(dawn - 5 * day)

        // What slides out of sight was covered when it was seen, and stays so.
        yield* TestClock.adjust("5 days")
        yield* shown
        yield* sync({ full: true })
        expect(yield* vanished).toEqual([])
        expect(instants((yield* status).gaps)).toEqual([[dawn + 1, dawn + 20 * day - 1]])
        expect((yield* Effect.flatMap(Verify.Verify, (service) => service.run)).status).toBe("intact")
      })
    )
  )

  it.effect(
    "is read without gaps by those who sync often, also where nothing moves for longer than it reaches back",
    () =>
      books((exchange) =>
        Effect.gen(function* () {
          const { state } = exchange
          const all = hourly(2 * day, 0)
          for (let passed = 0; passed < 6 * day; passed += 12 * hour) {
            const now = dawn + passed
            yield* TestClock.setTime(now)
            state.rows = all.filter(({ timestamp: { epochMillis } }) => epochMillis >= now - 3 * day)
            yield* sync()
          }
          const { certificate, gaps } = yield* status
          expect(gaps).toEqual([])
          expect(certificate.reach.limited).toBe(true)
          expect(yield* vanished).toEqual([])
        })
      )
  )

  it.effect("is asked for shorter times where it refuses long ones, and for fewer rows where it refuses many", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const { state } = exchange
        state.rows = hourly(60 * day, 0)
        state.cap = 60
        refuseWhere(exchange, ({ count, from, to }) => to - from > 90 * day || count > 60)
        const report = yield* sync()
        expect(report.records.inserted).toBe(60 * 24)
        expect(report.coverage.length).toBe(1)
        state.requests = []
        yield* TestClock.adjust("1 hour")
        yield* sync()
        expect(state.requests.length).toBeLessThanOrEqual(3)
      })
    )
  )

  it.effect("is found out where it shows a short time of the long one it was asked for, its end or its beginning", () =>
    Effect.gen(function* () {
      const clips = {
        end: (from: number, to: number) => [Math.max(from, to - 30 * day), to] as const,
        beginning: (from: number, to: number) => [from, Math.min(to, from + 7 * day)] as const
      }
      for (const [name, clip] of Object.entries(clips)) {
        yield* books((exchange) =>
          Effect.gen(function* () {
            const { state } = exchange
            // A year of which some weeks are empty.
            state.rows = hourly(350 * day, 0).filter((_, i) => i % 61 === 0 && Math.floor(i / 1000) % 3 > 0)
            state.balances = { BTC: String(state.rows.length) }
            state.clip = clip
            const report = yield* sync()
            expect(report.records.inserted, name).toBe(state.rows.length)
            expect((yield* status).certificate, name).toMatchObject({
              complete: true,
              reach: { limited: false, unexplained: [] }
            })
            state.requests = []
            yield* TestClock.adjust("1 hour")
            yield* sync()
            expect(state.requests.length, name).toBeLessThanOrEqual(3)
            expect((yield* Effect.flatMap(Verify.Verify, (service) => service.run)).findings).toEqual([])
          })
        )
      }
    })
  )

  it.effect("is not taken for one that shows short times because a search for them failed or was broken off", () =>
    Effect.gen(function* () {
      for (const ending of ["failed", "interrupted", "failed after it brought something"] as const) {
        yield* books((exchange) =>
          Effect.gen(function* () {
            const { state } = exchange
            const sql = yield* SqlClient.SqlClient
            const keeps = Effect.map(
              sql<{ readonly keeps: string }>`SELECT keeps FROM account`,
              ([one]) => one?.keeps ?? ""
            )
            state.rows = hourly(3 * day, 0)
            // More than the records say, as by trading.
            state.balances = { BTC: "1000" }
            const searched = yield* Deferred.make<void>()
            const brings = ending === "failed after it brought something"
            let short = 0
            state.onHistory = Effect.suspend(() => {
              const { from, to } = state.requests.at(-1) ?? {}
              const asked = (to?.epochMillis ?? 0) - (from?.epochMillis ?? 0)
              if (asked < 5 * day || asked > 31 * day) return Effect.void
              short++
              if (brings && short === 2 && from !== undefined) {
                state.rows = [...state.rows, row({ orderId: "late", timestamp: from.epochMillis - day })]
              }
              if (brings && short < 12) return Effect.void
              return Effect.zipRight(
                Deferred.succeed(searched, undefined),
                ending === "interrupted" ? Effect.never : unreachable
              )
            })
            const fiber = yield* Effect.fork(sync())
            yield* Deferred.await(searched)
            if (ending === "interrupted") yield* Fiber.interrupt(fiber)
            expect((yield* Fiber.await(fiber))._tag, ending).toBe("Failure")
            // What came in pieces proves that they are needed, whatever becomes of the search.
            if (brings) expect(yield* keeps, ending).toContain("longestRange")
            else expect(yield* keeps, ending).not.toContain("longestRange")
            expect((yield* Effect.flatMap(Verify.Verify, (service) => service.run)).findings, ending).toEqual([])
          })
        )
      }
    })
  )

  it.effect("is doubted from the first sync on where its records do not add up to its balances", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const { state } = exchange
        const all = hourly(40 * day, 0)
        state.rows = all.filter(({ timestamp: { epochMillis } }) => epochMillis >= dawn - 10 * day)
        state.balances = { BTC: String(all.length), ETH: "0" }
        yield* sync()
        expect((yield* status).certificate.reach.unexplained).toEqual(["BTC"])
        // Somebody brings the older rows in by hand: nothing is in doubt any more.
        state.rows = all
        yield* sync({ full: true })
        expect((yield* status).certificate.reach.unexplained).toEqual([])
      })
    )
  )

  it.effect("fails by name where nothing explains a refusal", () =>
    books((exchange) =>
      Effect.gen(function* () {
        exchange.state.rows = hourly(day, 0)
        refuseWhere(exchange, () => true)
        expect((yield* Effect.flip(sync()))._tag).toBe("BadRequest")
        expect((yield* status).coverage).toEqual([])
      })
    )
  )
})
