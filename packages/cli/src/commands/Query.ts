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
import type * as Style from "../Style.ts"
import * as Database from "../Query/Database.ts"
import * as Decimals from "../Query/Decimals.ts"
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

// Cut to no less than this; where that is not enough, a row stands as lines.
const narrowest = 20

const asLines = ({ columns, rows }: Database.Result, style: Style.Style): string =>
  rows
    .map((row, at) => {
      const fields = columns.map((name, column) => [Table.plain(name), cellText(row[column])] as const)
      return `${Table.paint(`row ${at + 1}`, "bold", style)}\n${Table.renderFields(fields, style)}`
    })
    .join("\n\n")

const table = (result: Database.Result, style: Style.Style): string => {
  const { columns, rows } = result
  if (rows.length === 0) return "no rows"
  const laid = columns.map((heading, index) => ({
    heading: Table.plain(heading),
    align: alignOf(rows, index),
    cell: (row: Database.Result["rows"][number]) => cellText(row[index])
  }))
  const limit = style.columns ?? Number.POSITIVE_INFINITY
  const compact = Table.compact(laid)
  const whole = [laid, compact].find((shown) => Table.width(rows, shown) <= limit)
  if (whole !== undefined) return Table.render(rows, whole, style)
  const before = Table.width(rows, compact.slice(0, -1)) + 2
  const last = compact.at(-1)
  return last?.align === "left" && before + narrowest <= limit
    ? Table.render(rows, [...compact.slice(0, -1), { ...last, cut: true }], style)
    : asLines(result, style)
}

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
).pipe(
  Command.withDescription(
    `Run read-only SQL over the ledger's public views: ${Database.views} (docs/reference/views.md). Amounts are exact text, which SQLite's own sum, max, > and order by do not read as numbers: use ${Decimals.functions}.`
  )
)
