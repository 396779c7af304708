/**
 * The tables of the work on the books: reconciliations, and withdrawals with their states.
 *
 * @internal
 */
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  // opening_id is null where the opening is zero at the account's first day.
  yield* sql`CREATE TABLE reconciliation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES account (id),
    at INTEGER NOT NULL,
    status TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    opening_id INTEGER,
    closing_id INTEGER NOT NULL,
    policy TEXT NOT NULL
  ) STRICT`
  yield* sql`CREATE TABLE reconciliation_item (
    reconciliation_id INTEGER NOT NULL REFERENCES reconciliation (id),
    currency TEXT NOT NULL,
    opening TEXT NOT NULL,
    "in" TEXT NOT NULL,
    "out" TEXT NOT NULL,
    fees TEXT NOT NULL,
    adjustments TEXT NOT NULL,
    expected TEXT NOT NULL,
    actual TEXT NOT NULL,
    difference TEXT NOT NULL,
    status TEXT NOT NULL,
    candidates TEXT NOT NULL,
    PRIMARY KEY (reconciliation_id, currency)
  ) STRICT`

  // An intent is committed before anything is sent, and sending_at before its bytes leave: while it is null, nothing was
  // sent. Who holds the claim may send, and says every so often that it is alive. A key stands for one request, a
  // withdraw_id for one withdrawal.
  yield* sql`CREATE TABLE withdrawal (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES account (id),
    key TEXT NOT NULL,
    withdraw_id TEXT,
    status TEXT NOT NULL,
    currency TEXT NOT NULL,
    network TEXT NOT NULL,
    address TEXT NOT NULL,
    tag TEXT,
    amount TEXT NOT NULL,
    fee_on_top INTEGER NOT NULL,
    note TEXT,
    reason TEXT,
    error TEXT,
    record_id INTEGER,
    claim TEXT,
    alive_at INTEGER NOT NULL,
    sending_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (account_id, key)
  ) STRICT`
  yield* sql`CREATE UNIQUE INDEX withdrawal_by_id ON withdrawal (account_id, withdraw_id) WHERE withdraw_id IS NOT NULL`

  // Each arrival in a state, once.
  yield* sql`CREATE TABLE transition (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    withdrawal_id INTEGER NOT NULL REFERENCES withdrawal (id),
    status TEXT NOT NULL,
    at INTEGER NOT NULL,
    fees TEXT,
    txid TEXT
  ) STRICT`
  yield* sql`CREATE INDEX transition_by_withdrawal ON transition (withdrawal_id, id)`

  // What a person has decided about a withdrawal whose outcome nobody knew: which row it is (order_id), or that it was not
  // sent (null).
  yield* sql`CREATE TABLE decision (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    withdrawal_id INTEGER NOT NULL REFERENCES withdrawal (id),
    at INTEGER NOT NULL,
    order_id TEXT,
    reason TEXT NOT NULL
  ) STRICT`
  yield* sql`CREATE TRIGGER decision_is_not_updated BEFORE UPDATE ON decision
    BEGIN SELECT RAISE(ABORT, 'decisions are append-only: a decision is never changed'); END`
  yield* sql`CREATE TRIGGER decision_is_not_deleted BEFORE DELETE ON decision
    BEGIN SELECT RAISE(ABORT, 'decisions are append-only: a decision is never deleted'); END`

  // The exchange's networks for a currency with what a withdrawal costs there, as JSON; asked for again when it is old.
  yield* sql`CREATE TABLE withdrawal_terms (
    account_id INTEGER NOT NULL REFERENCES account (id),
    currency TEXT NOT NULL,
    fetched_at INTEGER NOT NULL,
    networks TEXT NOT NULL,
    PRIMARY KEY (account_id, currency)
  ) STRICT`
})
