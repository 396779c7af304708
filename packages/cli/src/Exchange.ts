/**
 * The exchange, for the commands that ask it something.
 *
 * @since 0.1.0
 */
import { type BtseConfig, Wallet } from "@btse-wallet/core"
import { FetchHttpClient } from "@effect/platform"
import { Effect, Layer } from "effect"
import * as Configuration from "./Configuration.ts"
import type { Global } from "./Options/Global.ts"

// A redirect is never followed: it would carry the signed headers to another place.
const http = FetchHttpClient.layer.pipe(
  Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" }))
)

/**
 * The wallet behind a configuration.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerOf = (config: BtseConfig.BtseConfig): Layer.Layer<Wallet.Wallet | Wallet.WalletReader> =>
  Wallet.layer(config).pipe(Layer.provide(http))

/**
 * The wallet that a command's options and the environment name.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  operation: string,
  options: Pick<Global, "baseUrl">
): Layer.Layer<Wallet.Wallet | Wallet.WalletReader, Configuration.ConfigurationInvalid> =>
  Layer.unwrapEffect(Effect.map(Configuration.read(operation, options), layerOf))
