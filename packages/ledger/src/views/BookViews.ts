/**
 * Views of what the books say: movements, reconciliations, and what people did.
 *
 * `docs/reference/views.md` is written from the comments above them: a sentence of the view, and a line for each of its columns.
 *
 * @internal
 */
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import { entryId, entryType, isEntry, iso, isOfPeople, legOf, told } from "./Columns.ts"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  // Every movement of the wallet that has settled, with its sign: each COMPLETED record under the standard policy, each
  // adjustment, import and reversal. The sum of `amount` is what the wallet holds, in its currency. Records that are not
  // COMPLETED are not here.
  //   account, order_id, line, currency, type, timestamp, time: which record or entry, as in `postings`
  //   counter: what the other side is in `postings`: `external_in`, `external_out`, `income`, `conversion`, `adjustment` or
  //     `fees`
  //   amount: by how much the wallet's balance changed, its fee included: below zero where it holds less
  //   fee: how much of that was a fee, above zero where one was paid
  //   currency_network, txid, description: as in `wallet_history`; of an entry `description` is its reason
  //   source: `history` or `entry`
  yield* sql`CREATE VIEW movements AS
    SELECT a.name AS account, r.order_id, r.line, r.currency, r.type, r.counter,
      coalesce(r.posted_wallet, '0') AS amount, coalesce(r.posted_fees, '0') AS fee, r.timestamp,
      ${iso("r.timestamp")} AS time, r.currency_network, r.txid, r.description, 'history' AS source
    FROM record r JOIN account a ON a.id = r.account_id WHERE r.settled_after IS NOT NULL
    UNION ALL
    SELECT a.name, ${entryId}, 1, ${told("currency")}, ${entryType}, ${legOf("NOT IN ('wallet', 'fees')", 0, "'fees'")},
      ${legOf("= 'wallet'", 1, "'0'")}, ${legOf("= 'fees'", 1, "'0'")}, ${told("at")}, ${iso("(e.content ->> 'at')")},
      NULL, NULL, ${told("reason")}, 'entry'
    FROM event e JOIN account a ON a.id = e.account_id WHERE ${isEntry}`

  // Every COMPLETED record that moved something as legs under the standard policy, and every entry; the legs of each sum to
  // zero, in its currency, and the `wallet` legs of a currency to what the wallet holds. An entry's `order_id` is its id in the
  // imported file, or `entry` and its number.
  //   account, order_id, line, currency, type, timestamp, time: which record
  //   ledger_account: `wallet`, `fees`, or the other side: `external_in` or `external_out` by the direction, `income`,
  //     `conversion`, `adjustment`
  //   amount: positive where the account gains
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
    SELECT a.name, ${entryId}, 1, ${told("currency")}, ${entryType}, ${told("at")}, ${iso("(e.content ->> 'at')")},
      leg.value ->> 0, leg.value ->> 1
    FROM event e JOIN account a ON a.id = e.account_id, json_each(e.content, '$.legs') leg
    WHERE ${isEntry}`

  // Each reconciliation that was run: [how it reckons](reconciliation.md).
  //   id, account, at: its number, the account's name in the ledger, and when it was run
  //   status: `matched`, `broken` or `incomplete`
  //   from, to: the times of its two snapshots; SQL keywords, so quote them
  //   opening_snapshot: null where it opened with zero at the account's first day
  //   closing_snapshot: the snapshot that it ends with
  //   policy: the name of the accounting policy
  //   policy_digest: SHA-256 of `policy_content`; null in those run before it was kept
  //   policy_content: the policy itself, as JSON, so that a signed reconciliation can be run again
  yield* sql`CREATE VIEW reconciliations AS
    SELECT c.id, a.name AS account, ${iso("c.at")} AS at, c.status, ${iso("c.first")} AS "from", ${iso("c.last")} AS "to",
      c.opening_id AS opening_snapshot, c.closing_id AS closing_snapshot, c.policy, c.policy_digest, c.policy_content
    FROM reconciliation c JOIN account a ON a.id = c.account_id`

  // Its lines: `expected` = `opening` + `in` - `out` - `fees` + `adjustments`, `difference` = `actual` - `expected`.
  //   reconciliation, account, currency: which line of which reconciliation
  //   opening, in, out, fees, adjustments, expected, actual, difference: `in` and `out` are SQL keywords: quote them
  //   status: `matched`, `break`, `in_flight` or `no_baseline`
  //   candidates: JSON: what may explain a break, the likeliest first
  //   available, held, in_flight: of the closing snapshot: [available, held and in flight](reconciliation.md)
  //   warnings, birthday: JSON: what to look at, and when a break was born
  yield* sql`CREATE VIEW reconciliation_lines AS
    SELECT i.reconciliation_id AS reconciliation, a.name AS account, i.currency, i.opening, i."in", i."out", i.fees,
      i.adjustments, i.expected, i.actual, i.difference, i.status, i.available, i.held, i.in_flight, i.warnings,
      i.birthday, i.candidates
    FROM reconciliation_item i JOIN reconciliation c ON c.id = i.reconciliation_id JOIN account a ON a.id = c.account_id`

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
    WHERE ${isEntry}`

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
    FROM event e JOIN account a ON a.id = e.account_id WHERE ${isOfPeople} AND e.kind = 'break'`

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
    FROM event e JOIN account a ON a.id = e.account_id WHERE ${isOfPeople} AND e.kind = 'closed'`
})
