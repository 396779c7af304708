/**
 * The declaration's endpoints, answered by the exchange. Bodies are written here and not by the declaration's schemas.
 */
import { BtseApi } from "@btse-wallet/core"
import type { HttpServerResponse } from "@effect/platform"
import { HttpApiBuilder } from "@effect/platform"
import { DateTime, Effect, Layer } from "effect"
import { Exchange, type NetworkTerms } from "../../Exchange.ts"
import * as Refused from "../../Refused.ts"
import * as Amounts from "../amounts.ts"
import * as Market from "../market.ts"
import type { Settings } from "../settings.ts"
import type { Json } from "../wireFormat.ts"
import { historyRow, withdrawal } from "../wireFormat.ts"
import * as RequestBody from "./requestBody.ts"
import * as Responses from "./responses.ts"

/** What the exchange answers, or its refusal as a 400. */
const respond = <R>(
  answer: Effect.Effect<Json, Refused.Refused, R>
): Effect.Effect<HttpServerResponse.HttpServerResponse, never, R> =>
  Effect.match(answer, {
    onFailure: ({ errorCode, reason }) => Responses.error(400, errorCode, reason),
    onSuccess: Responses.ok
  })

const market = HttpApiBuilder.group(BtseApi.BtseApi, "market", (handlers) =>
  Effect.gen(function* () {
    const exchange = yield* Exchange
    return handlers
      .handleRaw("availableCurrencyNetworks", ({ urlParams }) => respond(exchange.networks(urlParams.currency)))
      .handleRaw("exchangeRate", ({ urlParams }) =>
        respond(
          Effect.zipWith(
            exchange.exchangeRate(urlParams.srcCurrency, urlParams.targetCurrency),
            exchange.now,
            (data, time) => ({ code: 1, msg: "Success", time, data, success: true })
          )
        )
      )
      .handleRaw("availableCurrencies", ({ urlParams }) => respond(exchange.currencies(urlParams.action)))
  })
)

/** An address is asked for by currency and network, or, as in one of the document's examples, by the pair alone. */
const addressPair = ({ currency, network }: typeof RequestBody.Address.Type) => {
  const pair = network === undefined ? Market.findPair(currency) : undefined
  if (pair !== undefined) return Effect.succeed([pair.currency.name, pair.network.name] as const)
  if (network === undefined) return Effect.fail(Refused.invalidRequest("network is required"))
  return Effect.succeed([currency, network] as const)
}

const wallet = (settings: Settings) =>
  HttpApiBuilder.group(BtseApi.BtseApi, "wallet", (handlers) =>
    Effect.gen(function* () {
      const exchange = yield* Exchange

      const createAddress = RequestBody.read(RequestBody.Address).pipe(
        Effect.flatMap(addressPair),
        Effect.flatMap(([currency, network]) => exchange.createAddress(currency, network)),
        Effect.map(({ address, created }) => [{ address, created }])
      )

      const withdraw = RequestBody.read(RequestBody.Withdraw).pipe(
        Effect.flatMap((body) => exchange.withdraw({ ...body, includeWithdrawFee: body.includeWithdrawFee ?? true })),
        Effect.map((id) => withdrawal(id, settings))
      )

      const convert = RequestBody.read(RequestBody.Convert).pipe(
        Effect.flatMap(exchange.convert),
        Effect.map((conversion) => ({
          amount: conversion.sourceAmount,
          settlementAmount: conversion.targetAmount,
          amountCurrency: conversion.sourceCurrency,
          settlementCurrency: conversion.targetCurrency,
          rate: conversion.rate
        }))
      )

      const transfer = RequestBody.read(RequestBody.Transfer).pipe(
        Effect.flatMap((body) =>
          Effect.map(exchange.transfer(body), (amount) => ({
            amount: Amounts.plain(amount),
            asset: body.asset,
            toUser: body.toUser,
            toUserMail: body.toUserMail
          }))
        )
      )

      return handlers
        .handleRaw("balance", () =>
          respond(
            Effect.map(exchange.balances, (balances) =>
              balances.map(({ available, currency, total }) => ({ available, currency, total }))
            )
          )
        )
        .handleRaw("history", ({ urlParams }) =>
          respond(
            Effect.map(exchange.history(urlParams), (rows) =>
              rows.map((row) => historyRow(row, settings, urlParams.useNewSymbolNaming))
            )
          )
        )
        .handleRaw("createAddress", () => respond(createAddress))
        .handleRaw("getAddress", ({ urlParams }) =>
          respond(
            Effect.map(exchange.addresses(urlParams.currency, urlParams.network), (addresses) =>
              addresses.map(({ address, created }) => ({ address, created }))
            )
          )
        )
        .handleRaw("withdraw", () => respond(withdraw))
        .handleRaw("convert", () => respond(convert))
        .handleRaw("transfer", () => respond(transfer))
    })
  )

const cryptoNetwork = ({ name, tagged, withdrawFee, withdrawMinimum }: NetworkTerms) => ({
  network: name.toUpperCase(),
  name,
  depositEnable: true,
  withdrawEnable: true,
  confirmationTime: 2,
  needAddressExtension: tagged,
  ...(tagged ? { addressExtensionTypeName: "Tag" } : {}),
  depositAmtMin: "0",
  depositFeeMin: "0",
  depositFeeRate: "0",
  depositExtFees: "0",
  depositExtFeeRate: "0",
  withdrawAmtMin: Amounts.plain(withdrawMinimum),
  withdrawFeeMin: Amounts.plain(withdrawFee),
  withdrawFeeRate: "0",
  withdrawExtFees: "0",
  withdrawExtFeeRate: "0"
})

const today = HttpApiBuilder.group(BtseApi.BtseApi, "today", (handlers) =>
  Effect.gen(function* () {
    const exchange = yield* Exchange

    /** The envelope that the newer endpoints answer in. */
    const enveloped = <R>(data: Effect.Effect<Json, Refused.Refused, R>) =>
      respond(
        Effect.zipWith(data, exchange.now, (data, time) => ({ success: true, code: 1, msg: "Success", time, data }))
      )

    return handlers
      .handleRaw("cryptoNetworks", ({ urlParams }) =>
        enveloped(Effect.map(exchange.cryptoNetworks(urlParams.crypto), (networks) => networks.map(cryptoNetwork)))
      )
      .handleRaw("assetExchangeRate", ({ urlParams }) =>
        enveloped(
          Effect.map(exchange.exchangeRate(urlParams.baseCurrency, urlParams.quoteCurrency), (rate) => ({
            rate: Amounts.plain(rate)
          }))
        )
      )
      .handleRaw("deleteAddress", ({ urlParams }) =>
        respond(
          Effect.as(exchange.deleteAddress(urlParams.currency, urlParams.network, urlParams.address), { success: true })
        )
      )
      .handleRaw("subaccountHistory", ({ urlParams: { page, pageSize, ...query } }) =>
        enveloped(
          Effect.map(exchange.subaccountTransfers(query), (rows) => ({
            totalRows: rows.length,
            pageSize,
            currentPage: page,
            totalPages: Math.ceil(rows.length / pageSize),
            data: rows.slice((page - 1) * pageSize, page * pageSize).map((row) => ({ ...row }))
          }))
        )
      )
      .handleRaw("serverTime", () =>
        respond(
          Effect.map(exchange.now, (now) => ({
            iso: DateTime.formatIso(DateTime.unsafeMake(now)),
            epoch: Math.floor(now / 1_000)
          }))
        )
      )
  })
)

/** The API of the declaration, answered. */
export const layer = (settings: Settings) =>
  HttpApiBuilder.api(BtseApi.BtseApi).pipe(Layer.provide([market, wallet(settings), today]))
