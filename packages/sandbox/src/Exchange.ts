/**
 * The exchange behind the sandbox's HTTP: books, history, withdrawals and addresses of one user, and the controls that
 * tests and operators have over them. It knows no HTTP, and its time is the `Clock`, which `advance` can put forward.
 *
 * @since 0.1.0
 */
import type { BigDecimal, Duration } from "effect"
import { Context, Effect, Layer } from "effect"
import type { ConversionSides, HistoryRow } from "./HistoryRow.ts"
import { make as makeControls } from "./internal/controls.ts"
import { make as makeOperations } from "./internal/operations.ts"
import * as Settings from "./internal/settings.ts"
import * as State from "./internal/state.ts"
import type { Refused } from "./Refused.ts"
import type { SandboxOptions } from "./SandboxOptions.ts"

/**
 * Where a leg is booked. `available` and `hold` are the user's; the others are the rest of the world, so that every
 * movement sums to zero per currency.
 *
 * @since 0.1.0
 * @category models
 */
export type Account = "available" | "hold" | "external" | "fees" | "conversion" | "users" | "income" | "adjustment"

/**
 * What part of the history is asked for; instants are epoch milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export interface Query {
  readonly currency?: string | undefined
  readonly startTime?: number | undefined
  readonly endTime?: number | undefined
  readonly count?: number | undefined
}

/**
 * A deposit address; `created` is in epoch seconds, as in the document's example.
 *
 * @since 0.1.0
 * @category models
 */
export interface DepositAddress {
  readonly address: string
  readonly created: number
  readonly used: boolean
}

/**
 * What a withdrawal costs on a network, in the currency itself; deposits cost nothing here.
 *
 * @since 0.1.0
 * @category models
 */
export interface NetworkTerms {
  readonly name: string
  readonly withdrawFee: BigDecimal.BigDecimal
  readonly withdrawMinimum: BigDecimal.BigDecimal
  /** Whether addresses have a tag after a colon. */
  readonly tagged: boolean
}

/**
 * A transfer between the main account and a subaccount; `timestamp` is epoch milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export interface SubaccountTransfer {
  readonly timestamp: number
  readonly fromUser: string
  readonly receiver: string
  readonly currency: string
  readonly amount: BigDecimal.BigDecimal
}

/**
 * What the wallet holds of a currency.
 *
 * @since 0.1.0
 * @category models
 */
export interface Balance {
  readonly currency: string
  readonly total: BigDecimal.BigDecimal
  readonly available: BigDecimal.BigDecimal
}

/**
 * A deposit that a test or an operator makes. `timestamp` (epoch milliseconds) is now where it is not given.
 *
 * @since 0.1.0
 * @category models
 */
export interface DepositRequest {
  readonly currency: string
  readonly amount: BigDecimal.BigDecimal
  readonly network?: string | undefined
  readonly orderId?: string | undefined
  readonly timestamp?: number | undefined
  readonly fees?: BigDecimal.BigDecimal | undefined
}

/**
 * The operations of the API, in the exchange's own terms: amounts come as text and are judged here. All fail with
 * `Refused` where the live exchange would answer 400.
 *
 * @since 0.1.0
 * @category models
 */
export interface Operations {
  readonly networks: (currency: string) => Effect.Effect<ReadonlyArray<string>, Refused>
  readonly exchangeRate: (from: string, to: string) => Effect.Effect<BigDecimal.BigDecimal, Refused>
  readonly currencies: (action: "CONVERT" | "WITHDRAW" | "SEND") => Effect.Effect<ReadonlyArray<string>>
  readonly balances: Effect.Effect<ReadonlyArray<Balance>>
  readonly history: (query: Query) => Effect.Effect<ReadonlyArray<HistoryRow>, Refused>
  readonly addresses: (currency: string, network: string) => Effect.Effect<ReadonlyArray<DepositAddress>, Refused>
  readonly createAddress: (currency: string, network: string) => Effect.Effect<DepositAddress, Refused>
  /** Refused where the address is already deleted. */
  readonly deleteAddress: (currency: string, network: string, address: string) => Effect.Effect<void, Refused>
  /** The networks of a currency with what they cost. */
  readonly cryptoNetworks: (currency: string) => Effect.Effect<ReadonlyArray<NetworkTerms>, Refused>
  /** Transfers between the main account and its subaccounts, newest first. */
  readonly subaccountTransfers: (query: Query) => Effect.Effect<ReadonlyArray<SubaccountTransfer>>
  /** Answers the withdrawal's id, which is its row's `orderId`. `currency` is the pair, as `BTC-Bitcoin`. */
  readonly withdraw: (request: {
    readonly currency: string
    readonly address: string
    readonly amount: string
    readonly includeWithdrawFee: boolean
  }) => Effect.Effect<string, Refused>
  readonly convert: (request: {
    readonly amount: string
    readonly fromAsset: string
    readonly toAsset: string
  }) => Effect.Effect<ConversionSides, Refused>
  readonly transfer: (request: {
    readonly amount: string
    readonly asset: string
    readonly toUser: string
  }) => Effect.Effect<BigDecimal.BigDecimal, Refused>
}

/**
 * What only tests and operators can do.
 *
 * @since 0.1.0
 * @category models
 */
export interface Controls {
  /** Epoch milliseconds on the exchange's clock. */
  readonly now: Effect.Effect<number>
  /** Puts the exchange's clock forward, and the `Date` header with it. Nonces and the rate limit stay on the real one. */
  readonly advance: (by: Duration.DurationInput) => Effect.Effect<void>
  /** Credits the wallet and writes the row. */
  readonly deposit: (request: DepositRequest) => Effect.Effect<HistoryRow>
  /** Puts a row into the history as it is, at its own timestamp, and books what it stands for. */
  readonly record: (row: HistoryRow) => Effect.Effect<void>
  /** Changes every row with the id in place, or takes it out for `null`; the books do not follow. */
  readonly rewrite: (orderId: string, change: (row: HistoryRow) => HistoryRow | null) => Effect.Effect<void>
  /** Puts a transfer into the subaccount history, which moves nothing in this wallet. */
  readonly recordSubaccountTransfer: (transfer: SubaccountTransfer) => Effect.Effect<void>
  /** Moves a balance without a row: what a reconciliation must find. */
  readonly adjust: (currency: string, amount: BigDecimal.BigDecimal) => Effect.Effect<void>
  /** Every row there is, oldest first. */
  readonly rows: Effect.Effect<ReadonlyArray<HistoryRow>>
  /** How many rows there are. */
  readonly count: Effect.Effect<number>
  /** The balance of an account of the books. */
  readonly account: (account: Account, currency: string) => Effect.Effect<BigDecimal.BigDecimal>
  /** The sum over all accounts per currency: zero, if the books are right. */
  readonly trialBalance: Effect.Effect<ReadonlyMap<string, BigDecimal.BigDecimal>>
}

/**
 * The exchange.
 *
 * @since 0.1.0
 * @category services
 */
export class Exchange extends Context.Tag("@btse-wallet/sandbox/Exchange")<Exchange, Operations & Controls>() {}

/**
 * Makes an exchange; its history is generated from the seed, ending before the clock's present day.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fn("Exchange.make")(function* (options: SandboxOptions = {}) {
  const settings = Settings.resolve(options)
  const state = yield* State.make(settings)
  return Exchange.of({ ...makeOperations(state, settings), ...makeControls(state) })
})

/**
 * The exchange as a layer.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options?: SandboxOptions): Layer.Layer<Exchange> => Layer.effect(Exchange, make(options))
