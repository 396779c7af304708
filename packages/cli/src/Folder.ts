/**
 * A folder that is made where there is none, with those that it is in.
 *
 * @since 0.1.0
 */
import { FileSystem, Path } from "@effect/platform"
import type { PlatformError } from "@effect/platform/Error"
import { Effect } from "effect"

/**
 * Makes the folder and those above it that are not there, for its user alone. One after the other: Node, asked for all of them
 * at once, tries for ever where a file system makes none (as /proc does).
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (folder: string): Effect.Effect<void, PlatformError, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const fileSystem = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    if (yield* fileSystem.exists(folder)) return
    const above = path.dirname(folder)
    if (above !== folder) yield* make(above)
    yield* fileSystem.makeDirectory(folder, { mode: 0o700 }).pipe(
      // Another process was quicker.
      Effect.catchIf(
        (error) => error._tag === "SystemError" && error.reason === "AlreadyExists",
        () => Effect.void
      )
    )
  })
