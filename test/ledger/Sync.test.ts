import { WaitNotice, WalletError } from "@btse-wallet/core"
import { LeaseHolder, LedgerError, LedgerStatus, Reconciliation, Sync, Verify } from "@btse-wallet/ledger"
import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Clock, Deferred, Effect, Fiber, Schema, TestClock } from "effect"
import type { Exchange } from "./Bench.ts"
import { dawn, ledger, makeExchange, origin, row, temporaryFile } from "./Bench.ts"

const hour = 3_600_000

/** A test on an exchange in memory and a ledger file, an hour after dawn. */
const books = <A, E>(body: (exchange: Exchange) => Effect.Effect<A, E, Layered>) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(dawn + hour)
    const exchange = makeExchange()
    const filename = yield* temporaryFile
    return yield* body(exchange).pipe(Effect.provide(ledger(exchange, filename)))
  }).pipe(Effect.scoped)

type Layered =
  | Verify.Verify
  | LedgerStatus.LedgerStatus
  | Sync.Sync
  | Reconciliation.Reconciliation
  | SqlClient.SqlClient

const history = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql<Readonly<Record<string, unknown>>>`SELECT * FROM wallet_history ORDER BY timestamp, order_id, line`
)

const events = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql<Readonly<Record<string, unknown>>>`SELECT * FROM wallet_history_events ORDER BY seq`
)

const sync = Effect.flatMap(Sync.Sync, (service) => service.run())

describe("Sync", () => {
  it.effect("brings every row once, and nothing the second time, in three requests for history", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const { state } = exchange
        state.rows = Array.from({ length: 1200 }, (_, i) =>
          row({ orderId: `${i}`, timestamp: dawn + hour - i * 720_000 })
        )
        state.balances = { BTC: "1200" }
        const first = yield* sync
        expect(first.records).toEqual({ seen: 1200, inserted: 1200, updated: 0, unchanged: 0, vanished: 0 })
        // The balances, the look after them, and the question for what is older included.
        expect(first.requests).toBeLessThanOrEqual(Math.ceil(1200 / 500) + 4)
        expect(first.coverage.length).toBe(1)
        yield* TestClock.adjust("10 minutes")
        state.requests = []
        const second = yield* sync
        expect(second.records).toEqual({ seen: 6, inserted: 0, updated: 0, unchanged: 6, vanished: 0 })
        // What is older is asked for a second time.
        expect(second.requests).toBeLessThanOrEqual(4)
        yield* TestClock.adjust("10 minutes")
        expect((yield* sync).requests).toBeLessThanOrEqual(3)
        expect((yield* history).length).toBe(1200)
        expect((yield* events).length).toBe(1200)
        const encoded = yield* Schema.encode(Sync.SyncReport)(second)
        expect(encoded.coverage).toEqual([{ from: "2018-01-01T00:00:00.000Z", to: "2026-02-02T03:50:00.000Z" }])
        expect(encoded.snapshot).toBe("2")
      })
    )
  )

  it.effect("keeps every digit of an amount and of an orderId", () =>
    books((exchange) =>
      Effect.gen(function* () {
        exchange.state.rows = [row({ orderId: "90071992547409931", amount: "123456789012345.123456789012345678" })]
        yield* sync
        expect(yield* history).toMatchObject([
          { order_id: "90071992547409931", amount: "123456789012345.123456789012345678", line: 1 }
        ])
      })
    )
  )

  it.effect("takes a row that changed in place for the same row, and the change for an event", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const { state } = exchange
        const pending = { orderId: "1", type: "Withdraw", status: "PENDING", amount: "2.50" }
        state.rows = [row(pending)]
        yield* sync
        // Far beyond the lookback: a record that is not final is read again all the same.
        yield* TestClock.adjust("30 days")
        state.rows = [row({ ...pending, status: "COMPLETED", txid: "abc", amount: "2.5" })]
        const report = yield* sync
        expect(report.records).toMatchObject({ inserted: 0, updated: 1 })
        expect(yield* history).toMatchObject([{ status: "COMPLETED", txid: "abc", amount: "2.50" }])
        const [seen, changed] = yield* events
        expect(seen?.["kind"]).toBe("seen")
        expect(yield* Schema.decodeUnknown(Schema.parseJson())(changed?.["changes"])).toEqual({
          status: { old: "PENDING", new: "COMPLETED" },
          txid: { old: null, new: "abc" }
        })
      })
    )
  )

  it.effect("keeps a known txid, address and fees where a later sight no longer tells them", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const { state } = exchange
        state.rows = [row({ orderId: "1", txid: "abc", toAddress: "there", description: "paid", fees: "0.1" })]
        yield* sync
        state.rows = [row({ orderId: "1", fees: null })]
        expect((yield* sync).records).toMatchObject({ updated: 0, inserted: 0 })
        expect(yield* history).toMatchObject([{ txid: "abc", description: "paid", fees: "0.1" }])
      })
    )
  )

  it.effect("keeps rows apart that share an orderId, and rows that are equal in every field", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const { state } = exchange
        state.rows = [
          row({ orderId: "1", amount: "1" }),
          row({ orderId: "1", amount: "1" }),
          row({ orderId: "1", amount: "7" }),
          row({ orderId: "1", currency: "USD" }),
          row({ orderId: "1", timestamp: dawn + 5 })
        ]
        yield* sync
        expect((yield* sync).records).toMatchObject({ inserted: 0, updated: 0, vanished: 0 })
        expect((yield* history).map((one) => one["line"]).sort()).toEqual([1, 1, 2, 3, 4])
        // One of the twins changes: one record changes.
        state.rows[0] = row({ orderId: "1", amount: "1", description: "changed" })
        expect((yield* sync).records).toMatchObject({ inserted: 0, updated: 1, vanished: 0 })
      })
    )
  )

  it.effect("marks a row that the exchange no longer shows, without losing it, and one that comes back", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const { state } = exchange
        const rows = [row({ orderId: "1" }), row({ orderId: "2" })]
        state.rows = rows
        yield* sync
        state.rows = rows.slice(1)
        yield* TestClock.adjust("2 days")
        const full = yield* Effect.flatMap(Sync.Sync, (service) => service.run({ full: true }))
        expect(full.records).toMatchObject({ seen: 1, unchanged: 1, vanished: 1 })
        expect(yield* history).toMatchObject([{ vanished: 1 }, { vanished: 0 }])
        state.rows = rows
        yield* Effect.flatMap(Sync.Sync, (service) => service.run({ full: true }))
        expect((yield* events).map((one) => one["kind"])).toEqual(["seen", "seen", "vanished", "reappeared"])
      })
    )
  )

  it.effect("puts a row it cannot read aside, says so, and lets it go when it can be read", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const { state } = exchange
        state.rows = [row({ orderId: "1" })]
        state.undecoded = [{ raw: `{"orderId":"2","timestamp":${dawn},"amount":"many"}`, reason: "amount" }]
        expect((yield* sync).quarantined).toBe(1)
        state.undecoded = []
        state.rows.push(row({ orderId: "2" }))
        expect(yield* sync).toMatchObject({ quarantined: 0, records: { inserted: 1 } })
      })
    )
  )

  it.effect(
    "reads rows that were put aside again after an upgrade, from the text that was kept, without the exchange",
    () =>
      books((exchange) =>
        Effect.gen(function* () {
          const { state } = exchange
          const raw = `{"orderId":"2","timestamp":${dawn - 200 * hour},"amount":0.10,"currency":"BTC","type":"Deposit","status":10}`
          const never = `{"orderId":"3","timestamp":${dawn - 200 * hour},"amount":"many"}`
          state.rows = [row({ orderId: "1" }), row({ orderId: "0", timestamp: dawn - hour })]
          state.balances = { BTC: "2" }
          // The version before could read neither.
          state.undecoded = [raw, never].map((text) => ({ raw: text, reason: "amount" }))
          expect((yield* sync).quarantined).toBe(2)
          // Before a deep read is due, which would ask the exchange.
          yield* TestClock.adjust("19 hours")
          state.undecoded = []
          state.balances = { BTC: "2.1" }
          state.requests = []
          expect(yield* sync).toMatchObject({ quarantined: 1, records: { inserted: 1, vanished: 0 } })
          // What is older than the oldest record is asked for a second time, and nothing else.
          expect(state.requests.filter(({ from }) => (from?.epochMillis ?? 0) <= dawn - 100 * hour)).toHaveLength(1)
          expect(yield* history).toMatchObject([{ order_id: "2", amount: "0.10", vanished: 0 }, {}, {}])
          const reconciled = yield* Effect.flatMap(Reconciliation.Reconciliation, (service) => service.run())
          expect(reconciled.lines).toMatchObject([{ currency: "BTC", status: "matched" }])
          expect((yield* Effect.flatMap(Verify.Verify, (service) => service.run)).findings).toEqual([])
        })
      )
  )

  it.effect("keeps equal rows that were put aside apart, and takes in as many as the exchange has shown", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const { state } = exchange
        const readable = `{"orderId":"2","timestamp":${dawn - 200 * hour},"amount":0.10,"currency":"BTC","type":"Deposit","status":10}`
        const never = `{"orderId":"3","timestamp":${dawn},"amount":"many"}`
        const timeless = `{"orderId":"4","timestamp":"?","amount":"many"}`
        const aside = (...texts: ReadonlyArray<string>) => {
          state.undecoded = texts.map((raw) => ({ raw, reason: "amount" }))
        }
        const full = Effect.flatMap(Sync.Sync, (service) => service.run({ full: true }))
        const findings = Effect.flatMap(Verify.Verify, (service) => service.run).pipe(
          Effect.map((report) => report.findings)
        )
        state.rows = [row({ orderId: "0", timestamp: dawn - hour }), row({ orderId: "1", timestamp: dawn + 1 })]
        state.balances = { BTC: "2" }
        // Every page shows them; what two pages show may be the same rows.
        aside(never, never, timeless, timeless)
        expect((yield* sync).quarantined).toBe(4)
        expect(yield* findings).toEqual([])
        aside(never, never, never, timeless)
        expect((yield* full).quarantined).toBe(4)
        expect(yield* findings).toEqual([])

        // The version before could not read these.
        aside(readable, readable)
        expect((yield* full).quarantined).toBe(2)
        state.undecoded = []
        state.balances = { BTC: "2.2" }
        expect(yield* sync).toMatchObject({ quarantined: 0, records: { inserted: 2 } })
        expect(yield* history).toMatchObject([
          { order_id: "2", line: 1, vanished: 0 },
          { order_id: "2", line: 2, vanished: 0 },
          { order_id: "0" },
          { order_id: "1" }
        ])
        const reconciled = yield* Effect.flatMap(Reconciliation.Reconciliation, (service) => service.run())
        expect(reconciled.lines).toMatchObject([{ currency: "BTC", status: "matched" }])
        expect(yield* findings).toEqual([])
      })
    )
  )

  it.effect("ends soon where rows it cannot read are shown whatever time it asks for, and puts each aside once", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const { state } = exchange
        const times = ["?", dawn - 9_000 * hour, dawn + 9_000 * hour, dawn - 12, dawn - 12]
        const raws = [...times, ...times].map((time, i) => `{"orderId":"x${i}","timestamp":${time},"amount":"many"}`)
        const showing = (texts: ReadonlyArray<string>) => {
          state.undecoded = texts.map((raw) => ({ raw, reason: "amount" }))
          state.requests = []
        }
        const full = Effect.flatMap(Sync.Sync, (service) => service.run({ full: true }))
        const status = Effect.flatMap(LedgerStatus.LedgerStatus, (service) => service.get)

        // Where nothing but them is shown, they may be all that there is room for.
        showing(raws)
        const failed = yield* Effect.flip(sync)
        expect(failed).toBeInstanceOf(LedgerError.SaturatedMillisecond)
        expect(failed.message).toContain("fills its page with 10 rows that are not of that time")
        expect(state.requests.length).toBeLessThan(120)
        expect(yield* status).toMatchObject({ coverage: [], quarantined: 10, certificate: { complete: false } })

        state.rows = Array.from({ length: 40 }, (_, i) => row({ orderId: `${i}`, timestamp: dawn - i * hour }))
        state.balances = { BTC: "40" }
        for (const texts of [raws, raws.slice(0, 3), []]) {
          for (const once of [sync, full]) {
            showing(texts)
            expect((yield* once).records.vanished).toBe(0)
            // A full sync starts from nothing learned.
            expect(state.requests.length).toBeLessThan(once === full ? 120 : 20)
          }
          const complete = texts.length === 0
          expect(yield* status).toMatchObject({ quarantined: texts.length, certificate: { complete } })
        }
        expect(yield* history).toHaveLength(40)
        expect((yield* Effect.flatMap(Verify.Verify, (service) => service.run)).findings).toEqual([])
      })
    )
  )

  it.effect("covers no crowded millisecond any more when so much came to it late that not all can be shown", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const { state } = exchange
        state.cap = 10
        const crowd = (size: number) =>
          [60_000, 90_000].flatMap((ago) =>
            Array.from({ length: size }, (_, i) => row({ orderId: `c${ago} ${i}`, timestamp: dawn + hour - ago }))
          )
        const others = Array.from({ length: 30 }, (_, i) => row({ orderId: `${i}`, timestamp: dawn - i * 1000 }))
        state.rows = [...others, ...crowd(9)]
        yield* sync
        state.rows = [...others, ...crowd(11)]
        yield* TestClock.adjust("1 minute")
        expect((yield* Effect.flip(sync))._tag).toBe("SaturatedMillisecond")
        const sql = yield* SqlClient.SqlClient
        for (const ago of [60_000, 90_000]) {
          expect(yield* sql`SELECT * FROM coverage WHERE ${dawn + hour - ago} BETWEEN from_ms AND to_ms`).toEqual([])
        }
        expect((yield* sql`SELECT * FROM coverage`).length).toBe(3)
      })
    )
  )

  it.effect("looks again for what came late before a stretch that a sync left unread, wherever it was broken off", () =>
    Effect.forEach(
      // Of twenty later rows, the oldest and the last one of the first sync end a page, and a window begins with the seam.
      [...Array.from({ length: 12 }, (_, i) => [i + 1, 18] as const), [6, 20] as const, [7, 20] as const],
      ([brokenAt, laterRows]) =>
        books((exchange) =>
          Effect.gen(function* () {
            const { state } = exchange
            state.cap = 5
            const rows = Array.from({ length: 30 }, (_, i) =>
              row({ orderId: `${i}`, timestamp: dawn + hour - i * 200_000 })
            )
            state.rows = rows
            yield* sync
            // Some come late, and much comes later.
            const late = [1, 20, 40].map((minutes) =>
              row({ orderId: `late ${minutes}`, timestamp: dawn + hour - minutes * 60_000 })
            )
            const later = Array.from({ length: laterRows }, (_, i) =>
              row({ orderId: `later ${i}`, timestamp: dawn + hour + (i + 1) * 500_000 })
            )
            state.rows = [...rows, ...late, ...later]
            yield* TestClock.adjust("3 hours")
            state.requests = []
            const gone = new WalletError.Unreachable({ operation: "history", host: "h", sent: true, reason: "a reset" })
            state.onHistory = Effect.suspend(() => (state.requests.length >= brokenAt ? gone : Effect.void))
            const broken = yield* Effect.either(sync)
            state.onHistory = Effect.void
            yield* TestClock.adjust("2 hours")
            yield* sync
            expect(yield* history, `${laterRows}, broken off at ${brokenAt}: ${broken._tag}`).toHaveLength(
              state.rows.length
            )
          })
        ),
      { discard: true }
    )
  )

  it.effect("takes balances again where history moved while they were taken", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const { state } = exchange
        state.rows = [row({ orderId: "1" })]
        state.balances = { BTC: "1" }
        let late = true
        state.onBalances = Effect.sync(() => {
          if (late) {
            state.rows.push(row({ orderId: "2", timestamp: dawn + hour }))
            state.balances = { BTC: "2" }
            late = false
          }
        })
        yield* sync
        const report = yield* Effect.flatMap(Reconciliation.Reconciliation, (service) => service.run())
        expect(report.status).toBe("matched")
        expect((yield* history).length).toBe(2)
      })
    )
  )

  it.effect("starts later on an exchange that refuses to be asked for so old a time, and remembers it", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        state.rows = [row({ orderId: "1" })]
        state.balances = { BTC: "1" }
        const refusal = new WalletError.BadRequest({
          operation: "history",
          status: 400,
          errorCode: -2,
          exchangeMessage: "startTime is too old"
        })
        state.onHistory = Effect.suspend(() =>
          (state.requests.at(-1)?.from?.epochMillis ?? 0) < 1_569_888_000_000 ? refusal : Effect.void
        )
        const report = yield* sync
        expect(report.coverage.map((span) => span.from.epochMillis)).toEqual([1_569_888_000_001])
        const reconciled = yield* Effect.flatMap(Reconciliation.Reconciliation, (service) => service.run())
        expect(reconciled).toMatchObject({ opening: "zero", status: "matched" })
        yield* sync
        yield* TestClock.adjust("19 hours")
        state.requests = []
        yield* sync
        expect(state.requests.every((query) => (query.from?.epochMillis ?? 0) > dawn - hour)).toBe(true)
      })
    )
  )

  it.live("is run by one process at a time, and tells the second in a sentence", () =>
    Effect.gen(function* () {
      const exchange = makeExchange()
      exchange.state.cap = 50
      const start = (yield* Clock.currentTimeMillis) - 2 * hour
      exchange.state.rows = Array.from({ length: 400 }, (_, i) => row({ orderId: `${i}`, timestamp: start - i * 1000 }))
      exchange.state.balances = { BTC: "400" }
      const filename = yield* temporaryFile
      const reading = yield* Deferred.make<void>()
      const goOn = yield* Deferred.make<void>()
      const waits = Effect.zipRight(Deferred.succeed(reading, undefined), Deferred.await(goOn))
      exchange.state.onHistory = waits
      const one = Effect.provide(sync, ledger(exchange, filename))
      const first = yield* Effect.fork(one)
      yield* Deferred.await(reading)
      const second = yield* Effect.flip(one)
      expect(second._tag).toBe("SyncRunning")
      expect(second.message).toMatch(/^Account "default" is being synced already \(by another program, since 2/)
      yield* Deferred.succeed(goOn, undefined)
      expect((yield* Fiber.join(first)).records.inserted).toBe(400)
      expect((yield* one).records.inserted).toBe(0)
    }).pipe(Effect.scoped)
  )

  it.live(
    "takes over where the one before was killed: at once where it is known to be gone, else when its lease ends",
    () =>
      Effect.gen(function* () {
        const exchange = makeExchange()
        const filename = yield* temporaryFile
        const now = yield* Clock.currentTimeMillis
        const killed = (until: number) =>
          Effect.flatMap(
            SqlClient.SqlClient,
            (sql) =>
              sql`INSERT INTO lease (account_id, token, holder, since, until) VALUES (1, 'x', 'dead', 0, ${until})`
          ).pipe(Effect.provide(ledger(exchange, filename)))
        yield* killed(now + hour)
        yield* Effect.provide(sync, ledger(exchange, filename)).pipe(
          Effect.provideService(LeaseHolder.LeaseHolder, { name: "me", isGone: (name) => name === "dead" })
        )
        yield* killed((yield* Clock.currentTimeMillis) + 300)
        yield* Effect.provide(sync, ledger(exchange, filename))
      }).pipe(Effect.scoped)
  )

  /** A sync that finds the lease of a holder elsewhere, and how long it waited by the test's clock. */
  const afterLease = (until: number, renewed: boolean) =>
    books((exchange) =>
      Effect.gen(function* () {
        exchange.state.rows = [row({ orderId: "1" })]
        const sql = yield* SqlClient.SqlClient
        yield* sql`INSERT INTO lease (account_id, token, holder, since, until)
          VALUES (1, 'x', 'process 7 on elsewhere', 0, ${dawn + hour + until})`
        const notices: Array<string> = []
        const waiting = yield* sync.pipe(
          Effect.either,
          Effect.zip(Clock.currentTimeMillis),
          Effect.provideService(WaitNotice.WaitNotice, {
            waiting: ({ reason }) => Effect.sync(() => void notices.push(reason))
          }),
          Effect.fork
        )
        for (let step = 0; step < 24; step++) {
          yield* TestClock.adjust("500 millis")
          if (renewed && step % 4 === 0) yield* sql`UPDATE lease SET until = until + 2000 WHERE token = 'x'`
        }
        const [ended, at] = yield* Fiber.join(waiting)
        return { ended, notices, waited: at - dawn - hour }
      })
    )

  it.effect("a lease of the future is taken over in seconds, and says meanwhile whose it was", () =>
    Effect.gen(function* () {
      const { ended, notices, waited } = yield* afterLease(5 * hour, false)
      expect(ended._tag).toBe("Right")
      expect(waited).toBeLessThanOrEqual(11_000)
      expect(notices).toEqual([expect.stringContaining("Waiting for process 7 on elsewhere")])
    })
  )

  it.effect("a lease that is renewed belongs to somebody at work, however far their clock is ahead or behind", () =>
    Effect.gen(function* () {
      for (const until of [5 * hour, -5 * hour]) {
        const { ended } = yield* afterLease(until, true)
        expect(ended).toMatchObject({ _tag: "Left", left: { _tag: "SyncRunning" } })
      }
    })
  )

  it.effect("lets no event be changed or deleted", () =>
    books((exchange) =>
      Effect.gen(function* () {
        exchange.state.rows = [row({ orderId: "1" })]
        yield* sync
        const sql = yield* SqlClient.SqlClient
        for (const tampering of [sql`UPDATE event SET at = 0`, sql`DELETE FROM event`]) {
          expect(String((yield* Effect.flip(tampering)).cause)).toContain("append-only")
        }
      })
    )
  )

  it.effect("binds an account to the exchange it was first used with", () =>
    Effect.gen(function* () {
      const exchange = makeExchange()
      const filename = yield* temporaryFile
      yield* Effect.provide(Effect.void, ledger(exchange, filename))
      const error = yield* Effect.flip(Effect.provide(Effect.void, ledger(exchange, filename, "https://other.test")))
      expect(error._tag).toBe("AccountMismatch")
      expect(error.message).toContain(origin)
    }).pipe(Effect.scoped)
  )
})
