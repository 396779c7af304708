/**
 * The rows of a query as JSON.
 *
 * @since 0.1.0
 */
import { Schema } from "effect"

/**
 * A value of SQLite as JSON can hold it: an integer beyond 2^53 is text, a blob is its bytes in hexadecimal.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Value = Schema.NullOr(Schema.Union(Schema.String, Schema.Number))

/**
 * A row: a key a column.
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
