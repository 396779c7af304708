/**
 * Payments: withdrawals, transfers and conversions in one table, under one key each.
 *
 * @internal
 */
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  // An intent is committed before anything is sent, and sending_at, in the main file, before its bytes leave: while it is
  // null, nothing was sent. first_sending_at is that of the first attempt. Who holds the claim may send, and renews
  // alive_at. A key stands for one request of an account, and of an API key (its fingerprint) under whatever account; an
  // order_id for one payment. currency and amount are of what leaves the wallet.
  yield* sql`CREATE TABLE payment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES account (id),
    fingerprint TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('withdraw', 'transfer', 'convert')),
    key TEXT NOT NULL,
    order_id TEXT,
    status TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount TEXT NOT NULL,
    network TEXT,
    address TEXT,
    tag TEXT,
    fee_on_top INTEGER NOT NULL DEFAULT 0,
    to_user TEXT,
    to_mail TEXT,
    to_currency TEXT,
    received TEXT,
    rate TEXT,
    note TEXT,
    reason TEXT,
    error TEXT,
    record_id INTEGER,
    claim TEXT,
    alive_at INTEGER NOT NULL,
    sending_at INTEGER,
    first_sending_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (account_id, key)
  ) STRICT`
  yield* sql`INSERT INTO payment (id, account_id, kind, key, order_id, status, currency, amount, network, address, tag,
      fee_on_top, note, reason, error, record_id, claim, alive_at, sending_at, first_sending_at, created_at, updated_at)
    SELECT id, account_id, 'withdraw', key, withdraw_id, status, currency, amount, network, address, tag, fee_on_top, note,
      reason, error, record_id, claim, alive_at, sending_at, sending_at, created_at, updated_at FROM withdrawal`
  yield* sql`CREATE UNIQUE INDEX payment_by_order ON payment (account_id, order_id) WHERE order_id IS NOT NULL`
  yield* sql`CREATE UNIQUE INDEX payment_by_key ON payment (fingerprint, key) WHERE fingerprint IS NOT NULL`

  // Made anew, for what they refer to has another name.
  yield* sql`CREATE TABLE payment_transition (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    payment_id INTEGER NOT NULL REFERENCES payment (id),
    status TEXT NOT NULL,
    at INTEGER NOT NULL,
    fees TEXT,
    txid TEXT
  ) STRICT`
  yield* sql`INSERT INTO payment_transition (id, payment_id, status, at, fees, txid)
    SELECT id, withdrawal_id, status, at, fees, txid FROM transition`
  yield* sql`DROP TABLE transition`
  yield* sql`ALTER TABLE payment_transition RENAME TO transition`
  yield* sql`CREATE INDEX transition_by_payment ON transition (payment_id, id)`

  yield* sql`CREATE TABLE payment_decision (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    payment_id INTEGER NOT NULL REFERENCES payment (id),
    at INTEGER NOT NULL,
    order_id TEXT,
    reason TEXT NOT NULL
  ) STRICT`
  yield* sql`INSERT INTO payment_decision (id, payment_id, at, order_id, reason)
    SELECT id, withdrawal_id, at, order_id, reason FROM decision`
  yield* sql`DROP TRIGGER decision_is_not_updated`
  yield* sql`DROP TRIGGER decision_is_not_deleted`
  yield* sql`DROP TABLE decision`
  yield* sql`ALTER TABLE payment_decision RENAME TO decision`
  yield* sql`CREATE TRIGGER decision_is_not_updated BEFORE UPDATE ON decision
    BEGIN SELECT RAISE(ABORT, 'decisions are append-only: a decision is never changed'); END`
  yield* sql`CREATE TRIGGER decision_is_not_deleted BEFORE DELETE ON decision
    BEGIN SELECT RAISE(ABORT, 'decisions are append-only: a decision is never deleted'); END`
  yield* sql`DROP TABLE withdrawal`
})
