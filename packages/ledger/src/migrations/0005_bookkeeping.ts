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
  const iso = (column: string) =>
    sql.literal(`strftime('%Y-%m-%dT%H:%M:%S', ${column} / 1000, 'unixepoch') || printf('.%03dZ', ${column} % 1000)`)
  const told = (field: string) => sql.literal(`e.content ->> '${field}'`)

  // They are few among the events, and are read by every reconciliation.
  const entered = sql.literal("e.kind IN ('adjusted', 'imported', 'reversed', 'break', 'closed')")
  yield* sql`CREATE INDEX event_entered ON event (account_id, kind, seq)
    WHERE kind IN ('adjusted', 'imported', 'reversed', 'break', 'closed')`

  // Movements that wallet history does not hold: adjustments, [imports](import.md) and their reversals. None is ever changed or
  // deleted; the wallet changes by `amount` - `fees`.
  //   id, account: the number of its event, and the account's name in the ledger
  //   kind: `adjustment`, `import` or `reversal`
  //   currency, amount, fees: `amount` with its sign
  //   type: `adjustment`, or of an import `trade`, `transfer`, `income`, `fee`, `other`
  //   timestamp, time: when it counts: between the last snapshot before it and the next
  //   reason, reference: of an import `reason` is its description
  //   external_id, file: the id in the imported file, and the file's SHA-256
  //   break: the break that it resolves
  //   reverses, reversed_by: which entry it undoes, and which undoes it
  //   recorded_at: when it was entered
  yield* sql`CREATE VIEW entries AS
    SELECT e.seq AS id, a.name AS account,
      CASE e.kind WHEN 'adjusted' THEN 'adjustment' WHEN 'imported' THEN 'import' ELSE 'reversal' END AS kind,
      ${told("currency")} AS currency, ${told("type")} AS type, ${told("amount")} AS amount, ${told("fees")} AS fees,
      ${told("at")} AS timestamp, ${iso("(e.content ->> 'at')")} AS time, ${told("reason")} AS reason,
      ${told("reference")} AS reference, ${told("externalId")} AS external_id, ${told("file")} AS file,
      ${told("break")} AS "break", ${told("reverses")} AS reverses, (
        SELECT r.seq FROM event r
        WHERE r.kind IN ('adjusted', 'imported', 'reversed', 'break', 'closed') AND r.kind = 'reversed'
          AND r.account_id = e.account_id AND r.content ->> 'reverses' = e.seq
      ) AS reversed_by, ${iso("e.at")} AS recorded_at
    FROM event e JOIN account a ON a.id = e.account_id
    WHERE ${entered} AND e.kind IN ('adjusted', 'imported', 'reversed')`

  // What was done about each break, in order.
  //   seq, account, break, at: the order, the account's name in the ledger, which break, and when
  //   step: `opened`, `changed`, `assigned`, `noted`, `resolved`, `matched` or `reopened`
  //   currency, difference, reconciliation: where a reconciliation took the step
  //   assignee, text, reference, entry: where a person did
  yield* sql`CREATE VIEW break_steps AS
    SELECT e.seq, a.name AS account, ${told("break")} AS "break", ${told("step")} AS step,
      ${told("currency")} AS currency, ${told("difference")} AS difference, ${told("assignee")} AS assignee,
      ${told("text")} AS text, ${told("reference")} AS reference, ${told("entry")} AS entry,
      ${told("reconciliation")} AS reconciliation, ${iso("e.at")} AS at
    FROM event e JOIN account a ON a.id = e.account_id WHERE ${entered} AND e.kind = 'break'`

  // Each difference that a reconciliation found, with what is known of it now: [work on breaks](breaks.md).
  //   id, account, currency: its number, and whose money it is about
  //   difference: as last seen
  //   status: `open`, `resolved` (by a person) or `matched` (a later reconciliation found it gone)
  //   assignee: who looks into it
  //   opened_at, last_step_at: when it was found, and when something was last done about it
  yield* sql`CREATE VIEW breaks AS
    SELECT o."break" AS id, o.account, o.currency, (
        SELECT s.difference FROM break_steps s WHERE s.account = o.account AND s."break" = o."break"
          AND s.difference IS NOT NULL ORDER BY s.seq DESC LIMIT 1
      ) AS difference, (
        SELECT CASE s.step WHEN 'resolved' THEN 'resolved' WHEN 'matched' THEN 'matched' ELSE 'open' END
        FROM break_steps s WHERE s.account = o.account AND s."break" = o."break"
          AND s.step IN ('opened', 'resolved', 'matched', 'reopened') ORDER BY s.seq DESC LIMIT 1
      ) AS status, (
        SELECT s.assignee FROM break_steps s WHERE s.account = o.account AND s."break" = o."break"
          AND s.step = 'assigned' ORDER BY s.seq DESC LIMIT 1
      ) AS assignee, o.at AS opened_at, (
        SELECT max(s.at) FROM break_steps s WHERE s.account = o.account AND s."break" = o."break"
      ) AS last_step_at
    FROM break_steps o WHERE o.step = 'opened'`

  // Each close of a period: [period close](close.md). A period can be closed again; each close stays.
  //   id, account, at: the number of its event, the account's name in the ledger, and when it was closed
  //   period, from, to: `to` is its last millisecond; quote `"from"` and `"to"`
  //   reconciliation, status: the reconciliation that it was closed with, and how that ended
  //   reason: why it was closed with breaks; null where it matched
  //   digest, statement: the SHA-256 of the statement, and the statement, which is JSON
  yield* sql`CREATE VIEW closes AS
    SELECT e.seq AS id, a.name AS account, ${told("period")} AS period, ${iso("(e.content ->> 'from')")} AS "from",
      ${iso("(e.content ->> 'to')")} AS "to", ${told("reconciliation")} AS reconciliation, ${told("status")} AS status,
      ${told("reason")} AS reason, ${told("digest")} AS digest, e.raw AS statement, ${iso("e.at")} AS at
    FROM event e JOIN account a ON a.id = e.account_id WHERE ${entered} AND e.kind = 'closed'`

  // Every COMPLETED record that moved something as legs under the standard policy, and every entry; the legs of each sum to
  // zero, in its currency, and the `wallet` legs of a currency to what the wallet holds. An entry's `order_id` is its id in the
  // imported file, or `entry` and its number.
  yield* sql`DROP VIEW postings`
  yield* sql`CREATE VIEW postings AS
    SELECT a.name AS account, r.order_id, r.line, r.currency, r.type, r.timestamp, ${iso("r.timestamp")} AS time,
      leg.ledger_account, leg.amount
    FROM record r JOIN account a ON a.id = r.account_id
    JOIN (
      SELECT id, 'wallet' AS ledger_account, posted_wallet AS amount FROM record
      UNION ALL SELECT id, 'fees', posted_fees FROM record
      UNION ALL SELECT id, counter, posted_counter FROM record
    ) leg ON leg.id = r.id
    WHERE leg.amount IS NOT NULL
    UNION ALL
    SELECT a.name, coalesce(${told("externalId")}, 'entry ' || e.seq), 1, ${told("currency")}, CASE e.kind
        WHEN 'imported' THEN 'import ' || (${told("type")}) WHEN 'adjusted' THEN 'adjustment' ELSE 'reversal' END,
      ${told("at")}, ${iso("(e.content ->> 'at')")}, leg.value ->> 0, leg.value ->> 1
    FROM event e JOIN account a ON a.id = e.account_id, json_each(e.content, '$.legs') leg
    WHERE ${entered} AND e.kind IN ('adjusted', 'imported', 'reversed')`
})
