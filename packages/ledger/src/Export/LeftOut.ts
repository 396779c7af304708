/**
 * What an export leaves out, and why.
 *
 * @internal
 */
import { Schema } from "effect"

/** The most records that are named for one reason. */
export const named = 20

export const LeftOut = Schema.Struct({
  reason: Schema.String,
  count: Schema.Int,
  /** Their ids, the first of them where there are many. */
  records: Schema.Array(Schema.String)
})

export interface LeftOut extends Schema.Schema.Type<typeof LeftOut> {}

/** Adds a record to what is left out for the same reason. */
export const add = (all: ReadonlyArray<LeftOut>, reason: string, id: string): ReadonlyArray<LeftOut> => {
  const known = all.find((one) => one.reason === reason)
  if (known === undefined) return [...all, { reason, count: 1, records: [id] }]
  const records = known.records.length < named ? [...known.records, id] : known.records
  return all.map((one) => (one === known ? { reason, count: one.count + 1, records } : one))
}

/** One line for one reason. */
export const line = ({ count, reason, records }: LeftOut): string => {
  const more = count - records.length
  const rest = more > 0 && records.length > 0 ? ` and ${more} more` : ""
  return `left out ${count}: ${reason}${records.length === 0 ? "" : ` (${records.join(", ")}${rest})`}`
}
