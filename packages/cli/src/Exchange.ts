/**
 * The exchange, for the commands that ask it something.
 *
 * @since 0.1.0
 */
import { type BtseConfig, Wallet } from "@btse-wallet/core"
import { FetchHttpClient, type FileSystem, type Path } from "@effect/platform"
import { Effect, Layer } from "effect"
import * as Budget from "./Budget.ts"
import * as Configuration from "./Configuration.ts"
import type { Global } from "./Options/Global.ts"
import type * as Profiles from "./Profiles.ts"

// A redirect is never followed: it would carry the signed headers to another place.
const http = FetchHttpClient.layer.pipe(
  Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" }))
)

/**
 * The wallet behind a configuration that {@link Configuration.decode} has checked.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerOf = (
  config: BtseConfig.BtseConfig
): Layer.Layer<Wallet.Wallet | Wallet.WalletReader, never, FileSystem.FileSystem | Path.Path> =>
  Layer.orDie(Wallet.layerLimited(config)).pipe(Layer.provide(http), Layer.provide(Budget.layer(config)))

/**
 * The wallet that a command's options and the environment name.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  operation: string,
  options: Pick<Global, "baseUrl" | "profile">
): Layer.Layer<
  Wallet.Wallet | Wallet.WalletReader,
  Configuration.Unusable,
  FileSystem.FileSystem | Path.Path | Profiles.Profiles
> => Layer.unwrapEffect(Effect.map(Configuration.read(operation, options), layerOf))
