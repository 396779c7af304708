/**
 * `btse convert`: one currency into another at the exchange's rate, through the ledger, so that a key is never sent twice.
 *
 * @since 0.1.0
 */
import { Decimal, Wallet, type WalletModel } from "@btse-wallet/core"
import { Command } from "@effect/cli"
import { type BigDecimal, Effect } from "effect"
import * as CurrencyCheck from "../CurrencyCheck.ts"
import * as Document from "../Document.ts"
import * as Exchange from "../Exchange.ts"
import * as Acting from "../Options/Acting.ts"
import * as Amount from "../Options/Amount.ts"
import * as ExchangeOptions from "../Options/Exchange.ts"
import * as Global from "../Options/Global.ts"
import * as PaymentFlow from "../PaymentFlow.ts"

const operation = "btse convert"

interface Settings extends PaymentFlow.Settings {
  readonly amount: BigDecimal.BigDecimal
  readonly from: WalletModel.Currency
  readonly to: WalletModel.Currency
}

const run = Effect.fn(operation)(function* (options: Settings) {
  const wallet = yield* Wallet.Wallet
  const { amount, from, to } = options
  const request: WalletModel.ConvertRequest = { amount, from, to }
  yield* CurrencyCheck.required({ operation, action: "CONVERT", currencies: [from, to] })
  yield* PaymentFlow.run(
    {
      operation,
      request: { kind: "convert", ...request },
      currency: from,
      question: "Convert now, at the exchange's rate at that moment?",
      fields: Effect.map(wallet.exchangeRate({ from, to }), ({ rate }) => [
        ["convert", `${Decimal.toText(amount)} ${from}`],
        ["to", to],
        ["rate now", `${Decimal.toText(rate)} ${to} for 1 ${from}`]
      ]),
      dryRun: Document.ConversionDryRun,
      shown: request,
      send: (payments, given) => payments.convert({ ...given, request })
    },
    options,
    (conversion) => PaymentFlow.print(options, conversion)
  )
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
    key: Acting.key,
    dryRun: Acting.dryRun,
    yes: Acting.yes
  },
  run
).pipe(
  Command.withDescription("Convert one currency into another at the exchange's rate, once, whatever happens."),
  Command.provide((options) => Exchange.layer(operation, options))
)
