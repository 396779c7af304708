/**
 * What each permission of an API key allows, as neutral operations.
 *
 * @since 0.1.0
 */
import type { BigDecimal, DateTime, Effect, Option, Stream } from "effect"
import type { CryptoNetwork } from "../CryptoNetwork.ts"
import type { HistoryPage, HistoryRecord } from "../HistoryRecord.ts"
import type * as HistorySince from "../HistorySince.ts"
import type * as WalletError from "../WalletError.ts"
import type {
  Balance,
  Conversion,
  ConvertRequest,
  Currency,
  ExchangeRate,
  Network,
  OrderId,
  SubaccountTransfer,
  Transfer,
  TransferRequest,
  WalletAction,
  WalletAddress,
  WithdrawRequest
} from "../WalletModel.ts"

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
 * A currency on a network.
 *
 * @since 0.1.0
 * @category models
 */
export interface CurrencyNetwork {
  readonly currency: Currency
  readonly network: Network
}

/**
 * The operations that need no credentials. All are sent again after a passing fault.
 *
 * @since 0.1.0
 * @category models
 */
export interface PublicOperations {
  /** The networks a currency can move on. "Query available crypto network list for currency". */
  readonly networks: (currency: Currency) => Effect.Effect<ReadonlyArray<Network>, WalletError.NetworksError>
  /** The amount of `to` that one `from` is worth, and when. "Query exchange rate between assets". */
  readonly exchangeRate: (pair: {
    readonly from: Currency
    readonly to: Currency
  }) => Effect.Effect<ExchangeRate, WalletError.ExchangeRateError>
  /** The currencies an action is possible with. "Query available currency list for wallet action". */
  readonly currencies: (action: WalletAction) => Effect.Effect<ReadonlyArray<Currency>, WalletError.CurrenciesError>
  /** The networks of a currency with their minimums and fees; signed where there are credentials. Since 1.1.0. */
  readonly cryptoNetworks: (
    currency: Currency
  ) => Effect.Effect<ReadonlyArray<CryptoNetwork>, WalletError.CryptoNetworksError>
  /** The rate at which `amount` of `base` would be exchanged for `quote`, where there is one. Since 1.1.0. */
  readonly assetExchangeRate: (request: {
    readonly base: Currency
    readonly quote: Currency
    readonly amount: BigDecimal.BigDecimal
  }) => Effect.Effect<Option.Option<BigDecimal.BigDecimal>, WalletError.AssetExchangeRateError>
  /** The exchange's clock. Since 1.1.0. */
  readonly serverTime: Effect.Effect<DateTime.Utc, WalletError.ServerTimeError>
}

/**
 * What permission `Read` allows. All are sent again after a passing fault.
 *
 * @since 0.1.0
 * @category models
 */
export interface ReadOperations {
  /** What the wallet holds. "Query Wallet Balance". */
  readonly balances: Effect.Effect<ReadonlyArray<Balance>, WalletError.BalancesError>
  /** One page of history, as the exchange has it. "Query Wallet History". */
  readonly history: (query: HistoryQuery) => Effect.Effect<HistoryPage, WalletError.HistoryError>
  /**
   * Every record since a time, oldest first, each exactly once, with one page in memory. Fails with `HistoryUnproven` where
   * nothing shows that a page is whole: see {@link HistorySince} for what it takes for granted.
   */
  readonly historySince: (
    query: HistorySince.Query
  ) => Stream.Stream<HistoryRecord, WalletError.HistoryError | HistorySince.HistoryUnproven>
  /** Transfers between the main account and its subaccounts, page by page, up to `to` or now. Since 1.1.0. */
  readonly subaccountTransfers: (span: {
    readonly from?: DateTime.Utc | undefined
    readonly to?: DateTime.Utc | undefined
  }) => Stream.Stream<SubaccountTransfer, WalletError.SubaccountTransfersError>
}

/**
 * What permission `Wallet` allows. What creates, deletes or converts is sent at most once, whatever happens.
 *
 * @since 0.1.0
 * @category models
 */
export interface WalletOperations {
  /** The deposit addresses of a currency on a network. "Get Wallet Address". */
  readonly getAddress: (
    pair: CurrencyNetwork
  ) => Effect.Effect<ReadonlyArray<WalletAddress>, WalletError.GetAddressError>
  /** "Create Wallet Address". Fails with `UnusedAddressExists` where one is still unused. */
  readonly createAddress: (
    pair: CurrencyNetwork
  ) => Effect.Effect<ReadonlyArray<WalletAddress>, WalletError.CreateAddressError>
  /** Deletes a deposit address; `BadRequest` where it is already deleted. Since 1.1.0. */
  readonly deleteAddress: (
    address: CurrencyNetwork & { readonly address: string }
  ) => Effect.Effect<void, WalletError.DeleteAddressError>
  /** "Convert funds". */
  readonly convert: (request: ConvertRequest) => Effect.Effect<Conversion, WalletError.ConvertError>
}

/**
 * What permission `Transfer` allows (`Wallet` in 1.1.0). Sent at most once, whatever happens.
 *
 * @since 0.1.0
 * @category models
 */
export interface TransferOperations {
  /** "Transfer Funds". */
  readonly transfer: (request: TransferRequest) => Effect.Effect<Transfer, WalletError.TransferError>
}

/**
 * What permission `Withdraw` allows. Sent at most once, whatever happens.
 *
 * @since 0.1.0
 * @category models
 */
export interface WithdrawOperations {
  /**
   * "Withdraw Funds". The id is the `orderId` of the withdrawal's history row. Runs `BeforeSend` in the instant before the
   * request leaves, as a ledger that must know what may have left relies on.
   */
  readonly withdraw: (request: WithdrawRequest) => Effect.Effect<OrderId, WalletError.WithdrawError>
}
