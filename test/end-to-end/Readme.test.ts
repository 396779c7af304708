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
