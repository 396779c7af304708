import { Command, FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as Markdown from "../Markdown.ts"
import { root } from "./Declarations.ts"
import * as DocComment from "./DocComment.ts"

// Beside the tests' dependencies, which are all that an example may want.
const folder = `${root}test/node_modules/.cache/examples`

const compilerOptions = { noEmit: true, noUnusedLocals: false, composite: false, rootDir: root }

/** What the doc comments of the packages show, and every page for people. */
const sources = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const within = (path: string, extension: string) =>
    Effect.map(fs.readDirectory(`${root}${path}`, { recursive: true }), (files) =>
      files.filter((file) => file.endsWith(extension)).map((file) => `${path}/${file}`)
    )
  const packages = yield* Effect.map(fs.readDirectory(`${root}packages`), (names) => names.toSorted())
  const modules = yield* Effect.forEach(packages, (name) => within(`packages/${name}/src`, ".ts"))
  const pages = [
    "README.md",
    ...packages.map((name) => `packages/${name}/README.md`),
    ...(yield* within("docs", ".md"))
  ]
  return { modules: modules.flat(), pages }
})

it.effect(
  "every example in a README, a page and a doc comment compiles",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { modules, pages } = yield* sources
      const ofModules = yield* Effect.forEach(modules, (path) =>
        Effect.map(fs.readFileString(`${root}${path}`), (text) => {
          const comments = Array.from(text.matchAll(/\/\*(\*[^]*?)\*\//g), ([, comment]) => comment ?? "")
          const said = comments.map(DocComment.parse).flatMap(({ examples, text }) => [text, ...examples])
          return said.flatMap((part) => Markdown.blocks(part, "ts")).map((code) => ({ path, code }))
        })
      )
      // What the reference shows of an example stands in a comment already.
      const ofPages = yield* Effect.forEach(
        pages.filter((path) => !path.startsWith("docs/reference/api/")),
        (path) =>
          Effect.map(fs.readFileString(`${root}${path}`), (text) =>
            Markdown.blocks(text, "ts").map((code) => ({ path, code }))
          )
      )
      const examples = [...ofModules.flat(), ...ofPages.flat()]
      expect(examples.length).toBeGreaterThanOrEqual(8)

      yield* fs.remove(folder, { recursive: true, force: true })
      yield* fs.makeDirectory(folder, { recursive: true })
      const files = examples.map(
        ({ path }, index) => `${index}-${path.replaceAll("/", "-").replace(/\.(md|ts)$/, "")}.ts`
      )
      for (const [index, { code }] of examples.entries()) yield* fs.writeFileString(`${folder}/${files[index]}`, code)
      const tsconfig = { extends: `${root}tsconfig.base.json`, compilerOptions, files }
      yield* fs.writeFileString(`${folder}/tsconfig.json`, yield* Schema.encode(Schema.parseJson())(tsconfig))
      expect(yield* Command.string(Command.make(`${root}node_modules/.bin/tsc`, "--project", folder))).toBe("")
    }).pipe(Effect.provide(NodeContext.layer)),
  60_000
)
