import { HttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Program from "./Program.ts"

it.scopedLive("two btse processes with one key share its budget, and meet no 429 where blocks escalate", () =>
  Effect.gen(function* () {
    yield* Program.build
    const folder = yield* Program.folder
    const sandbox = yield* Program.sandbox(["--records", "10", "--seed", "11", "--blocks", "escalating"])
    const environment = { ...sandbox.environment, XDG_DATA_HOME: folder }
    const balances = Program.btse(["balances", "--json"], environment)
    const ended = yield* Effect.all(
      Array.from({ length: 8 }, () => balances),
      { concurrency: 4 }
    )
    expect(ended.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual(ended.map(() => [0, ""]))
    const summary = yield* HttpClient.get(`${new URL(sandbox.baseUrl).origin}/sandbox`)
    expect(yield* summary.text).toContain(`"refusedForRate":0`)
  }).pipe(Effect.provide(NodeHttpClient.layerUndici))
)
