/**
 * Inserts many rows with few statements.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export type Value = string | number | bigint | null

/** Rows a statement, the most first. Powers of two, so that any number of rows needs only a handful of statements to prepare. */
const sizes = [128, 64, 32, 16, 8, 4, 2, 1]

/** From so many rows on it is worth a statement of their own where the same number comes again. */
const many = 64

/** Parameters that SQLite takes in a statement. */
const mostParameters = 32_766

/**
 * Takes the rows' values in one array, in the columns' order: a sync writes hundreds of thousands of rows, and an object for
 * each costs as much as its decoding. A statement's text depends on nothing but the number of rows, so that the driver
 * finds it prepared.
 */
export const makeInsertRows = (sql: SqlClient.SqlClient, table: string, columns: ReadonlyArray<string>) => {
  const width = columns.length
  // OR FAIL: what a failing statement has written by then goes with its transaction, and SQLite keeps no copies of the pages
  // it touches for each statement, which at random places of an index cost a third of the whole.
  const head = `INSERT OR FAIL INTO ${table} (${columns.map((column) => `"${column}"`).join(", ")}) VALUES `
  const places = `(${columns.map(() => "?").join(",")})`
  const textOf = (rows: number): string => head + Array.from({ length: rows }, () => places).join(",")
  const texts = sizes.map((size) => [size, textOf(size)] as const)
  // Full pages bring as many rows as the page before: those have a statement of their own, which is prepared once.
  let last = { rows: 0, text: "" }

  const inSqlite = Effect.fnUntraced(function* (values: ReadonlyArray<Value>) {
    const rows = values.length / width
    if (rows === last.rows && values.length <= mostParameters) {
      if (last.text === "") last = { rows, text: textOf(rows) }
      yield* sql.unsafe(last.text, values)
      return
    }
    if (rows >= many) last = { rows, text: "" }
    let at = 0
    for (const [size, text] of texts) {
      for (; values.length - at >= size * width; at += size * width) {
        yield* sql.unsafe(text, values.slice(at, at + size * width))
      }
    }
  })

  const elsewhere = Effect.fnUntraced(function* (values: ReadonlyArray<Value>) {
    for (let at = 0; at < values.length; at += width) {
      const row = Object.fromEntries(columns.map((column, index) => [column, values[at + index] ?? null]))
      yield* sql`INSERT INTO ${sql(table)} ${sql.insert(row)}`
    }
  })

  return sql.onDialectOrElse({ sqlite: () => inSqlite, orElse: () => elsewhere })
}
