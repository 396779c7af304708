/**
 * The one place where what the database says becomes an error of the ledger, and where a writing transaction begins.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { SqlError } from "@effect/sql"
import { Data, Effect, ParseResult, Predicate, Schedule } from "effect"
import { LedgerBusy, LedgerUnavailable } from "../LedgerError.ts"

/** Cause of the refusal of a call that was made inside a transaction on the ledger's own connection. */
export class InsideTransaction extends Data.TaggedError("InsideTransaction")<{}> {}

const codeOf = (cause: unknown): string =>
  Predicate.hasProperty(cause, "code") && Predicate.isString(cause.code) ? cause.code : ""

export const isBusy = (cause: unknown): boolean => codeOf(cause).startsWith("SQLITE_BUSY")

/** Recognizes a write to a file that may only be read. */
export const isReadOnly = (cause: unknown): boolean => codeOf(cause).startsWith("SQLITE_READONLY")

/** Whether SQLite could not make sense of a page of the file. */
export const isDamage = (cause: unknown): boolean =>
  codeOf(cause).startsWith("SQLITE_CORRUPT") || codeOf(cause) === "SQLITE_NOTADB"

/** What is wrong with the file, and what to do, from the driver's code. */
const explain = (cause: unknown): { readonly reason: string; readonly advice: string } => {
  const code = codeOf(cause)
  if (cause instanceof InsideTransaction) {
    return {
      reason: "it was called inside a transaction on its own connection, where nothing of it would be committed",
      advice: "Call it outside of the transaction."
    }
  }
  if (code === "SQLITE_NOTADB") {
    return { reason: "the file is not a SQLite database", advice: "Choose another --ledger." }
  }
  if (code.startsWith("SQLITE_CANTOPEN")) {
    return {
      reason: "the file cannot be opened: it is a directory, or its folder is missing or may not be written",
      advice: "Choose another --ledger, or correct the permissions."
    }
  }
  if (code.startsWith("SQLITE_READONLY") || code.startsWith("SQLITE_PERM")) {
    return { reason: "the file may not be written", advice: "Correct its permissions, or choose another --ledger." }
  }
  if (code === "SQLITE_FULL") return { reason: "the disk is full", advice: "Make room and try again." }
  if (code.startsWith("SQLITE_CORRUPT")) {
    return { reason: "the file is damaged", advice: "Restore it from a copy, or sync into a new --ledger." }
  }
  const said = Predicate.isError(cause) ? cause.message : "the database refused a statement"
  return { reason: said, advice: "If the file was changed by hand, restore it from a copy." }
}

/** An error of the ledger from whatever the driver failed with. */
export const fromCause = (operation: string, cause: unknown): LedgerUnavailable | LedgerBusy =>
  isBusy(cause) ? new LedgerBusy({ operation }) : new LedgerUnavailable({ operation, ...explain(cause), cause })

/** Translates the database's failures, and stored values that this version cannot read. */
export const translated =
  (operation: string) =>
  <A, E, R>(
    effect: Effect.Effect<A, E | SqlError.SqlError | ParseResult.ParseError, R>
  ): Effect.Effect<A, Exclude<E, SqlError.SqlError | ParseResult.ParseError> | LedgerUnavailable | LedgerBusy, R> =>
    Effect.catchAll(
      effect,
      (
        error
      ): Effect.Effect<
        never,
        Exclude<E, SqlError.SqlError | ParseResult.ParseError> | LedgerUnavailable | LedgerBusy
      > => {
        if (error instanceof SqlError.SqlError) return Effect.fail(fromCause(operation, error.cause))
        if (ParseResult.isParseError(error)) {
          return Effect.fail(
            new LedgerUnavailable({
              operation,
              reason: "it holds something that this version cannot read",
              advice: "If the file was changed by hand, restore it from a copy; else update btse-wallet.",
              cause: error
            })
          )
        }
        return Effect.fail(error as Exclude<E, SqlError.SqlError | ParseResult.ParseError>)
      }
    )

const untilFree = Schedule.spaced("20 millis").pipe(Schedule.jittered, Schedule.upTo("30 seconds"))

/**
 * A transaction that takes the write lock with its first statement. One that began by reading could find at its first write
 * that another had written meanwhile, and SQLite would refuse it.
 */
export const writing =
  (sql: SqlClient.SqlClient) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | SqlError.SqlError, R> =>
    sql.withTransaction(Effect.zipRight(sql`UPDATE write_lock SET taken = taken + 1`, effect)).pipe(
      Effect.retry({
        schedule: untilFree,
        while: (error) => error instanceof SqlError.SqlError && isBusy(error.cause)
      })
    )
