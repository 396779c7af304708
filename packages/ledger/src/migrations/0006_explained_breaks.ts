/**
 * What a reconciliation says beyond its arithmetic: the policy it used, what the exchange held back, and when a break was
 * born. Null in those that were run before.
 *
 * @internal
 */
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  // The policy itself, so that a signed reconciliation can be run again after its file is gone.
  yield* sql`ALTER TABLE reconciliation ADD COLUMN policy_digest TEXT`
  yield* sql`ALTER TABLE reconciliation ADD COLUMN policy_content TEXT`
  for (const column of ["available", "held", "in_flight", "warnings", "birthday"]) {
    yield* sql`ALTER TABLE reconciliation_item ADD COLUMN ${sql(column)} TEXT`
  }
})
