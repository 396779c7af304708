/**
 * What the ledger's tests stand on: an exchange in memory behind the wallet's services, and a ledger file on disk.
 */
import type { CryptoNetwork, HistoryRecord } from "@btse-wallet/core"
import { BeforeSend, Decimal, Wallet, WalletError, WalletModel } from "@btse-wallet/core"
import { Account, Ledger } from "@btse-wallet/ledger"
import type { Payments } from "@btse-wallet/ledger"
import { FileSystem } from "@effect/platform"
import { NodeFileSystem } from "@effect/platform-node"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { BigDecimal, Chunk, DateTime, Effect, Layer, Option, Random, Stream } from "effect"

export const decimal = (text: string): BigDecimal.BigDecimal => Option.getOrThrow(Decimal.fromText(text))

export const at = (millis: number): DateTime.Utc => DateTime.unsafeMake(millis)

/** A day in 2026 on which the tests' records begin. */
export const dawn = 1_770_000_000_000

export interface RowOptions {
  readonly orderId: string
  readonly amount?: string
  readonly fees?: string | null
  readonly currency?: string
  readonly type?: string
  readonly status?: string
  readonly timestamp?: number
  readonly txid?: string | null
  readonly toAddress?: string | null
  readonly network?: string | null
  readonly description?: string | null
  readonly source?: string | null
  readonly target?: string | null
}

export const row = (options: RowOptions): HistoryRecord.HistoryRecord => ({
  orderId: WalletModel.OrderId.make(options.orderId),
  currency: WalletModel.Currency.make(options.currency ?? "BTC"),
  type: options.type ?? "Deposit",
  status: options.status ?? "COMPLETED",
  amount: decimal(options.amount ?? "1"),
  fees: options.fees === null ? null : decimal(options.fees ?? "0"),
  timestamp: at(options.timestamp ?? dawn),
  wallet: "@SPOT",
  description: options.description ?? null,
  username: "user",
  txid: options.txid ?? null,
  currencyNetwork: options.network ?? null,
  toAddress: options.toAddress ?? null,
  sourceCurrency: options.source ?? null,
  sourceAmount: null,
  targetCurrency: options.target ?? null,
  targetAmount: null,
  rate: null,
  raw: JSON.stringify(options)
})

const terms = (minimum: string, fee: string, rate: string): CryptoNetwork.FeeSchedule => ({
  enabled: true,
  minimum: decimal(minimum),
  feeMinimum: decimal(fee),
  feeRate: decimal(rate),
  extraFee: Decimal.zero,
  extraFeeRate: Decimal.zero
})

/** A network on which a withdrawal costs 0.0005, or 0.001 of its amount where that is more. */
export const bitcoin: CryptoNetwork.CryptoNetwork = {
  network: WalletModel.Network.make("BITCOIN"),
  name: "Bitcoin",
  confirmationTime: null,
  needsTag: false,
  tagName: null,
  deposit: terms("0", "0", "0"),
  withdraw: terms("0.001", "0.0005", "0.001")
}

/** An exchange whose books the test writes by hand. */
export const makeExchange = () => {
  const state = {
    rows: [] as Array<HistoryRecord.HistoryRecord>,
    undecoded: [] as Array<HistoryRecord.UndecodedRow>,
    balances: {} as Record<string, string>,
    cap: 500,
    keeps: "newest" as "newest" | "oldest",
    shuffled: false,
    /** What it makes of the time it is asked for, saying nothing; epoch milliseconds. */
    clip: (from: number, to: number): readonly [from: number, to: number] => [from, to],
    /** What becomes of a page before it is sent; `held` are the rows that the request selected, newest first. */
    lie: (
      page: ReadonlyArray<HistoryRecord.HistoryRecord>,
      _held: ReadonlyArray<HistoryRecord.HistoryRecord>
    ): ReadonlyArray<HistoryRecord.HistoryRecord> => page,
    fromInclusive: true,
    toInclusive: true,
    requests: [] as Array<Wallet.HistoryQuery>,
    networks: [bitcoin],
    /** How often the networks were asked for. */
    asked: 0,
    withdrawals: [] as Array<WalletModel.WithdrawRequest>,
    /** Holds a withdrawal up where it would wait for its permit. */
    onPermit: Effect.void as Effect.Effect<void, WalletError.WithdrawError>,
    onNetworks: Effect.void as Effect.Effect<void, WalletError.NetworksError>,
    onBalances: Effect.void as Effect.Effect<void, WalletError.BalancesError>,
    onHistory: Effect.void as Effect.Effect<void, WalletError.ReadError>,
    onWithdraw: Effect.succeed("w1") as Effect.Effect<string, WalletError.WithdrawError>,
    transfers: [] as Array<WalletModel.TransferRequest>,
    onTransfer: Effect.void as Effect.Effect<void, WalletError.TransferError>,
    conversions: [] as Array<WalletModel.ConvertRequest>,
    /** It converts at a rate of two. */
    onConvert: Effect.void as Effect.Effect<void, WalletError.ConvertError>
  }
  const unused = (operation: string) => new WalletError.MissingCredentials({ operation })
  const unserved = (operation: string) =>
    new WalletError.NotFound({ operation, status: 404, errorCode: null, exchangeMessage: null })
  const reader: typeof Wallet.WalletReader.Service = {
    networks: () => Effect.as(state.onNetworks, []),
    exchangeRate: () => unserved("exchangeRate"),
    currencies: () => unserved("currencies"),
    cryptoNetworks: () =>
      Effect.suspend(() => {
        state.asked++
        return Effect.as(state.onNetworks, state.networks)
      }),
    assetExchangeRate: () => unserved("assetExchangeRate"),
    serverTime: unserved("serverTime"),
    historySince: () => Stream.fail(unused("historySince")),
    subaccountTransfers: () => Stream.fail(unused("subaccountHistory")),
    balances: Effect.suspend(() =>
      Effect.as(
        state.onBalances,
        Object.entries(state.balances).map(([currency, total]) => ({
          currency: WalletModel.Currency.make(currency),
          total: decimal(total),
          available: decimal(total)
        }))
      )
    ),
    history: (query) =>
      Effect.suspend(() => {
        state.requests.push(query)
        const [from, to] = state.clip(query.from?.epochMillis ?? 0, query.to?.epochMillis ?? Number.MAX_SAFE_INTEGER)
        const asked = state.rows
          .filter(({ timestamp: { epochMillis } }) => (state.fromInclusive ? epochMillis >= from : epochMillis > from))
          .filter(({ timestamp: { epochMillis } }) => (state.toInclusive ? epochMillis <= to : epochMillis < to))
          .filter(({ currency }) => query.currency === undefined || currency === query.currency)
          .sort((a, b) => b.timestamp.epochMillis - a.timestamp.epochMillis)
        const most = Math.min(state.cap, query.count ?? state.cap)
        const page = state.lie(state.keeps === "newest" ? asked.slice(0, most) : asked.slice(-most), asked)
        const { undecoded } = state
        return Effect.zipRight(
          state.onHistory,
          state.shuffled
            ? Effect.map(Random.shuffle(page), (records) => ({ records: Chunk.toReadonlyArray(records), undecoded }))
            : Effect.succeed({ records: page, undecoded })
        )
      })
  }
  const wallet: typeof Wallet.Wallet.Service = {
    ...reader,
    fingerprint: Option.some("fingerprint"),
    getAddress: () => unused("getAddress"),
    deleteAddress: () => unused("deleteAddress"),
    createAddress: () => unused("createAddress"),
    convert: (request) =>
      Effect.gen(function* () {
        yield* yield* BeforeSend.BeforeSend
        state.conversions.push(request)
        yield* state.onConvert
        const settlementAmount = BigDecimal.multiply(request.amount, decimal("2"))
        return { ...request, settlementAmount, rate: decimal("2") }
      }),
    transfer: (request) =>
      Effect.gen(function* () {
        yield* yield* BeforeSend.BeforeSend
        state.transfers.push(request)
        yield* state.onTransfer
        return request
      }),
    withdraw: (request) =>
      Effect.gen(function* () {
        yield* state.onPermit
        yield* yield* BeforeSend.BeforeSend
        state.withdrawals.push(request)
        return WalletModel.OrderId.make(yield* state.onWithdraw)
      })
  }
  const layer = Layer.merge(Layer.succeed(Wallet.WalletReader, reader), Layer.succeed(Wallet.Wallet, wallet))
  return { state, layer }
}

export type Exchange = ReturnType<typeof makeExchange>

export const temporaryFile = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  return `${yield* fs.makeTempDirectoryScoped({ prefix: "btse-ledger-" })}/ledger.sqlite`
}).pipe(Effect.provide(NodeFileSystem.layer))

export const origin = "https://exchange.test"

export const ledger = (
  exchange: Exchange,
  filename: string,
  bound: string = origin,
  withdrawals: Payments.PaymentSettings = {},
  account = "default"
) =>
  Ledger.layer({
    account: Account.AccountName.make(account),
    exchange: bound,
    withdrawals: { pollEvery: "10 millis", resolveFor: 0, ...withdrawals }
  }).pipe(
    Layer.provideMerge(Ledger.opened(SqliteClient.layer({ filename, disableWAL: true }))),
    Layer.provide(exchange.layer)
  )
