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

  // An intent is committed before anything is sent. A key stands for one request, a withdraw_id for one withdrawal.
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
})
