/**
 * What an export leaves out, and why.
 *
 * @internal
 */
import { Chunk, Schema } from "effect"

export const LeftOut = Schema.Struct({
  reason: Schema.String,
  count: Schema.Int,
  /** Their ids, where they were asked for. */
  records: Schema.Array(Schema.String)
})

export interface LeftOut extends Schema.Schema.Type<typeof LeftOut> {}

/** What is left out for one reason, while it is counted. */
interface Missing {
  readonly count: number
  readonly records: Chunk.Chunk<string>
}

/** What is left out, by reason, in the order in which the reasons came up. */
export type Tally = ReadonlyMap<string, Missing>

export type Reasoned = readonly [reason: string, id: string]

/** Counts what was left out; keeps the ids only where they are `listed`. */
export const count = (tally: Tally, missing: ReadonlyArray<Reasoned>, listed: boolean): Tally => {
  if (missing.length === 0) return tally
  const counted = new Map(tally)
  for (const [reason, id] of missing) {
    const { count, records } = counted.get(reason) ?? { count: 0, records: Chunk.empty<string>() }
    counted.set(reason, { count: count + 1, records: listed ? Chunk.append(records, id) : records })
  }
  return counted
}

export const tallyOf = (all: ReadonlyArray<LeftOut>): Tally =>
  new Map(all.map(({ count, reason, records }) => [reason, { count, records: Chunk.fromIterable(records) }]))

export const fromTally = (tally: Tally): ReadonlyArray<LeftOut> =>
  [...tally].map(([reason, { count, records }]) => ({ reason, count, records: Chunk.toReadonlyArray(records) }))

/** One line for one reason. */
export const line = ({ count, reason }: LeftOut): string => `left out ${count}: ${reason}`

/** As comments of a journal: a line for each reason, and one for each record that is named. */
export const comments = (all: ReadonlyArray<LeftOut>): string =>
  all.length === 0
    ? ""
    : `\n${all
        .flatMap((one) => [line(one), ...one.records.map((id) => `  ${id}`)])
        .map((text) => `; ${text.replace(/\p{Cc}/gu, " ").slice(0, 1_000)}\n`)
        .join("")}`
