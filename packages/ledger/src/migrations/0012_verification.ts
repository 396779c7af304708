/**
 * Last verification of the ledger: the head that was verified, when, and how many problems there were.
 *
 * @internal
 */
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  // No event tells of it: whoever reads it compares its hash with that of the event.
  yield* sql`CREATE TABLE verification (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    at INTEGER NOT NULL,
    event_seq INTEGER NOT NULL,
    event_hash TEXT NOT NULL,
    problems INTEGER NOT NULL
  ) STRICT`
})
