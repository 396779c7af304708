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
  const iso = (column: string) =>
    sql.literal(`strftime('%Y-%m-%dT%H:%M:%S', ${column} / 1000, 'unixepoch') || printf('.%03dZ', ${column} % 1000)`)

  // The policy itself, so that a signed reconciliation can be run again after its file is gone.
  yield* sql`ALTER TABLE reconciliation ADD COLUMN policy_digest TEXT`
  yield* sql`ALTER TABLE reconciliation ADD COLUMN policy_content TEXT`
  for (const column of ["available", "held", "in_flight", "warnings", "birthday"]) {
    yield* sql`ALTER TABLE reconciliation_item ADD COLUMN ${sql(column)} TEXT`
  }

  //   policy_digest: SHA-256 of `policy_content`; null in those run before it was kept
  //   policy_content: the policy itself, as JSON, so that a signed reconciliation can be run again
  yield* sql`DROP VIEW reconciliations`
  yield* sql`CREATE VIEW reconciliations AS
    SELECT c.id, a.name AS account, ${iso("c.at")} AS at, c.status, ${iso("c.first")} AS "from", ${iso("c.last")} AS "to",
      c.opening_id AS opening_snapshot, c.closing_id AS closing_snapshot, c.policy, c.policy_digest, c.policy_content
    FROM reconciliation c JOIN account a ON a.id = c.account_id`

  //   available, held, in_flight: of the closing snapshot: [available, held and in flight](reconciliation.md)
  //   warnings, birthday: JSON: what to look at, and when a break was born
  yield* sql`DROP VIEW reconciliation_lines`
  yield* sql`CREATE VIEW reconciliation_lines AS
    SELECT i.reconciliation_id AS reconciliation, a.name AS account, i.currency, i.opening, i."in", i."out", i.fees,
      i.adjustments, i.expected, i.actual, i.difference, i.status, i.available, i.held, i.in_flight, i.warnings,
      i.birthday, i.candidates
    FROM reconciliation_item i JOIN reconciliation c ON c.id = i.reconciliation_id JOIN account a ON a.id = c.account_id`
})
