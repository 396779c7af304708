/**
 * Looks whether the exchange takes a currency for an action before anything is asked of it that moves money.
 *
 * @since 0.1.0
 */
import { Wallet, WalletError, type WalletModel } from "@btse-wallet/core"
import { Effect, Option } from "effect"
import { InvalidInput } from "./CliError.ts"
import * as Nearest from "./Nearest.ts"

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
    advice: `${Nearest.question(unknown, known.value)}Run \`btse currencies --action ${settings.action}\` for the currencies it takes.`
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
    advice: `${Nearest.question(settings.network, known.value)}Use one of ${known.value.join(", ")}.`
  })
})

/** "Query available crypto network list for currency": the exchange's code for a currency that it does not know. */
const invalidCurrency = 11

const nothing = (): ReadonlyArray<string> => []

/** The currencies that the exchange lists for anything; none where it lists none any more. */
const all = Effect.flatMap(Wallet.WalletReader, (wallet) =>
  Effect.map(
    Effect.forEach(["CONVERT", "WITHDRAW"] as const, (action) =>
      Effect.orElseSucceed(wallet.currencies(action), nothing)
    ),
    (lists) => lists.flat()
  )
)

const unknown = Effect.fnUntraced(function* (operation: string, currencies: ReadonlyArray<WalletModel.Currency>) {
  const names = yield* all
  const strange = currencies.filter((currency) => !names.includes(currency))
  return yield* new InvalidInput({
    operation,
    problem: `The exchange does not know the currency ${(strange.length > 0 ? strange : currencies).map((name) => `"${name}"`).join(" or ")}.`,
    advice: `${strange.map((name) => Nearest.question(name, names)).join("")}Run \`btse balances\` for the currencies of your wallet, or \`btse currencies --action CONVERT\` for more.`
  })
})

/**
 * Turns the exchange's refusal of a currency into an `InvalidInput` that says which, and what may have been meant.
 *
 * @since 0.1.0
 * @category constructors
 */
export const explained =
  (operation: string, ...currencies: ReadonlyArray<WalletModel.Currency>) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | InvalidInput, R | Wallet.WalletReader> =>
    Effect.catchAll(effect, (error): Effect.Effect<never, E | InvalidInput, Wallet.WalletReader> =>
      error instanceof WalletError.BadRequest && error.errorCode === invalidCurrency
        ? unknown(operation, currencies)
        : Effect.fail(error)
    )

/**
 * Fails with `InvalidInput` where the exchange says that it does not know the currency. For where it answers with nothing,
 * which may also be the truth.
 *
 * @since 0.1.0
 * @category constructors
 */
export const known = Effect.fnUntraced(function* (operation: string, currency: WalletModel.Currency) {
  const wallet = yield* Wallet.WalletReader
  yield* wallet
    .networks(currency)
    .pipe(
      Effect.asVoid,
      explained(operation, currency),
      Effect.catchTags({ NotFound: () => Effect.void, BadRequest: () => Effect.void })
    )
})
