import { NodeHttpClient } from "@effect/platform-node"
import { RateLimiter, Wallet, type WalletModel } from "@btse-wallet/core"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import * as Requests from "./Requests.ts"
import * as Stage from "./Stage.ts"

/** A wallet's type is its key's permissions: each line marked must not compile, and `pnpm test` type-checks this file. */
export const onlyWhatTheKeyMay = (
  reader: typeof Wallet.WalletReader.Service,
  payouts: Wallet.Operations<"Read" | "Withdraw">,
  withdrawal: WalletModel.WithdrawRequest,
  transfer: WalletModel.TransferRequest
) => [
  reader.balances,
  // @ts-expect-error a reader cannot withdraw
  reader.withdraw(withdrawal),
  // @ts-expect-error nor transfer
  reader.transfer(transfer),
  // @ts-expect-error nor create an address
  reader.createAddress(Requests.address),
  payouts.balances,
  payouts.withdraw(withdrawal),
  // @ts-expect-error a key for payouts cannot transfer
  payouts.transfer(transfer)
]

describe("A wallet made for a key's permissions", () => {
  const config = Stage.config(new URL("http://127.0.0.1:9/spot"))
  const layers = Layer.merge(NodeHttpClient.layerUndici, RateLimiter.layer({ requestsPerSecond: 5 }))

  it.effect("holds no more than its type says", () =>
    Effect.gen(function* () {
      const reader = yield* Wallet.make(config, ["Read"])
      const payouts = yield* Wallet.make(config, ["Read", "Withdraw"])
      expect(Object.keys(reader)).not.toContain("withdraw")
      expect(Object.keys(payouts)).toContain("withdraw")
      expect(Object.keys(payouts)).not.toContain("transfer")
    }).pipe(Effect.provide(layers))
  )
})
