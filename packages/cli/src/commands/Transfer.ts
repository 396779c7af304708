/**
 * `btse transfer`: to another user of the exchange.
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

const operation = "btse transfer"

interface Settings extends Global.Global {
  readonly amount: BigDecimal.BigDecimal
  readonly asset: WalletModel.Currency
  readonly toUser: string
  readonly toMail: string
  readonly yes: boolean
}

const run = Effect.fn(operation)(function* (options: Settings) {
  const wallet = yield* Wallet.Wallet
  const { amount, asset, toMail, toUser } = options
  yield* CurrencyCheck.required({ operation, action: "SEND", currencies: [asset] })
  yield* Confirmation.required({
    operation,
    yes: options.yes,
    on: options,
    question: "Transfer this? It cannot be taken back.",
    fields: Effect.succeed([
      ["transfer", `${Decimal.toText(amount)} ${asset}`],
      ["to", `${toUser} <${toMail}>`]
    ])
  })
  yield* Output.result({
    json: options.json,
    schema: Document.Transfer,
    value: yield* wallet.transfer({ amount, asset, toUser, toUserMail: toMail }),
    render: (transfer, style) =>
      Table.renderFields(
        [
          ["transferred", `${Decimal.toText(transfer.amount)} ${transfer.asset}`],
          ["to", `${transfer.toUser} <${transfer.toUserMail}>`]
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
  "transfer",
  {
    ...Global.all,
    amount: Amount.amount("How much to transfer."),
    asset: ExchangeOptions.currencyNamed("asset", "The currency to transfer."),
    toUser: ExchangeOptions.toUser,
    toMail: ExchangeOptions.toMail,
    yes: Acting.yes
  },
  run
).pipe(
  Command.withDescription("Transfer funds to another user of the exchange."),
  Command.provide((options) => Exchange.layer(operation, options))
)
