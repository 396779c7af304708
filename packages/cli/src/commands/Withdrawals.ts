/**
 * `btse withdrawals`: the payments of this ledger (withdrawals, transfers and conversions) and their states.
 *
 * @since 0.1.0
 */
import { type LedgerError, Payment, Payments } from "@btse-wallet/ledger"
import { Args, Command } from "@effect/cli"
import { Effect, Option, Schema, Stream } from "effect"
import * as Books from "../Books.ts"
import {
  InvalidInput,
  WithdrawalNotCompleted,
  WithdrawalNotSent,
  WithdrawalRefused,
  WithdrawalUndecided,
  WithdrawalUnknown
} from "../CliError.ts"
import * as Confirmation from "../Confirmation.ts"
import * as Acting from "../Options/Acting.ts"
import * as Global from "../Options/Global.ts"
import * as Output from "../Output.ts"
import * as Render from "../Render/Withdrawal.ts"

const id = Args.text({ name: "ID" }).pipe(
  Args.withDescription("The payment's id: the exchange's, the ledger's, or the idempotency key.")
)

type WithId = Global.Global & { readonly id: string }

const many = Schema.Array(Payment.Payment)

const list = Effect.fn("btse withdrawals list")(function* (options: Global.Global) {
  const book = yield* Payments.PaymentBook
  yield* Output.result({ json: options.json, schema: many, value: yield* book.list, render: Render.list })
})

const show = Effect.fn("btse withdrawals show")(function* (options: WithId) {
  const book = yield* Payments.PaymentBook
  yield* Output.result({
    json: options.json,
    schema: Payment.PaymentWithCandidates,
    value: { ...(yield* book.get(options.id)), candidates: yield* book.candidates(options.id) },
    render: Render.withCandidates
  })
})

/**
 * Fails where a withdrawal ended in another way than completed.
 *
 * @since 0.1.0
 * @category assertions
 */
export const completed = Effect.fnUntraced(function* (operation: string, withdrawal: Payment.Payment) {
  const { id, key, kind, status } = withdrawal
  const reason = withdrawal.reason ?? status
  switch (status) {
    case "COMPLETED":
      return
    case "UNKNOWN":
    case "INTENDED":
      return yield* new WithdrawalUnknown({ operation, kind, key })
    case "UNSENT":
      return yield* new WithdrawalNotSent({ operation, kind, key, reason })
    case "REFUSED":
      return yield* new WithdrawalRefused({ operation, kind, key, reason })
    default:
      return yield* new WithdrawalNotCompleted({ operation, withdrawId: Payment.orderIdOf(withdrawal) ?? id, status })
  }
})

const track = Effect.fn("btse withdrawals track")(function* (
  options: Global.Global & { readonly ids: ReadonlyArray<string> }
) {
  const operation = "btse withdrawals track"
  const book = yield* Payments.PaymentBook
  const output = yield* Output.Output
  const withdrawals = yield* Effect.forEach(options.ids, book.get)
  const sent = withdrawals.map(Payment.orderIdOf).flatMap((id) => (id === null ? [] : [book.track(id)]))
  yield* Stream.runForEach(Stream.mergeAll(sent, { concurrency: "unbounded" }), (step) =>
    options.json
      ? Output.line(Payment.PaymentTransition, step)
      : Output.text(Render.transition(step, Output.styleOf(output)))
  )
  yield* Effect.forEach(withdrawals, ({ id }) => Effect.flatMap(book.get(id), (end) => completed(operation, end)))
})

interface Resolving extends Global.Global {
  readonly id: Option.Option<string>
  readonly as: Option.Option<string>
  readonly isNot: Option.Option<string>
  readonly notSent: boolean
  readonly acknowledge: Option.Option<ReadonlyArray<string>>
  readonly reason: Option.Option<string>
}

const resolving = "btse withdrawals resolve"

/** The decisions that the options name, without their reason. */
const namedBy = ({ acknowledge, as, isNot, notSent }: Resolving) => [
  ...Option.toArray(Option.map(as, (orderId) => ({ _tag: "Is" as const, orderId }))),
  ...Option.toArray(Option.map(isNot, (orderId) => ({ _tag: "IsNot" as const, orderId }))),
  ...(notSent ? [{ _tag: "NotSent" as const, acknowledged: Option.getOrElse(acknowledge, () => []) }] : [])
]

/** A person's decision; `None` where history is to tell. */
const decisionOf = Effect.fnUntraced(function* (options: Resolving) {
  const { acknowledge, id, notSent, reason } = options
  const refused = (problem: string, advice: string) => new InvalidInput({ operation: resolving, problem, advice })
  const [named, ...others] = namedBy(options)
  if (Option.isSome(acknowledge) && !notSent) return yield* refused("--acknowledge goes with --not-sent.", "Add it.")
  if (named === undefined) {
    return Option.isNone(reason)
      ? Option.none<readonly [id: string, decision: Payments.Decision]>()
      : yield* refused("--reason goes with a decision.", "Add --as ORDER_ID, --is-not ORDER_ID or --not-sent.")
  }
  if (others.length > 0) {
    return yield* refused("--as, --is-not and --not-sent exclude each other.", "Give one of them.")
  }
  if (Option.isNone(id)) return yield* refused("A decision is about one withdrawal.", "Name it by its key or id.")
  if (Option.isNone(reason)) return yield* refused("A decision wants its reason.", "Add --reason TEXT.")
  return Option.some([id.value, { ...named, reason: reason.value }] as const)
})

/** Decides; a person at a terminal is shown the rows that could be what was not sent, and asked about them. */
const decide = Effect.fnUntraced(function* (options: Resolving, id: string, decision: Payments.Decision) {
  const book = yield* Payments.PaymentBook
  const output = yield* Output.Output
  return yield* book.decide(id, decision).pipe(
    Effect.catchIf(
      (error): error is LedgerError.DecisionRefused =>
        error._tag === "DecisionRefused" && error.candidates.length > 0 && decision._tag === "NotSent",
      (refusal) =>
        Effect.gen(function* () {
          const { currency } = yield* book.get(id)
          const style = { colored: false, columns: undefined }
          yield* output.note(`${refusal.problem}\n\n${Render.candidates(refusal.candidates, currency, style)}\n`)
          if (!(yield* Confirmation.Interactive)) return yield* refusal
          yield* Confirmation.required({
            operation: resolving,
            yes: false,
            question: "Is none of these rows this withdrawal?",
            did: "decided",
            on: options,
            fields: Effect.succeed([["withdrawal", id]])
          })
          const acknowledged = refusal.candidates.map(({ orderId }) => orderId)
          const before = decision._tag === "NotSent" ? (decision.acknowledged ?? []) : []
          return yield* book.decide(id, {
            _tag: "NotSent",
            reason: decision.reason,
            acknowledged: [...before, ...acknowledged]
          })
        })
    )
  )
})

const resolve = Effect.fn(resolving)(function* (options: Resolving) {
  const { json } = options
  const book = yield* Payments.PaymentBook
  const decision = yield* decisionOf(options)
  if (Option.isSome(decision)) {
    const decided = yield* decide(options, ...decision.value)
    return yield* Output.result({ json, schema: Payment.Payment, value: decided, render: Render.one })
  }
  const only = yield* Effect.transposeMapOption(options.id, book.get)
  const resolved = (yield* book.resolve).filter((one) => Option.isNone(only) || one.id === only.value.id)
  yield* Output.result({
    json,
    schema: Schema.Array(Payment.Resolution),
    value: resolved,
    render: Render.resolutions
  })
  for (const { candidates, currency, key, kind, verdict } of resolved) {
    if (verdict === "found" || verdict === "unsent") continue
    const rows = candidates.map((row) => Render.candidate(row, currency))
    return yield* new WithdrawalUndecided({ operation: resolving, kind, key, verdict, candidates: rows })
  }
})

const listCommand = Command.make("list", Global.all, list).pipe(
  Command.withDescription("List the withdrawals, transfers and conversions, the newest first."),
  Command.provide((options) => Books.layerOffline("btse withdrawals list", options))
)

const showCommand = Command.make("show", { ...Global.all, id }, show).pipe(
  Command.withDescription("Show one withdrawal, transfer or conversion."),
  Command.provide((options) => Books.layerOffline("btse withdrawals show", options))
)

const trackCommand = Command.make("track", { ...Global.all, ids: Args.atLeast(id, 1) }, track).pipe(
  Command.withDescription("Print each transition of one or more payments until their final ones."),
  Command.provide((options) => Books.layerReader("btse withdrawals track", options))
)

const resolveCommand = Command.make(
  "resolve",
  {
    ...Global.all,
    id: Args.optional(id),
    as: Acting.as,
    isNot: Acting.isNot,
    notSent: Acting.notSent,
    acknowledge: Acting.acknowledge,
    reason: Acting.reason
  },
  resolve
).pipe(
  Command.withDescription("Look in the history for the payments whose outcome is unknown, or decide about one."),
  Command.provide((options) => Books.layerReader("btse withdrawals resolve", options))
)

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make("withdrawals").pipe(
  Command.withDescription(
    "Show, follow and resolve the payments of this ledger: withdrawals, transfers and conversions."
  ),
  Command.withSubcommands([listCommand, showCommand, trackCommand, resolveCommand])
)
