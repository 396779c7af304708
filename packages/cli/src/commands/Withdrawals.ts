/**
 * `btse withdrawals`: the withdrawals of this ledger and their states.
 *
 * @since 0.1.0
 */
import { Withdrawal, Withdrawals } from "@btse-wallet/ledger"
import { Args, Command } from "@effect/cli"
import { Effect, Schema, Stream } from "effect"
import * as Books from "../Books.ts"
import { WithdrawalNotCompleted, WithdrawalUnknown } from "../CliError.ts"
import * as Global from "../Options/Global.ts"
import * as Output from "../Output.ts"
import * as Render from "../Render/Withdrawal.ts"

const id = Args.text({ name: "ID" }).pipe(
  Args.withDescription("The withdrawal's id: the exchange's, the ledger's, or the idempotency key.")
)

type WithId = Global.Global & { readonly id: string }

const many = Schema.Array(Withdrawal.Withdrawal)

const list = Effect.fn("btse withdrawals list")(function* (options: Global.Global) {
  const book = yield* Withdrawals.WithdrawalBook
  yield* Output.result({ json: options.json, schema: many, value: yield* book.list, render: Render.list })
})

const show = Effect.fn("btse withdrawals show")(function* (options: WithId) {
  const book = yield* Withdrawals.WithdrawalBook
  yield* Output.result({
    json: options.json,
    schema: Withdrawal.Withdrawal,
    value: yield* book.get(options.id),
    render: Render.one
  })
})

/**
 * Fails where a withdrawal ended in another way than completed.
 *
 * @since 0.1.0
 * @category assertions
 */
export const completed = Effect.fnUntraced(function* (operation: string, withdrawal: Withdrawal.Withdrawal) {
  const { id, key, status, withdrawId } = withdrawal
  if (status === "COMPLETED") return
  if (status === "UNKNOWN" || status === "INTENDED") return yield* new WithdrawalUnknown({ operation, key })
  return yield* new WithdrawalNotCompleted({ operation, withdrawId: withdrawId ?? id, status })
})

const track = Effect.fn("btse withdrawals track")(function* (options: WithId) {
  const operation = "btse withdrawals track"
  const book = yield* Withdrawals.WithdrawalBook
  const output = yield* Output.Output
  const withdrawal = yield* book.get(options.id)
  if (withdrawal.withdrawId === null) return yield* completed(operation, withdrawal)
  yield* Stream.runForEach(book.track(withdrawal.withdrawId), (step) =>
    options.json
      ? Output.line(Withdrawal.WithdrawalTransition, step)
      : Output.text(Render.transition(step, { colored: output.colored, columns: output.columns }))
  )
  yield* completed(operation, yield* book.get(withdrawal.id))
})

const resolve = Effect.fn("btse withdrawals resolve")(function* (options: Global.Global) {
  const book = yield* Withdrawals.WithdrawalBook
  const resolved = yield* book.resolve
  yield* Output.result({
    json: options.json,
    schema: many,
    value: resolved,
    render: (all, style) => (all.length === 0 ? "No withdrawal's outcome is unknown." : Render.list(all, style))
  })
  const unknown = resolved.find(({ status }) => status === "UNKNOWN")
  if (unknown !== undefined) {
    return yield* new WithdrawalUnknown({ operation: "btse withdrawals resolve", key: unknown.key })
  }
})

const listCommand = Command.make("list", Global.all, list).pipe(
  Command.withDescription("List the withdrawals, the newest first."),
  Command.provide((options) => Books.layerReader("btse withdrawals list", options))
)

const showCommand = Command.make("show", { ...Global.all, id }, show).pipe(
  Command.withDescription("Show one withdrawal."),
  Command.provide((options) => Books.layerReader("btse withdrawals show", options))
)

const trackCommand = Command.make("track", { ...Global.all, id }, track).pipe(
  Command.withDescription("Print each transition of a withdrawal until a final one."),
  Command.provide((options) => Books.layerReader("btse withdrawals track", options))
)

const resolveCommand = Command.make("resolve", Global.all, resolve).pipe(
  Command.withDescription("Look in the history for the withdrawals whose outcome is unknown."),
  Command.provide((options) => Books.layerReader("btse withdrawals resolve", options))
)

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make("withdrawals").pipe(
  Command.withDescription("Show, follow and resolve the withdrawals of this ledger."),
  Command.withSubcommands([listCommand, showCommand, trackCommand, resolveCommand])
)
