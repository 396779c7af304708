import { BtseConfig, Wallet } from "@btse-wallet/core"
import { Sandbox } from "@btse-wallet/sandbox"
import { NodeHttpClient } from "@effect/platform-node"
import { expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { layerFrugal } from "../../examples/limiter.ts"
import * as SandboxEnvironment from "./SandboxEnvironment.ts"

it.scopedLive("the limiter of the example gives so many permits, and nothing is sent after them", () =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.start({ records: 10, seed: 2 })
    const config = yield* Effect.withConfigProvider(BtseConfig.fromEnvironment, SandboxEnvironment.of(sandbox))
    yield* Effect.gen(function* () {
      const wallet = yield* Wallet.WalletReader
      const [first, second, third] = yield* Effect.all([
        Effect.either(wallet.balances),
        Effect.either(wallet.history({})),
        Effect.flip(wallet.balances)
      ])
      expect([first._tag, second._tag]).toEqual(["Right", "Right"])
      expect(third.message).toContain("the job's 2 requests are spent")
    }).pipe(Effect.provide(Layer.provide(layerFrugal(config, 2), NodeHttpClient.layerUndici)))
    expect((yield* sandbox.received).map(({ path }) => path)).toEqual([
      "/spot/api/v3.2/user/wallet",
      "/spot/api/v3.2/user/wallet_history"
    ])
  })
)
