import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { root } from "./Declarations.ts"

const withoutCode = (page: string): string => page.replace(/^```[^]*?^```$/gm, "").replace(/`[^`\n]*`/g, "code")

/** The anchor that a heading has on a page, as repository hosts make it. */
const anchor = (heading: string): string =>
  heading
    .replace(/[`*]/g, "")
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-")

const anchorsOf = (page: string): ReadonlySet<string> =>
  new Set(
    Array.from(page.replace(/^```[^]*?^```$/gm, "").matchAll(/^#+ (.+)$/gm), ([, heading]) => anchor(heading ?? ""))
  )

/** Every page for people. */
const pages = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const within = (path: string) =>
    Effect.map(fs.readDirectory(`${root}${path}`, { recursive: true }), (files) =>
      files.filter((file) => file.endsWith(".md")).map((file) => `${path}${file}`)
    )
  const [top, docs, names] = yield* Effect.all([
    fs.readDirectory(root),
    within("docs/"),
    fs.readDirectory(`${root}packages`)
  ])
  return [
    ...top.filter((file) => file.endsWith(".md")),
    ...docs,
    ...names.map((name) => `packages/${name}/README.md`),
    "test/bench/README.md"
  ]
})

it.effect("every link of a page leads to a file that is there, and to a heading that is in it", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const links = yield* Effect.forEach(yield* pages, (page) =>
      Effect.map(fs.readFileString(`${root}${page}`), (text) =>
        Array.from(withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g), ([, to]) => ({ page, to: to ?? "" }))
      )
    )
    const own = links.flat().filter(({ to }) => !/^[a-z]+:/.test(to))
    expect(own.length).toBeGreaterThan(100)
    const broken = yield* Effect.filter(own, ({ page, to }) =>
      Effect.gen(function* () {
        const url = new URL(to, `file://${root}${page}`)
        if (!(yield* fs.exists(url.pathname))) return true
        if (url.hash === "" || !url.pathname.endsWith(".md")) return false
        return !anchorsOf(yield* fs.readFileString(url.pathname)).has(decodeURIComponent(url.hash.slice(1)))
      })
    )
    expect(broken).toEqual([])
  }).pipe(Effect.provide(NodeContext.layer))
)

it.effect("what the program says names no page: who has it from a registry has none", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const sources = yield* Effect.map(fs.readDirectory(`${root}packages/cli/src`, { recursive: true }), (files) =>
      files.filter((file) => file.endsWith(".ts"))
    )
    const naming = yield* Effect.filter(sources, (file) =>
      Effect.map(fs.readFileString(`${root}packages/cli/src/${file}`), (text) =>
        text
          .replace(/\/\*[^]*?\*\//g, "")
          .replace(/^\s*\/\/.*$/gm, "")
          .includes("docs/")
      )
    )
    expect(naming).toEqual([])
  }).pipe(Effect.provide(NodeContext.layer))
)
