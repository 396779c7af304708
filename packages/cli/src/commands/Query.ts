/**
 * `btse query`: read-only SQL over the public views.
 *
 * @since 0.1.0
 */
import { Args, Command } from "@effect/cli"
import { type DateTime, Effect, Option } from "effect"
import * as Books from "../Books.ts"
import * as LedgerFile from "../LedgerFile.ts"
import * as BooksOptions from "../Options/Books.ts"
import * as Global from "../Options/Global.ts"
import * as Time from "../Options/Time.ts"
import * as Output from "../Output.ts"
import * as Database from "../Query/Database.ts"
import * as Table from "../Table.ts"

const operation = "btse query"

interface Settings extends Global.Global {
  readonly asOf: Option.Option<DateTime.Utc>
  readonly csv: boolean
  readonly sql: string
}

const cellText = (value: typeof Database.Value.Type | undefined): string =>
  value === null || value === undefined ? "" : String(value)

const decimal = /^-?\d+(?:\.\d+)?$/

/** A column that holds nothing but numbers stands at its point. */
const alignOf = (rows: Database.Result["rows"], column: number): Table.Align =>
  rows.length > 0 && rows.every((row) => decimal.test(cellText(row[column])) || row[column] === null)
    ? "decimal"
    : "left"

const table = ({ columns, rows }: Database.Result, style: Output.Style): string =>
  Table.render(
    rows,
    columns.map((heading, index) => ({
      heading: Table.plain(heading),
      align: alignOf(rows, index),
      cell: (row) => cellText(row[index])
    })),
    style
  )

const csvField = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

const csv = ({ columns, rows }: Database.Result): string =>
  [columns, ...rows.map((row) => row.map(cellText))].map((row) => `${row.map(csvField).join(",")}\r\n`).join("")

const run = Effect.fn(operation)(function* (options: Settings) {
  const path = yield* LedgerFile.resolve(options)
  yield* LedgerFile.check({ operation, path, existing: true })
  const overlay = yield* Option.match(options.asOf, {
    onNone: () => Effect.succeed([]),
    onSome: (at) => Books.overlay(operation, path, at)
  })
  const result = yield* Database.run(path, options.sql, overlay)
  if (options.json) {
    const { columns, rows } = result
    return yield* Output.document(
      Database.Rows,
      rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null])))
    )
  }
  const output = yield* Output.Output
  yield* options.csv
    ? output.write(csv(result))
    : Output.text(table(result, { colored: output.colored, columns: output.columns }))
})

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "query",
  {
    ...Global.all,
    asOf: Time.asOf,
    csv: BooksOptions.csv,
    sql: Args.text({ name: "SQL" }).pipe(Args.withDescription("One statement that reads, in quotes."))
  },
  run
).pipe(Command.withDescription("Run read-only SQL over the ledger's public views."))
