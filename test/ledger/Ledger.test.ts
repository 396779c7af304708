import { Account, Ledger, LedgerStatus, Reconciliation, Sync, Payments } from "@btse-wallet/ledger"
import { WalletModel } from "@btse-wallet/core"
import { FileSystem, Path } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { SqlClient, type SqlError } from "@effect/sql"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Schema, TestClock } from "effect"
import { dawn, decimal, ledger, makeExchange, origin, row, temporaryFile } from "./Bench.ts"

const hour = 3_600_000

const opening = (filename: string) => Effect.flip(Effect.provide(Effect.void, ledger(makeExchange(), filename)))

describe("Ledger", () => {
  it.effect(
    "refuses a directory, a file that is not SQLite, a missing folder and a newer file, each in a sentence",
    () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const path = yield* Path.Path
        const file = yield* temporaryFile
        const folder = path.dirname(file)
        expect(yield* opening(folder)).toMatchObject({
          _tag: "LedgerUnavailable",
          reason: expect.stringContaining("directory")
        })
        const text = path.join(folder, "notes.txt")
        yield* fs.writeFileString(
          text,
          "no database, only words, and enough of them to fill what would be a header\n".repeat(9)
        )
        const notes = yield* opening(text)
        expect(notes.message).toContain("not a SQLite database")
        expect(notes.message).toContain("Choose another --ledger")
        expect((yield* opening(path.join(folder, "missing", "ledger.sqlite")))._tag).toBe("LedgerUnavailable")

        yield* Effect.provide(Effect.void, ledger(makeExchange(), file))
        yield* Effect.flatMap(
          SqlClient.SqlClient,
          (sql) => sql`INSERT INTO effect_sql_migrations (migration_id, name) VALUES (999, 'tomorrow')`
        ).pipe(Effect.provide(SqliteClient.layer({ filename: file })))
        expect((yield* opening(file)).message).toContain("newer version")
      }).pipe(Effect.scoped, Effect.provide(NodeContext.layer))
  )

  it.effect("refuses another program's SQLite file and leaves it as it is, byte for byte", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const made = (statements: (sql: SqlClient.SqlClient) => Effect.Effect<unknown, SqlError.SqlError>) =>
        Effect.gen(function* () {
          const file = yield* temporaryFile
          yield* Effect.flatMap(SqlClient.SqlClient, statements).pipe(
            Effect.provide(SqliteClient.layer({ filename: file, disableWAL: true }))
          )
          return file
        })
      const foreign = [
        yield* made((sql) => sql`CREATE TABLE recipe (name TEXT)`),
        yield* made((sql) => sql`PRAGMA application_id = 252006673`)
      ]
      for (const file of foreign) {
        const before = yield* fs.readFile(file)
        expect((yield* opening(file)).message).toBe(
          "The ledger cannot be used (the file is another program's SQLite database); nothing was changed. Choose another --ledger."
        )
        expect(yield* fs.readFile(file)).toEqual(before)
        expect(yield* fs.exists(`${file}-wal`)).toBe(false)
      }
      const empty = yield* temporaryFile
      yield* fs.writeFile(empty, new Uint8Array())
      yield* Effect.provide(Effect.void, ledger(makeExchange(), empty))
    }).pipe(Effect.scoped, Effect.provide(NodeContext.layer))
  )

  it.live("is opened by many at once while its tables are still being made", () =>
    Effect.gen(function* () {
      const file = yield* temporaryFile
      const open = Effect.provide(Effect.void, ledger(makeExchange(), file))
      yield* Effect.all(
        Array.from({ length: 5 }, () => open),
        { concurrency: "unbounded" }
      )
    }).pipe(Effect.scoped)
  )

  it.effect("keeps the accounts of one file apart", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(dawn + hour)
      const filename = yield* temporaryFile
      const account = (name: string, orderId: string) => {
        const exchange = makeExchange()
        exchange.state.rows = [row({ orderId })]
        exchange.state.balances = { BTC: "1" }
        return Effect.zipRight(
          Effect.flatMap(Sync.Sync, (service) => service.run()),
          Effect.flatMap(Reconciliation.Reconciliation, (service) => service.run())
        ).pipe(
          Effect.provide(
            Ledger.layer({ account: Account.AccountName.make(name), exchange: origin }).pipe(
              Layer.provide(Ledger.opened(SqliteClient.layer({ filename, disableWAL: true }))),
              Layer.provide(exchange.layer)
            )
          )
        )
      }
      expect((yield* account("one", "1")).status).toBe("matched")
      expect((yield* account("two", "2")).status).toBe("matched")
      expect((yield* account("one", "1")).lines.length).toBe(1)
    }).pipe(Effect.scoped)
  )

  it.effect("binds no account to an exchange by looking at books that are not there yet", () =>
    Effect.gen(function* () {
      const filename = yield* temporaryFile
      const looking = (exchange: string) =>
        Effect.flatMap(LedgerStatus.LedgerStatus, (service) => service.get).pipe(
          Effect.provide(
            Ledger.layerBooks({ account: Account.AccountName.make("default"), exchange }).pipe(
              Layer.provide(Ledger.opened(SqliteClient.layer({ filename, disableWAL: true })))
            )
          )
        )
      expect((yield* Effect.flip(looking("https://mistaken.test"))).message).toBe(
        'This ledger holds no account, and no account "default" yet. Run `btse sync` first, or choose another --ledger or --profile.'
      )
      yield* Effect.provide(Effect.void, ledger(makeExchange(), filename))
      expect((yield* looking(origin)).exchange).toBe(origin)
    }).pipe(Effect.scoped)
  )

  it.effect("tells the state of the books", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(dawn + hour)
      const exchange = makeExchange()
      const { state } = exchange
      yield* Effect.gen(function* () {
        const status = Effect.flatMap(LedgerStatus.LedgerStatus, (service) => service.get).pipe(
          Effect.flatMap(Schema.encode(LedgerStatus.StatusReport))
        )
        expect(yield* status).toMatchObject({ lastSync: null, snapshot: null, records: 0, coverage: [], gaps: [] })
        state.rows = [
          row({ orderId: "1", amount: "3" }),
          row({ orderId: "2", type: "Withdraw", status: "PENDING" }),
          row({ orderId: "3", type: "Airlift" })
        ]
        state.balances = { BTC: "5" }
        yield* Effect.flatMap(Sync.Sync, (service) => service.run())
        yield* Effect.flatMap(Reconciliation.Reconciliation, (service) => service.run())
        yield* Effect.flatMap(Payments.Payments, (service) =>
          service.withdraw({
            request: {
              currency: WalletModel.Currency.make("BTC"),
              network: WalletModel.Network.make("BITCOIN"),
              address: "bc1q",
              amount: decimal("1"),
              feeOnTop: true
            }
          })
        )
        expect(yield* status).toMatchObject({
          lastSync: { id: "1", status: "done", finishedAt: "2026-02-02T03:40:00.000Z" },
          snapshot: { id: "1" },
          certificate: {
            complete: false,
            from: "2018-01-01T00:00:00.000Z",
            to: "2026-02-02T03:40:00.000Z",
            reach: { from: "2018-01-01T00:00:00.000Z", limited: false, unexplained: ["BTC"] },
            firstRecord: "2026-02-02T02:40:00.000Z",
            head: { event: 13, hash: expect.stringMatching(/^[0-9a-f]{64}$/) }
          },
          coverage: [{ from: "2018-01-01T00:00:00.000Z", to: "2026-02-02T03:40:00.000Z" }],
          gaps: [],
          records: 3,
          notFinal: { count: 1, since: "2026-02-02T02:40:00.000Z" },
          quarantined: 0,
          vanished: 0,
          unknownTypes: ["Airlift"],
          openBreaks: [{ currency: "BTC", difference: "1" }],
          withdrawalsInFlight: [{ withdrawId: "w1", status: "SUBMITTED", amount: "1" }]
        })
      }).pipe(Effect.provide(ledger(exchange, yield* temporaryFile)))
    }).pipe(Effect.scoped)
  )

  it.effect("keeps what was committed and tells the gap where a sync fails half-way, and ends it the next time", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(dawn + hour)
      const exchange = makeExchange()
      const { state } = exchange
      state.cap = 10
      state.rows = Array.from({ length: 95 }, (_, i) => row({ orderId: `${i}`, timestamp: dawn - i * hour }))
      yield* Effect.gen(function* () {
        const sync = Effect.flatMap(Sync.Sync, (service) => service.run())
        const status = Effect.flatMap(LedgerStatus.LedgerStatus, (service) => service.get)
        state.onHistory = Effect.suspend(() => (state.requests.length > 6 ? Effect.dieMessage("killed") : Effect.void))
        yield* Effect.exit(sync)
        const half = yield* status
        expect(half.records).toBeGreaterThan(20)
        expect(half.records).toBeLessThan(60)
        expect(half.coverage.length).toBe(1)
        expect(half.certificate).toMatchObject({ complete: false, reach: { from: null } })
        state.onHistory = Effect.void
        state.requests = []
        yield* sync
        expect(state.requests.length).toBeLessThan(16)
        expect(yield* status).toMatchObject({ records: 95, gaps: [], certificate: { complete: true } })
      }).pipe(Effect.provide(ledger(exchange, yield* temporaryFile)))
    }).pipe(Effect.scoped)
  )
})
