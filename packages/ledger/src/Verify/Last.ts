/**
 * Last verification of a ledger, kept beside the books.
 *
 * It is a note, not a proof: it names the head that was verified, and whoever reads it compares that head with the chain's.
 *
 * @internal
 */
import { type SqlClient, SqlSchema } from "@effect/sql"
import { Effect, Option, Schema } from "effect"
import type { Head } from "../internal/Events.ts"
import type { LastVerification } from "./Report.ts"

const Stored = Schema.Struct({
  at: Schema.DateTimeUtcFromNumber,
  event: Schema.Int,
  hash: Schema.String,
  problems: Schema.Int,
  holds: Schema.transform(Schema.Int, Schema.Boolean, {
    strict: true,
    decode: (holds) => holds === 1,
    encode: (holds) => (holds ? 1 : 0)
  })
})

/** The last verification; null where there was none. Books as of a moment show it, too. */
export const readLast = (sql: SqlClient.SqlClient) =>
  SqlSchema.findOne({
    Request: Schema.Void,
    Result: Stored,
    execute: () => sql`
      SELECT at, event_seq AS event, event_hash AS hash, problems,
        event_seq = 0 OR event_hash IS (SELECT e.hash FROM main.event e WHERE e.seq = event_seq) AS holds
      FROM main.verification`
  })(undefined).pipe(
    Effect.map(
      Option.match({
        onNone: () => null,
        onSome: ({ event, hash, ...rest }): LastVerification => ({ ...rest, head: { event, hash } })
      })
    )
  )

/** Writes down a verification in the place of the one before; a ledger that only can be read keeps that one. */
export const writeLast = (
  sql: SqlClient.SqlClient,
  { at, head, problems }: { readonly at: number; readonly head: Pick<Head, "seq" | "hash">; readonly problems: number }
) =>
  sql`INSERT OR REPLACE INTO verification ${sql.insert({
    id: 1,
    at,
    event_seq: head.seq,
    event_hash: head.hash,
    problems
  })}`.pipe(Effect.catchAll((error) => Effect.logDebug("The verification was not written down", error)))
