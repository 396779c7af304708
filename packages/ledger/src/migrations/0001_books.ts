/**
 * The tables of the books: what the exchange has shown, when it was seen, and how far it is known to be complete.
 *
 * @internal
 */
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import { genesis } from "../EventChain.ts"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  // Every writing transaction touches this row first, so that writers wait for each other instead of failing half-way.
  yield* sql`CREATE TABLE write_lock (id INTEGER PRIMARY KEY CHECK (id = 1), taken INTEGER NOT NULL) STRICT`
  yield* sql`INSERT INTO write_lock (id, taken) VALUES (1, 0)`

  // An account is bound to its exchange; what was learned of the exchange's habits saves requests. last_event is the
  // number of the last event of one of its records.
  yield* sql`CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    exchange TEXT NOT NULL,
    earliest INTEGER,
    last_event INTEGER NOT NULL DEFAULT 0,
    keeps TEXT NOT NULL DEFAULT 'unknown',
    longest_page INTEGER NOT NULL DEFAULT 0
  ) STRICT`

  // Who syncs an account. A holder that is killed no longer renews it, and it ends by itself.
  yield* sql`CREATE TABLE lease (
    account_id INTEGER PRIMARY KEY REFERENCES account (id),
    token TEXT NOT NULL,
    holder TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL
  ) STRICT`

  // A run of sync, or of what else reads history into the books.
  yield* sql`CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES account (id),
    kind TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    status TEXT NOT NULL,
    requests INTEGER NOT NULL DEFAULT 0,
    seen INTEGER NOT NULL DEFAULT 0,
    inserted INTEGER NOT NULL DEFAULT 0,
    updated INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    vanished INTEGER NOT NULL DEFAULT 0,
    error TEXT
  ) STRICT`

  // A row of wallet history as last seen; its id is the number of the event that first saw it, which holds its text as it
  // came. settled_after is the last snapshot before it became COMPLETED (0: before any), and
  // null while it has not; posted_* are its legs under the standard policy.
  yield* sql`CREATE TABLE record (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    wallet TEXT NOT NULL,
    order_id TEXT NOT NULL,
    currency TEXT NOT NULL,
    type TEXT NOT NULL,
    line INTEGER NOT NULL,
    timestamp INTEGER NOT NULL,
    status TEXT NOT NULL,
    amount TEXT NOT NULL,
    fees TEXT,
    description TEXT,
    username TEXT,
    txid TEXT,
    currency_network TEXT,
    to_address TEXT,
    source_currency TEXT,
    source_amount TEXT,
    target_currency TEXT,
    target_amount TEXT,
    rate TEXT,
    final INTEGER NOT NULL,
    settled_after INTEGER,
    posted_wallet TEXT,
    posted_fees TEXT,
    posted_counter TEXT,
    counter TEXT,
    first_seen INTEGER NOT NULL,
    last_changed INTEGER NOT NULL,
    vanished_at INTEGER
  ) STRICT`
  // Not unique, and of the order alone: a key of all that tells rows apart is twice as dear to keep, at random places, for
  // every row. Lines are given in a transaction that has read the others, and verification would find two rows on one.
  yield* sql`CREATE INDEX record_by_order ON record (account_id, order_id)`
  yield* sql`CREATE INDEX record_by_time ON record (account_id, timestamp)`
  yield* sql`CREATE INDEX record_not_final ON record (account_id, timestamp) WHERE final = 0`
  yield* sql`CREATE INDEX record_vanished ON record (account_id) WHERE vanished_at IS NOT NULL`

  // Every first sight and every change, and what else the books learned, in the order they learned it. Each carries the
  // hash of its predecessor's hash and its own content (EventChain.ts). Bound to no row, so that it outlives all.
  yield* sql`CREATE TABLE event (
    seq INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL,
    run_id INTEGER,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    record_id INTEGER,
    wallet TEXT,
    order_id TEXT,
    currency TEXT,
    type TEXT,
    line INTEGER,
    settled_after INTEGER,
    content TEXT NOT NULL,
    raw TEXT,
    hash TEXT NOT NULL
  ) STRICT`
  // First sights are found by their number; what came later, and what is of no record, is little beside them.
  yield* sql`CREATE INDEX event_later ON event (record_id, seq) WHERE kind <> 'seen'`
  yield* sql`CREATE TRIGGER event_is_not_updated BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'events are append-only: an event is never changed'); END`
  yield* sql`CREATE TRIGGER event_is_not_deleted BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'events are append-only: an event is never deleted'); END`

  // The last event, so that one taken from the end is missed.
  yield* sql`CREATE TABLE head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    hash TEXT NOT NULL
  ) STRICT`
  yield* sql`INSERT INTO head (id, seq, at, hash) VALUES (1, 0, 0, ${genesis})`

  // Spans whose every row is in the books, from the first millisecond to the last; those that touch are joined.
  yield* sql`CREATE TABLE covered (
    account_id INTEGER NOT NULL REFERENCES account (id),
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (account_id, first)
  ) STRICT`

  // Rows that could not be decoded, as they came. While there is one the books are not complete.
  yield* sql`CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    run_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    timestamp INTEGER,
    raw TEXT NOT NULL,
    reason TEXT NOT NULL,
    UNIQUE (account_id, raw)
  ) STRICT`

  // Balances at a moment that straddles no movement.
  yield* sql`CREATE TABLE snapshot (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES account (id),
    run_id INTEGER NOT NULL,
    taken_at INTEGER NOT NULL,
    event_seq INTEGER NOT NULL
  ) STRICT`
  yield* sql`CREATE TABLE balance (
    snapshot_id INTEGER NOT NULL REFERENCES snapshot (id),
    currency TEXT NOT NULL,
    total TEXT NOT NULL,
    available TEXT NOT NULL,
    PRIMARY KEY (snapshot_id, currency)
  ) STRICT`
})
