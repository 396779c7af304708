/**
 * The neutral operations on the 1.1.0 declaration and what has been added to it.
 *
 * @internal
 */
import { BigDecimal, Clock, DateTime, Effect, Option, type Schema, Stream } from "effect"
import type { BtseClient } from "../BtseClient.ts"
import * as CryptoNetwork from "../CryptoNetwork.ts"
import * as Decimal from "../Decimal.ts"
import * as HistorySince from "../HistorySince.ts"
import type { ByPermission } from "../Wallet.ts"
import type {
  HistoryQuery,
  PublicOperations,
  ReadOperations,
  TransferOperations,
  WalletOperations,
  WithdrawOperations
} from "../Wallet/Operations.ts"
import * as WalletError from "../WalletError.ts"
import type { WalletAddress, WithdrawRequest } from "../WalletModel.ts"
import * as WalletRequest from "../WalletRequest.ts"
import type { Action } from "./attemptError.ts"
import { historyPage } from "./historyPage.ts"
import * as Perform from "./perform.ts"

const millis = (instant: DateTime.Utc | undefined) => instant && DateTime.toEpochMillis(instant)

const historyParams = (query: HistoryQuery) => ({
  currency: query.currency,
  startTime: millis(query.from),
  endTime: millis(query.to),
  count: query.count,
  useNewSymbolNaming: query.useNewSymbolNaming
})

/** In seconds in the document's example, in milliseconds elsewhere: 10^11 seconds are the year 5138. */
const created = (literal: number): DateTime.Utc =>
  DateTime.unsafeMake(Math.abs(literal) < 1e11 ? literal * 1_000 : literal)

const addresses = (
  rows: ReadonlyArray<{ readonly address: string; readonly created: number }>
): ReadonlyArray<WalletAddress> => rows.map((row) => ({ address: row.address, created: created(row.created) }))

/** "Max decimal supported is 8 for all currencies" ("Withdraw Funds", 1.1.0). */
const maxDecimals = 8

const atMost8Decimals = (request: Pick<WithdrawRequest, "amount">) =>
  BigDecimal.normalize(request.amount).scale > maxDecimals
    ? Effect.fail(
        new WalletError.InvalidRequest({
          operation: "withdraw",
          reason: `the amount ${Decimal.toText(request.amount)} has more than ${maxDecimals} decimals, which the exchange refuses. Give at most ${maxDecimals}.`
        })
      )
    : Effect.void

/** Trailing zeros are not decimals the exchange should count. */
const plain = (amount: BigDecimal.BigDecimal): string => Decimal.toText(BigDecimal.normalize(amount))

/** A request that changes something, as an error describes it. */
const action = (
  operation: string,
  request: string,
  fields: { readonly currency: string; readonly amount?: string; readonly address?: string }
): Action => ({
  operation,
  request,
  currency: fields.currency,
  amount: fields.amount ?? null,
  address: fields.address ?? null
})

/** Runs an operation on its request, if that is what its schema says. */
const checked =
  <A, I>(operation: string, schema: Schema.Schema<A, I>) =>
  <B, E, R>(run: (request: A) => Effect.Effect<B, E, R>) => {
    const validate = WalletRequest.validate(operation, schema)
    return (request: unknown): Effect.Effect<B, E | WalletError.InvalidRequest, R> =>
      Effect.flatMap(validate(request), run)
  }

const publicOperations = ({ market, today }: BtseClient): PublicOperations => {
  const networks = checked(
    "availableCurrencyNetworks",
    WalletRequest.OfCurrency
  )((urlParams) =>
    Perform.read(
      "availableCurrencyNetworks",
      WalletError.NetworksError,
      market.availableCurrencyNetworks({ urlParams })
    )
  )
  const currencies = checked(
    "availableCurrencies",
    WalletRequest.Currencies
  )((urlParams) =>
    Perform.read("availableCurrencies", WalletError.CurrenciesError, market.availableCurrencies({ urlParams }))
  )
  const cryptoNetworks = checked(
    "cryptoNetworks",
    WalletRequest.OfCurrency
  )(({ currency }) =>
    Perform.read(
      "cryptoNetworks",
      WalletError.CryptoNetworksError,
      Effect.map(today.cryptoNetworks({ urlParams: { crypto: currency } }), ({ data }) =>
        data.map(CryptoNetwork.fromRow)
      )
    )
  )
  return {
    networks: (currency) => networks({ currency }),
    exchangeRate: checked(
      "exchangeRate",
      WalletRequest.ExchangeRate
    )(({ from, to }) =>
      Perform.read(
        "exchangeRate",
        WalletError.ExchangeRateError,
        Effect.map(market.exchangeRate({ urlParams: { srcCurrency: from, targetCurrency: to } }), ({ data, time }) => ({
          rate: data,
          time: DateTime.unsafeMake(time)
        }))
      )
    ),
    currencies: (action) => currencies({ action }),
    cryptoNetworks: (currency) => cryptoNetworks({ currency }),
    assetExchangeRate: checked(
      "assetExchangeRate",
      WalletRequest.AssetExchangeRate
    )(({ amount, base, quote }) =>
      Perform.read(
        "assetExchangeRate",
        WalletError.AssetExchangeRateError,
        Effect.map(
          today.assetExchangeRate({
            urlParams: { baseCurrency: base, quoteCurrency: quote, amount: plain(amount) }
          }),
          ({ data }) => Option.fromNullable(data.rate)
        )
      )
    ),
    serverTime: Perform.read(
      "serverTime",
      WalletError.ServerTimeError,
      Effect.map(today.serverTime({}), ({ iso }) => iso)
    )
  }
}

/** The most rows a page of the subaccount history may hold. */
const subaccountPage = 50

const readOperations = ({ today, wallet }: BtseClient): ReadOperations => {
  const subaccountRows = Effect.fnUntraced(function* (page: number, startTime: number | undefined, endTime: number) {
    const urlParams = { startTime, endTime, page, pageSize: subaccountPage }
    const { data } = yield* Perform.read(
      "subaccountHistory",
      WalletError.SubaccountTransfersError,
      today.subaccountHistory({ urlParams })
    )
    const rows = data.data.map((row) => ({ ...row, timestamp: DateTime.unsafeMake(row.timestamp) }))
    const more = rows.length > 0 && page < data.totalPages
    return [rows, more ? Option.some(page + 1) : Option.none()] as const
  })
  const history = checked(
    "history",
    WalletRequest.History
  )((query) =>
    Perform.read(
      "history",
      WalletError.HistoryError,
      Effect.map(wallet.history({ urlParams: historyParams(query) }), historyPage)
    )
  )
  const historySince = WalletRequest.validate("history", WalletRequest.HistorySince)
  const spanOf = WalletRequest.validate("subaccountHistory", WalletRequest.Span)
  return {
    balances: Perform.read("balance", WalletError.BalancesError, wallet.balance({})),
    history,
    historySince: (query) =>
      Stream.unwrap(Effect.map(historySince(query), (checked) => HistorySince.walk(history, checked))),
    // Rows that come while the pages are read would shift them, so the end is fixed first.
    subaccountTransfers: (span) =>
      Stream.unwrap(
        Effect.gen(function* () {
          const { from, to } = yield* spanOf(span)
          const end = millis(to) ?? (yield* Clock.currentTimeMillis)
          return Stream.paginateEffect(1, (page) => subaccountRows(page, millis(from), end)).pipe(
            Stream.flatMap(Stream.fromIterable)
          )
        })
      )
  }
}

const walletOperations = ({ today, wallet }: BtseClient): WalletOperations => ({
  getAddress: checked(
    "getAddress",
    WalletRequest.CurrencyNetwork
  )((pair) =>
    Perform.read(
      "getAddress",
      WalletError.GetAddressError,
      Effect.map(wallet.getAddress({ urlParams: pair }), addresses)
    )
  ),
  createAddress: checked(
    "createAddress",
    WalletRequest.CurrencyNetwork
  )((pair) =>
    Perform.write(
      action("createAddress", `an address for ${pair.currency} on ${pair.network}`, { currency: pair.currency }),
      WalletError.CreateAddressError,
      Effect.map(wallet.createAddress({ payload: pair }), addresses)
    )
  ),
  deleteAddress: checked(
    "deleteAddress",
    WalletRequest.DeleteAddress
  )((address) =>
    Perform.write(
      action("deleteAddress", `the deletion of an address for ${address.currency} on ${address.network}`, address),
      WalletError.DeleteAddressError,
      today.deleteAddress({ urlParams: address })
    )
  ),
  convert: checked(
    "convert",
    WalletRequest.Convert
  )(({ amount, from, to }) =>
    Perform.write(
      action("convert", `a conversion of ${plain(amount)} ${from} to ${to}`, {
        currency: from,
        amount: plain(amount)
      }),
      WalletError.ConvertError,
      Effect.map(wallet.convert({ payload: { amount: plain(amount), fromAsset: from, toAsset: to } }), (answer) => ({
        amount: answer.amount,
        from: answer.amountCurrency,
        settlementAmount: answer.settlementAmount,
        to: answer.settlementCurrency,
        rate: answer.rate
      }))
    )
  )
})

const transferOperations = ({ wallet }: BtseClient): TransferOperations => ({
  transfer: checked(
    "transfer",
    WalletRequest.Transfer
  )(({ amount, ...rest }) =>
    Perform.write(
      action("transfer", `a transfer of ${plain(amount)} ${rest.asset}`, {
        currency: rest.asset,
        amount: plain(amount),
        address: rest.toUser
      }),
      WalletError.TransferError,
      wallet.transfer({ payload: { amount: plain(amount), ...rest } })
    )
  )
})

const withdrawOperations = ({ wallet }: BtseClient): WithdrawOperations => ({
  withdraw: checked(
    "withdraw",
    WalletRequest.Withdraw
  )(
    Effect.fnUntraced(function* (request) {
      yield* atMost8Decimals(request)
      const payload = {
        currency: `${request.currency}-${request.network}`,
        address: request.address,
        tag: request.tag ?? "",
        amount: plain(request.amount),
        includeWithdrawFee: !request.feeOnTop
      }
      const answer = yield* Perform.write(
        action("withdraw", `a withdrawal of ${plain(request.amount)} ${request.currency}`, {
          currency: request.currency,
          amount: plain(request.amount),
          address: request.address
        }),
        WalletError.WithdrawError,
        wallet.withdraw({ payload })
      )
      return "withdraw_id" in answer ? answer.withdraw_id : answer.withdrawId
    })
  )
})

/** Builds the operations from a client, by the permission that each needs. */
export const operationsOf = (
  client: BtseClient
): { readonly publicly: PublicOperations; readonly byPermission: ByPermission } => ({
  publicly: publicOperations(client),
  byPermission: {
    Read: readOperations(client),
    Wallet: walletOperations(client),
    Transfer: transferOperations(client),
    Withdraw: withdrawOperations(client)
  }
})
