/**
 * Copies of a ledger that is in use.
 *
 * @since 0.1.0
 */
import { FileSystem } from "@effect/platform"
import type { PlatformError } from "@effect/platform/Error"
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import { translated } from "./internal/SqlFault.ts"
import type { LedgerBusy, LedgerUnavailable } from "./LedgerError.ts"
import { BackupRefused } from "./LedgerError.ts"

const refused = (path: string) => (error: PlatformError) =>
  error._tag === "SystemError" && error.reason === "AlreadyExists"
    ? new BackupRefused({ operation: "backup", path, problem: "there is a file already", advice: "Name another file." })
    : new BackupRefused({
        operation: "backup",
        path,
        problem: `it cannot be written, ${error.message}`,
        advice: "Check the folder, its permissions and its disk, or name another file."
      })

/**
 * Writes a consistent copy of the whole ledger, whatever other programs write meanwhile: one file, complete without a log,
 * on disk when this returns, and for its owner alone (mode 0600). Fails with `BackupRefused` where the file exists or cannot
 * be written; a copy that fails half-way is removed. A plain copy of a ledger's file in use can be older than it looks, or
 * damaged: its newest commits are in the `-wal` file beside it.
 *
 * @since 0.1.0
 * @category operations
 */
export const backup: (
  path: string
) => Effect.Effect<void, BackupRefused | LedgerUnavailable | LedgerBusy, SqlClient.SqlClient | FileSystem.FileSystem> =
  Effect.fn("LedgerBackup.backup")(function* (path: string) {
    const fs = yield* FileSystem.FileSystem
    const sql = yield* SqlClient.SqlClient
    // Made first, so that it is never readable to others, and never another's: SQLite writes into an empty file.
    yield* Effect.mapError(fs.writeFile(path, new Uint8Array(), { flag: "wx", mode: 0o600 }), refused(path))
    const synced = Effect.scoped(Effect.flatMap(fs.open(path, { flag: "r+" }), (file) => file.sync))
    yield* sql`VACUUM INTO ${path}`.pipe(
      translated("backup"),
      Effect.zipRight(Effect.mapError(synced, refused(path))),
      Effect.onExit((exit) => (exit._tag === "Success" ? Effect.void : Effect.ignore(fs.remove(path))))
    )
  })
