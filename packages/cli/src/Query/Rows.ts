/**
 * The rows of a query as JSON.
 *
 * @since 0.1.0
 */
import { Predicate, Schema } from "effect"

/**
 * A floating-point number of SQLite, as the shortest text that is this number, with a point or an exponent: it is never
 * taken for an exact integer.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Float = Schema.Struct({ float: Schema.String })

/**
 * A value as SQLite gave it.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Cell = Schema.NullOr(Schema.Union(Schema.String, Schema.Number, Float))

/**
 * @since 0.1.0
 * @category models
 */
export type Cell = typeof Cell.Type

/**
 * Whether a value is a floating-point number.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isFloat = (cell: Cell | undefined): cell is typeof Float.Type => Predicate.isObject(cell)

/**
 * A floating-point number as a value.
 *
 * @since 0.1.0
 * @category constructors
 */
export const float = (value: number): typeof Float.Type => {
  const text = String(value)
  return { float: /^-?\d+$/.test(text) ? `${text}.0` : text }
}

/**
 * A value of SQLite as JSON can hold it: an integer beyond 2^53 is text, a blob is its bytes in hexadecimal. Exact numbers are
 * text or integers; a number with a point or an exponent is a floating-point number.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Value = Schema.NullOr(Schema.Union(Schema.String, Schema.Number))

/**
 * A row: a key a column. Of columns with the same name the second is `name_2`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ObjectOfRow = Schema.Record({ key: Schema.String, value: Value })

/**
 * `btse query --json`: an object a row, a key a column.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Rows = Schema.Array(ObjectOfRow)

/**
 * The names of columns, each once: one that another column has already is followed by `_2`, `_3` and so on.
 *
 * @since 0.1.0
 * @category conversions
 */
export const distinct = (columns: ReadonlyArray<string>): ReadonlyArray<string> => {
  const taken = new Set(columns)
  const used = new Set<string>()
  return columns.map((name) => {
    let unique = name
    for (let count = 2; used.has(unique) || (unique !== name && taken.has(unique)); count++) unique = `${name}_${count}`
    used.add(unique)
    return unique
  })
}

/**
 * One row as the text of a JSON object.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toJson = (names: ReadonlyArray<string>, row: ReadonlyArray<Cell>): string =>
  `{${names.map((name, index) => `${JSON.stringify(name)}:${valueOf(row[index] ?? null)}`).join(",")}}`

const valueOf = (cell: Cell): string => {
  if (!isFloat(cell)) return JSON.stringify(cell)
  return /\d$/.test(cell.float) ? cell.float : JSON.stringify(cell.float)
}
