/**
 * The public views: what people query. Amounts are exact decimal text, `timestamp` is epoch milliseconds, other instants are
 * ISO 8601 text in UTC.
 *
 * @internal
 */
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import { fields } from "../internal/Sight.ts"

const encodeFields = (names: ReadonlyArray<string>): string => `["${names.join('","')}"]`

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const iso = (column: string) =>
    sql.literal(`strftime('%Y-%m-%dT%H:%M:%S', ${column} / 1000, 'unixepoch') || printf('.%03dZ', ${column} % 1000)`)

  // A first sight holds the values alone.
  const firstChanges = sql.literal(`(
        SELECT json_group_object(f.value, json_object('old', NULL, 'new', e.content ->> f.key))
        FROM json_each('${encodeFields(fields)}') f WHERE e.content ->> f.key IS NOT NULL)`)

  // A row of wallet history: one line of an orderId in a currency and type, as the exchange last showed it.
  yield* sql`CREATE VIEW wallet_history AS
    SELECT a.name AS account, r.order_id, r.line, r.currency, r.type, r.status, r.amount, r.fees, r.timestamp,
      ${iso("r.timestamp")} AS time, r.txid, r.currency_network, r.wallet, r.description, r.username,
      ${iso("r.first_seen")} AS first_seen, ${iso("r.last_changed")} AS last_changed,
      r.vanished_at IS NOT NULL AS vanished
    FROM record r JOIN account a ON a.id = r.account_id`

  // Deleting from the view deletes the row: the books are their owner's, and the next reconciliation tells.
  yield* sql`CREATE TRIGGER wallet_history_deletes INSTEAD OF DELETE ON wallet_history
    BEGIN
      DELETE FROM record WHERE account_id = (SELECT id FROM account WHERE name = OLD.account)
        AND order_id = OLD.order_id AND currency = OLD.currency AND type = OLD.type AND wallet = OLD.wallet
        AND line = OLD.line;
    END`

  // What happened to the rows, in the order the books learned of it; changes is JSON, {"field": {"old", "new"}}.
  yield* sql`CREATE VIEW wallet_history_events AS
    SELECT e.seq, a.name AS account, e.order_id, e.line, e.currency, e.type, e.wallet, e.kind,
      CASE e.kind WHEN 'seen' THEN ${firstChanges} ELSE e.content END AS changes, e.raw,
      e.run_id AS sync_run, ${iso("e.at")} AS at, e.hash
    FROM event e JOIN account a ON a.id = e.account_id WHERE e.record_id IS NOT NULL`

  // What the wallet held, per snapshot and currency.
  yield* sql`CREATE VIEW balances AS
    SELECT s.id AS snapshot, a.name AS account, ${iso("s.taken_at")} AS at, b.currency, b.total, b.available
    FROM balance b JOIN snapshot s ON s.id = b.snapshot_id JOIN account a ON a.id = s.account_id`

  // The withdrawals made through this ledger; fees and txid once history shows them.
  yield* sql`CREATE VIEW withdrawals AS
    SELECT w.id, a.name AS account, w.key, w.withdraw_id, w.status, w.currency, w.network, w.address, w.tag, w.amount,
      w.fee_on_top, r.fees, r.txid, w.note, w.reason,
      CASE WHEN w.sending_at IS NULL THEN NULL ELSE ${iso("w.sending_at")} END AS sending_at,
      (SELECT ${iso("max(d.at)")} FROM decision d WHERE d.withdrawal_id = w.id) AS decided_at,
      ${iso("w.created_at")} AS created_at,
      ${iso("w.updated_at")} AS updated_at
    FROM withdrawal w JOIN account a ON a.id = w.account_id LEFT JOIN record r ON r.id = w.record_id`

  // Each reconciliation that was run; opening_snapshot is null where it opened with zero at the account's first day.
  yield* sql`CREATE VIEW reconciliations AS
    SELECT c.id, a.name AS account, ${iso("c.at")} AS at, c.status, ${iso("c.first")} AS "from", ${iso("c.last")} AS "to",
      c.opening_id AS opening_snapshot, c.closing_id AS closing_snapshot, c.policy
    FROM reconciliation c JOIN account a ON a.id = c.account_id`

  // Its lines: expected = opening + in - out - fees + adjustments, difference = actual - expected.
  yield* sql`CREATE VIEW reconciliation_lines AS
    SELECT i.reconciliation_id AS reconciliation, a.name AS account, i.currency, i.opening, i."in", i."out", i.fees,
      i.adjustments, i.expected, i.actual, i.difference, i.status, i.candidates
    FROM reconciliation_item i JOIN reconciliation c ON c.id = i.reconciliation_id JOIN account a ON a.id = c.account_id`

  // Each run that read history: what it saw and how it ended.
  yield* sql`CREATE VIEW sync_runs AS
    SELECT r.id, a.name AS account, r.kind, ${iso("r.started_at")} AS started_at,
      CASE WHEN r.finished_at IS NULL THEN NULL ELSE ${iso("r.finished_at")} END AS finished_at, r.status, r.requests,
      r.seen, r.inserted, r.updated, r.unchanged, r.vanished, r.error
    FROM run r JOIN account a ON a.id = r.account_id`

  // The spans of history known to be complete, both ends included.
  yield* sql`CREATE VIEW coverage AS
    SELECT a.name AS account, ${iso("c.first")} AS "from", ${iso("c.last")} AS "to", c.first AS from_ms, c.last AS to_ms
    FROM covered c JOIN account a ON a.id = c.account_id`

  // Every COMPLETED record as balanced legs under the standard policy; the legs of a record sum to zero.
  yield* sql`CREATE VIEW postings AS
    SELECT a.name AS account, r.order_id, r.line, r.currency, r.type, r.timestamp, ${iso("r.timestamp")} AS time,
      leg.ledger_account, leg.amount
    FROM record r JOIN account a ON a.id = r.account_id
    JOIN (
      SELECT id, 'wallet' AS ledger_account, posted_wallet AS amount FROM record
      UNION ALL SELECT id, 'fees', posted_fees FROM record
      UNION ALL SELECT id, counter, posted_counter FROM record
    ) leg ON leg.id = r.id
    WHERE leg.amount IS NOT NULL`
})
