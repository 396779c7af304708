/**
 * Inserts many rows with few statements.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { Effect } from "effect"

type Value = string | number | null

/** Rows a statement, the most first. Powers of two, so that any number of rows needs only a handful of statements to prepare. */
const sizes = [128, 64, 32, 16, 8, 4, 2, 1]

/** The text of a statement depends on nothing but the number of rows, so that the driver finds it prepared. */
export const makeInsertRows = <const Column extends string>(
  sql: SqlClient.SqlClient,
  table: string,
  columns: ReadonlyArray<Column>
) => {
  const head = `INSERT INTO ${table} (${columns.join(", ")}) VALUES `
  const places = `(${columns.map(() => "?").join(",")})`
  const texts = new Map(sizes.map((size) => [size, head + Array.from({ length: size }, () => places).join(",")]))
  const valuesOf = (rows: ReadonlyArray<Readonly<Record<Column, Value>>>): Array<Value> => {
    const values: Array<Value> = []
    for (const row of rows) for (const column of columns) values.push(row[column])
    return values
  }
  const inSqlite = Effect.fnUntraced(function* (rows: ReadonlyArray<Readonly<Record<Column, Value>>>) {
    let at = 0
    for (const size of sizes) {
      for (; rows.length - at >= size; at += size) {
        yield* sql.unsafe(texts.get(size) ?? "", valuesOf(rows.slice(at, at + size)))
      }
    }
  })
  const elsewhere = Effect.fnUntraced(function* (rows: ReadonlyArray<Readonly<Record<Column, Value>>>) {
    if (rows.length > 0) yield* sql`INSERT INTO ${sql(table)} ${sql.insert(rows)}`
  })
  return sql.onDialectOrElse({ sqlite: () => inSqlite, orElse: () => elsewhere })
}
