/**
 * Brings a ledger file to this version's tables and views.
 *
 * @internal
 */
import { Migrator, SqlClient, SqlError } from "@effect/sql"
import { Effect, Record, Schedule } from "effect"
import { LedgerUnavailable } from "../LedgerError.ts"
import books from "../migrations/0001_books.ts"
import work from "../migrations/0002_work.ts"
import bookkeeping from "../migrations/0005_bookkeeping.ts"
import explainedBreaks from "../migrations/0006_explained_breaks.ts"
import totals from "../migrations/0007_totals.ts"
import equalRows from "../migrations/0008_equal_rows.ts"
import integers from "../migrations/0009_integers.ts"
import payments from "../migrations/0010_payments.ts"
import evidence from "../migrations/0011_evidence.ts"
import verification from "../migrations/0012_verification.ts"
import * as Views from "../views/Views.ts"
import { claimFile } from "./FileIdentity.ts"
import { isBusy, isReadOnly, translated } from "./SqlFault.ts"

/** Append-only: a migration that was released is never edited. A change of views alone is an empty one. */
const tables: Record.ReadonlyRecord<string, Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient>> = {
  "0001_books": books,
  "0002_work": work,
  "0005_bookkeeping": bookkeeping,
  "0006_explained_breaks": explainedBreaks,
  "0007_totals": totals,
  "0008_equal_rows": equalRows,
  "0009_integers": integers,
  "0010_payments": payments,
  "0011_evidence": evidence,
  "0012_verification": verification,
  "0013_views": Effect.void
}

const last = Object.keys(tables).sort().at(-1)

/** No view is in the way of a change of tables; the last migration creates them all. */
export const migrations = Record.map(tables, (migration, name) =>
  Views.drop.pipe(Effect.zipRight(migration), Effect.zipRight(name === last ? Views.create : Effect.void))
)

/** The version of this program's tables. */
export const latest = Math.max(...Object.keys(migrations).map((name) => Number.parseInt(name, 10)))

/** Runs the migrations that the client's database lacks. */
export const migrateTables = (sql: SqlClient.SqlClient) =>
  Effect.provideService(Migrator.make({})({ loader: Migrator.fromRecord(migrations) }), SqlClient.SqlClient, sql)

const version = Effect.fnUntraced(function* (sql: SqlClient.SqlClient) {
  const rows = yield* sql<{ readonly latest: number | null }>`
    SELECT max(migration_id) AS latest FROM effect_sql_migrations`
  return rows[0]?.latest ?? 0
})

const unusable = (reason: string, advice: string, cause?: unknown) =>
  new LedgerUnavailable({ operation: "open", reason, advice, cause })

const tooOld = unusable(
  "an older version wrote it, and it may not be written here, so that its tables cannot be brought to this version",
  "Copy it to where it may be written, and open the copy."
)

/** Refuses a file of an older version that may not be written: the migrator would take it for one that another migrates. */
const refuseReadOnly = Effect.fnUntraced(function* (sql: SqlClient.SqlClient) {
  const tables = yield* sql`SELECT 1 FROM sqlite_master WHERE name = 'effect_sql_migrations'`
  if (tables.length === 0 || (yield* version(sql)) >= latest) return
  yield* sql`UPDATE effect_sql_migrations SET name = name WHERE migration_id < 0`.pipe(
    // What else may be wrong, the migrator meets.
    Effect.catchAll(({ cause }) => (isReadOnly(cause) ? tooOld : Effect.void))
  )
}, translated("open"))

/** Waits where another process is migrating the same file, a minute at most; refuses a file of a newer version. */
export const migrate = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql.onDialectOrElse({
    sqlite: () => sql`PRAGMA busy_timeout = 1000`,
    orElse: () => Effect.void
  })
  yield* claimFile.pipe(
    Effect.retry({
      schedule: Schedule.spaced("100 millis"),
      times: 50,
      while: (error) => error instanceof SqlError.SqlError && isBusy(error.cause)
    }),
    translated("open")
  )
  yield* refuseReadOnly(sql)
  const run = Effect.zipRight(migrateTables(sql), version(sql))
  const found = yield* run.pipe(
    Effect.repeat({
      schedule: Schedule.spaced("100 millis"),
      until: (found) => found >= latest,
      times: 50
    }),
    Effect.zipRight(version(sql)),
    translated("open"),
    Effect.catchTag("MigrationError", (cause) =>
      unusable(cause.message, "Choose another --ledger, or restore the file from a copy.", cause)
    ),
    Effect.catchAllDefect((cause) =>
      unusable(
        "its tables could not be brought to this version",
        "Choose another --ledger, or restore the file from a copy.",
        cause
      )
    )
  )
  if (found < latest) {
    return yield* unusable(
      "another program is still bringing its tables to this version",
      "Wait until it has opened the ledger, which takes minutes for millions of records, and run this again."
    )
  }
  if (found > latest) {
    return yield* unusable(
      `it was written by a newer version of btse-wallet, with tables of version ${found} where this one knows ${latest}`,
      "Update btse-wallet."
    )
  }
})
