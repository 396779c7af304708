/**
 * The API's operations on the exchange's state.
 */
import { BigDecimal, Duration, Effect, Either } from "effect"
import type { Operations, Query } from "../Exchange.ts"
import * as Refused from "../Refused.ts"
import * as Market from "./market.ts"
import * as Orders from "./orders.ts"
import type { Settings } from "./settings.ts"
import type { State } from "./state.ts"

const known = (name: string): Effect.Effect<Market.Currency, Refused.Refused> => {
  const currency = Market.find(name)
  return currency === undefined ? Effect.fail(Refused.invalidCurrency(name)) : Effect.succeed(currency)
}

const knownNetwork = Effect.fnUntraced(function* (currencyName: string, networkName: string) {
  const currency = yield* known(currencyName)
  const network = Market.findNetwork(currency, networkName)
  if (network === undefined) return yield* Refused.invalidRequest(`No network ${networkName} for ${currencyName}`)
  return { currency, network }
})

const allows: Readonly<Record<"CONVERT" | "WITHDRAW" | "SEND", (currency: Market.Currency) => boolean>> = {
  CONVERT: (currency) => currency.convertible,
  WITHDRAW: (currency) => currency.networks.length > 0,
  SEND: () => true
}

export const make = (state: State, settings: Settings): Operations => {
  const { addresses, available, books, now, record, row, store, subaccountTransfers, withdrawals } = state

  const balances = Effect.map(now, () =>
    books.currencies().map((currency) => ({
      currency,
      total: BigDecimal.sum(available(currency), books.balance("hold", currency)),
      available: available(currency)
    }))
  )

  const history = Effect.fn("Exchange.history")(function* (query: Query) {
    const present = yield* now
    const { cap, overCap, reach } = settings.history
    const earliest = present - Duration.toMillis(reach.back)
    if (reach.beyond === "refuse" && query.startTime !== undefined && query.startTime < earliest) {
      return yield* Refused.invalidRequest(`startTime must not be before ${earliest}`)
    }
    if (query.count !== undefined && query.count > cap && overCap === "refuse") {
      return yield* Refused.invalidRequest(`count must not be over ${cap}`)
    }
    if (query.startTime !== undefined && query.endTime !== undefined && query.startTime > query.endTime) {
      return yield* Refused.invalidRequest("startTime is after endTime")
    }
    const currency = query.currency === undefined ? undefined : (Market.find(query.currency)?.name ?? query.currency)
    const startTime = Number.isFinite(earliest) ? Math.max(query.startTime ?? earliest, earliest) : query.startTime
    return store.query({ ...query, currency, startTime }, present)
  })

  const createAddress = Effect.fn("Exchange.createAddress")(function* (currencyName: string, networkName: string) {
    const { currency, network } = yield* knownNetwork(currencyName, networkName)
    const unused = addresses.of(currency, network).find((address) => !address.used)
    if (unused !== undefined) return yield* Refused.unusedAddressExists(unused.address)
    return addresses.create(currency, network, yield* now)
  })

  const deleteAddress = Effect.fn("Exchange.deleteAddress")(function* (
    currencyName: string,
    networkName: string,
    address: string
  ) {
    const { currency, network } = yield* knownNetwork(currencyName, networkName)
    const removed = yield* Effect.sync(() => addresses.remove(currency, network, address))
    if (!removed) return yield* Refused.invalidRequest("the address is already deleted")
  })

  const transfersOf = ({ endTime = Infinity, startTime = 0 }: Query) =>
    subaccountTransfers
      .filter(({ timestamp }) => timestamp >= startTime && timestamp <= endTime)
      .sort((a, b) => b.timestamp - a.timestamp)

  const withdraw: Operations["withdraw"] = Effect.fn("Exchange.withdraw")(function* (request) {
    const pair = Market.findPair(request.currency)
    if (pair === undefined) return yield* Refused.invalidCurrency(request.currency)
    if (request.address.trim() === "") return yield* Refused.invalidRequest("address must not be empty")
    const { currency, network } = pair
    const timestamp = yield* now
    return yield* Effect.suspend(() =>
      Either.map(
        Orders.withdraw(request.amount, currency, network, request.includeWithdrawFee, available(currency.name)),
        (amount) => {
          const pending = row(timestamp, {
            currency: currency.name,
            type: "Withdraw",
            status: "PENDING",
            amount,
            fees: network.withdrawFee,
            currencyNetwork: network.name.toUpperCase(),
            toAddress: request.address
          })
          withdrawals.open(pending)
          return pending.orderId
        }
      )
    )
  })

  const convert: Operations["convert"] = Effect.fn("Exchange.convert")(function* (request) {
    const from = yield* known(request.fromAsset)
    const to = yield* known(request.toAsset)
    const timestamp = yield* now
    return yield* Effect.suspend(() =>
      Either.map(Orders.convert(request.amount, from, to, available(from.name)), (conversion) => {
        const out = row(timestamp, {
          currency: from.name,
          type: "Convert fiat",
          amount: conversion.sourceAmount,
          conversion
        })
        record(out)
        record({ ...out, currency: to.name, amount: conversion.targetAmount })
        return conversion
      })
    )
  })

  const transfer: Operations["transfer"] = Effect.fn("Exchange.transfer")(function* (request) {
    const asset = yield* known(request.asset)
    if (request.toUser === settings.username) return yield* Refused.invalidRequest("toUser is the sender")
    const timestamp = yield* now
    return yield* Effect.suspend(() =>
      Either.map(Orders.spend(request.amount, asset, available(asset.name)), (amount) => {
        const description = `To ${request.toUser}`
        record(row(timestamp, { currency: asset.name, type: "Transfer_Out", amount, description }))
        return amount
      })
    )
  })

  return {
    networks: (currency) => Effect.map(known(currency), ({ networks }) => networks.map(({ name }) => name)),
    exchangeRate: (from, to) => Effect.zipWith(known(from), known(to), Market.rate),
    currencies: (action) => Effect.succeed(Market.currencies.filter(allows[action]).map(({ name }) => name)),
    balances,
    history,
    addresses: (currency, network) =>
      Effect.map(knownNetwork(currency, network), (pair) => addresses.of(pair.currency, pair.network)),
    createAddress,
    deleteAddress,
    cryptoNetworks: (currency) => Effect.map(known(currency), ({ networks }) => networks),
    subaccountTransfers: (query) => Effect.sync(() => transfersOf(query)),
    withdraw,
    convert,
    transfer
  }
}
