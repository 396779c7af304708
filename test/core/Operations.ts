/**
 * Every operation of the wallet, with a request and the document's answer to it.
 */
import type { Wallet, WalletError } from "@btse-wallet/core"
import { DateTime, type Effect, Stream } from "effect"
import * as Documented from "./Documented.ts"
import * as Requests from "./Requests.ts"

type Service = typeof Wallet.Wallet.Service

export interface Operation {
  readonly name: string
  readonly kind: "read" | "address" | "payment"
  readonly answer: string
  readonly call: (wallet: Service) => Effect.Effect<unknown, WalletError.WalletError>
}

const pair = { from: Requests.currency("BTC"), to: Requests.currency("USD") }

const assetRate = `{"success":true,"code":1,"msg":"Success","time":1760000000000,"data":{"rate":"36051.5"}}`

const reads: ReadonlyArray<Omit<Operation, "kind">> = [
  { name: "networks", answer: Documented.networks, call: (wallet) => wallet.networks(Requests.currency("BTC")) },
  { name: "exchangeRate", answer: Documented.exchangeRate, call: (wallet) => wallet.exchangeRate(pair) },
  { name: "currencies", answer: Documented.currencies, call: (wallet) => wallet.currencies("WITHDRAW") },
  {
    name: "cryptoNetworks",
    answer: Documented.cryptoNetworks,
    call: (wallet) => wallet.cryptoNetworks(Requests.currency("BTC"))
  },
  {
    name: "assetExchangeRate",
    answer: assetRate,
    call: (wallet) => wallet.assetExchangeRate({ base: pair.from, quote: pair.to, amount: Requests.amount("1") })
  },
  { name: "serverTime", answer: Documented.serverTime, call: (wallet) => wallet.serverTime },
  { name: "balances", answer: Documented.balance, call: (wallet) => wallet.balances },
  {
    name: "history",
    answer: Documented.history,
    call: (wallet) => wallet.history({ from: DateTime.unsafeMake(1_571_630_000_000) })
  },
  {
    name: "subaccountTransfers",
    answer: Documented.subaccountHistory,
    call: (wallet) => Stream.runCollect(wallet.subaccountTransfers({}))
  },
  { name: "getAddress", answer: Documented.address, call: (wallet) => wallet.getAddress(Requests.address) }
]

const addresses: ReadonlyArray<Omit<Operation, "kind">> = [
  { name: "createAddress", answer: Documented.address, call: (wallet) => wallet.createAddress(Requests.address) },
  {
    name: "deleteAddress",
    answer: "{}",
    call: (wallet) => wallet.deleteAddress({ ...Requests.address, address: "bc1qdeposit9" })
  }
]

const payments: ReadonlyArray<Omit<Operation, "kind">> = [
  { name: "withdraw", answer: Documented.withdraw, call: (wallet) => wallet.withdraw(Requests.withdrawal) },
  { name: "convert", answer: Documented.convert, call: (wallet) => wallet.convert(Requests.conversion) },
  { name: "transfer", answer: Documented.transfer, call: (wallet) => wallet.transfer(Requests.transfer) }
]

export const operations: ReadonlyArray<Operation> = [
  ...reads.map((operation) => ({ ...operation, kind: "read" as const })),
  ...addresses.map((operation) => ({ ...operation, kind: "address" as const })),
  ...payments.map((operation) => ({ ...operation, kind: "payment" as const }))
]
