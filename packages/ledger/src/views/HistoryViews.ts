/**
 * Views of what the exchange has shown.
 *
 * `docs/reference/views.md` is written from the comments above them: a sentence of the view, and a line for each of its columns.
 *
 * @internal
 */
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import { fields } from "../internal/Sight.ts"
import { iso } from "./Columns.ts"

const encodeFields = (names: ReadonlyArray<string>): string => `["${names.join('","')}"]`

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  // A first sight holds the values alone.
  const firstChanges = sql.literal(`(
        SELECT json_group_object(f.value, json_object('old', NULL, 'new', e.content ->> f.key))
        FROM json_each('${encodeFields(fields)}') f WHERE e.content ->> f.key IS NOT NULL)`)

  // A row of wallet history as the exchange last showed it. Deleting one from the view deletes the row, for the books are
  // their owner's: the next reconciliation and `btse verify` tell.
  //   account: the account's name in the ledger; one file can hold several
  //   order_id: the exchange's id, as text; it may stand on several rows
  //   line: tells rows apart that share order, currency, type and wallet: 1, 2, …
  //   currency, type: as the exchange writes them
  //   status: `PENDING`, `PROCESSING`, `COMPLETED`, `CANCELLED`, `EXPIRED`, `FAILURE`, or the raw value of an unknown one
  //   amount, fees: as the exchange wrote them, `fees` null where it tells none; whether the amount includes the fees is for
  //     the [accounting policy](policy.md) to say
  //   timestamp, time: the exchange's time of the record, as epoch milliseconds and as text
  //   txid, currency_network, wallet, description, username, to_address: null where the exchange tells nothing
  //   source_currency, source_amount, target_currency, target_amount, rate: of a conversion, where the exchange tells them
  //   first_seen, last_changed: when the ledger learned of it, and of its last change
  //   vanished: 1 where the exchange no longer shows the row, else 0
  yield* sql`CREATE VIEW wallet_history AS
    SELECT a.name AS account, r.order_id, r.line, r.currency, r.type, r.status, r.amount, r.fees, r.timestamp,
      ${iso("r.timestamp")} AS time, r.txid, r.currency_network, r.wallet, r.description, r.username,
      ${iso("r.first_seen")} AS first_seen, ${iso("r.last_changed")} AS last_changed,
      r.vanished_at IS NOT NULL AS vanished, r.to_address, r.source_currency, r.source_amount, r.target_currency,
      r.target_amount, r.rate
    FROM record r JOIN account a ON a.id = r.account_id`

  yield* sql`CREATE TRIGGER wallet_history_deletes INSTEAD OF DELETE ON wallet_history
    BEGIN
      DELETE FROM record WHERE account_id = (SELECT id FROM account WHERE name = OLD.account)
        AND order_id = OLD.order_id AND currency = OLD.currency AND type = OLD.type AND wallet = OLD.wallet
        AND line = OLD.line;
    END`

  // Every first sight and every change of a row, in the order the ledger learned of it. Nothing in it is ever changed or
  // deleted.
  //   seq: the order
  //   account, order_id, line, currency, type, wallet: which row
  //   kind: `seen`, `changed`, `vanished`, `reappeared`
  //   changes: JSON, `{"field": {"old", "new"}}`
  //   raw: the row's JSON as it came, where one came
  //   sync_run, at: which run brought it, and when
  //   hash: chains it to its predecessor: [the chain of events](chain.md)
  yield* sql`CREATE VIEW wallet_history_events AS
    SELECT e.seq, a.name AS account, e.order_id, e.line, e.currency, e.type, e.wallet, e.kind,
      CASE e.kind WHEN 'seen' THEN ${firstChanges} ELSE e.content END AS changes, e.raw,
      e.run_id AS sync_run, ${iso("e.at")} AS at, e.hash
    FROM event e JOIN account a ON a.id = e.account_id WHERE e.record_id IS NOT NULL`

  // What the wallet held, per snapshot and currency. A snapshot straddles no movement.
  //   snapshot: its number; later ones have greater numbers
  //   account: the account's name in the ledger
  //   at: when it was taken
  //   currency: as the exchange writes it
  //   total, available: the rest of the total is on hold
  yield* sql`CREATE VIEW balances AS
    SELECT s.id AS snapshot, a.name AS account, ${iso("s.taken_at")} AS at, b.currency, b.total, b.available
    FROM balance b JOIN snapshot s ON s.id = b.snapshot_id JOIN account a ON a.id = s.account_id`

  // Each snapshot of balances, those of nothing included.
  //   id, account: its number, and the account's name in the ledger
  //   at: when it was taken
  yield* sql`CREATE VIEW snapshots AS
    SELECT s.id, a.name AS account, ${iso("s.taken_at")} AS at FROM snapshot s JOIN account a ON a.id = s.account_id`

  // Each run that read history.
  //   id, account: its number, and the account's name in the ledger
  //   kind: `sync`, `track` or `resolve`
  //   started_at, finished_at: the latter null while it runs, or where it was killed
  //   status: `running`, `done`, `failed` or `interrupted`
  //   requests, seen, inserted, updated, unchanged, vanished: counts: of requests, and of rows by what was new in them
  //   error: the error's message where it failed
  yield* sql`CREATE VIEW sync_runs AS
    SELECT r.id, a.name AS account, r.kind, ${iso("r.started_at")} AS started_at,
      CASE WHEN r.finished_at IS NULL THEN NULL ELSE ${iso("r.finished_at")} END AS finished_at, r.status, r.requests,
      r.seen, r.inserted, r.updated, r.unchanged, r.vanished, r.error
    FROM run r JOIN account a ON a.id = r.account_id`

  // The spans of history known to be complete: [how that is known](history.md).
  //   account: the account's name in the ledger
  //   from, to: as text; SQL keywords, so quote them
  //   from_ms, to_ms: as epoch milliseconds, both included
  yield* sql`CREATE VIEW coverage AS
    SELECT a.name AS account, ${iso("c.first")} AS "from", ${iso("c.last")} AS "to", c.first AS from_ms, c.last AS to_ms
    FROM covered c JOIN account a ON a.id = c.account_id`
})
