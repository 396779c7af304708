/**
 * The declarations that the compiler writes for every module of the packages: the source of the signatures in the
 * reference, as they hold what is inferred.
 */
import { Command, FileSystem } from "@effect/platform"
import { Context, Effect, Layer } from "effect"
import { NodeContext } from "@effect/platform-node"
import { fileURLToPath } from "node:url"

/** The repository's folder. */
export const root = fileURLToPath(new URL("../../", import.meta.url))

/** The folder that `packages/…/X.d.ts` are in, beside one another as their sources are. */
export class Declarations extends Context.Tag("@btse-wallet/test/docs/Declarations")<Declarations, string>() {}

const make = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped({ prefix: "btse-declarations-" })
  const project = `${root}test/docs/tsconfig.declarations.json`
  const compile = Command.make(`${root}node_modules/.bin/tsc`, "--project", project, "--outDir", folder)
  const exitCode = yield* Command.exitCode(Command.stdout(compile, "inherit"))
  if (exitCode !== 0) return yield* Effect.dieMessage("the packages do not compile")
  return folder
})

/** Compiles once for all tests of a file. */
export const layer = Layer.provideMerge(Layer.scoped(Declarations, make), NodeContext.layer)
