import { WalletError } from "@btse-wallet/core"
import { Account, AsOf, Ledger, LedgerStatus, Reconciliation, Sync } from "@btse-wallet/ledger"
import { SqlClient } from "@effect/sql"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { describe, expect, it } from "@effect/vitest"
import { DateTime, Effect, Layer, Random, Schema, TestClock } from "effect"
import { dawn, ledger, makeExchange, origin, row, temporaryFile } from "./Bench.ts"
import { lost, submit } from "./WithdrawalBench.ts"

const hour = 3_600_000

const views = [
  "wallet_history",
  "wallet_history_events",
  "balances",
  "coverage",
  "postings",
  "reconciliations",
  "reconciliation_lines",
  "breaks",
  "break_steps",
  "entries",
  "sync_runs",
  "withdrawals"
]

/** Everything the public views hold. */
const dump = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const told: Record<string, ReadonlyArray<string>> = {}
  for (const view of views) {
    const rows = yield* sql`SELECT * FROM ${sql(view)}`
    told[view] = rows.map((one) => JSON.stringify(one)).sort()
  }
  return told
})

/** The same as of a moment, on a connection that cannot write. */
const dumpAsOf = (filename: string, at: DateTime.Utc, lastEvent?: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    for (const statement of yield* AsOf.statements(at, lastEvent)) yield* sql.unsafe(statement.sql, statement.params)
    return yield* dump
  }).pipe(Effect.provide(SqliteClient.layer({ filename, readonly: true, disableWAL: true })))

const booksAsOf = (filename: string, asOf: DateTime.Utc) =>
  Ledger.layerBooks({ account: Account.AccountName.make("default"), exchange: origin, asOf }).pipe(
    Layer.provide(Ledger.opened(SqliteClient.layer({ filename, disableWAL: true })))
  )

const status = Effect.flatMap(LedgerStatus.LedgerStatus, (service) => service.get).pipe(
  Effect.flatMap(Schema.encode(LedgerStatus.StatusReport))
)

const reconcile = Effect.flatMap(Reconciliation.Reconciliation, (service) => service.run())

const kept = (all: { readonly asOf: unknown; readonly lastSync: unknown }) => {
  const { asOf: _, lastSync: _sync, ...rest } = all
  return rest
}

describe("AsOf", () => {
  it.effect("shows the books of every moment as they were then, whatever happened since", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(dawn + hour)
      const exchange = makeExchange()
      const { state } = exchange
      const filename = yield* temporaryFile
      const moments: Array<{
        readonly at: DateTime.Utc
        readonly views: Record<string, ReadonlyArray<string>>
        readonly status: unknown
      }> = []
      const heads: Array<number | undefined> = []
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        for (let round = 0; round < 12; round++) {
          yield* TestClock.adjust("10 minutes")
          const now = dawn + hour + round * 600_000
          for (let i = 0; i < 4; i++) {
            state.rows.push(
              row({
                orderId: `${round}-${yield* Random.nextIntBetween(0, 3)}`,
                amount: `${i + 1}.25`,
                type: i === 0 ? "Withdraw" : "Deposit",
                status: i % 2 === 0 ? "PENDING" : "COMPLETED",
                fees: i === 3 ? null : "0.01",
                timestamp: now - i * 1000
              })
            )
          }
          // Some change, some vanish and come back, some cannot be read for a while.
          const at = yield* Random.nextIntBetween(0, state.rows.length)
          state.rows = state.rows.map((one, index) =>
            index % 7 === at % 7 && one.status !== "FAILURE"
              ? { ...one, status: one.status === "PENDING" ? "COMPLETED" : "FAILURE", txid: `t${round}` }
              : one
          )
          const hidden = state.rows.splice(at, 1)
          state.undecoded = round % 3 === 0 ? [{ raw: `{"timestamp":${dawn},"n":${round}}`, reason: "amount" }] : []
          state.balances = { BTC: `${round}` }
          yield* Effect.flatMap(Sync.Sync, (service) => service.run({ full: true }))
          state.rows.push(...hidden)
          if (round % 4 === 3) yield* reconcile
          moments.push({ at: yield* DateTime.now, views: yield* dump, status: kept(yield* status) })
          const [head] = yield* sql<{ readonly seq: number }>`SELECT seq FROM head`
          heads.push(head?.seq)
        }
        // Behind the program's back: what is gone now was known then.
        yield* sql`DELETE FROM record WHERE id IN (SELECT id FROM record ORDER BY id LIMIT 3)`
      }).pipe(Effect.provide(ledger(exchange, filename)))
      for (const [round, moment] of moments.entries()) {
        expect(yield* dumpAsOf(filename, moment.at), `round ${round}`).toEqual(moment.views)
        const then = yield* Effect.provide(status, booksAsOf(filename, moment.at))
        expect(then.asOf).toBe(DateTime.formatIso(moment.at))
        expect(kept(then), `round ${round}`).toEqual(moment.status)
      }
      // Whoever still saw the file as it was in an earlier round is told of nothing later, though its moment is.
      const [seen, last] = [moments[5]?.views, moments.at(-1)?.at]
      const overlaid = yield* dumpAsOf(filename, last ?? (yield* DateTime.now), heads[5])
      for (const view of ["wallet_history", "wallet_history_events", "balances", "coverage"]) {
        expect(overlaid[view], view).toEqual(seen?.[view])
      }
    }).pipe(Effect.withRandom(Random.make("as of")), Effect.scoped)
  )

  it.effect("shows withdrawals, and a run that was under way, as they were", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(dawn + hour)
      const exchange = makeExchange()
      const { state } = exchange
      state.balances = { BTC: "1000" }
      const filename = yield* temporaryFile
      const moments: Array<{ readonly at: DateTime.Utc; readonly views: unknown }> = []
      const moment = Effect.gen(function* () {
        yield* TestClock.adjust("1 minute")
        moments.push({ at: yield* DateTime.now, views: yield* dump })
        yield* TestClock.adjust("1 minute")
      })
      const sync = Effect.flatMap(Sync.Sync, (service) => service.run())
      const refusal = new WalletError.BadRequest({
        operation: "withdraw",
        status: 400,
        errorCode: null,
        exchangeMessage: "no such address"
      })
      yield* Effect.gen(function* () {
        yield* moment
        yield* submit()
        yield* moment
        state.onWithdraw = Effect.fail(refusal)
        yield* Effect.flip(submit({ key: "refused" }))
        state.onWithdraw = lost
        yield* Effect.flip(submit({ key: "lost" }))
        yield* moment
        for (const status of ["PENDING", "COMPLETED"]) {
          const timestamp = dawn + hour + 120_000
          state.rows = [row({ orderId: "w1", type: "Withdraw", amount: "0.5", txid: "t", timestamp, status })]
          yield* sync
          yield* moment
        }
        const sql = yield* SqlClient.SqlClient
        state.onHistory = Effect.gen(function* () {
          state.onHistory = Effect.void
          yield* moment
        }).pipe(Effect.orDie, Effect.provideService(SqlClient.SqlClient, sql))
        yield* sync
      }).pipe(Effect.provide(ledger(exchange, filename)))
      for (const [index, { at, views }] of moments.entries()) {
        expect(yield* dumpAsOf(filename, at), `moment ${index}`).toEqual(views)
      }
      expect(moments).toHaveLength(6)
      const now = yield* Effect.provide(status, booksAsOf(filename, yield* DateTime.now))
      expect(now.withdrawalsInFlight).toMatchObject([{ key: "lost", status: "UNKNOWN" }])
    }).pipe(Effect.scoped)
  )

  it.effect("is nothing before the first event, and reconciles as it did then without writing it down", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(dawn + hour)
      const exchange = makeExchange()
      const { state } = exchange
      const filename = yield* temporaryFile
      const then = yield* Effect.gen(function* () {
        state.rows = [row({ orderId: "1", amount: "3" }), row({ orderId: "2", amount: "1", status: "PENDING" })]
        state.balances = { BTC: "3" }
        yield* Effect.flatMap(Sync.Sync, (service) => service.run())
        const report = yield* reconcile
        yield* TestClock.adjust("1 hour")
        state.rows = [row({ orderId: "1", amount: "3" }), row({ orderId: "2", amount: "1" })]
        state.balances = { BTC: "5" }
        yield* Effect.flatMap(Sync.Sync, (service) => service.run())
        expect((yield* reconcile).status).toBe("broken")
        return report
      }).pipe(Effect.provide(ledger(exchange, filename)))
      const again = yield* Effect.provide(reconcile, booksAsOf(filename, DateTime.unsafeMake(dawn + hour + 1)))
      expect(again).toEqual({ ...then, id: null })
      expect(then.status).toBe("matched")
      const before = yield* Effect.provide(status, booksAsOf(filename, DateTime.unsafeMake(dawn)))
      expect(before).toMatchObject({ records: 0, coverage: [], snapshot: null, lastSync: null })
    }).pipe(Effect.scoped)
  )
})
