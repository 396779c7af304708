import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as Program from "../cli/Program.ts"
import { root } from "../docs/Declarations.ts"

const ranges = Schema.optionalWith(Schema.Record({ key: Schema.String, value: Schema.String }), {
  default: () => ({})
})

const Manifest = Schema.parseJson(
  Schema.Struct({
    dependencies: ranges,
    peerDependencies: ranges
  })
)

it.effect("a package works with its own line of the others, and promises no more", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const names = yield* fs.readDirectory(`${root}packages`)
    const manifests = yield* Effect.forEach(names, (name) =>
      Effect.flatMap(fs.readFileString(`${root}packages/${name}/package.json`), Schema.decode(Manifest))
    )
    const own = manifests
      .flatMap(({ dependencies, peerDependencies }) => [dependencies, peerDependencies].flatMap(Object.entries<string>))
      .filter(([name]) => name.startsWith("@btse-wallet/"))
    expect(own.length).toBeGreaterThan(3)
    expect(own.filter(([, range]) => range !== "workspace:^")).toEqual([])
  }).pipe(Effect.provide(NodeContext.layer))
)

it.live(
  "the program names no source map: none is published",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      yield* Program.build
      const folder = `${root}packages/cli/dist`
      const files = (yield* fs.readDirectory(folder)).filter((file) => file.endsWith(".js"))
      const naming = yield* Effect.filter(files, (file) =>
        Effect.map(fs.readFileString(`${folder}/${file}`), (text) => /^\/\/# sourceMappingURL=(?!data:)/m.test(text))
      )
      expect(naming).toEqual([])
    }).pipe(Effect.provide(NodeContext.layer)),
  60_000
)
