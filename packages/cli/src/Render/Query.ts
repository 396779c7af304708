/**
 * The rows of a query: for eyes, for a spreadsheet, for a program.
 *
 * @since 0.1.0
 */
import type * as Database from "../Query/Database.ts"
import type * as Style from "../Style.ts"
import * as Table from "../Table.ts"

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

/**
 * A table, or a row as lines where the terminal is too narrow for one.
 *
 * @since 0.1.0
 * @category rendering
 */
export const table = (result: Database.Result, style: Style.Style): string => {
  const { columns, rows } = result
  if (rows.length === 0) return "no rows"
  const laid = columns.map((heading, index) => ({
    heading: Table.plain(heading),
    align: alignOf(rows, index),
    cell: (row: Database.Result["rows"][number]) => cellText(row[index])
  }))
  const limit = style.columns ?? Number.POSITIVE_INFINITY
  const compact = Table.compact(laid)
  const whole = [laid, compact].find((shown) => Table.width(rows, shown, style) <= limit)
  if (whole !== undefined) return Table.render(rows, whole, style)
  const before = Table.width(rows, compact.slice(0, -1), style) + 2
  const last = compact.at(-1)
  return last?.align === "left" && before + narrowest <= limit
    ? Table.render(rows, [...compact.slice(0, -1), { ...last, cut: true }], style)
    : asLines(result, style)
}

const csvField = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/**
 * @since 0.1.0
 * @category rendering
 */
export const csv = ({ columns, rows }: Database.Result): string =>
  [columns, ...rows.map((row) => row.map(cellText))].map((row) => `${row.map(csvField).join(",")}\r\n`).join("")

/**
 * An object a row, a key a column.
 *
 * @since 0.1.0
 * @category conversions
 */
export const objects = ({ columns, rows }: Database.Result): typeof Database.Rows.Type =>
  rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null])))
