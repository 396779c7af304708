/**
 * The wallet on the exchange as a service of neutral operations. Which API of BTSE is behind it is the layer's affair.
 *
 * Operations are grouped by the permission that the API key needs, and a service is made for the permissions that its key
 * has: what the key may not do is not in the service's type.
 *
 * @since 0.1.0
 */
import type { HttpClient } from "@effect/platform"
import { type ConfigError, Config, Context, Effect, Layer, Option, type Types } from "effect"
import * as ApiKeyFingerprint from "./ApiKeyFingerprint.ts"
import * as BtseClient from "./BtseClient.ts"
import * as BtseConfig from "./BtseConfig.ts"
import { operationsOf } from "./internal/legacyWallet.ts"
import * as RateLimiter from "./RateLimiter.ts"
import type {
  PublicOperations,
  ReadOperations,
  TransferOperations,
  WalletOperations,
  WithdrawOperations
} from "./Wallet/Operations.ts"

export type * from "./Wallet/Operations.ts"

/**
 * What an API key's permissions allow, beside the public operations.
 *
 * @since 0.1.0
 * @category models
 */
export interface ByPermission {
  readonly Read: ReadOperations
  readonly Wallet: WalletOperations
  readonly Transfer: TransferOperations
  readonly Withdraw: WithdrawOperations
}

/**
 * A permission of an API key, as the exchange names it.
 *
 * @since 0.1.0
 * @category models
 */
export type Permission = keyof ByPermission

/**
 * The operations of a key with these permissions.
 *
 * @since 0.1.0
 * @category models
 */
export type Operations<P extends Permission> = PublicOperations & Types.UnionToIntersection<ByPermission[P]>

/**
 * The wallet for those who only look: a program that asks for this cannot move money, and says so in its type.
 *
 * @since 0.1.0
 * @category services
 */
export class WalletReader extends Context.Tag("@btse-wallet/core/Wallet/WalletReader")<
  WalletReader,
  Operations<"Read">
>() {}

/**
 * The API key of a wallet, to those who keep books of its payments.
 *
 * @since 0.1.0
 * @category models
 */
export interface Keyed {
  /** {@link ApiKeyFingerprint.of} the key; none without credentials. */
  readonly fingerprint: Option.Option<string>
}

/**
 * The whole wallet.
 *
 * @since 0.1.0
 * @category services
 */
export class Wallet extends Context.Tag("@btse-wallet/core/Wallet")<Wallet, Operations<Permission> & Keyed>() {}

const assemble = <P extends Permission>(
  client: BtseClient.BtseClient,
  permissions: ReadonlyArray<P>
): Operations<P> => {
  const { byPermission, publicly } = operationsOf(client)
  // The type says which groups are there, which the compiler cannot follow through a list of names.
  return Object.assign({}, publicly, ...permissions.map((permission) => byPermission[permission])) as Operations<P>
}

/**
 * The wallet for a key with these permissions. What is not in the type is not in the value either. Fails with a
 * `ConfigError` where the configuration cannot be used; nothing is sent.
 *
 * @example
 * ```ts
 * import { BtseConfig, Wallet } from "@btse-wallet/core"
 * import { Effect } from "effect"
 *
 * // A wallet that can look and withdraw; `payouts.transfer` does not type-check.
 * export const payouts = Effect.flatMap(BtseConfig.fromEnvironment, (config) =>
 *   Wallet.make(config, ["Read", "Withdraw"])
 * )
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <P extends Permission>(
  config: BtseConfig.BtseConfig,
  permissions: ReadonlyArray<P>
): Effect.Effect<Operations<P>, ConfigError.ConfigError, HttpClient.HttpClient | RateLimiter.RateLimiter> =>
  Effect.map(BtseClient.make(config), (client) => assemble(client, permissions))

const inThisProcess = (config: BtseConfig.BtseConfig) =>
  Layer.unwrapEffect(
    Effect.map(BtseConfig.validate(config), ({ baseUrl, credentials, patience, requestsPerSecond }) =>
      RateLimiter.layerKey({
        exchange: baseUrl,
        apiKey: Option.map(credentials, ({ apiKey }) => apiKey),
        requestsPerSecond,
        patience
      })
    )
  )

/**
 * `Wallet` and `WalletReader` for one API key, on whatever limiter is provided: one that processes share, say.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerLimited = (
  config: BtseConfig.BtseConfig
): Layer.Layer<Wallet | WalletReader, ConfigError.ConfigError, HttpClient.HttpClient | RateLimiter.RateLimiter> =>
  Layer.effectContext(
    Effect.map(BtseClient.make(config), (client) =>
      Context.make(Wallet, {
        ...assemble(client, ["Read", "Wallet", "Transfer", "Withdraw"]),
        fingerprint: Option.map(config.credentials, ({ apiKey }) => ApiKeyFingerprint.of(config.baseUrl, apiKey))
      }).pipe(Context.add(WalletReader, assemble(client, ["Read"])))
    )
  )

/**
 * `Wallet` and `WalletReader` for one API key. The limiter is the one that this process has for the key, however often the
 * layer is built.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  config: BtseConfig.BtseConfig
): Layer.Layer<Wallet | WalletReader, ConfigError.ConfigError, HttpClient.HttpClient> =>
  Layer.provide(layerLimited(config), inThisProcess(config))

/**
 * `WalletReader` alone, for a key that may only read. The limiter is the one that this process has for the key.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerReader = (
  config: BtseConfig.BtseConfig
): Layer.Layer<WalletReader, ConfigError.ConfigError, HttpClient.HttpClient> =>
  Layer.provide(Layer.effect(WalletReader, make(config, ["Read"])), inThisProcess(config))

/**
 * {@link layer} from configuration, {@link BtseConfig.fromEnvironment} by default.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  config: Config.Config.Wrap<BtseConfig.BtseConfig> = BtseConfig.fromEnvironment
): Layer.Layer<Wallet | WalletReader, ConfigError.ConfigError, HttpClient.HttpClient> =>
  Layer.unwrapEffect(Effect.map(Config.unwrap(config), layer))
