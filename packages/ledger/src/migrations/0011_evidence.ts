/**
 * Evidence about payments: each sending with its clock, rows that a person has ruled out, and alarms.
 *
 * @internal
 */
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  // Each passing of the gate, by this machine's clock. The exchange's was clock_ahead milliseconds ahead of it, give or
  // take clock_within; both are null where they were never compared. A record up to last_event was in the books before.
  yield* sql`CREATE TABLE sending (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    payment_id INTEGER NOT NULL REFERENCES payment (id),
    at INTEGER NOT NULL,
    clock_ahead INTEGER,
    clock_within INTEGER,
    last_event INTEGER NOT NULL
  ) STRICT`
  yield* sql`CREATE INDEX sending_by_payment ON sending (payment_id, at)`
  yield* sql`INSERT INTO sending (payment_id, at, last_event) SELECT id, sending_at, 0 FROM payment WHERE sending_at IS NOT NULL`

  // A person's finding that a row of history is not the payment's.
  yield* sql`CREATE TABLE ruled_out (
    payment_id INTEGER NOT NULL REFERENCES payment (id),
    order_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (payment_id, order_id)
  ) STRICT`
  yield* sql`CREATE TRIGGER ruled_out_is_not_updated BEFORE UPDATE ON ruled_out
    BEGIN SELECT RAISE(ABORT, 'decisions are append-only: a decision is never changed'); END`
  yield* sql`CREATE TRIGGER ruled_out_is_not_deleted BEFORE DELETE ON ruled_out
    BEGIN SELECT RAISE(ABORT, 'decisions are append-only: a decision is never deleted'); END`

  // A row that showed up for a payment that was not to have one. It stays open until the row is a payment's or ruled out.
  yield* sql`CREATE TABLE payment_alarm (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    payment_id INTEGER NOT NULL REFERENCES payment (id),
    order_id TEXT NOT NULL,
    raised_at INTEGER NOT NULL,
    UNIQUE (payment_id, order_id)
  ) STRICT`
  yield* sql`CREATE INDEX payment_without_row ON payment (account_id, currency)
    WHERE (status = 'REFUSED' OR first_sending_at < sending_at)`
})
