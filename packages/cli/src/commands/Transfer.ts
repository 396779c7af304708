/**
 * `btse transfer`: to another user of the exchange, through the ledger, so that a key is never sent twice.
 *
 * @since 0.1.0
 */
import { Decimal, type WalletModel } from "@btse-wallet/core"
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

const operation = "btse transfer"

interface Settings extends PaymentFlow.Settings {
  readonly amount: BigDecimal.BigDecimal
  readonly asset: WalletModel.Currency
  readonly toUser: string
  readonly toMail: string
}

const run = Effect.fn(operation)(function* (options: Settings) {
  const { amount, asset, toMail, toUser } = options
  const request: WalletModel.TransferRequest = { amount, asset, toUser, toUserMail: toMail }
  yield* CurrencyCheck.required({ operation, action: "SEND", currencies: [asset] })
  yield* PaymentFlow.run(
    {
      operation,
      request: { kind: "transfer", ...request },
      currency: asset,
      question: "Transfer this? It cannot be taken back.",
      fields: Effect.succeed([
        ["transfer", `${Decimal.toText(amount)} ${asset}`],
        ["to", `${toUser} <${toMail}>`]
      ]),
      dryRun: Document.TransferDryRun,
      shown: request,
      send: (payments, given) => payments.transfer({ ...given, request })
    },
    options,
    (transfer) => PaymentFlow.print(options, transfer)
  )
})

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "transfer",
  {
    ...Global.all,
    amount: Amount.amount("How much to transfer."),
    asset: ExchangeOptions.currencyNamed("asset", "The currency to transfer."),
    toUser: ExchangeOptions.toUser,
    toMail: ExchangeOptions.toMail,
    key: Acting.key,
    dryRun: Acting.dryRun,
    yes: Acting.yes
  },
  run
).pipe(
  Command.withDescription("Transfer funds to another user of the exchange, once, whatever happens."),
  Command.provide((options) => Exchange.layer(operation, options))
)
