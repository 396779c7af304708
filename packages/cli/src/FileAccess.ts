/**
 * Who else can read or write this program's files.
 *
 * @since 0.1.0
 */
import { FileSystem, Path } from "@effect/platform"
import { Context, Effect, Option } from "effect"
import { platform } from "node:os"

/**
 * The system's number of the user who runs the program; `None` where the system has none, and then owners are not compared.
 *
 * @since 0.1.0
 * @category services
 */
export class User extends Context.Reference<User>()("@btse-wallet/cli/FileAccess/User", {
  defaultValue: (): Option.Option<number> => Option.none()
}) {}

/**
 * The mode of a file that its user alone can read and write.
 *
 * @since 0.1.0
 * @category constants
 */
export const ownerOnly = 0o600

const othersWrite = 0o022
const sticky = 0o1000
const permissions = 0o7777

/**
 * Makes an empty file for its user alone where there is none, so that a database begins in it, and its log beside it, with the
 * same mode. What keeps it from being made is left for the opening to say.
 *
 * @since 0.1.0
 * @category constructors
 */
export const create = (path: string): Effect.Effect<void, never, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fileSystem = yield* FileSystem.FileSystem
    yield* Effect.ignore(Effect.scoped(fileSystem.open(path, { flag: "wx", mode: ownerOnly })))
  })

const status = Effect.fnUntraced(function* (path: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const found = yield* Effect.option(fileSystem.stat(path))
  return platform() === "win32" ? Option.none<FileSystem.File.Info>() : found
})

/**
 * The permission bits of a file or folder; `None` where there is none, or where the system has no such bits.
 *
 * @since 0.1.0
 * @category getters
 */
export const mode = (path: string) =>
  Effect.map(
    status(path),
    Option.map(({ mode }) => mode & permissions)
  )

/** The folders that a path is in, up to the root. */
const above = (paths: Path.Path, path: string): ReadonlyArray<string> => {
  const folder = paths.dirname(path)
  return folder === path ? [] : [folder, ...above(paths, folder)]
}

const problem = (path: string, info: FileSystem.File.Info, user: Option.Option<number>): Option.Option<string> => {
  const owner = Option.filter(info.uid, (uid) => uid !== 0 && Option.exists(user, (own) => own !== uid))
  if (Option.isSome(owner)) return Option.some(`${path} belongs to another user (${owner.value})`)
  const shared = info.type === "Directory" && (info.mode & sticky) !== 0
  return (info.mode & othersWrite) !== 0 && !shared ? Option.some(`Others can write ${path}`) : Option.none()
}

/**
 * The reason why another user than this one and the system's could put another file in a file's place: they can write it or a
 * folder on the way to it (one with the sticky bit protects what is in it), or own one of them. A link is followed, and the
 * way to where it leads is looked at too.
 *
 * @since 0.1.0
 * @category getters
 */
export const replaceable = Effect.fnUntraced(function* (path: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const user = yield* User
  const real = yield* Effect.orElseSucceed(fileSystem.realPath(path), () => path)
  const all = new Set([path, ...above(paths, path), real, ...above(paths, real)])
  for (const one of all) {
    const found = Option.flatMap(yield* status(one), (info) => problem(one, info, user))
    if (Option.isSome(found)) return found
  }
  return Option.none<string>()
})
