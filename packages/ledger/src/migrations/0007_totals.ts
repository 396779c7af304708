/**
 * The index that totals are added up from.
 *
 * @internal
 */
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import { rest, units, way } from "../internal/Units.ts"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  // Holds all that a total needs, in the order in which it is grouped, so that the rows themselves are not read. The id
  // stands before the integers, which are in no order: new records come to the ends of their groups.
  yield* sql`CREATE INDEX record_totals ON record (account_id, currency, type, ${sql.literal(way)}, settled_after, id,
    ${sql.literal(units("amount"))}, ${sql.literal(rest("amount"))},
    ${sql.literal(units("fees"))}, ${sql.literal(rest("fees"))}) WHERE settled_after IS NOT NULL`
})
