/**
 * What a query is asked on: a connection to a ledger that reads and does nothing else.
 *
 * @since 0.1.0
 */
import type { LedgerError } from "@btse-wallet/ledger"
import type { FileSystem } from "@effect/platform"
import { Chunk, Context, type DateTime, Effect, Option, type Scope, Stream } from "effect"
import type { LedgerFileUnusable, QueryRefused } from "../CliError.ts"
import * as Database from "./Database.ts"
import type { Cell } from "./Rows.ts"

/**
 * A row's values, in the order of the columns.
 *
 * @since 0.1.0
 * @category models
 */
export type Row = ReadonlyArray<Cell>

/**
 * What a statement gives: the columns' names, and the rows as they are read.
 *
 * @since 0.1.0
 * @category models
 */
export interface Answer {
  readonly columns: ReadonlyArray<string>
  readonly rows: Stream.Stream<Row, QueryRefused>
}

/**
 * An answer that has been read whole.
 *
 * @since 0.1.0
 * @category models
 */
export interface Result {
  readonly columns: ReadonlyArray<string>
  readonly rows: ReadonlyArray<Row>
}

/**
 * A connection that reads and does nothing else. It runs one statement at a time.
 *
 * @since 0.1.0
 * @category models
 */
export interface Connection {
  /**
   * Runs one statement, which ends with the scope at the latest. Fails with `QueryRefused` where it is no SQL, is more than
   * one, or would write.
   */
  readonly query: (sql: string) => Effect.Effect<Answer, QueryRefused, Scope.Scope>
}

/**
 * Why a ledger cannot be opened for queries.
 *
 * @since 0.1.0
 * @category errors
 */
export type Unusable = QueryRefused | LedgerFileUnusable | LedgerError.LedgerUnavailable | LedgerError.LedgerBusy

/** Loaded where a moment is asked for: few queries are of one. */
const overlayOf = (path: string) => (at: DateTime.Utc) => (lastEvent: number) =>
  Effect.flatMap(
    Effect.promise(() => import("../Books.ts")),
    (books) => books.overlay("btse query", path, at, lastEvent)
  )

/**
 * How a ledger is opened for queries: with the views as they are, or as they were known at a moment, until the scope closes.
 * By default in this process.
 *
 * @since 0.1.0
 * @category services
 */
export class Connecting extends Context.Reference<Connecting>()("@btse-wallet/cli/Query/Connecting", {
  defaultValue: (): {
    readonly connect: (
      path: string,
      at: Option.Option<DateTime.Utc>
    ) => Effect.Effect<Connection, Unusable, Scope.Scope | FileSystem.FileSystem>
  } => ({ connect: (path, at) => Database.connect(path, Option.getOrUndefined(Option.map(at, overlayOf(path)))) })
}) {}

/**
 * Runs one statement and reads its answer whole.
 *
 * @since 0.1.0
 * @category running
 */
export const gather = (connection: Connection, sql: string): Effect.Effect<Result, QueryRefused> =>
  Effect.scoped(
    Effect.flatMap(connection.query(sql), ({ columns, rows }) =>
      Effect.map(Stream.runCollect(rows), (rows): Result => ({ columns, rows: Chunk.toReadonlyArray(rows) }))
    )
  )

/**
 * Runs one statement on a connection of its own, and reads its answer whole.
 *
 * @since 0.1.0
 * @category running
 */
export const run = (path: string, sql: string) =>
  Connecting.pipe(
    Effect.flatMap(({ connect }) => connect(path, Option.none())),
    Effect.flatMap((connection) => gather(connection, sql)),
    Effect.scoped
  )
