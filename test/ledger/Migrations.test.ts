import { AsOf } from "@btse-wallet/ledger"
import { Migrator, SqlClient } from "@effect/sql"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { expect, it } from "@effect/vitest"
import { DateTime, Effect, Fiber, Record, TestClock } from "effect"
import { claimFile } from "../../packages/ledger/src/internal/FileIdentity.ts"
import { integersOf } from "../../packages/ledger/src/internal/Integers.ts"
import { migrate, migrations } from "../../packages/ledger/src/internal/Migrations.ts"
import * as Views from "../../packages/ledger/src/views/Views.ts"
import { summed } from "../../packages/ledger/src/Reconciliation/Groups.ts"
import { temporaryFile } from "./Bench.ts"

const record = (id: number, amount: string, fees: string | null) => ({
  id,
  account_id: 1,
  wallet: "@SPOT",
  order_id: `order ${id}`,
  currency: "BTC",
  type: "Deposit",
  line: 1,
  timestamp: id,
  status: "COMPLETED",
  amount,
  fees,
  description: "kept",
  final: 1,
  settled_after: 0,
  first_seen: 1,
  last_changed: 1
})

it.scoped("A ledger from before the integers keeps its records, and counts them by integers from then on", () =>
  Effect.gen(function* () {
    const filename = yield* temporaryFile
    yield* Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* claimFile
      const before = Record.filter(migrations, (_, name) => name < "0009")
      yield* Migrator.make({})({ loader: Migrator.fromRecord(before) })
      yield* Views.create
      const rows = [
        record(1, "0.1", null),
        record(2, "-12345678.123456789012345678", "0.5"),
        record(3, "1".repeat(30), "0")
      ]
      yield* sql`INSERT INTO account (id, name, exchange) VALUES (1, 'default', 'test')`
      for (const row of rows) yield* sql`INSERT INTO record ${sql.insert(row)}`
      // Who only reads it does not migrate it, and asks for moments all the same.
      yield* Effect.gen(function* () {
        const reader = yield* SqlClient.SqlClient
        for (const { params, sql } of yield* AsOf.statements(yield* DateTime.now)) yield* reader.unsafe(sql, params)
        expect(yield* reader`SELECT * FROM wallet_history`).toEqual([])
      }).pipe(Effect.provide(SqliteClient.layer({ filename, readonly: true, disableWAL: true })))
      yield* migrate
      expect(yield* sql`SELECT order_id, amount, fees, description FROM wallet_history ORDER BY order_id`).toEqual(
        rows.map(({ amount, description, fees, order_id }) => ({ order_id, amount, fees, description }))
      )
      const integers = yield* sql`SELECT way, CAST(amount_units AS TEXT) AS units, CAST(amount_rest AS TEXT) AS rest
        FROM record ORDER BY id`
      expect(integers).toEqual(
        rows.map((row) => {
          const { amount_rest, amount_units, way } = integersOf({
            ...row,
            source_currency: null,
            target_currency: null
          })
          return { way, units: amount_units?.toString() ?? null, rest: amount_rest?.toString() ?? null }
        })
      )
      const [text, parameters] = summed(sql, { accountId: 1, opening: 0, closing: 1 }).compile()
      expect(yield* sql.unsafe(`EXPLAIN QUERY PLAN ${text}`, parameters)).toMatchObject([
        { detail: expect.stringContaining("COVERING INDEX record_totals") }
      ])
      yield* sql`DELETE FROM wallet_history WHERE order_id = 'order 2'`
      expect(yield* sql`SELECT id FROM record ORDER BY id`).toEqual([{ id: 1 }, { id: 3 }])
    }).pipe(Effect.provide(SqliteClient.layer({ filename, disableWAL: true })))
  })
)

it.scoped("A ledger that another program is migrating is not used before it is done", () =>
  Effect.gen(function* () {
    const filename = yield* temporaryFile
    yield* Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* claimFile
      yield* Migrator.make({})({ loader: Migrator.fromRecord({}) })
      // Whoever migrates holds this table for as long.
      yield* sql`CREATE TRIGGER held BEFORE INSERT ON effect_sql_migrations BEGIN SELECT RAISE(ABORT, 'held'); END`
      const waiting = yield* Effect.fork(Effect.flip(migrate))
      yield* TestClock.adjust("6 seconds")
      expect((yield* Fiber.join(waiting)).message).toContain(
        "another program is still bringing its tables to this version"
      )
      const opened = yield* Effect.fork(migrate)
      yield* sql`DROP TRIGGER held`
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(opened)
    }).pipe(Effect.provide(SqliteClient.layer({ filename, disableWAL: true })))
  })
)
