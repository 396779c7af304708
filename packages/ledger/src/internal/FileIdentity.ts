/**
 * Tells a ledger's file from another program's, before anything is written to it.
 *
 * @internal
 */
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import { LedgerUnavailable } from "../LedgerError.ts"

/** SQLite's `application_id` of a ledger: "BTSW" in ASCII. The `file` program and others read it from the header. */
export const applicationId = 0x42_54_53_57

const claimed = Effect.fnUntraced(function* (sql: SqlClient.SqlClient) {
  const [row] = yield* sql<{ readonly application_id: number }>`PRAGMA application_id`
  return row?.application_id ?? 0
})

const claim = Effect.fnUntraced(function* (sql: SqlClient.SqlClient) {
  // In this order: whoever makes tables has claimed the file before.
  const [made] = yield* sql<{ readonly tables: number }>`SELECT count(*) AS tables FROM sqlite_master`
  const id = yield* claimed(sql)
  if (id !== applicationId) {
    if (id !== 0 || made?.tables !== 0) {
      return yield* new LedgerUnavailable({
        operation: "open",
        reason: "the file is another program's SQLite database",
        advice: "Choose another --ledger."
      })
    }
    yield* sql`PRAGMA application_id = ${sql.literal(String(applicationId))}`
  }
  // Only now: the journal's mode is written into the file.
  yield* sql`PRAGMA journal_mode = WAL`
  // An index at random places is written again with every checkpoint, so these are rarer: 32 MB of log instead of 4.
  yield* sql`PRAGMA wal_autocheckpoint = 8000`
})

/** Claims an empty file for a ledger; refuses one that holds anything else, and leaves it as it is. */
export const claimFile = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql.onDialectOrElse({ sqlite: () => claim(sql), orElse: () => Effect.void })
})
