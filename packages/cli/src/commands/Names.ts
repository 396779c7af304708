/**
 * `btse currencies` and `btse networks`: what the exchange takes.
 *
 * @since 0.1.0
 */
import { Wallet, type WalletModel } from "@btse-wallet/core"
import { Command } from "@effect/cli"
import { Effect } from "effect"
import * as CurrencyCheck from "../CurrencyCheck.ts"
import * as Document from "../Document.ts"
import * as Exchange from "../Exchange.ts"
import * as ExchangeOptions from "../Options/Exchange.ts"
import * as Global from "../Options/Global.ts"
import * as Output from "../Output.ts"
import { plain } from "../Table.ts"

const show = (json: boolean, value: ReadonlyArray<string>) =>
  Output.result({ json, schema: Document.Names, value, render: (names) => names.map(plain).join("\n") })

const currencies = Effect.fn("btse currencies")(function* (
  options: Global.Global & { readonly action: WalletModel.WalletAction }
) {
  const wallet = yield* Wallet.WalletReader
  yield* show(options.json, yield* wallet.currencies(options.action))
})

const networks = Effect.fn("btse networks")(function* (
  options: Global.Global & { readonly currency: WalletModel.Currency }
) {
  const wallet = yield* Wallet.WalletReader
  const { currency } = options
  yield* show(options.json, yield* CurrencyCheck.explained("btse networks", currency)(wallet.networks(currency)))
})

/**
 * @since 0.1.0
 * @category commands
 */
export const currenciesCommand = Command.make(
  "currencies",
  { ...Global.all, action: ExchangeOptions.action },
  currencies
).pipe(
  Command.withDescription("List the currencies that can be converted, withdrawn or sent."),
  Command.provide((options) => Exchange.layer("btse currencies", options))
)

/**
 * @since 0.1.0
 * @category commands
 */
export const networksCommand = Command.make(
  "networks",
  { ...Global.all, currency: ExchangeOptions.currency },
  networks
).pipe(
  Command.withDescription("List the networks that a currency can move on."),
  Command.provide((options) => Exchange.layer("btse networks", options))
)
