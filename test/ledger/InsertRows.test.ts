import { SqlClient } from "@effect/sql"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { expect, it } from "@effect/vitest"
import { Effect, FastCheck } from "effect"
import type { Row, Value } from "../../packages/ledger/src/internal/InsertRows.ts"
import { makeInsertRows } from "../../packages/ledger/src/internal/InsertRows.ts"

const columns = ["id", "name", "count", "units"]

// Few values, so that in some lots of rows a column is the same in all of them, and in others not.
const cells = FastCheck.tuple(
  FastCheck.constantFrom<Value>("a", "b", 'it\'s "q"', "é\u0000", null),
  FastCheck.constantFrom<Value>(0, 1, 1_700_000_000_000, null),
  FastCheck.constantFrom<Value>(0n, 9_223_372_036_854_775_807n, -1n, null)
)

const lot = FastCheck.oneof(
  FastCheck.array(cells, { maxLength: 5 }),
  FastCheck.tuple(cells, FastCheck.integer({ min: 1, max: 200 })).map(([one, times]) =>
    Array.from({ length: times }, () => one)
  ),
  FastCheck.array(cells, { minLength: 60, maxLength: 200 })
)

const stored = (value: Value): string => (value === null ? "null" : `${typeof value === "string"}:${value}`)

it.effect.prop(
  "rows are written as they are, however many, and whatever they share",
  [FastCheck.array(lot, { maxLength: 6 })],
  ([lots]) =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE some (id INTEGER PRIMARY KEY, name TEXT, count INTEGER, units INTEGER) STRICT`
      const insert = makeInsertRows(sql, "some", columns)
      let id = 0
      const numbered = lots.map((rows) => rows.map((row): Row => [++id, ...row]))
      for (const [at, rows] of numbered.entries()) {
        yield* at % 2 === 0 ? insert(rows) : sql.withTransaction(insert(rows))
      }
      const found = yield* sql<{ readonly id: number; readonly name: string | null; readonly numbers: string }>`
        SELECT id, name, coalesce(count, 'null') || ' ' || coalesce(units, 'null') AS numbers FROM some ORDER BY id`
      expect(found.map((row) => [row.id, stored(row.name), row.numbers])).toEqual(
        numbered.flat().map(([key, name, count, units]) => [key, stored(name ?? null), `${count} ${units}`])
      )
    }).pipe(Effect.provide(SqliteClient.layer({ filename: ":memory:", disableWAL: true }))),
  { fastCheck: { numRuns: 100 } }
)
