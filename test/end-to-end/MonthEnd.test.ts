import { Sandbox } from "@btse-wallet/sandbox"
import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { layerBooks, monthEnd } from "../../examples/month-end.ts"
import * as Requests from "../core/Requests.ts"
import * as SandboxEnvironment from "./SandboxEnvironment.ts"

it.scopedLive("the month-end example syncs and reconciles, and says what is off", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const filename = `${yield* fs.makeTempDirectoryScoped()}/books.sqlite`
    const sandbox = yield* Sandbox.start({ records: 300, seed: 3 })
    const environment = SandboxEnvironment.of(sandbox)
    const run = monthEnd.pipe(Effect.provide(layerBooks(filename)), Effect.withConfigProvider(environment))
    expect(yield* run).toBe("matched")
    yield* sandbox.engine.adjust("BTC", Requests.amount("0.00000001"))
    expect(yield* run).toBe("broken")
  }).pipe(Effect.provide(NodeContext.layer))
)
