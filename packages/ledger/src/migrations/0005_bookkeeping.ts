/**
 * What people enter into the books: adjustments and imports, work on breaks, closed periods. Each is an event and nothing
 * else, so that the chain proves it and any earlier moment shows it; the views are how it is read.
 *
 * @internal
 */
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  // They are few among the events, and are read by every reconciliation.
  yield* sql`CREATE INDEX event_entered ON event (account_id, kind, seq)
    WHERE kind IN ('adjusted', 'imported', 'reversed', 'break', 'closed')`
})
