/**
 * Columns that several views have.
 *
 * @internal
 */
import { Statement } from "@effect/sql"

const literal = Statement.unsafeFragment

/** Epoch milliseconds as ISO 8601 text. */
export const iso = (column: string) =>
  literal(`strftime('%Y-%m-%dT%H:%M:%S', ${column} / 1000, 'unixepoch') || printf('.%03dZ', ${column} % 1000)`)

/** A field of an event's content. */
export const told = (field: string) => literal(`e.content ->> '${field}'`)

/** Events of what people did: few among the events, and spelled as the index that holds them has it. */
export const isOfPeople = literal("e.kind IN ('adjusted', 'imported', 'reversed', 'break', 'closed')")

/** Adjustments, imports and their reversals. */
export const isEntry = literal(
  "e.kind IN ('adjusted', 'imported', 'reversed', 'break', 'closed') AND e.kind IN ('adjusted', 'imported', 'reversed')"
)

/** The id of an entry among records. */
export const entryId = literal("coalesce(e.content ->> 'externalId', 'entry ' || e.seq)")

/** The type of an entry among records. */
export const entryType = literal(`CASE e.kind WHEN 'imported' THEN 'import ' || (e.content ->> 'type')
      WHEN 'adjusted' THEN 'adjustment' ELSE 'reversal' END`)

/** Of an entry's legs, the account (0) or the amount (1) of the first whose account is so. */
export const legOf = (account: string, part: 0 | 1, otherwise: string) =>
  literal(`coalesce((SELECT leg.value ->> ${part} FROM json_each(e.content, '$.legs') leg
        WHERE leg.value ->> 0 ${account} LIMIT 1), ${otherwise})`)
