import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { root } from "./Declarations.ts"

const read = (path: string) => Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readFileString(`${root}${path}`))

const workflows = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const names = yield* fs.readDirectory(`${root}.github/workflows`)
  return yield* Effect.forEach(names, (name) =>
    Effect.map(read(`.github/workflows/${name}`), (text) => ({ name, text }))
  )
})

it.effect("every GitHub action is pinned by its commit, with the version beside it", () =>
  Effect.gen(function* () {
    const uses = (yield* workflows).flatMap(({ name, text }) =>
      text.split("\n").flatMap((line) => (/^\s*-? *uses:/.test(line) ? [`${name}: ${line.trim()}`] : []))
    )
    expect(uses.length).toBeGreaterThan(4)
    expect(uses.filter((line) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([])
  }).pipe(Effect.provide(NodeContext.layer))
)

it.effect("workflows may read, and only the release may ask for an identity, for npm's provenance", () =>
  Effect.gen(function* () {
    const all = yield* workflows
    for (const { name, text } of all) {
      expect(text, name).toMatch(/^permissions:\n {2}contents: read$/m)
      expect(/: write$/m.test(text), name).toBe(name === "release.yml")
    }
    const release = all.find(({ name }) => name === "release.yml")?.text ?? ""
    expect(release).toMatch(/publish --provenance/)
    expect(release).toMatch(/id-token: write/)
    expect(all.find(({ name }) => name === "ci.yml")?.text).toMatch(/ audit --prod /)
  }).pipe(Effect.provide(NodeContext.layer))
)

it.effect("one install script runs, and the documents say what it fetches", () =>
  Effect.gen(function* () {
    const workspace = yield* read("pnpm-workspace.yaml")
    expect(/onlyBuiltDependencies:\n((?: {2}- .*\n)+)/.exec(workspace)?.[1]).toBe("  - better-sqlite3\n")
    const script = yield* read("packages/cli/node_modules/better-sqlite3/package.json")
    const [, install = ""] = /"install": "(.*)"/.exec(script) ?? []
    expect((yield* read("SECURITY.md")).replace(/\s+/g, " ")).toContain(`\`${install}\``)
  }).pipe(Effect.provide(NodeContext.layer))
)

it.effect("each README says near its top which effect to install, and why not 4", () =>
  Effect.gen(function* () {
    for (const path of [
      "README.md",
      ...["core", "ledger", "sandbox", "cli"].map((name) => `packages/${name}/README.md`)
    ]) {
      const top = (yield* read(path)).split("\n").slice(0, 18).join(" ")
      expect(top, path).toMatch(/`effect@3\.22`.*not 4/)
    }
  }).pipe(Effect.provide(NodeContext.layer))
)
