/**
 * Inserts many rows with few statements.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { Effect, Iterable as Iterables, Option } from "effect"
import { LedgerTransaction } from "./LedgerClient.ts"

export type Value = string | number | bigint | null

export type Row = ReadonlyArray<Value>

/** Rows a statement: no more than what of it stays in the processor's caches. */
const most = 64

/** The most first: powers of two, so that any number of rows needs only a handful of statements to prepare. */
const sizes = [most, 32, 16, 8, 4, 2, 1]

/**
 * What the rows of a statement share is bound once: binding a value costs more than it does to write it, and of a page of
 * history half of the columns are the same in every row. The columns by their index; the first one is a row's own.
 */
interface Shape {
  readonly own: ReadonlyArray<number>
  readonly shared: ReadonlyArray<number>
  /** Within a shape a text depends on nothing but the number of rows, so that the driver finds it prepared. */
  readonly texts: ReadonlyArray<readonly [size: number, text: string]>
}

const named = (indices: ReadonlyArray<number>): string => indices.map((index) => `c${index}`).join(", ")

const places = (indices: ReadonlyArray<number>): string => indices.map(() => "?").join(",")

const shapeOf = (table: string, columns: ReadonlyArray<string>, own: ReadonlyArray<number>): Shape => {
  const shared = [...columns.keys()].filter((index) => !own.includes(index))
  const alike = shared.length === 0 ? "" : `shared (${named(shared)}) AS (SELECT ${places(shared)}), `
  // OR FAIL: what a failing statement has written by then goes with its transaction, and SQLite keeps no copies of the pages
  // it touches for each statement, which at random places of an index cost a third of the whole.
  const target = `INSERT OR FAIL INTO ${table} (${columns.map((column) => `"${column}"`).join(", ")})`
  const textOf = (size: number): string => {
    const rows = Array.from({ length: size }, () => `(${places(own)})`).join(",")
    const from = shared.length === 0 ? "own" : "own, shared"
    return `WITH ${alike}own (${named(own)}) AS (VALUES ${rows}) ${target} SELECT ${named([...columns.keys()])} FROM ${from}`
  }
  return { own, shared, texts: sizes.map((size) => [size, textOf(size)] as const) }
}

/**
 * Takes a row's values in the columns' order, the first of them bound for each row: a sync writes hundreds of thousands of rows,
 * and an object for each costs as much as its decoding. Rows that are made as they are asked for are never all in memory.
 */
export const makeInsertRows = (sql: SqlClient.SqlClient, table: string, columns: ReadonlyArray<string>) => {
  // A column that once differed is taken to differ from then on, so that there are few shapes, and soon the last one.
  let shape = shapeOf(table, columns, [0])

  const shapeFor = (rows: ReadonlyArray<Row>): Shape => {
    const [first] = rows
    const more = shape.shared.filter((index) => rows.some((row) => row[index] !== first?.[index]))
    if (more.length > 0) shape = shapeOf(table, columns, [...shape.own, ...more])
    return shape
  }

  /** Past the statement's compiler, which copies its parameters one by one, and its span, of which a sync has thousands. */
  const run = Effect.fnUntraced(function* (text: string, values: ReadonlyArray<Value>) {
    const transaction = yield* Effect.serviceOption(LedgerTransaction)
    if (Option.isNone(transaction)) return yield* sql.unsafe(text, values)
    const [connection] = transaction.value
    return yield* connection.execute(text, values, undefined)
  })

  return Effect.fnUntraced(function* (rows: Iterable<Row>) {
    for (const lot of Iterables.chunksOf(rows, most)) {
      const { own, shared, texts } = shapeFor(lot)
      const [first = []] = lot
      let at = 0
      for (const [size, text] of texts) {
        for (; lot.length - at >= size; at += size) {
          const values: Array<Value> = []
          for (const index of shared) values.push(first[index] ?? null)
          for (const row of lot.slice(at, at + size)) for (const index of own) values.push(row[index] ?? null)
          yield* run(text, values)
        }
      }
    }
  })
}
