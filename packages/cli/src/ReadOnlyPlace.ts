/**
 * Reading of a ledger where it may not be written: in a folder or on a disk that is read-only.
 *
 * @since 0.1.0
 */
import { FileSystem, Path } from "@effect/platform"
import { Effect } from "effect"
import { LedgerFileUnusable } from "./CliError.ts"

/**
 * Path at which a ledger can be read until the scope closes, and whether it can only be read. SQLite writes beside a ledger even
 * to read it: where the folder may not be written, that is a copy in a temporary folder.
 *
 * @since 0.1.0
 * @category constructors
 */
export const readable = Effect.fnUntraced(function* (operation: string, path: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const writable = (place: string) => Effect.isSuccess(fileSystem.access(place, { writable: true }))
  const exists = (place: string) => Effect.orElseSucceed(fileSystem.exists(place), () => false)
  const folder = yield* writable(paths.dirname(path))
  if (folder && (yield* writable(path))) return { path, readonly: false }
  const [log, index] = [yield* exists(`${path}-wal`), yield* exists(`${path}-shm`)]
  // Another program has it open: what it writes is read with it.
  if (log && index) return { path, readonly: true }
  if (folder) {
    // Both are made by reading it, and hold nothing that is not in the file.
    yield* Effect.addFinalizer(() =>
      log
        ? Effect.void
        : Effect.forEach(["-wal", "-shm"], (end) => Effect.ignore(fileSystem.remove(`${path}${end}`)), {
            discard: true
          })
    )
    return { path, readonly: true }
  }
  const copy = Effect.gen(function* () {
    const temporary = yield* fileSystem.makeTempDirectoryScoped({ prefix: "btse-reading-" })
    const place = paths.join(temporary, "ledger.sqlite")
    yield* fileSystem.copyFile(path, place)
    if (log) yield* fileSystem.copyFile(`${path}-wal`, `${place}-wal`)
    return { path: place, readonly: true }
  })
  return yield* Effect.mapError(
    copy,
    ({ message }) => new LedgerFileUnusable({ operation, path, reason: "unopenable", detail: message })
  )
})
