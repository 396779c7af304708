/**
 * Read-only SQL over a ledger's public views, on a connection of this process.
 *
 * SQLite does not give way while it computes: an aggregate over endless rows ends with the process alone, which is why
 * `btse` queries in one of their own (Process.ts).
 *
 * @since 0.1.0
 */
import type { AsOf } from "@btse-wallet/ledger"
import { FileSystem } from "@effect/platform"
import type { Database, Statement } from "better-sqlite3"
import { Chunk, Effect, Match, Option, Stream } from "effect"
import { QueryRefused } from "../CliError.ts"
import type { Answer, Connection, Row } from "./Connection.ts"
import * as Decimals from "./Decimals.ts"
import * as Rows from "./Rows.ts"

const operation = "btse query"

const fromSqlite = Match.type<unknown>().pipe(
  Match.when(Match.null, () => null),
  Match.when(Match.bigint, (value) => {
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : value.toString()
  }),
  // Integers come as bigint: this is SQLite's REAL.
  Match.when(Match.number, Rows.float),
  Match.when(Match.instanceOf(Uint8Array), (value) => Buffer.from(value).toString("hex")),
  Match.orElse(String)
)

const refused = (problem: string, advice: string) => new QueryRefused({ operation, problem, advice })

/**
 * What can be asked, for the help and for whoever asked for something else.
 *
 * @since 0.1.0
 * @category constants
 */
export const views =
  "wallet_history, wallet_history_events, movements, postings, balances, snapshots, withdrawals, payments, reconciliations, reconciliation_lines, breaks, break_steps, closes, entries, sync_runs and coverage"

const failed = (cause: unknown) => {
  const said = cause instanceof Error ? cause.message.replace(/\.$/, "") : "SQLite did not say why"
  return refused(
    `The query failed: ${said}.`,
    said.startsWith("no such collation")
      ? "Amounts are ordered by `order by decimal_key(amount)` here."
      : `Correct it and run it again; the public views are ${views}, and the functions on amounts ${Decimals.functions}.`
  )
}

const prepare = (database: Database, sql: string): Effect.Effect<Statement, QueryRefused> =>
  Effect.try({ try: () => database.prepare(sql), catch: failed }).pipe(
    Effect.filterOrFail(
      (statement) => statement.readonly && statement.reader,
      () =>
        refused(
          "Only a statement that reads is run, and this one would write or returns nothing; nothing was changed.",
          "Write a SELECT."
        )
    )
  )

// Loaded when a query needs it: the driver's native part is slow to load.
const driver = Effect.tryPromise({
  try: () => import("better-sqlite3").then(({ default: Sqlite }) => Sqlite),
  catch: failed
})

/** What a reading connection leaves beside the ledger it may not remove; the last one that may write does. */
const tidy = (path: string) =>
  Effect.flatMap(driver, (Sqlite) =>
    Effect.try(() => {
      const database = new Sqlite(path, { fileMustExist: true })
      database.pragma("schema_version")
      database.close()
    })
  ).pipe(Effect.ignore)

/**
 * Sees to it that what reads a ledger from here on leaves no file beside it when the scope closes. Where someone else is at
 * work those files are there already, and stay.
 *
 * @since 0.1.0
 * @category constructors
 */
export const leavingNoTrace = Effect.fnUntraced(function* (path: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const beside = Effect.orElseSucceed(fileSystem.exists(`${path}-wal`), () => true)
  const shared = yield* beside
  yield* Effect.addFinalizer(() => (shared ? Effect.void : Effect.asVoid(Effect.whenEffect(tidy(path), beside))))
})

const open = Effect.fnUntraced(function* (path: string) {
  const Sqlite = yield* driver
  yield* leavingNoTrace(path)
  return yield* Effect.acquireRelease(
    Effect.try({
      try: () => {
        const database = new Sqlite(path, { readonly: true, fileMustExist: true })
        Decimals.register(database)
        return database
      },
      catch: failed
    }),
    (database) => Effect.sync(() => database.close())
  )
})

/** So many rows are read before others may have their turn: an interruption, say. */
const breath = 1_000

/** The rows one by one, as they are asked for. */
const rowsOf = (statement: Statement): Stream.Stream<Row, QueryRefused> =>
  Stream.unwrapScoped(
    Effect.gen(function* () {
      const iterator = yield* Effect.acquireRelease(
        Effect.try({ try: () => statement.safeIntegers(true).raw(true).iterate(), catch: failed }),
        // A statement that is left half-way keeps the connection busy.
        (iterator) => Effect.sync(() => iterator.return?.())
      )
      const some = Effect.try({
        try: () => {
          const rows: Array<Row> = []
          while (rows.length < breath) {
            const next = iterator.next()
            if (next.done === true) return { rows, ended: true }
            rows.push(Array.isArray(next.value) ? next.value.map(fromSqlite) : [])
          }
          return { rows, ended: false }
        },
        catch: failed
      })
      return Stream.paginateChunkEffect(undefined, () =>
        Effect.map(Effect.zipRight(Effect.sleep(0), some), ({ ended, rows }) => [
          Chunk.unsafeFromArray(rows),
          ended ? Option.none() : Option.some(undefined)
        ])
      )
    })
  )

/** Sees the file as it is now, whatever is committed later; answers its last event. */
const hold = (database: Database) =>
  Effect.try({
    try: () => {
      database.exec("BEGIN")
      return Number(database.prepare("SELECT seq FROM head").pluck().get())
    },
    catch: failed
  })

/**
 * Opens a ledger for reading, until the scope closes: with the views as they are, or as `overlay` shows them. What is
 * committed while an overlay is open is not seen.
 *
 * @since 0.1.0
 * @category constructors
 */
export const connect = Effect.fnUntraced(function* <E = never, R = never>(
  path: string,
  overlay?: (lastEvent: number) => Effect.Effect<ReadonlyArray<AsOf.Statement>, E, R>
) {
  const database = yield* open(path)
  const statements = overlay === undefined ? [] : yield* overlay(yield* hold(database))
  yield* Effect.try({
    try: () => {
      for (const { params, sql } of statements) database.prepare(sql).run(params)
      // Whatever the file's own views and functions say: nothing is written from here on.
      database.pragma("query_only = on")
      database.pragma("trusted_schema = off")
    },
    catch: failed
  })
  const connection: Connection = {
    query: (sql) =>
      Effect.map(prepare(database, sql), (statement): Answer => ({
        columns: statement.columns().map(({ name }) => name),
        rows: rowsOf(statement)
      }))
  }
  return connection
})
