/**
 * Inserts many rows with few statements.
 *
 * @internal
 */
import { SqlClient } from "@effect/sql"
import { Effect, Option } from "effect"

export type Value = string | number | bigint | null

/** Rows a statement, the most first. Powers of two, so that any number of rows needs only a handful of statements to prepare. */
const sizes = [128, 64, 32, 16, 8, 4, 2, 1]

/** From so many rows on it is worth a statement of their own where the same number comes again. */
const many = 64

/** Parameters that SQLite takes in a statement. */
const mostParameters = 32_766

/**
 * Takes a row's values in the columns' order: a sync writes hundreds of thousands of rows, and an object for each costs as
 * much as its decoding. A statement's text depends on nothing but the number of rows, so that the driver finds it prepared.
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

  const flat = (rows: ReadonlyArray<ReadonlyArray<Value>>, from: number, to: number): ReadonlyArray<Value> => {
    const values: Array<Value> = []
    for (let row = from; row < to; row++) for (const value of rows[row] ?? []) values.push(value)
    return values
  }

  /** Past the statement's compiler, which copies its parameters one by one, and its span, of which a sync has thousands. */
  const run = Effect.fnUntraced(function* (text: string, values: ReadonlyArray<Value>) {
    const transaction = yield* Effect.serviceOption(SqlClient.TransactionConnection)
    if (Option.isNone(transaction)) return yield* sql.unsafe(text, values)
    const [connection] = transaction.value
    return yield* connection.execute(text, values, undefined)
  })

  const inSqlite = Effect.fnUntraced(function* (rows: ReadonlyArray<ReadonlyArray<Value>>) {
    if (rows.length === last.rows && rows.length * width <= mostParameters) {
      if (last.text === "") last = { rows: rows.length, text: textOf(rows.length) }
      yield* run(last.text, flat(rows, 0, rows.length))
      return
    }
    if (rows.length >= many) last = { rows: rows.length, text: "" }
    let at = 0
    for (const [size, text] of texts) {
      for (; rows.length - at >= size; at += size) yield* run(text, flat(rows, at, at + size))
    }
  })

  const elsewhere = Effect.fnUntraced(function* (rows: ReadonlyArray<ReadonlyArray<Value>>) {
    for (const values of rows) {
      const row = Object.fromEntries(columns.map((column, index) => [column, values[index] ?? null]))
      yield* sql`INSERT INTO ${sql(table)} ${sql.insert(row)}`
    }
  })

  return sql.onDialectOrElse({ sqlite: () => inSqlite, orElse: () => elsewhere })
}
