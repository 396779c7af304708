/**
 * Where the ledger's file is, and whether it can be one.
 *
 * @since 0.1.0
 */
import { FileSystem, Path } from "@effect/platform"
import { Config, Effect, Option } from "effect"
import { platform } from "node:os"
import { LedgerFileUnusable } from "./CliError.ts"
import * as Confirmation from "./Confirmation.ts"
import * as Folder from "./Folder.ts"
import * as Home from "./Home.ts"
import type { Global } from "./Options/Global.ts"
import * as Profiles from "./Profiles.ts"

const fileName = "btse-ledger.sqlite"

/**
 * The user's data directory for this program: `XDG_DATA_HOME`, else what the platform has for it. Fails with `InvalidInput`
 * where neither is known.
 *
 * @since 0.1.0
 * @category constructors
 */
export const dataDirectory = Effect.fnUntraced(function* () {
  const path = yield* Path.Path
  if (platform() === "darwin") return path.join(yield* Home.directory, "Library", "Application Support", "btse-wallet")
  const named = yield* Home.named("XDG_DATA_HOME")
  const folder = Option.isSome(named) ? named.value : path.join(yield* Home.directory, ".local", "share")
  return path.join(folder, "btse-wallet")
})

/**
 * Where the ledger's file is, and what says so.
 *
 * @since 0.1.0
 * @category models
 */
export interface Located {
  readonly path: string
  readonly from: "flag" | "environment" | "profile" | "default"
}

/**
 * The file's absolute path: `--ledger`, else `BTSE_LEDGER`, else the profile's, else in the user's data directory. Fails with
 * `InvalidInput` where there is no such profile.
 *
 * @since 0.1.0
 * @category constructors
 */
export const located = Effect.fnUntraced(function* (options: Pick<Global, "ledger" | "profile">) {
  const path = yield* Path.Path
  const found = (from: Located["from"], path: string): Located => ({ from, path })
  if (Option.isSome(options.ledger)) return found("flag", path.resolve(options.ledger.value))
  const variable = yield* Effect.option(Config.nonEmptyString("BTSE_LEDGER"))
  if (Option.isSome(variable)) return found("environment", path.resolve(variable.value))
  const { profile } = yield* Profiles.selected(options.profile)
  if (profile.ledger !== undefined) return found("profile", profile.ledger)
  return found("default", path.join(yield* dataDirectory(), fileName))
})

/**
 * The path of {@link located}.
 *
 * @since 0.1.0
 * @category constructors
 */
export const resolve = (options: Pick<Global, "ledger" | "profile">) => Effect.map(located(options), ({ path }) => path)

/**
 * Whether there is something at the path of {@link located}.
 *
 * @since 0.1.0
 * @category predicates
 */
export const exists = (options: Pick<Global, "ledger" | "profile">) =>
  Effect.flatMap(resolve(options), (path) =>
    Effect.flatMap(FileSystem.FileSystem, (fs) => Effect.orElseSucceed(fs.exists(path), () => true))
  )

/**
 * Passes where a new ledger may be made at a path. A folder that does not exist of `--ledger` is a mistake more often than it is
 * meant: it is asked about, and refused where there is nobody to ask.
 *
 * @since 0.1.0
 * @category constructors
 */
export const agreed = Effect.fnUntraced(function* (operation: string, { from, path }: Located) {
  const fileSystem = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const folder = paths.dirname(path)
  if (from !== "flag") return
  if (yield* Effect.orElseSucceed(fileSystem.exists(folder), () => true)) return
  const made = yield* Confirmation.agreed(`The folder ${folder} does not exist. Make it, and a new ledger in it?`)
  if (!made) return yield* new LedgerFileUnusable({ operation, path, reason: "no-folder" })
  yield* Effect.mapError(
    Folder.make(folder),
    ({ message }) => new LedgerFileUnusable({ operation, path, reason: "unopenable", detail: message })
  )
})

/**
 * Fails with `LedgerFileUnusable` where a file is empty, which SQLite takes for a new database.
 *
 * @since 0.1.0
 * @category constructors
 */
export const holding = Effect.fnUntraced(function* (operation: string, path: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const size = yield* Effect.option(Effect.map(fileSystem.stat(path), (info) => info.size))
  if (Option.contains(size, FileSystem.Size(0))) {
    return yield* new LedgerFileUnusable({ operation, path, reason: "empty" })
  }
})

const magic = "SQLite format 3\u0000"

const startsAsSqlite = Effect.fnUntraced(function* (path: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const file = yield* fileSystem.open(path, { flag: "r" })
  const head = yield* file.readAlloc(magic.length)
  return Option.match(head, {
    // SQLite takes an empty file for a new database.
    onNone: () => true,
    onSome: (bytes) => new TextDecoder("latin1").decode(bytes) === magic
  })
}, Effect.scoped)

/**
 * Looks before SQLite does: a directory or another program's file is refused and stays as it is. `existing` also refuses
 * a file that is not there; else its folder is made.
 *
 * @since 0.1.0
 * @category constructors
 */
export const check = Effect.fnUntraced(function* (settings: {
  readonly operation: string
  readonly path: string
  readonly existing: boolean
}) {
  const fileSystem = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const { existing, operation, path } = settings
  const unusable = (reason: LedgerFileUnusable["reason"], detail?: string) =>
    new LedgerFileUnusable({ operation, path, reason, ...(detail === undefined ? {} : { detail }) })
  const info = yield* fileSystem.stat(path).pipe(
    Effect.asSome,
    Effect.catchTags({
      SystemError: (error) =>
        error.reason === "NotFound" ? Effect.succeedNone : Effect.fail(unusable("unopenable", error.description)),
      BadArgument: () => Effect.fail(unusable("unopenable"))
    })
  )
  if (Option.isNone(info)) {
    if (existing) return yield* unusable("missing")
    return yield* Effect.mapError(Folder.make(paths.dirname(path)), (error) => unusable("unopenable", error.message))
  }
  if (info.value.type === "Directory") return yield* unusable("directory")
  // A pipe would be waited for without end.
  if (info.value.type !== "File") return yield* unusable("no-file")
  const sqlite = yield* Effect.mapError(startsAsSqlite(path), (error) => unusable("unopenable", error.message))
  if (!sqlite) return yield* unusable("not-sqlite")
})
