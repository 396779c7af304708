/**
 * The exchange, for the commands that ask it something.
 *
 * @since 0.1.0
 */
import { type BtseConfig, Wallet } from "@btse-wallet/core"
import { FetchHttpClient, type FileSystem, type HttpClient, type Path } from "@effect/platform"
import { Effect, Layer, Option } from "effect"
import * as Budget from "./Budget.ts"
import * as Configuration from "./Configuration.ts"
import type { ConfigurationInvalid } from "./CliError.ts"
import type * as Profiles from "./Profiles.ts"
import * as Proxy from "./Proxy.ts"

// A redirect is never followed: it would carry the signed headers to another place.
const direct = FetchHttpClient.layer.pipe(
  Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" }))
)

/** Loaded where there is a proxy: few have one. */
const through = (proxy: URL): Effect.Effect<Layer.Layer<HttpClient.HttpClient>> =>
  Effect.map(
    Effect.promise(() => import("./Proxy/HttpClient.ts")),
    (client) => client.layer(proxy)
  )

const http = (operation: string, exchange: URL): Layer.Layer<HttpClient.HttpClient, ConfigurationInvalid> =>
  Layer.unwrapEffect(
    Effect.flatMap(
      Proxy.used(operation, exchange),
      Option.match({ onNone: () => Effect.succeed(direct), onSome: ({ url }) => through(url) })
    )
  )

const over = (config: BtseConfig.BtseConfig) =>
  Layer.provide(Layer.orDie(Wallet.layerLimited(config)), Budget.layer(config))

/**
 * The wallet behind a configuration that {@link Configuration.decode} has checked.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerOf = (
  operation: string,
  config: BtseConfig.BtseConfig
): Layer.Layer<Wallet.Wallet | Wallet.WalletReader, ConfigurationInvalid, FileSystem.FileSystem | Path.Path> =>
  Layer.provide(over(config), http(operation, config.baseUrl))

/**
 * {@link layerOf} for an exchange that this program has started itself: no proxy is between them.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerHere = (config: BtseConfig.BtseConfig) => Layer.provide(over(config), direct)

/**
 * The wallet that a command's options and the environment name.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  operation: string,
  options: Configuration.Options
): Layer.Layer<
  Wallet.Wallet | Wallet.WalletReader,
  Configuration.Unusable,
  FileSystem.FileSystem | Path.Path | Profiles.Profiles
> => Layer.unwrapEffect(Effect.map(Configuration.read(operation, options), (config) => layerOf(operation, config)))
