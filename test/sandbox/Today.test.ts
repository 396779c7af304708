import { BtseConfig, CryptoNetwork, Decimal, RateLimiter, Wallet, type WalletModel } from "@btse-wallet/core"
import { Sandbox } from "@btse-wallet/sandbox"
import { NodeHttpClient } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Chunk, Clock, DateTime, Effect, Layer, Option, Redacted, Stream } from "effect"
import * as Requests from "../core/Requests.ts"

const limits = Layer.merge(NodeHttpClient.layerUndici, RateLimiter.layer({ requestsPerSecond: 5 }))

const walletOf = (sandbox: Sandbox.RunningSandbox) =>
  Wallet.make(
    BtseConfig.make({
      baseUrl: sandbox.baseUrl,
      credentials: { apiKey: Redacted.make(sandbox.apiKey), apiSecret: sandbox.apiSecret },
      authHeaders: "request"
    }),
    ["Read", "Wallet", "Transfer", "Withdraw"]
  )

const ripple: { readonly currency: WalletModel.Currency; readonly network: WalletModel.Network } = {
  currency: Requests.currency("XRP"),
  network: Requests.network("Ripple")
}

describe("The endpoints added since 1.1.0, from client to books", () => {
  it.scopedLive("tell what a withdrawal costs, and it costs that", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.start()
      const wallet = yield* walletOf(sandbox)
      yield* sandbox.engine.deposit({ currency: "BTC", amount: Requests.amount("1") })
      const networks = yield* wallet.cryptoNetworks(Requests.currency("BTC"))
      const bitcoin = networks.find(({ name }) => name === "Bitcoin")
      const withdrawal = { ...Requests.withdrawal, amount: Requests.amount("0.25"), feeOnTop: true }
      const fee = bitcoin && CryptoNetwork.fee(bitcoin.withdraw, withdrawal.amount)
      yield* wallet.withdraw(withdrawal)
      const [newest] = (yield* wallet.history({})).records
      expect(newest?.type).toBe("Withdraw")
      expect(newest?.fees && Decimal.toText(newest.fees)).toBe(fee && Decimal.toText(fee))
    }).pipe(Effect.provide(limits))
  )

  it.scopedLive("delete an address once, and serve rates, time and subaccount transfers", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.start()
      const wallet = yield* walletOf(sandbox)
      const [made] = yield* wallet.createAddress(ripple)
      const address = { ...ripple, address: made?.address ?? "" }
      yield* wallet.deleteAddress(address)
      expect(yield* wallet.getAddress(ripple)).toEqual([])
      expect(yield* Effect.flip(wallet.deleteAddress(address))).toMatchObject({ _tag: "BadRequest" })

      const pair = { base: Requests.currency("BTC"), quote: Requests.currency("USD"), amount: Requests.amount("1") }
      const rate = yield* wallet.assetExchangeRate(pair)
      expect(Option.map(rate, Decimal.toText)).toEqual(Option.some("36051.55950285"))

      const now = yield* Clock.currentTimeMillis
      const time = yield* wallet.serverTime
      expect(Math.abs(DateTime.toEpochMillis(time) - now)).toBeLessThan(2_000)

      for (let at = 0; at < 60; at++) {
        yield* sandbox.engine.recordSubaccountTransfer({
          timestamp: now - at,
          fromUser: "main",
          receiver: "sub",
          currency: "BTC",
          amount: Requests.amount(`0.${at + 1}`)
        })
      }
      const transfers = yield* Stream.runCollect(wallet.subaccountTransfers({}))
      expect(Chunk.size(transfers)).toBe(60)
      expect(new Set(Chunk.map(transfers, ({ timestamp }) => timestamp.epochMillis)).size).toBe(60)
    }).pipe(Effect.provide(limits))
  )
})
