import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { fileURLToPath } from "node:url"

const file = (path: string) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) =>
    fs.readFileString(fileURLToPath(new URL(`../../${path}`, import.meta.url)))
  )

it.effect("the README shows the example that the tests compile", () =>
  Effect.gen(function* () {
    const readme = yield* file("README.md")
    const shown = /```ts\n([^]*?)```/.exec(readme)?.[1]
    expect(shown).toBe(yield* file("examples/month-end.ts"))
  }).pipe(Effect.provide(NodeContext.layer))
)

it.effect("the guide shows the service as it is in the examples", () =>
  Effect.gen(function* () {
    const chapter = yield* file("docs/guide/7-in-a-service.md")
    const shown = /```ts ignore\n([^]*?)```/.exec(chapter)?.[1]
    expect(shown).toBe(yield* file("examples/withdrawal-service/Service.ts"))
  }).pipe(Effect.provide(NodeContext.layer))
)

/** Each page beside the file that it shows, which the tests run. */
const shownFiles = [
  ["docs/guide/8-from-promises.md", "examples/promises.ts"],
  ["docs/guide/9-testing-a-service.md", "test/end-to-end/PayoutUnderTest.test.ts"]
] as const

it.effect("the guide's pages show files that the tests run", () =>
  Effect.gen(function* () {
    for (const [page, shown] of shownFiles) {
      expect(/```ts(?: ignore)?\n([^]*?)```/.exec(yield* file(page))?.[1], page).toBe(yield* file(shown))
    }
  }).pipe(Effect.provide(NodeContext.layer))
)

it.effect("every README says in its first lines which effect to install, and why not 4", () =>
  Effect.gen(function* () {
    for (const path of [
      "README.md",
      ...["core", "ledger", "sandbox", "cli"].map((name) => `packages/${name}/README.md`)
    ]) {
      const opening = (yield* file(path)).split("\n").slice(0, 14).join(" ")
      expect(opening, path).toMatch(/effect@3\.22/)
      expect(opening, path).toMatch(/not 4/)
    }
  }).pipe(Effect.provide(NodeContext.layer))
)

it.effect("the sandbox's page has the table of faults as the module has it", () =>
  Effect.gen(function* () {
    const rows = (text: string, mark: string) =>
      text.split("\n").filter((line) => line.startsWith(`${mark}| \``) && line.split("|").length === 5)
    const declared = rows(yield* file("packages/sandbox/src/Fault.ts"), " * ").map((line) => line.slice(3))
    expect(declared.length).toBeGreaterThan(25)
    const page = (yield* file("docs/reference/sandbox.md")).split("## Controls over HTTP")[0] ?? ""
    expect(rows(page, "")).toEqual(declared)
  }).pipe(Effect.provide(NodeContext.layer))
)
