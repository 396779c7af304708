/**
 * Files that a person keeps in the user's configuration directory.
 *
 * @since 0.1.0
 */
import { FileSystem, Path } from "@effect/platform"
import { Effect, Option } from "effect"
import { platform } from "node:os"
import * as Home from "./Home.ts"

/** More than this is no file that a person has written. */
const longest = 1_048_576

const permissions = 0o777

/**
 * Where a file of this name is: under `XDG_CONFIG_HOME`, else where the platform has such files. Fails with
 * `InvalidInput` where neither is known.
 *
 * @since 0.1.0
 * @category constructors
 */
export const at = Effect.fnUntraced(function* (fileName: string) {
  const path = yield* Path.Path
  if (platform() === "darwin")
    return path.join(yield* Home.directory, "Library", "Application Support", "btse-wallet", fileName)
  const named = yield* Home.named("XDG_CONFIG_HOME")
  const folder = Option.isSome(named) ? named.value : path.join(yield* Home.directory, ".config")
  return path.join(folder, "btse-wallet", fileName)
})

/**
 * A file's text, and who may do what with it (0 where the platform does not say).
 *
 * @since 0.1.0
 * @category models
 */
export interface Kept {
  readonly text: string
  readonly mode: number
}

/**
 * Reads a file; `None` where there is none. Fails with what is wrong with it, as the end of a sentence that the file's
 * path begins. A pipe or a device is not read: it might never end.
 *
 * @since 0.1.0
 * @category constructors
 */
export const read = Effect.fnUntraced(function* (path: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const info = yield* fileSystem.stat(path).pipe(
    Effect.asSome,
    // A folder on the way that is none has no file in it either.
    Effect.catchIf(
      (error) => error._tag === "SystemError" && (error.reason === "NotFound" || error.reason === "BadResource"),
      () => Effect.succeedNone
    ),
    Effect.mapError(() => "cannot be read")
  )
  if (Option.isNone(info)) {
    if (yield* Effect.isSuccess(fileSystem.readLink(path))) return yield* Effect.fail("is a link that leads nowhere")
    return Option.none<Kept>()
  }
  if (info.value.type === "Directory") return yield* Effect.fail("is a directory")
  if (info.value.type !== "File") return yield* Effect.fail("is not a file")
  if (info.value.size > longest) return yield* Effect.fail("is too long to be one")
  const text = yield* Effect.mapError(fileSystem.readFileString(path), () => "cannot be read")
  return Option.some<Kept>({ text, mode: platform() === "win32" ? 0 : info.value.mode & permissions })
})
