import { FileSystem } from "@effect/platform"
import { expect, layer } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import * as Campaign from "../Campaign.ts"
import * as Markdown from "../Markdown.ts"
import * as Tarballs from "./Tarballs.ts"

const minutes = (n: number) => n * 60_000

/** A project with everything, or a visible word that there is none without a network. */
const project = Effect.fnUntraced(function* (skip: (note?: string) => void, which: "all" | "cli") {
  const tarballs = yield* Tarballs.Tarballs
  const folder = yield* tarballs.project(which)
  if (Option.isNone(folder)) skip("npm reaches no registry: nothing was installed")
  return Option.getOrThrow(folder)
})

const kept: Readonly<Record<(typeof Tarballs.names)[number], RegExp>> = {
  core: /^(dist|src)\//,
  ledger: /^(dist|src)\//,
  sandbox: /^(dist|src)\//,
  cli: /^(dist\/([\w-]+\.js|library\/.+|THIRD-PARTY-NOTICES\.txt)|src\/(CliError|Documents?|Doctor|ExitCode|Failure\/Document|Query\/Rows|ShellWord)\.ts)$/
}

const source = /^src\/[\w/]+\.ts$/
const built = /^dist\/(library\/)?[\w/-]+\.(js|d\.ts)(\.map)?$/

const SourceMap = Schema.parseJson(Schema.Struct({ sources: Schema.Array(Schema.String) }))

const demo = Effect.fnUntraced(function* (folder: string, environment?: Readonly<Record<string, string>>) {
  const btse = `${folder}/node_modules/.bin/btse`
  const ended = yield* Tarballs.run(folder, [btse, "demo", "--json", "--ledger", "demo.sqlite"], environment)
  expect(ended).toMatchObject({ exitCode: 0 })
  // Queries are answered by a process of their own, whose program must be in the package too.
  const counted = [
    btse,
    "query",
    "select count(*) > 2000 as whole from wallet_history",
    "--csv",
    "--ledger",
    "demo.sqlite"
  ] as const
  expect(yield* Tarballs.run(folder, counted, environment)).toEqual({
    exitCode: 0,
    stdout: "whole\r\n1\r\n",
    stderr: ""
  })
  const Demo = Schema.parseJson(Schema.Struct({ reconciliation: Schema.Struct({ status: Schema.String }) }))
  return (yield* Schema.decode(Demo)(ended.stdout)).reconciliation.status
})

const books = Effect.fnUntraced(function* (folder: string, environment?: Readonly<Record<string, string>>) {
  const fs = yield* FileSystem.FileSystem
  yield* fs.copyFile(`${Tarballs.root}test/end-to-end/installed/books.js`, `${folder}/books.js`)
  return yield* Tarballs.run(folder, ["node", "books.js"], environment)
})

/** The versions of Node that are tried, each with SQLite's driver built for it as for anyone: minutes. */
const versions = Campaign.full ? [20, 22, 24] : []

layer(Tarballs.layer, { timeout: minutes(3) })("the packages, packed by pnpm", (it) => {
  it.scoped(
    "hold what was built, the sources that its maps name, a README and licences, and nothing else",
    () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const { files } = yield* Tarballs.Tarballs
        for (const name of Tarballs.names) {
          const folder = yield* fs.makeTempDirectoryScoped()
          const { exitCode } = yield* Tarballs.run(folder, ["tar", "xzf", files[name]])
          expect(exitCode).toBe(0)
          const entries = yield* fs.readDirectory(`${folder}/package`, { recursive: true })
          const inside: Array<string> = []
          for (const entry of entries) {
            if ((yield* fs.stat(`${folder}/package/${entry}`)).type === "File") inside.push(entry)
          }
          const other = inside.filter((entry) => !kept[name].test(entry))
          expect(other.sort()).toEqual(["LICENSE", "README.md", "package.json"])
          const neither = inside.filter((entry) => !source.test(entry) && !built.test(entry) && !other.includes(entry))
          expect(neither).toEqual(name === "cli" ? ["dist/THIRD-PARTY-NOTICES.txt"] : [])
          for (const map of inside.filter((entry) => entry.endsWith(".map"))) {
            const { sources } = yield* Schema.decode(SourceMap)(yield* fs.readFileString(`${folder}/package/${map}`))
            for (const file of sources) {
              const at = new URL(file, `file:///${map}`).pathname.slice(1)
              expect(inside, `${name}: ${map} names ${at}`).toContain(at)
            }
          }
          const manifest = yield* fs.readFileString(`${folder}/package/package.json`)
          expect(manifest).not.toMatch(/workspace:|\.\/src\//)
        }
      }),
    minutes(1)
  )

  it.scoped(
    "list the licence of each package that the program holds",
    () =>
      Effect.gen(function* () {
        const { files } = yield* Tarballs.Tarballs
        const notices = ["tar", "xzOf", files.cli, "package/dist/THIRD-PARTY-NOTICES.txt"] as const
        const { stdout } = yield* Tarballs.run(Tarballs.root, notices)
        expect(stdout).toMatch(/^effect \d+\.\d+\.\d+ \(MIT\)\n\nMIT License\n/m)
        expect(stdout).toMatch(/^swagger-ui-dist, .* \(Apache-2\.0\)$/m)
        const sections = stdout.split(`\n${"-".repeat(80)}\n`).slice(1)
        expect(sections.length).toBeGreaterThan(20)
        for (const section of sections)
          expect(section).toMatch(/^\S+ [^\n]*\([^\n)]+\)\n\n(?=[^]*(copyright|licence))/i)
      }),
    minutes(1)
  )

  it.scoped(
    "work from JavaScript and from TypeScript in a project of npm",
    ({ skip }) =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const folder = yield* project(skip, "all")
        expect(yield* books(folder)).toEqual({ exitCode: 0, stdout: "120 matched 0\n", stderr: "" })

        const inside = `import("@btse-wallet/core/internal/place").catch((error) => process.stdout.write(error.code))`
        const refused = yield* Tarballs.run(folder, ["node", "--eval", inside])
        expect(refused.stdout).toBe("ERR_PACKAGE_PATH_NOT_EXPORTED")

        yield* fs.copyFile(`${Tarballs.root}test/end-to-end/installed/types.ts`, `${folder}/types.ts`)
        for (const name of Tarballs.names) {
          const readme = yield* fs.readFileString(`${folder}/node_modules/@btse-wallet/${name}/README.md`)
          const [example] = Markdown.blocks(readme, "ts")
          yield* fs.writeFileString(`${folder}/readme-of-${name}.ts`, example ?? "the README has no example")
        }
        for (const [module, moduleResolution] of [
          ["NodeNext", "NodeNext"],
          ["ESNext", "Bundler"]
        ] as const) {
          const compilerOptions = {
            module,
            moduleResolution,
            target: "ES2022",
            lib: ["ES2023", "DOM"],
            strict: true,
            exactOptionalPropertyTypes: true,
            skipLibCheck: false,
            noEmit: true,
            types: []
          }
          const tsconfig = yield* Schema.encode(Schema.parseJson())({ compilerOptions, include: ["*.ts"] })
          yield* fs.writeFileString(`${folder}/tsconfig.json`, tsconfig)
          const tsc = `${Tarballs.root}node_modules/.bin/tsc`
          // Declarations are checked too; those of others do not stand without @types/node, ours do.
          const { stdout } = yield* Tarballs.run(folder, [tsc])
          const ours = /^(?!\s|node_modules\/(?!@btse-wallet\/)|$)/
          expect(stdout.split("\n").filter((line) => ours.test(line))).toEqual([])
        }
      }),
    minutes(3)
  )

  it.scoped(
    "give the program `btse` to a project that has nothing beside it",
    ({ skip }) =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const folder = yield* project(skip, "cli")
        expect(yield* fs.exists(`${folder}/node_modules/effect`)).toBe(false)
        const btse = `${folder}/node_modules/.bin/btse`
        expect(yield* Tarballs.run(folder, [btse, "--version"])).toMatchObject({
          exitCode: 0,
          stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/)
        })
        expect(yield* demo(folder)).toBe("matched")
      }),
    minutes(3)
  )

  it.scoped.each(versions)(
    "install with their builds and work on Node %d",
    (version) =>
      Effect.gen(function* () {
        const tarballs = yield* Tarballs.Tarballs
        const node = yield* tarballs.node(version)
        const folder = Option.getOrThrow(yield* tarballs.project("all", { builds: true, environment: node }))
        const { stdout } = yield* Tarballs.run(folder, ["node", "--version"], node)
        expect(stdout).toMatch(new RegExp(`^v${version}\\.`))
        expect(yield* books(folder, node)).toEqual({ exitCode: 0, stdout: "120 matched 0\n", stderr: "" })
        expect(yield* demo(folder, node)).toBe("matched")
      }),
    minutes(20)
  )
})
