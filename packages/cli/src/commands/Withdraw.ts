/**
 * `btse withdraw`: funds to an address, through the ledger, so that a key is never sent twice.
 *
 * @since 0.1.0
 */
import { Decimal, type WalletModel } from "@btse-wallet/core"
import { Payment, Payments } from "@btse-wallet/ledger"
import { Command } from "@effect/cli"
import { BigDecimal, Effect, Option, Stream } from "effect"
import { InvalidInput } from "../CliError.ts"
import * as CurrencyCheck from "../CurrencyCheck.ts"
import * as Document from "../Document.ts"
import * as Exchange from "../Exchange.ts"
import * as Acting from "../Options/Acting.ts"
import * as Amount from "../Options/Amount.ts"
import * as ExchangeOptions from "../Options/Exchange.ts"
import * as Global from "../Options/Global.ts"
import * as Output from "../Output.ts"
import * as PaymentFlow from "../PaymentFlow.ts"
import * as Render from "../Render/Withdrawal.ts"
import * as ShellWord from "../ShellWord.ts"
import { completed } from "./Withdrawals.ts"

const operation = "btse withdraw"

/** "Withdraw Funds", 1.1.0: max decimal supported is 8. */
const mostDecimals = 8

interface Settings extends PaymentFlow.Settings {
  readonly currency: WalletModel.Currency
  readonly network: WalletModel.Network
  readonly address: string
  readonly tag: Option.Option<string>
  readonly amount: BigDecimal.BigDecimal
  readonly feeOnTop: boolean
  readonly wait: boolean
}

const requestOf = Effect.fnUntraced(function* (options: Settings) {
  const amount = options.amount.scale > mostDecimals ? BigDecimal.normalize(options.amount) : options.amount
  if (amount.scale > mostDecimals) {
    return yield* new InvalidInput({
      operation,
      problem: `${Decimal.toText(amount)} has ${amount.scale} decimals, and the exchange takes at most ${mostDecimals}; nothing was sent.`,
      advice: `Write the amount with at most ${mostDecimals} decimals.`
    })
  }
  const { address, currency, feeOnTop, network, tag } = options
  const given = Option.match(tag, { onNone: () => ({}), onSome: (tag) => ({ tag }) })
  const request: WalletModel.WithdrawRequest = { currency, network, address, amount, feeOnTop, ...given }
  return request
})

const fieldsOf = (request: WalletModel.WithdrawRequest): ReadonlyArray<readonly [name: string, value: string]> => [
  ["withdraw", `${Decimal.toText(request.amount)} ${request.currency}`],
  ["fee", request.feeOnTop ? "on top of the amount" : "out of the amount"],
  ["network", request.network],
  ["to", request.address],
  ...(request.tag === undefined ? [] : [["tag", request.tag] as const])
]

const follow = Effect.fnUntraced(function* (options: Settings, submitted: Payment.Withdrawal, withdrawId: string) {
  const book = yield* Payments.PaymentBook
  const output = yield* Output.Output
  const style = Output.styleOf(output)
  yield* Stream.runForEach(book.track(withdrawId), (step) =>
    options.json
      ? output.progress(`withdrawal ${withdrawId}: ${step.status}`)
      : Output.text(Render.transition(step, style))
  )
  const final = yield* book.get(submitted.id)
  yield* PaymentFlow.print(options, final)
  yield* completed(operation, final)
})

const taken = Effect.fnUntraced(function* (options: Settings, submitted: Payment.Withdrawal) {
  const { key, status, withdrawId } = submitted
  if (options.wait && withdrawId !== null) return yield* follow(options, submitted, withdrawId)
  yield* PaymentFlow.print(options, submitted)
  if (!options.json && Payment.isInFlight(status)) {
    yield* Output.note(`Follow it to its end with \`btse withdrawals track ${ShellWord.of(key)}\`.`)
  }
})

const run = Effect.fn(operation)(function* (options: Settings) {
  const request = yield* requestOf(options)
  const { currency, network } = request
  yield* CurrencyCheck.required({ operation, action: "WITHDRAW", currencies: [currency] })
  yield* CurrencyCheck.networkRequired({ operation, currency, network })
  yield* PaymentFlow.run(
    {
      operation,
      request: { kind: "withdraw", ...request },
      currency,
      question: "Send this withdrawal? It cannot be taken back.",
      fields: Effect.succeed(fieldsOf(request)),
      dryRun: Document.DryRun,
      shown: { ...request, tag: request.tag ?? null },
      send: (payments, given) => payments.withdraw({ ...given, request })
    },
    options,
    (submitted) => taken(options, submitted)
  )
})

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "withdraw",
  {
    ...Global.all,
    currency: ExchangeOptions.currency,
    network: ExchangeOptions.network,
    address: ExchangeOptions.address,
    tag: ExchangeOptions.tag,
    amount: Amount.amount("How much to withdraw, with at most 8 decimals."),
    feeOnTop: Acting.feeOnTop,
    key: Acting.key,
    wait: Acting.wait,
    dryRun: Acting.dryRun,
    yes: Acting.yes
  },
  run
).pipe(
  Command.withDescription("Withdraw funds to an address, once, whatever happens."),
  Command.provide((options) => Exchange.layer(operation, options))
)
