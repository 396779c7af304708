/**
 * The rows of a query: for eyes, for a spreadsheet, for a program.
 *
 * @since 0.1.0
 */
import { Csv } from "@btse-wallet/ledger"
import { Chunk, Effect, Option, Ref, Stream } from "effect"
import { QueryRefused } from "../CliError.ts"
import * as Nearest from "../Nearest.ts"
import * as Output from "../Output.ts"
import type { Answer, Connection, Result, Row } from "../Query/Connection.ts"
import * as Database from "../Query/Database.ts"
import * as Pitfalls from "../Query/Pitfalls.ts"
import * as Rows from "../Query/Rows.ts"
import type * as Style from "../Style.ts"
import * as Table from "../Table.ts"
import * as Visible from "../Visible.ts"

const cellText = (value: Rows.Cell | undefined): string => {
  if (value === null || value === undefined) return ""
  return Rows.isFloat(value) ? value.float : String(value)
}

/** The heading of a column, which says where its numbers are no exact ones. */
const headingOf = (name: string, rows: Result["rows"], column: number): string =>
  rows.some((row) => Rows.isFloat(row[column])) ? `${name} (float)` : name

const decimal = /^-?\d+(?:\.\d+)?$/

/** A column that holds nothing but numbers stands at its point. */
const alignOf = (rows: Result["rows"], column: number): Table.Align =>
  rows.length > 0 && rows.every((row) => decimal.test(cellText(row[column])) || row[column] === null)
    ? "decimal"
    : "left"

// Cut to no less than this; where that is not enough, a row stands as lines.
const narrowest = 20

const asLines = ({ columns, rows }: Result, style: Style.Style, before: number): string =>
  rows
    .map((row, at) => {
      const fields = columns.map((name, column) => [headingOf(name, rows, column), cellText(row[column])] as const)
      return `${Table.paint(`row ${before + at + 1}`, "bold", style)}\n${Table.renderFields(fields, style)}`
    })
    .join("\n\n")

const table = (result: Result, style: Style.Style, earlier: number): string => {
  const { columns, rows } = result
  const laid = columns.map((name, index) => ({
    heading: headingOf(name, rows, index),
    align: alignOf(rows, index),
    cell: (row: Row) => cellText(row[index])
  }))
  const limit = style.columns ?? Number.POSITIVE_INFINITY
  const compact = Table.compact(laid)
  const whole = [laid, compact].find((shown) => Table.width(rows, shown, style) <= limit)
  if (whole !== undefined) return Table.render(rows, whole, style)
  const before = Table.width(rows, compact.slice(0, -1), style) + 2
  const last = compact.at(-1)
  return last?.align === "left" && before + narrowest <= limit
    ? Table.render(rows, [...compact.slice(0, -1), { ...last, cut: true }], style)
    : asLines(result, style, earlier)
}

/** So many rows make a table; what comes after them makes another, so that no answer is too long to be shown. */
const longest = 10_000

/**
 * A table, or a row as lines where the terminal is too narrow for one. A long answer is one table after the other.
 *
 * @since 0.1.0
 * @category rendering
 */
export const tables = ({ columns, rows }: Answer, style: Style.Style): Stream.Stream<string, QueryRefused> =>
  Stream.grouped(rows, longest).pipe(
    Stream.mapAccum(0, (before, some) => [
      before + Chunk.size(some),
      `${before === 0 ? "" : "\n"}${table({ columns, rows: Chunk.toReadonlyArray(some) }, style, before)}\n`
    ]),
    Stream.orElseIfEmpty(() => "no rows\n")
  )

const csvLine = (cells: ReadonlyArray<string>): string => `${Csv.line(cells.map(Csv.defused))}\r\n`

/** The first piece after `begin`, so that an answer that fails before it has begun leaves nothing behind. */
const joined =
  (begin: string, between: string, end: string) =>
  <E>(pieces: Stream.Stream<string, E>): Stream.Stream<string, E> =>
    pieces.pipe(
      Stream.orElseIfEmpty(() => ""),
      Stream.mapAccum(begin, (before, piece) => [between, `${before}${piece}`]),
      Stream.concat(end === "" ? Stream.empty : Stream.make(end))
    )

/** The rows as they come: some at a time. */
const pieces = (rows: Answer["rows"]) =>
  Stream.map(Stream.filter(Stream.chunks(rows), Chunk.isNonEmpty), Chunk.toReadonlyArray)

/**
 * CSV with a heading, without a text that a spreadsheet would take for a formula.
 *
 * @since 0.1.0
 * @category rendering
 */
export const csv = ({ columns, rows }: Answer): Stream.Stream<string, QueryRefused> =>
  Stream.map(pieces(rows), (some) => some.map((row) => csvLine(row.map(cellText))).join("")).pipe(
    joined(csvLine(columns), "", "")
  )

/**
 * One JSON document on a line: an object a row, a key a column.
 *
 * @since 0.1.0
 * @category rendering
 */
export const json = ({ columns, rows }: Answer): Stream.Stream<string, QueryRefused> => {
  const names = Rows.distinct(columns)
  return Stream.map(pieces(rows), (some) => Visible.lines(some.map((row) => Rows.toJson(names, row)).join(","))).pipe(
    joined("[", ",", "]\n")
  )
}

/**
 * How rows are shown: for eyes, for a spreadsheet, for a program.
 *
 * @since 0.1.0
 * @category models
 */
export type Mode = "table" | "csv" | "json"

/** A view that is none is most often a slip; one that a ledger lacks is of a later version than the ledger. */
const withNearest = (error: QueryRefused): QueryRefused => {
  const { operation, problem } = error
  const [, table] = /no such table: (\w+)/.exec(problem) ?? []
  const views = Database.views.split(/, | and /)
  if (table === undefined) return error
  const advice = views.includes(table)
    ? "The ledger is of an earlier version, and reading does not change it. Run `btse status`, which brings it to this one."
    : `${Nearest.question(table, views)}${error.advice}`
  return new QueryRefused({ operation, problem, advice })
}

/**
 * Runs a statement and prints its answer, with a word on stderr where SQLite misreads amounts in it.
 *
 * @since 0.1.0
 * @category printing
 */
export const answer = Effect.fnUntraced(function* (mode: Mode, connection: Connection, sql: string) {
  const floats = new Set<string>()
  const printing = Effect.fnUntraced(function* (answer: Answer) {
    const { columns } = answer
    const rows = Stream.mapChunks(answer.rows, (some) => {
      for (const row of some) columns.forEach((name, index) => Rows.isFloat(row[index]) && floats.add(name))
      return some
    })
    yield* print(mode, { columns, rows })
    return columns
  })
  const columns = yield* connection
    .query(sql)
    .pipe(Effect.flatMap(printing), Effect.scoped, Effect.mapError(withNearest))
  yield* Effect.transposeMapOption(Pitfalls.of(sql), Output.note)
  if (mode === "json") yield* Effect.transposeMapOption(renamed(columns), Output.note)
  if (floats.size > 0) {
    yield* Output.note(
      `${inQuotes([...floats])}: floating-point numbers, which are rounded and no amounts. Use decimal_sum, decimal_mul or decimal_div, which keep every digit.`
    )
  }
})

const inQuotes = (names: ReadonlyArray<string>): string => names.map((name) => `"${name}"`).join(", ")

/** A sentence on columns that have a name of their own in JSON. */
const renamed = (columns: ReadonlyArray<string>): Option.Option<string> => {
  const names = Rows.distinct(columns).filter((name, index) => name !== columns[index])
  return names.length === 0
    ? Option.none()
    : Option.some(`${inQuotes(names)}: columns of a name that another one has. Give them their own with "as".`)
}

/**
 * Prints an answer as it is read, and asks for no more of it once nobody reads it.
 *
 * @since 0.1.0
 * @category printing
 */
export const print = Effect.fnUntraced(function* (mode: Mode, answer: Answer) {
  const output = yield* Output.Output
  const text = mode === "json" ? json(answer) : mode === "csv" ? csv(answer) : tables(answer, Output.styleOf(output))
  const printed = Stream.runForEach(text, (piece) =>
    // What has begun is this run's document, whole or not: no other follows it.
    Effect.zipRight(
      Ref.set(output.documentPrinted, mode === "json"),
      mode === "table" ? output.show(piece) : output.write(piece)
    )
  )
  yield* Effect.raceFirst(printed, output.unread)
})
