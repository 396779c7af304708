/**
 * The HTTP clients that a wallet can stand on, and one that is made with any of them.
 */
import { type BtseConfig, RateLimiter, RetryPolicy, Wallet } from "@btse-wallet/core"
import { FetchHttpClient, type HttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect, Layer, Schedule } from "effect"
import * as Stage from "./Stage.ts"

export const clients: ReadonlyArray<readonly [name: string, layer: Layer.Layer<HttpClient.HttpClient>]> = [
  ["undici", NodeHttpClient.layerUndici],
  ["node:http", NodeHttpClient.layer],
  ["fetch", FetchHttpClient.layer]
]

/** Runs `use` with a wallet on this client, with a limiter of its own, that reads once. */
export const withWallet = <A, E>(
  client: Layer.Layer<HttpClient.HttpClient>,
  baseUrl: URL,
  use: (wallet: typeof Wallet.Wallet.Service) => Effect.Effect<A, E>,
  over: Partial<BtseConfig.BtseConfig> = {}
): Effect.Effect<A, E> =>
  Effect.scoped(
    Effect.gen(function* () {
      const wallet = Layer.orDie(Wallet.layerLimited(Stage.config(baseUrl, over)))
      const context = yield* Layer.build(
        Layer.provide(wallet, [client, RateLimiter.layer({ requestsPerSecond: 1_000 })])
      )
      return yield* Effect.flatMap(Wallet.Wallet, use).pipe(
        Effect.provide(context),
        Effect.provideService(RetryPolicy.RetryPolicy, Schedule.stop)
      )
    })
  )
