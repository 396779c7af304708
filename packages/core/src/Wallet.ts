/**
 * The wallet on the exchange as a service of neutral operations. Which API of BTSE is behind it is the layer's affair.
 *
 * `WalletReader` holds what only looks; `Wallet` holds everything. A program that asks for `WalletReader` cannot move
 * money, and says so in its type.
 *
 * @since 0.1.0
 */
import type { HttpClient } from "@effect/platform"
import { type BigDecimal, type ConfigError, type DateTime, Config, Context, Effect, Layer } from "effect"
import * as BtseClient from "./BtseClient.ts"
import * as BtseConfig from "./BtseConfig.ts"
import type { HistoryPage } from "./HistoryRecord.ts"
import { operationsOf } from "./internal/legacyWallet.ts"
import * as RateLimiter from "./RateLimiter.ts"
import type { ReadError, WriteError } from "./WalletError.ts"
import type {
  Balance,
  Conversion,
  ConvertRequest,
  Currency,
  Network,
  Transfer,
  TransferRequest,
  WalletAction,
  WalletAddress,
  WithdrawId,
  WithdrawRequest
} from "./WalletModel.ts"

/**
 * What part of the history is asked for. Whether the bounds are inclusive, how many rows come at most and in which order
 * is not documented: assume nothing. `count` is the most rows to return.
 *
 * @since 0.1.0
 * @category models
 */
export interface HistoryQuery {
  readonly currency?: Currency | undefined
  readonly from?: DateTime.Utc | undefined
  readonly to?: DateTime.Utc | undefined
  readonly count?: number | undefined
  readonly useNewSymbolNaming?: boolean | undefined
}

/**
 * The operations that only look. All are sent again after a passing fault.
 *
 * @since 0.1.0
 * @category models
 */
export interface ReadOperations {
  /** The networks a currency can move on. "Query available crypto network list for currency". */
  readonly networks: (currency: Currency) => Effect.Effect<ReadonlyArray<Network>, ReadError>
  /** How many `to` one `from` is worth. "Query exchange rate between assets". */
  readonly exchangeRate: (pair: {
    readonly from: Currency
    readonly to: Currency
  }) => Effect.Effect<BigDecimal.BigDecimal, ReadError>
  /** The currencies an action is possible with. "Query available currency list for wallet action". */
  readonly currencies: (action: WalletAction) => Effect.Effect<ReadonlyArray<Currency>, ReadError>
  /** What the wallet holds. "Query Wallet Balance"; permission `Read`. */
  readonly balances: Effect.Effect<ReadonlyArray<Balance>, ReadError>
  /** One page of history, as the exchange has it. "Query Wallet History"; permission `Read`. */
  readonly history: (query: HistoryQuery) => Effect.Effect<HistoryPage, ReadError>
  /** The deposit addresses of a currency on a network. "Get Wallet Address"; permission `Wallet`. */
  readonly getAddress: (pair: {
    readonly currency: Currency
    readonly network: Network
  }) => Effect.Effect<ReadonlyArray<WalletAddress>, ReadError>
}

/**
 * The operations that move money or create something. Each sends at most one request, whatever happens.
 *
 * @since 0.1.0
 * @category models
 */
export interface WriteOperations {
  /** "Create Wallet Address"; permission `Wallet`. Fails with `UnusedAddressExists` where one is still unused. */
  readonly createAddress: (pair: {
    readonly currency: Currency
    readonly network: Network
  }) => Effect.Effect<ReadonlyArray<WalletAddress>, WriteError>
  /** "Withdraw Funds"; permission `Withdraw`. The id is the `orderId` of the withdrawal's history row. */
  readonly withdraw: (request: WithdrawRequest) => Effect.Effect<WithdrawId, WriteError>
  /** "Convert funds"; permission `Wallet`. */
  readonly convert: (request: ConvertRequest) => Effect.Effect<Conversion, WriteError>
  /** "Transfer Funds"; permission `Transfer`. */
  readonly transfer: (request: TransferRequest) => Effect.Effect<Transfer, WriteError>
}

/**
 * The wallet for those who only look.
 *
 * @since 0.1.0
 * @category services
 */
export class WalletReader extends Context.Tag("@btse-wallet/core/Wallet/WalletReader")<
  WalletReader,
  ReadOperations
>() {}

/**
 * The whole wallet.
 *
 * @since 0.1.0
 * @category services
 */
export class Wallet extends Context.Tag("@btse-wallet/core/Wallet")<Wallet, ReadOperations & WriteOperations>() {}

/**
 * The wallet behind a client of the 1.1.0 declaration.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  config: BtseConfig.BtseConfig
): Effect.Effect<typeof Wallet.Service, never, HttpClient.HttpClient | RateLimiter.RateLimiter> =>
  Effect.map(BtseClient.make(config), (client) => Wallet.of(operationsOf(client)))

const both = <E, R>(wallet: Layer.Layer<Wallet, E, R>): Layer.Layer<Wallet | WalletReader, E, R> =>
  Layer.provideMerge(Layer.effect(WalletReader, Wallet), wallet)

/**
 * `Wallet` and `WalletReader` for one API key. The limiter is this process's: make the layer once per key.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  config: BtseConfig.BtseConfig
): Layer.Layer<Wallet | WalletReader, never, HttpClient.HttpClient> =>
  both(Layer.effect(Wallet, make(config))).pipe(
    Layer.provide(RateLimiter.layer({ requestsPerSecond: config.requestsPerSecond }))
  )

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
