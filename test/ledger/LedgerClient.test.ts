import type { WalletError } from "@btse-wallet/core"
import {
  Account,
  Breaks,
  Closes,
  Entries,
  Export,
  Ledger,
  type LedgerError,
  LedgerStatus,
  Payments,
  Reconciliation,
  Sync,
  Verify
} from "@btse-wallet/ledger"
import { SqlClient } from "@effect/sql"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { describe, expect, it } from "@effect/vitest"
import { Context, DateTime, Effect, Exit, Fiber, Layer, Stream, TestClock } from "effect"
import { bitcoin, dawn, decimal, makeExchange, origin, row, temporaryFile } from "./Bench.ts"

const hour = 3_600_000

const name = Account.AccountName.make("default")

/** A client, and the ledger of an exchange with two records on it, whose services share one context. */
const opened = Effect.gen(function* () {
  yield* TestClock.setTime(dawn + hour)
  const exchange = makeExchange()
  exchange.state.rows = [row({ orderId: "1", amount: "2" }), row({ orderId: "2", timestamp: dawn - hour })]
  exchange.state.balances = { BTC: "3" }
  const filename = yield* temporaryFile
  const client = yield* Layer.build(SqliteClient.layer({ filename, disableWAL: true }))
  const sql = Context.get(client, SqlClient.SqlClient)
  const services = yield* Layer.build(
    Ledger.layer({ account: name, exchange: origin }).pipe(
      Layer.provide(Layer.succeed(SqlClient.SqlClient, sql)),
      Layer.provide(exchange.layer)
    )
  )
  return { exchange, sql, services, filename }
})

/** A database of the application, which is not the ledger's. */
const application = Effect.map(Layer.build(SqliteClient.layer({ filename: ":memory:" })), (context) =>
  Context.get(context, SqlClient.SqlClient)
)

const request: Parameters<typeof Payments.Payments.Service.withdraw>[0] = {
  key: "k",
  request: {
    currency: row({ orderId: "1" }).currency,
    network: bitcoin.network,
    address: "a",
    amount: decimal("0.5"),
    feeOnTop: false
  }
}

const content = (format: Export.Format) =>
  Effect.flatMap(Export.Export, ({ books }) => books({ format })).pipe(
    Effect.flatMap((exported) => Stream.mkString(exported.content))
  )

/** A call of every service. */
const calls = {
  sync: Effect.flatMap(Sync.Sync, (service) => service.run()),
  reconcile: Effect.flatMap(Reconciliation.Reconciliation, (service) => service.run()),
  fit: Effect.flatMap(Reconciliation.Reconciliation, (service) => service.fit()),
  status: Effect.flatMap(LedgerStatus.LedgerStatus, (service) => service.get),
  adjust: Effect.flatMap(Entries.Entries, (service) =>
    service.adjust({ currency: "BTC", amount: decimal("1"), reason: "found" })
  ),
  entries: Effect.flatMap(Entries.Entries, (service) => service.list),
  breaks: Effect.flatMap(Breaks.Breaks, (service) => service.list),
  closes: Effect.flatMap(Closes.Closes, (service) => service.list),
  csv: content("csv"),
  journal: content("hledger"),
  verify: Effect.flatMap(Verify.Verify, (service) => service.run),
  withdrawals: Effect.flatMap(Payments.PaymentBook, (service) => service.list)
}

type Services = Ledger.ReaderServices | Payments.Payments

const everyCall: ReadonlyArray<
  readonly [name: string, call: Effect.Effect<unknown, LedgerError.LedgerError | WalletError.ReadError, Services>]
> = Object.entries(calls)

describe("A call inside the application's own transaction", () => {
  it.scoped("runs on the ledger's database, whatever becomes of the transaction", () =>
    Effect.gen(function* () {
      const { services, sql } = yield* opened
      const app = yield* application
      for (const [name, call] of everyCall) {
        const outcome = yield* app.withTransaction(call).pipe(Effect.provide(services), Effect.exit)
        expect(Exit.isSuccess(outcome), `${name}: ${Exit.isSuccess(outcome) ? "" : outcome.cause}`).toBe(true)
      }
      // The application gives up what it did; what the ledger did stays.
      const undone = yield* app
        .withTransaction(Effect.zipRight(Effect.provide(calls.adjust, services), Effect.fail("undone")))
        .pipe(Effect.flip)
      expect(undone).toBe("undone")
      const [entered] = yield* sql`SELECT count(*) AS entries FROM entries`
      expect(entered).toEqual({ entries: 2 })
      expect(yield* app`SELECT name FROM sqlite_master`).toEqual([])
      const { status } = yield* Effect.provide(calls.verify, services)
      expect(status).toBe("intact")
    })
  )

  it.scoped("is refused on the ledger's own connection, where it would not be committed", () =>
    Effect.gen(function* () {
      const { exchange, services, sql } = yield* opened
      yield* Effect.provide(calls.sync, services)
      for (const [name, call] of everyCall) {
        const error = yield* sql.withTransaction(Effect.asVoid(call)).pipe(Effect.provide(services), Effect.flip)
        expect(error, name).toMatchObject({ _tag: "LedgerUnavailable" })
        expect(error.message, name).toContain("inside a transaction on its own connection")
      }
      const withdrawing = Effect.flatMap(Payments.Payments, (service) => service.withdraw(request))
      const app = yield* application
      for (const client of [sql, app]) {
        yield* client.withTransaction(withdrawing).pipe(Effect.provide(services), Effect.flip)
      }
      expect(exchange.state.withdrawals).toEqual([])
      const opening = yield* sql
        .withTransaction(
          Layer.build(Layer.provide(Ledger.layerVerify, Layer.succeed(SqlClient.SqlClient, sql))).pipe(Effect.scoped)
        )
        .pipe(Effect.flip)
      expect(opening).toMatchObject({ _tag: "LedgerUnavailable" })
    })
  )
})

describe("Books as of a moment", () => {
  it.scoped("leave nothing on a client that others use, before, after and meanwhile", () =>
    Effect.gen(function* () {
      const { exchange, services, sql } = yield* opened
      yield* Effect.provide(calls.sync, services)
      const asOf = yield* DateTime.now
      yield* TestClock.adjust("1 minute")
      exchange.state.rows.push(row({ orderId: "3", amount: "5", timestamp: dawn + hour + 1 }))
      exchange.state.balances = { BTC: "8" }
      const then = yield* Layer.build(
        Layer.provide(
          Ledger.layerBooks({ account: name, exchange: origin, asOf }),
          Layer.succeed(SqlClient.SqlClient, sql)
        )
      )
      const left = sql`SELECT name FROM sqlite_temp_master`
      const before = yield* Effect.provide(calls.status, then)
      expect(before).toMatchObject({ records: 2, asOf })
      expect(yield* left).toEqual([])

      // What others do on the same client goes on, and sees its own books.
      const syncing = yield* Effect.fork(Effect.provide(calls.sync, services))
      const looks = yield* Effect.all(
        [calls.status, calls.status, calls.status].map((call, index) =>
          Effect.provide(call, index === 1 ? services : then)
        ),
        { concurrency: "unbounded" }
      )
      expect(looks.map(({ asOf }) => asOf)).toEqual([asOf, null, asOf])
      expect(yield* Fiber.join(syncing)).toMatchObject({ records: { inserted: 1 } })
      expect(yield* Effect.provide(calls.status, services)).toMatchObject({ records: 3, asOf: null })
      expect(yield* Effect.provide(calls.status, then)).toMatchObject({ records: 2 })

      expect(yield* Effect.provide(calls.reconcile, then)).toMatchObject({ id: null, status: "matched" })
      expect((yield* Effect.provide(calls.csv, then)).trim().split("\n")).toHaveLength(3)
      expect((yield* Effect.provide(calls.csv, services)).trim().split("\n")).toHaveLength(4)
      expect(yield* Effect.provide(calls.journal, then)).not.toContain("5 BTC")
      expect(yield* Effect.provide(calls.verify, then)).toMatchObject({ status: "intact" })
      expect(yield* Effect.provide(calls.adjust, then).pipe(Effect.flip)).toMatchObject({ _tag: "LedgerUnavailable" })
      expect(yield* left).toEqual([])

      const sent = Effect.flatMap(Payments.Payments, (service) => service.withdraw(request))
      expect(yield* Effect.provide(sent, services)).toMatchObject({ status: "SUBMITTED" })
      expect(yield* Effect.provide(calls.sync, services)).toMatchObject({ records: { vanished: 0 } })
    })
  )

  it.scoped("leave nothing after a call that is broken off", () =>
    Effect.gen(function* () {
      const { services, sql } = yield* opened
      yield* Effect.provide(calls.sync, services)
      const asOf = yield* DateTime.now
      const then = yield* Layer.build(
        Layer.provide(
          Ledger.layerBooks({ account: name, exchange: origin, asOf }),
          Layer.succeed(SqlClient.SqlClient, sql)
        )
      )
      const { content } = yield* Effect.provide(
        Effect.flatMap(Export.Export, ({ books }) => books({ format: "csv" })),
        then
      )
      yield* Stream.runForEach(content, () => Effect.interrupt).pipe(Effect.exit)
      expect(yield* sql`SELECT name FROM sqlite_temp_master`).toEqual([])
      expect(yield* Effect.provide(calls.sync, services)).toMatchObject({ records: { inserted: 0 } })
    })
  )
})

describe("A full disk", () => {
  it.scoped("is told in a sentence at whatever statement it is met, and what was committed stays", () =>
    Effect.gen(function* () {
      const { exchange, services, sql } = yield* opened
      yield* Effect.provide(calls.sync, services)
      exchange.state.rows = Array.from({ length: 400 }, (_, i) =>
        row({ orderId: `r${i}`, description: "x".repeat(500), timestamp: dawn + i })
      )
      const [pages] = yield* sql<{ readonly page_count: number }>`PRAGMA page_count`
      for (const more of [0, 1, 2, 3, 5, 8, 13, 21]) {
        yield* sql.unsafe(`PRAGMA max_page_count = ${(pages?.page_count ?? 0) + more}`)
        const error = yield* Effect.provide(calls.sync, services).pipe(Effect.flip)
        expect(error, `${more} pages`).toMatchObject({ _tag: "LedgerUnavailable", reason: "the disk is full" })
      }
      yield* sql`PRAGMA max_page_count = 100000`
      expect(yield* Effect.provide(calls.verify, services)).toMatchObject({ status: "intact" })
      yield* Effect.provide(calls.sync, services)
      expect(yield* Effect.provide(calls.status, services)).toMatchObject({ records: 402 })
    })
  )
})
