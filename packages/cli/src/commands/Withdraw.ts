/**
 * `btse withdraw`: funds to an address, through the ledger, so that a key is never sent twice.
 *
 * @since 0.1.0
 */
import { Decimal, type WalletModel } from "@btse-wallet/core"
import { LedgerError, Payment, type PaymentCheck, type PaymentPolicy, Payments } from "@btse-wallet/ledger"
import { Command } from "@effect/cli"
import { BigDecimal, Effect, Option, Stream } from "effect"
import { randomUUID } from "node:crypto"
import * as Books from "../Books.ts"
import { InvalidInput, WithdrawalRefused, WithdrawalUnknown } from "../CliError.ts"
import * as Confirmation from "../Confirmation.ts"
import * as CurrencyCheck from "../CurrencyCheck.ts"
import * as Document from "../Document.ts"
import * as Exchange from "../Exchange.ts"
import * as Acting from "../Options/Acting.ts"
import * as Amount from "../Options/Amount.ts"
import * as ExchangeOptions from "../Options/Exchange.ts"
import * as Global from "../Options/Global.ts"
import * as Output from "../Output.ts"
import * as PolicyFile from "../PolicyFile.ts"
import * as Render from "../Render/Withdrawal.ts"
import * as Table from "../Table.ts"
import { completed } from "./Withdrawals.ts"

const operation = "btse withdraw"

/** "Withdraw Funds", 1.1.0: max decimal supported is 8. */
const mostDecimals = 8

interface Settings extends Global.Global {
  readonly currency: WalletModel.Currency
  readonly network: WalletModel.Network
  readonly address: string
  readonly tag: Option.Option<string>
  readonly amount: BigDecimal.BigDecimal
  readonly feeOnTop: boolean
  readonly key: Option.Option<string>
  readonly wait: boolean
  readonly dryRun: boolean
  readonly yes: boolean
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
  return {
    currency,
    network,
    address,
    amount,
    feeOnTop,
    ...Option.match(tag, { onNone: () => ({}), onSome: (tag) => ({ tag }) })
  }
})

const fieldsOf = (request: WalletModel.WithdrawRequest): ReadonlyArray<readonly [name: string, value: string]> => [
  ["withdraw", `${Decimal.toText(request.amount)} ${request.currency}`],
  ["fee", request.feeOnTop ? "on top of the amount" : "out of the amount"],
  ["network", request.network],
  ["to", request.address],
  ...(request.tag === undefined ? [] : [["tag", request.tag] as const])
]

const previewed = (options: Settings, request: WalletModel.WithdrawRequest, policy: PaymentPolicy.PaymentPolicy) =>
  Effect.provide(
    Effect.flatMap(Payments.Payments, (withdrawals) => withdrawals.check({ kind: "withdraw", ...request })),
    Books.layerTrial(operation, options, { policy })
  )

/** Where a check failed, sending would fail the same way. */
const passes = ({ checks }: PaymentCheck.PaymentPreview) => {
  const [first, ...others] = checks.flatMap(({ check, detail, outcome }) =>
    outcome === "failed" ? [`${check}: ${detail}`] : []
  )
  return first === undefined ? Effect.void : new LedgerError.PaymentBlocked({ operation, problems: [first, ...others] })
}

const dryRun = Effect.fnUntraced(function* (
  options: Settings,
  request: WalletModel.WithdrawRequest,
  preview: PaymentCheck.PaymentPreview
) {
  yield* Output.result({
    json: options.json,
    schema: Document.DryRun,
    value: {
      sent: false as const,
      request: { ...request, tag: request.tag ?? null },
      key: Option.getOrNull(options.key),
      ...preview
    },
    render: (_, style) =>
      [
        Table.renderFields([...fieldsOf(request), ...Render.cost(preview, request.currency)], style),
        Render.checks(preview.checks, style),
        "Nothing was sent: this is a dry run."
      ].join("\n")
  })
  yield* passes(preview)
})

// Two runs must never make the same key, and the seed of Effect's own Random has 32 bits only.
const randomKey = Effect.sync(() => `cli-${randomUUID()}`)

const show = (options: Settings, value: Payment.Payment) =>
  Output.result({ json: options.json, schema: Payment.Payment, value, render: Render.one })

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
  yield* show(options, final)
  yield* completed(operation, final)
})

const submit = Effect.fnUntraced(function* (options: Settings, request: WalletModel.WithdrawRequest) {
  const withdrawals = yield* Payments.Payments
  const key = yield* Option.match(options.key, { onNone: () => randomKey, onSome: Effect.succeed })
  const submitted = yield* withdrawals.withdraw({ key, request })
  if (submitted.status === "UNKNOWN" || submitted.status === "INTENDED") {
    yield* show(options, submitted)
    return yield* new WithdrawalUnknown({ operation, key })
  }
  if (submitted.withdrawId === null) {
    yield* show(options, submitted)
    return yield* new WithdrawalRefused({ operation, key, reason: submitted.reason ?? submitted.status })
  }
  if (options.wait) return yield* follow(options, submitted, submitted.withdrawId)
  yield* show(options, submitted)
  if (!options.json && Payment.isInFlight(submitted.status)) {
    yield* Output.note(`Follow it to its end with \`btse withdrawals track ${key}\`.`)
  }
})

const run = Effect.fn(operation)(function* (options: Settings) {
  const request = yield* requestOf(options)
  const { currency, network } = request
  yield* CurrencyCheck.required({ operation, action: "WITHDRAW", currencies: [currency] })
  yield* CurrencyCheck.networkRequired({ operation, currency, network })
  const policy = yield* PolicyFile.read(operation, options)
  if (options.dryRun) return yield* dryRun(options, request, yield* previewed(options, request, policy))
  yield* Confirmation.required({
    operation,
    yes: options.yes,
    on: options,
    question: "Send this withdrawal? It cannot be taken back.",
    fields: previewed(options, request, policy).pipe(
      Effect.tap(passes),
      Effect.map((preview) => [
        ...fieldsOf(request),
        ...Render.cost(preview, currency),
        ["key", Option.getOrElse(options.key, () => "a new one: a second run sends a second withdrawal")]
      ])
    )
  })
  // Not before: what is refused up to here leaves no ledger behind.
  yield* Effect.provide(submit(options, request), Books.layer(operation, options, { policy }))
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
