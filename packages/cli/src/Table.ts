/**
 * Tables for eyes: a heading, a rule, a line a row; amounts stand with their points in one column.
 *
 * @since 0.1.0
 */
import type { Style } from "./Style.ts"
import * as Visible from "./Visible.ts"

/**
 * How a column's cells stand: `decimal` aligns at the point, so that amounts of one table can be compared by looking.
 *
 * @since 0.1.0
 * @category models
 */
export type Align = "left" | "right" | "decimal"

/**
 * A cell: its text, and its colour where there is a reason for one.
 *
 * @since 0.1.0
 * @category models
 */
export interface Cell {
  readonly text: string
  readonly color?: Color | undefined
}

/**
 * How a piece of text can stand out on a terminal.
 *
 * @since 0.1.0
 * @category models
 */
export type Color = "green" | "red" | "yellow" | "dim" | "bold"

/**
 * A column: its heading, and what it shows of a row.
 *
 * @since 0.1.0
 * @category models
 */
export interface Column<A> {
  readonly heading: string
  readonly align?: Align | undefined
  /** Whether its text may be cut where a terminal is too narrow: a description may, an id or an amount never. */
  readonly cut?: boolean | undefined
  readonly cell: (row: A, style: Style) => string | Cell
}

const codes: Readonly<Record<Color, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 }

/**
 * Colours a text where the style has colour.
 *
 * @since 0.1.0
 * @category rendering
 */
export const paint = (text: string, color: Color | undefined, style: Style): string =>
  color !== undefined && style.colored ? `\u001b[${codes[color]}m${text}\u001b[0m` : text

/**
 * Text as it may stand in a line: what came from elsewhere may hold line breaks, or what a terminal would obey or hide.
 *
 * @since 0.1.0
 * @category rendering
 */
export const plain = Visible.line

const fraction = (text: string): number => {
  const point = text.indexOf(".")
  return point === -1 ? 0 : text.length - point
}

const narrowest = 8

/** Takes from the widest cuttable columns until the line fits, or nothing is left to take. */
const fit = (widths: ReadonlyArray<number>, cuttable: ReadonlyArray<boolean>, columns: number): Array<number> => {
  const fitted = [...widths]
  const total = () => fitted.reduce((sum, width) => sum + width + 2, -2)
  while (total() > columns) {
    let widest = -1
    fitted.forEach((width, index) => {
      if (cuttable[index] === true && width > narrowest && width > (fitted[widest] ?? 0)) widest = index
    })
    const width = fitted[widest]
    if (width === undefined) return fitted
    fitted[widest] = Math.max(narrowest, width - (total() - columns))
  }
  return fitted
}

const pad = (text: string, width: number, align: Align): string => {
  const blanks = " ".repeat(Math.max(0, width - Visible.width(text)))
  return align === "left" ? text + blanks : blanks + text
}

/**
 * How wide a table is where nothing is cut.
 *
 * @since 0.1.0
 * @category rendering
 */
export const width = <A>(rows: ReadonlyArray<A>, columns: ReadonlyArray<Column<A>>, style: Style): number =>
  render(rows, columns, { ...style, colored: false, columns: undefined })
    .split("\n")
    .reduce((most, line) => Math.max(most, Visible.width(line)), 0)

/**
 * Renders rows as a table. To a terminal it cuts the columns that may be cut until the lines fit; through a pipe it cuts nothing.
 *
 * @since 0.1.0
 * @category rendering
 */
export const render = <A>(rows: ReadonlyArray<A>, columns: ReadonlyArray<Column<A>>, style: Style): string => {
  const laid = columns.map((column) => {
    const align = column.align ?? "left"
    const cells = rows.map((row): Cell => {
      const cell = column.cell(row, style)
      return typeof cell === "string" ? { text: plain(cell) } : { ...cell, text: plain(cell.text) }
    })
    const fractions = align === "decimal" ? Math.max(0, ...cells.map((cell) => fraction(cell.text))) : 0
    const texts = cells.map((cell) =>
      align === "decimal" ? cell.text + " ".repeat(fractions - fraction(cell.text)) : cell.text
    )
    const heading = plain(column.heading)
    const width = texts.reduce((most, text) => Math.max(most, Visible.width(text)), Visible.width(heading))
    return { heading, align, cut: column.cut === true, cells, texts, width }
  })
  const natural = laid.map((column) => column.width)
  const widths =
    style.columns === undefined
      ? natural
      : fit(
          natural,
          laid.map((column) => column.cut),
          style.columns
        )
  const line = (cellAt: (column: (typeof laid)[number], width: number) => string) =>
    laid
      .map((column, index) => cellAt(column, widths[index] ?? column.width))
      .join("  ")
      .trimEnd()
  const heading = line((column, width) => pad(Visible.cut(column.heading, width), width, column.align))
  const rule = line((_, width) => "─".repeat(width))
  const body = rows.map((_, row) =>
    line((column, width) =>
      paint(pad(Visible.cut(column.texts[row] ?? "", width), width, column.align), column.cells[row]?.color, style)
    )
  )
  return [paint(heading, "bold", style), paint(rule, "dim", style), ...body].join("\n")
}

/**
 * Columns without the padding that sets points under each other: right-aligned, for where that does not fit.
 *
 * @since 0.1.0
 * @category rendering
 */
export const compact = <A>(columns: ReadonlyArray<Column<A>>): ReadonlyArray<Column<A>> =>
  columns.map((column) => (column.align === "decimal" ? { ...column, align: "right" as const } : column))

/**
 * Prose for a terminal: broken between words where its width is known, the lines after the first set in by `indent`.
 *
 * @since 0.1.0
 * @category rendering
 */
export const wrap = (text: string, style: Style, indent = 0): string => {
  const { columns } = style
  if (columns === undefined) return text
  const lines: Array<string> = []
  for (const word of text.split(/(?<=\S) (?=\S)/)) {
    const last = lines.at(-1)
    if (last !== undefined && Visible.width(last) + 1 + Visible.width(word) <= columns)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(last === undefined ? word : " ".repeat(indent) + word)
  }
  return lines.join("\n")
}

/** With less room than this, values are better left to the terminal. */
const leastRoom = 20

/**
 * Renders one thing as names and values, a line each; on a terminal a long value goes on below where it began.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderFields = (fields: ReadonlyArray<readonly [name: string, value: string | Cell]>, style: Style) => {
  const named = fields.map(([name, value]) => [plain(name), value] as const)
  const width = named.reduce((most, [name]) => Math.max(most, Visible.width(name)), 0)
  return named
    .map(([name, value]) => {
      const cell: Cell = typeof value === "string" ? { text: value } : value
      const room = (style.columns ?? Number.POSITIVE_INFINITY) - width - 2
      const text = plain(cell.text)
      const lines = room < leastRoom ? [text] : wrap(text, { ...style, columns: room }).split("\n")
      return lines
        .map((line, at) =>
          `${paint(pad(at === 0 ? name : "", width, "left"), "dim", style)}  ${paint(line, cell.color, style)}`.trimEnd()
        )
        .join("\n")
    })
    .join("\n")
}
