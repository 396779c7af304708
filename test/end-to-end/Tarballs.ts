/**
 * The packages as they would be published: packed by pnpm, and installed by npm into a project that holds nothing else.
 */
import { Command, FileSystem, Path } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import type { PlatformError } from "@effect/platform/Error"
import {
  Chunk,
  Config,
  type ConfigError,
  Context,
  Data,
  Effect,
  Layer,
  Option,
  type ParseResult,
  Schema,
  Stream
} from "effect"
import { arch, platform } from "node:process"
import { fileURLToPath } from "node:url"

/** The repository's folder. */
export const root = fileURLToPath(new URL("../../", import.meta.url))

/** The packages in the order in which they build on each other. */
export const names = ["core", "ledger", "sandbox", "cli"] as const

export interface Ended {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

const text = (stream: Stream.Stream<Uint8Array, unknown>) =>
  stream.pipe(Stream.decodeText(), Stream.runCollect, Effect.map(Chunk.join("")), Effect.orDie)

/** Runs a program to its end in a folder. */
export const run = Effect.fnUntraced(function* (
  folder: string,
  [program, ...args]: readonly [string, ...ReadonlyArray<string>],
  environment: Readonly<Record<string, string>> = {}
) {
  const child = yield* Command.start(
    Command.make(program, ...args).pipe(Command.workingDirectory(folder), Command.env(environment))
  )
  const [stdout, stderr, exitCode] = yield* Effect.all([text(child.stdout), text(child.stderr), child.exitCode], {
    concurrency: "unbounded"
  })
  return { exitCode, stdout, stderr } satisfies Ended
}, Effect.scoped)

class NotDone extends Data.TaggedError("NotDone")<{ readonly what: string; readonly ended: Ended }> {
  override get message(): string {
    return `${this.what} ended with ${this.ended.exitCode}:\n${this.ended.stdout}\n${this.ended.stderr}`
  }
}

const succeed = Effect.fnUntraced(function* (what: string, ending: ReturnType<typeof run>) {
  const ended = yield* ending
  if (ended.exitCode !== 0) return yield* new NotDone({ what, ended })
  return ended
})

/** Why a project could not be made, beside a network that is not there. */
export type NotInstalled = NotDone | PlatformError | ParseResult.ParseError | ConfigError.ConfigError

const Manifest = Schema.parseJson(
  Schema.Struct({
    packageManager: Schema.optional(Schema.String),
    peerDependencies: Schema.optional(Schema.Record({ key: Schema.String, value: Schema.String }))
  })
)

const manifest = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  return yield* Schema.decode(Manifest)(yield* fs.readFileString(path))
})

const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENOTCACHED/

/** `None`, with a word on why, where npm reaches no registry: then nothing can be installed anywhere. */
const installing = Effect.fnUntraced(function* (
  folder: string,
  args: ReadonlyArray<string>,
  environment?: Readonly<Record<string, string>>
) {
  const fs = yield* FileSystem.FileSystem
  yield* fs.writeFileString(`${folder}/package.json`, `{"name": "empty", "private": true, "type": "module"}`)
  const install = ["npm", "install", "--prefer-offline", "--no-audit", "--no-fund", ...args] as const
  const ended = yield* run(folder, install, environment)
  if (ended.exitCode === 0) return true
  // Where it cannot ask what there is, npm may also complain of a conflict: so ask for something that there is.
  const { stderr } = yield* run(folder, ["npm", "view", "effect", "version"], environment)
  if (offline.test(ended.stderr) || offline.test(stderr)) return false
  return yield* new NotDone({ what: "npm install", ended })
})

/** Everything that a program on all four packages needs beside them. */
const beside = Effect.gen(function* () {
  const peers = yield* Effect.forEach(names, (name) => manifest(`${root}packages/${name}/package.json`))
  const ranges = Object.fromEntries(peers.flatMap(({ peerDependencies }) => Object.entries(peerDependencies ?? {})))
  const { "@btse-wallet/core": _core, "@btse-wallet/ledger": _ledger, ...others } = ranges
  return Object.entries({ ...others, "@effect/sql-sqlite-node": "^0.53.0" }).map(([name, range]) => `${name}@${range}`)
})

/** The packed packages, and what can be done with them. */
export class Tarballs extends Context.Tag("@btse-wallet/test/end-to-end/Tarballs")<
  Tarballs,
  {
    /** The path of each tarball. */
    readonly files: Readonly<Record<(typeof names)[number], string>>
    /** A project with all packages and what they want beside them, or with the program alone. `None` without a network. */
    readonly project: (
      which: "all" | "cli",
      options?: {
        /** Whether SQLite's driver is built as for anyone, which can take minutes, or taken from this repository. */
        readonly builds: boolean
        readonly environment: Readonly<Record<string, string>>
      }
    ) => Effect.Effect<Option.Option<string>, NotInstalled>
    /** Installs a version of Node, and tells the variables with which a process runs on it and builds for it. */
    readonly node: (version: number) => Effect.Effect<Readonly<Record<string, string>>, NotInstalled>
  }
>() {}

const make = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const destination = yield* fs.makeTempDirectoryScoped({ prefix: "btse-tarballs-" })
  const { packageManager = "" } = yield* manifest(`${root}package.json`)
  // The one that runs the tests, where one does.
  const runner = yield* Config.withDefault(Config.string("npm_execpath"), "")
  const pnpm = runner.includes("pnpm") ? (["node", runner] as const) : (["npx", "--yes", packageManager] as const)
  const filters = names.map((name) => `--filter=@btse-wallet/${name}`)
  const recursive = ["--recursive", "--workspace-concurrency=1", ...filters]
  // What `prepack` does for each package is done once for all of them.
  yield* succeed("build", run(root, [...pnpm, "run", "build"]))
  yield* succeed(
    "pnpm pack",
    run(root, [...pnpm, ...recursive, "--config.ignore-scripts=true", "pack", "--pack-destination", destination])
  )
  const packed = yield* fs.readDirectory(destination)
  const fileOf = (name: string) =>
    path.join(destination, packed.find((file) => file.startsWith(`btse-wallet-${name}-`)) ?? `${name} is not packed`)
  const files = { core: fileOf("core"), ledger: fileOf("ledger"), sandbox: fileOf("sandbox"), cli: fileOf("cli") }
  const driver = yield* fs.realPath(`${root}test/node_modules/better-sqlite3`)

  const project = Effect.fnUntraced(function* (
    which: "all" | "cli",
    { builds, environment } = { builds: false, environment: {} }
  ) {
    // Outside of every scope of a test: the folder of tarballs, and with it the projects, goes when all are done.
    const folder = yield* fs.makeTempDirectory({ directory: destination })
    const wanted = which === "cli" ? [files.cli] : [...Object.values(files), ...(yield* beside)]
    const installed = yield* installing(folder, builds ? wanted : ["--ignore-scripts", ...wanted], environment)
    if (!installed) return Option.none()
    if (!builds) yield* fs.copy(`${driver}/build`, `${folder}/node_modules/better-sqlite3/build`)
    return Option.some(folder)
  })

  const nodeAt = Effect.fnUntraced(function* (version: string) {
    const folder = yield* fs.makeTempDirectory({ directory: destination })
    const name = `node-${platform}-${arch}`
    if (!(yield* installing(folder, [`${name}@${version}`]))) return yield* Effect.dieMessage("npm reaches no registry")
    return `${folder}/node_modules/${name}`
  })

  const node = Effect.fnUntraced(function* (version: number) {
    const home = yield* nodeAt(String(version))
    // What is built with the headers that come with it. SQLite's driver, built with those of 24.19 or later, aborts when a
    // statement is collected (nodejs/node#65446); the binaries that it is published with are built with earlier ones.
    const headers = version === 24 ? yield* nodeAt("~24.18.0") : home
    const path = yield* Config.string("PATH")
    return { PATH: `${home}/bin:${path}`, npm_config_nodedir: headers }
  })

  const context = yield* Effect.context<NodeContext.NodeContext>()
  return {
    files,
    project: (which, options) => Effect.provide(project(which, options), context),
    node: (version) => Effect.provide(node(version), context)
  } satisfies Context.Tag.Service<Tarballs>
})

/** Packs once for all tests of a file. */
export const layer = Layer.provideMerge(Layer.scoped(Tarballs, make), NodeContext.layer)
