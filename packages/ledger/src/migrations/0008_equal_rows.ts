/**
 * Equal rows that cannot be read, each a line of its own: two rows that the exchange shows are never one.
 *
 * @internal
 */
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  // Made anew, for a constraint of a table cannot be changed.
  yield* sql`CREATE TABLE quarantine_by_line (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    run_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    timestamp INTEGER,
    raw TEXT NOT NULL,
    line INTEGER NOT NULL,
    reason TEXT NOT NULL,
    UNIQUE (account_id, raw, line)
  ) STRICT`
  yield* sql`INSERT INTO quarantine_by_line (id, account_id, run_id, at, timestamp, raw, line, reason)
    SELECT id, account_id, run_id, at, timestamp, raw, 1, reason FROM quarantine`
  yield* sql`DROP TABLE quarantine`
  yield* sql`ALTER TABLE quarantine_by_line RENAME TO quarantine`
})
