/**
 * Brings what was committed into the main database file, so that a copy of it without its log has it too.
 *
 * @internal
 */
import type { SqlClient, SqlError } from "@effect/sql"
import { Data, Effect, Schedule } from "effect"

/** Another program reads the ledger for so long that its log cannot be written back. */
export class CheckpointBlocked extends Data.TaggedError("CheckpointBlocked")<object> {}

/** Longest wait for a reader that holds the log back. */
const patience = "3 seconds"

interface Progress {
  /** Frames in the log, and those of them that are in the main file; -1 where there is no log. */
  readonly log: number
  readonly checkpointed: number
}

/**
 * Fails with `CheckpointBlocked` where a reader holds the log back for longer than a few seconds. A passive checkpoint never
 * blocks this process, and its answer proves the result: every frame of the log is in the main file, and synced.
 */
export const checkpoint = (sql: SqlClient.SqlClient): Effect.Effect<void, CheckpointBlocked | SqlError.SqlError> =>
  sql.onDialectOrElse({
    sqlite: () =>
      sql<Progress>`PRAGMA wal_checkpoint(PASSIVE)`.pipe(
        Effect.flatMap(([progress]) =>
          progress !== undefined && progress.checkpointed >= progress.log ? Effect.void : new CheckpointBlocked()
        ),
        Effect.retry({
          schedule: Schedule.spaced("10 millis").pipe(Schedule.upTo(patience)),
          while: (error) => error._tag === "CheckpointBlocked"
        })
      ),
    orElse: () => Effect.void
  })
