/**
 * The integers of the totals as columns, and records without a reference: both for what a row costs to insert.
 *
 * @internal
 */
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import { integersSaid } from "../internal/Units.ts"

/** In the order of the table: what was copied by its place would go astray. */
const columns = `id, account_id, wallet, order_id, currency, type, line, timestamp, status, amount, fees, description, username,
  txid, currency_network, to_address, source_currency, source_amount, target_currency, target_amount, rate, final,
  settled_after, posted_wallet, posted_fees, posted_counter, counter, first_seen, last_changed, vanished_at`

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  // The views name the table that is made anew, which is no mistake here.
  yield* sql`PRAGMA legacy_alter_table = ON`

  // As before, but for two things that made SQLite keep copies of every page that an INSERT of many rows touches: a
  // reference to the account, which nothing ever removes, and an index of expressions. What those said stands in columns
  // now: way is what decides a record's movement beside its type, and null where its decimals do not fit into integers;
  // *_units are units of 1e-8, *_rest what is left in units of 1e-18. The program writes them for the rows it inserts.
  yield* sql`CREATE TABLE record_with_integers (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL,
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
    vanished_at INTEGER,
    way INTEGER,
    amount_units INTEGER,
    amount_rest INTEGER,
    fees_units INTEGER,
    fees_rest INTEGER
  ) STRICT`
  const said = integersSaid(sql)
  const names = sql.csv(said.map(([column]) => sql`${sql(column)}`))
  const integers = sql.csv(said.map(([, integer]) => integer))
  yield* sql`INSERT INTO record_with_integers (${sql.literal(columns)}, ${names})
    SELECT ${sql.literal(columns)}, ${integers} FROM record`
  yield* sql`DROP TABLE record`
  yield* sql`ALTER TABLE record_with_integers RENAME TO record`
  yield* sql`PRAGMA legacy_alter_table = OFF`

  yield* sql`CREATE INDEX record_by_order ON record (account_id, order_id)`
  yield* sql`CREATE INDEX record_by_time ON record (account_id, timestamp)`
  yield* sql`CREATE INDEX record_not_final ON record (account_id, timestamp) WHERE final = 0`
  yield* sql`CREATE INDEX record_vanished ON record (account_id) WHERE vanished_at IS NOT NULL`

  // Whoever changes a decimal, its integers follow. A row that somebody else inserts has none, and counts by its text.
  const follow = sql.csv(said.map(([column, integer]) => sql`${sql(column)} = ${integer}`))
  yield* sql`CREATE TRIGGER record_integers AFTER UPDATE OF amount, fees, currency, source_currency, target_currency ON record
    BEGIN UPDATE record SET ${follow} WHERE id = NEW.id; END`

  // Holds all that a total needs, in the order in which it is grouped, so that the rows themselves are not read. The id
  // stands before the integers, which are in no order: new records come to the ends of their groups.
  yield* sql`CREATE INDEX record_totals ON record (account_id, currency, type, way, settled_after, id,
    amount_units, amount_rest, fees_units, fees_rest) WHERE settled_after IS NOT NULL`
})
