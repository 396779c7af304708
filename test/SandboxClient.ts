/**
 * A client of a running sandbox, made as a program makes it: the whole wallet, over undici and real HTTP.
 */
import { BtseConfig, RateLimiter, Wallet } from "@btse-wallet/core"
import type { Sandbox } from "@btse-wallet/sandbox"
import { HttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect, identity, Layer, Redacted } from "effect"

export type SandboxClient = Wallet.Operations<Wallet.Permission>

export interface Options {
  readonly requestsPerSecond: number
  readonly authHeaders?: BtseConfig.AuthHeaders
  /** What a test puts around the HTTP client, to see when requests leave and answers come. */
  readonly around?: (http: HttpClient.HttpClient) => HttpClient.HttpClient
}

/** Makes the client; its connections and its limiter last as long as the scope. */
export const make = (
  { apiKey, apiSecret, baseUrl }: Sandbox.RunningSandbox,
  { around = identity, authHeaders = "btse", requestsPerSecond }: Options
) => {
  const config = BtseConfig.make({
    baseUrl,
    credentials: { apiKey: Redacted.make(apiKey), apiSecret },
    authHeaders,
    requestsPerSecond
  })
  const http = Layer.provide(
    Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, around)),
    NodeHttpClient.layerUndici
  )
  return Effect.flatMap(Layer.build(Layer.merge(RateLimiter.layer({ requestsPerSecond }), http)), (context) =>
    Effect.provide(Effect.orDie(Wallet.make(config, ["Read", "Wallet", "Transfer", "Withdraw"])), context)
  )
}
