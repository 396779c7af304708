/**
 * The way of a payment through the program, the same for withdrawals, transfers and conversions: its checks, the question
 * before it, its handle before it is sent, its outcome.
 *
 * @since 0.1.0
 */
import type { WalletModel } from "@btse-wallet/core"
import { LedgerError, Payment, type PaymentCheck, Payments } from "@btse-wallet/ledger"
import { Effect, Option, Ref, type Schema } from "effect"
import { randomUUID } from "node:crypto"
import * as Books from "./Books.ts"
import { WithdrawalRefused, WithdrawalUnknown } from "./CliError.ts"
import * as Confirmation from "./Confirmation.ts"
import type * as Document from "./Document.ts"
import type { Global } from "./Options/Global.ts"
import * as LedgerFile from "./LedgerFile.ts"
import * as Output from "./Output.ts"
import * as PolicyFile from "./PolicyFile.ts"
import * as Render from "./Render/Withdrawal.ts"
import * as Table from "./Table.ts"

/**
 * The options of every payment.
 *
 * @since 0.1.0
 * @category models
 */
export interface Settings extends Global {
  readonly key: Option.Option<string>
  readonly dryRun: boolean
  readonly yes: boolean
}

/**
 * A payment that a command line asks for. `fields` are the request for eyes, `request` is what the ledger checks, `document`
 * prints the dry run.
 *
 * @since 0.1.0
 * @category models
 */
export interface Payable<P extends Payment.Payment, D, I, E, R> {
  readonly operation: string
  readonly request: Payment.PaymentRequest
  readonly currency: WalletModel.Currency
  readonly question: string
  readonly fields: Effect.Effect<ReadonlyArray<readonly [name: string, value: string]>, E, R>
  readonly dryRun: Schema.Schema<Document.DryRunOf<D>, I>
  readonly shown: D
  readonly send: (
    payments: typeof Payments.Payments.Service,
    given: Pick<Payments.PaymentOptions<never>, "beforeSending"> & { readonly key: string }
  ) => Effect.Effect<P, Payments.PaymentError>
}

type Preview = PaymentCheck.PaymentPreview

/** Where a check failed, sending would fail the same way. */
const passes = (operation: string, { checks }: Preview) => {
  const [first, ...others] = checks.flatMap(({ check, detail, outcome }) =>
    outcome === "failed" ? [`${check}: ${detail}`] : []
  )
  return first === undefined ? Effect.void : new LedgerError.PaymentBlocked({ operation, problems: [first, ...others] })
}

/** The check of a tag says something only where one may be missing. */
const missingTag = ({ checks }: Preview): Option.Option<string> =>
  Option.fromNullable(checks.find(({ check, outcome }) => check === "tag" && outcome === "unchecked")?.detail)

const dryRun = Effect.fnUntraced(function* <P extends Payment.Payment, D, I, E, R>(
  payable: Payable<P, D, I, E, R>,
  options: Settings,
  preview: Preview
) {
  const fields = yield* payable.fields
  yield* Output.result({
    json: options.json,
    schema: payable.dryRun,
    value: { sent: false as const, request: payable.shown, key: Option.getOrNull(options.key), ...preview },
    render: (_, style) =>
      [
        Table.renderFields([...fields, ...Render.cost(preview, payable.currency)], style),
        Render.checks(preview.checks, style),
        "Nothing was sent: this is a dry run."
      ].join("\n")
  })
  yield* passes(payable.operation, preview)
})

// Two runs must never make the same key, and the seed of Effect's own Random has 32 bits only.
const randomKey = Effect.sync(() => `cli-${randomUUID()}`)

/** What is told before a byte leaves: a handle that nobody chose, and a tag that may be missing where nobody was asked. */
const announce = Effect.fnUntraced(function* (options: Settings, ready: Payments.ReadyPayment) {
  const output = yield* Output.Output
  yield* Ref.set(output.paymentKey, Option.some(ready.key))
  const tag = options.yes ? missingTag(ready) : Option.none<string>()
  if (Option.isSome(tag)) yield* output.note(`Sent without a tag: ${tag.value}.`)
  if (Option.isNone(options.key)) {
    yield* output.note(`Sending with key ${ready.key}: \`btse withdrawals show ${ready.key}\` shows what became of it.`)
  }
})

const show = (options: Settings, value: Payment.Payment) =>
  Output.result({ json: options.json, schema: Payment.Payment, value, render: Render.one })

/** Prints a payment that has no outcome, or none that is wanted, and fails with what to do. */
const settled = Effect.fnUntraced(function* (operation: string, options: Settings, payment: Payment.Payment) {
  const { key, kind, reason, status } = payment
  const open = status === "UNKNOWN" || status === "INTENDED"
  const refused = status === "REFUSED" || (kind === "withdraw" && Payment.orderIdOf(payment) === null)
  if (!open && !refused) return
  yield* show(options, payment)
  return yield* open
    ? new WithdrawalUnknown({ operation, kind, key })
    : new WithdrawalRefused({ operation, kind, key, reason: reason ?? status })
})

/**
 * Checks a payment, asks, sends it once and returns it once the exchange has taken it; with `--dry-run` it only checks.
 * Nothing is printed of a payment that was taken.
 *
 * @since 0.1.0
 * @category running
 */
export const run = Effect.fnUntraced(function* <P extends Payment.Payment, D, I, E, R, A, E2, R2>(
  payable: Payable<P, D, I, E, R>,
  options: Settings,
  taken: (payment: P) => Effect.Effect<A, E2, R2>
) {
  const { operation, request } = payable
  const policy = yield* PolicyFile.read(operation, options)
  const previewed = Effect.provide(
    Effect.flatMap(Payments.Payments, (payments) => payments.check(request)),
    Books.layerTrial(operation, options, { policy })
  )
  if (options.dryRun) return yield* dryRun(payable, options, yield* previewed)
  // What is refused leaves no ledger behind.
  if (options.yes && !(yield* LedgerFile.exists(options))) yield* passes(operation, yield* previewed)
  yield* Confirmation.required({
    operation,
    yes: options.yes,
    on: options,
    question: payable.question,
    fields: Effect.gen(function* () {
      const preview = yield* previewed
      yield* passes(operation, preview)
      return [
        ...(yield* payable.fields),
        ...Render.cost(preview, payable.currency),
        ...Option.toArray(Option.map(missingTag(preview), (detail) => ["no tag", detail] as const)),
        ["key", Option.getOrElse(options.key, () => "a new one: a second run sends a second time")] as const
      ]
    })
  })
  const output = yield* Output.Output
  const submit = Effect.gen(function* () {
    const payments = yield* Payments.Payments
    const key = yield* Option.match(options.key, { onNone: () => randomKey, onSome: Effect.succeed })
    const beforeSending = (ready: Payments.ReadyPayment) =>
      Effect.provideService(announce(options, ready), Output.Output, output)
    const payment = yield* payable.send(payments, { key, beforeSending })
    yield* settled(operation, options, payment)
    yield* taken(payment)
  })
  yield* Effect.provide(submit, Books.layer(operation, options, { policy }))
})

/**
 * Prints a payment that was taken.
 *
 * @since 0.1.0
 * @category printing
 */
export const print = show
