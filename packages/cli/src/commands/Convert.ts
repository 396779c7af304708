/**
 * `btse convert`: one currency into another at the exchange's rate.
 *
 * @since 0.1.0
 */
import { Decimal, Wallet, type WalletModel } from "@btse-wallet/core"
import { Command } from "@effect/cli"
import { type BigDecimal, Effect } from "effect"
import * as Confirmation from "../Confirmation.ts"
import * as CurrencyCheck from "../CurrencyCheck.ts"
import * as Document from "../Document.ts"
import * as Exchange from "../Exchange.ts"
import * as Acting from "../Options/Acting.ts"
import * as Amount from "../Options/Amount.ts"
import * as ExchangeOptions from "../Options/Exchange.ts"
import * as Global from "../Options/Global.ts"
import * as Output from "../Output.ts"
import * as Table from "../Table.ts"

const operation = "btse convert"

interface Settings extends Global.Global {
  readonly amount: BigDecimal.BigDecimal
  readonly from: WalletModel.Currency
  readonly to: WalletModel.Currency
  readonly yes: boolean
}

const run = Effect.fn(operation)(function* (options: Settings) {
  const wallet = yield* Wallet.Wallet
  const { amount, from, to } = options
  yield* CurrencyCheck.required({ operation, action: "CONVERT", currencies: [from, to] })
  yield* Confirmation.required({
    operation,
    yes: options.yes,
    on: options,
    question: "Convert now, at the exchange's rate at that moment?",
    fields: Effect.map(wallet.exchangeRate({ from, to }), ({ rate }) => [
      ["convert", `${Decimal.toText(amount)} ${from}`],
      ["to", to],
      ["rate now", `${Decimal.toText(rate)} ${to} for 1 ${from}`]
    ])
  })
  yield* Output.result({
    json: options.json,
    schema: Document.Conversion,
    value: yield* wallet.convert({ amount, from, to }),
    render: (conversion, style) =>
      Table.renderFields(
        [
          ["converted", `${Decimal.toText(conversion.amount)} ${conversion.from}`],
          ["received", `${Decimal.toText(conversion.settlementAmount)} ${conversion.to}`],
          ["rate", Decimal.toText(conversion.rate)]
        ],
        style
      )
  })
})

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "convert",
  {
    ...Global.all,
    amount: Amount.amount("How much of --from to convert."),
    from: ExchangeOptions.currencyNamed("from", "The currency to give."),
    to: ExchangeOptions.currencyNamed("to", "The currency to get."),
    yes: Acting.yes
  },
  run
).pipe(
  Command.withDescription("Convert one currency into another at the exchange's rate."),
  Command.provide((options) => Exchange.layer(operation, options))
)
