/**
 * `btse rate`: how many of one currency another is worth.
 *
 * @since 0.1.0
 */
import { Decimal, Wallet, type WalletModel } from "@btse-wallet/core"
import { Command } from "@effect/cli"
import { Effect } from "effect"
import * as CurrencyCheck from "../CurrencyCheck.ts"
import * as Document from "../Document.ts"
import * as Exchange from "../Exchange.ts"
import * as ExchangeOptions from "../Options/Exchange.ts"
import * as Global from "../Options/Global.ts"
import * as Output from "../Output.ts"
import { plain } from "../Table.ts"

const run = Effect.fn("btse rate")(function* (
  options: Global.Global & { readonly from: WalletModel.Currency; readonly to: WalletModel.Currency }
) {
  const wallet = yield* Wallet.WalletReader
  const { from, to } = options
  const { rate } = yield* CurrencyCheck.explained("btse rate", from, to)(wallet.exchangeRate({ from, to }))
  yield* Output.result({
    json: options.json,
    schema: Document.Rate,
    value: { from, to, rate },
    render: ({ rate }) => plain(`1 ${from} = ${Decimal.toText(rate)} ${to}`)
  })
})

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "rate",
  {
    ...Global.all,
    from: ExchangeOptions.currencyNamed("from", "The currency to value."),
    to: ExchangeOptions.currencyNamed("to", "The currency to value it in.")
  },
  run
).pipe(
  Command.withDescription("Show how many of one currency another is worth."),
  Command.provide((options) => Exchange.layer("btse rate", options))
)
