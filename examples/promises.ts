/**
 * The wallet for a program of promises. One runtime holds the layers, and with them the connections and the rate limit; it
 * is made once and disposed of at the end.
 */
import { type BtseConfig, Wallet, type WalletError, type WalletModel } from "@btse-wallet/core"
import type { HttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { Cause, Effect, Either, Layer, ManagedRuntime, Option, Predicate, Runtime } from "effect"

/** Opens the wallet of a key. Each method gives a promise. */
export const open = (
  config: BtseConfig.BtseConfig,
  http: Layer.Layer<HttpClient.HttpClient> = NodeHttpClient.layerUndici
) => {
  const runtime = ManagedRuntime.make(Layer.provide(Wallet.layer(config), http))
  return {
    /** Rejects where the exchange does not answer; a `signal` that aborts interrupts it. */
    balances: (signal?: AbortSignal) =>
      runtime.runPromise(
        Effect.flatMap(Wallet.Wallet, (wallet) => wallet.balances),
        signal === undefined ? {} : { signal }
      ),
    /** Resolves with the error of a payment instead of rejecting, so that its type is kept. */
    withdraw: (
      request: WalletModel.WithdrawRequest
    ): Promise<Either.Either<WalletModel.OrderId, WalletError.WithdrawError>> =>
      runtime.runPromise(Effect.flatMap(Wallet.Wallet, (wallet) => Effect.either(wallet.withdraw(request)))),
    close: () => runtime.dispose()
  }
}

/** The error behind a rejection: the effect's own, or nothing where it was interrupted or is a defect. */
export const errorOf = (rejection: unknown): Option.Option<unknown> =>
  Runtime.isFiberFailure(rejection) ? Cause.failureOption(rejection[Runtime.FiberFailureCauseId]) : Option.none()

/** Decides by the tag of an error that came as a rejection. */
export const isRateLimited = (rejection: unknown): boolean =>
  Option.exists(errorOf(rejection), Predicate.isTagged("RateLimited"))

/** What became of a payment, in the words of the program's own interface. */
export const outcomeOf = (result: Either.Either<WalletModel.OrderId, WalletError.WithdrawError>): string =>
  Either.match(result, {
    onRight: (id) => `sent as ${id}`,
    onLeft: (error) =>
      error.done === "nothing" ? `not sent: ${error.message}` : `look before you repeat it: ${error.message}`
  })
