/**
 * A process of its own that shares a budget: 20 fibers that each ask once. Run bundled, by SharedRateLimiter.test.ts.
 */
import { BtseConfig, Wallet } from "@btse-wallet/core"
import { SharedRateLimiter } from "@btse-wallet/ledger"
import { NodeHttpClient, NodeRuntime } from "@effect/platform-node"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { Config, Effect, Layer, Option, Redacted } from "effect"

const limiter = Effect.gen(function* () {
  const config = yield* BtseConfig.fromEnvironment
  const filename = yield* Config.string("BUDGET_FILE")
  const apiKey = Option.match(config.credentials, { onNone: () => Redacted.make(""), onSome: ({ apiKey }) => apiKey })
  return SharedRateLimiter.layer({
    exchange: config.baseUrl.origin,
    apiKey,
    requestsPerSecond: config.requestsPerSecond,
    patience: "1 second"
  }).pipe(Layer.provide(SqliteClient.layer({ filename })))
})

const program = Effect.gen(function* () {
  const wallet = yield* Effect.flatMap(BtseConfig.fromEnvironment, (config) => Wallet.make(config, ["Read"]))
  yield* Effect.forEach(Array.from({ length: 20 }), () => wallet.balances, { concurrency: "unbounded" })
})

NodeRuntime.runMain(program.pipe(Effect.provide(Layer.merge(Layer.unwrapEffect(limiter), NodeHttpClient.layerUndici))))
