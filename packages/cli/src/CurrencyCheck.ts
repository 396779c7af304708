/**
 * Looks whether the exchange takes a currency for an action before anything is asked of it that moves money.
 *
 * @since 0.1.0
 */
import { Wallet, type WalletModel } from "@btse-wallet/core"
import { Effect, Option } from "effect"
import { InvalidInput } from "./CliError.ts"

const doing: Readonly<Record<WalletModel.WalletAction, string>> = {
  CONVERT: "convert",
  SEND: "transfer",
  WITHDRAW: "withdraw"
}

// These lists are to be retired by the live exchange; where they are gone, its own refusal is what is left.
const listed = <A, E extends { readonly _tag: string }>(
  list: Effect.Effect<ReadonlyArray<A>, E>
): Effect.Effect<Option.Option<ReadonlyArray<A>>, E> =>
  list.pipe(
    Effect.asSome,
    Effect.catchIf(
      (error) => error._tag === "NotFound",
      () => Effect.succeedNone
    )
  )

/**
 * Fails with `InvalidInput` where the exchange does not list one of the currencies for the action.
 *
 * @since 0.1.0
 * @category constructors
 */
export const required = Effect.fnUntraced(function* (settings: {
  readonly operation: string
  readonly action: WalletModel.WalletAction
  readonly currencies: ReadonlyArray<WalletModel.Currency>
}) {
  const wallet = yield* Wallet.WalletReader
  const known = yield* listed(wallet.currencies(settings.action))
  if (Option.isNone(known)) return
  const unknown = settings.currencies.find((currency) => !known.value.includes(currency))
  if (unknown === undefined) return
  return yield* new InvalidInput({
    operation: settings.operation,
    problem: `The exchange does not ${doing[settings.action]} "${unknown}"; nothing was sent.`,
    advice: `Run \`btse currencies --action ${settings.action}\` for the currencies it takes.`
  })
})

/**
 * Fails with `InvalidInput` where the exchange does not list the network for the currency.
 *
 * @since 0.1.0
 * @category constructors
 */
export const networkRequired = Effect.fnUntraced(function* (settings: {
  readonly operation: string
  readonly currency: WalletModel.Currency
  readonly network: WalletModel.Network
}) {
  const wallet = yield* Wallet.WalletReader
  const known = yield* listed(wallet.networks(settings.currency))
  if (Option.isNone(known)) return
  // The document itself writes one network as `Bitcoin` and as `BITCOIN`.
  const wanted = settings.network.toUpperCase()
  if (known.value.some((network) => network.toUpperCase() === wanted)) return
  return yield* new InvalidInput({
    operation: settings.operation,
    problem: `The exchange has no network "${settings.network}" for ${settings.currency}; nothing was sent.`,
    advice: `Use one of ${known.value.join(", ")}.`
  })
})

/** "Query available crypto network list for currency": the exchange's code for a currency that it does not know. */
const invalidCurrency = 11

/**
 * Fails with `InvalidInput` where the exchange says that it does not know the currency. For where it answers with nothing,
 * which may also be the truth.
 *
 * @since 0.1.0
 * @category constructors
 */
export const known = Effect.fnUntraced(function* (operation: string, currency: WalletModel.Currency) {
  const wallet = yield* Wallet.WalletReader
  yield* wallet.networks(currency).pipe(
    Effect.asVoid,
    Effect.catchTags({
      NotFound: () => Effect.void,
      BadRequest: ({ errorCode }) =>
        errorCode === invalidCurrency
          ? new InvalidInput({
              operation,
              problem: `The exchange does not know the currency "${currency}".`,
              advice: "Run `btse currencies --action WITHDRAW` for some that it knows."
            })
          : Effect.void
    })
  )
})
