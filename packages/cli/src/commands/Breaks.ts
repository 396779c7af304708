/**
 * `btse breaks`: the differences that reconciliations found, and the work on them.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import { Breaks } from "@btse-wallet/ledger"
import { Args, Command } from "@effect/cli"
import { DateTime, Effect, Option, Schema } from "effect"
import * as Books from "../Books.ts"
import * as Confirmation from "../Confirmation.ts"
import * as Acting from "../Options/Acting.ts"
import * as Entry from "../Options/Entry.ts"
import * as Global from "../Options/Global.ts"
import * as Time from "../Options/Time.ts"
import * as Output from "../Output.ts"
import * as Render from "../Render/Breaks.ts"

const id = Args.text({ name: "ID" }).pipe(Args.withDescription("The break's number, as `btse breaks list` has it."))

type WithId = Global.Global & { readonly id: string }

const show = Effect.fnUntraced(function* (json: boolean, value: Breaks.Break) {
  yield* Output.result({ json, schema: Breaks.Break, value, render: Render.one(yield* DateTime.now) })
})

const range = Time.range({
  begin: ["since", "Breaks that may have come about from this time on."],
  end: ["until", "Breaks that may have come about before this time; of a date, to the end of its day."]
})

const list = Effect.fn("btse breaks list")(function* (options: Global.Global & { readonly range: Time.Range }) {
  const breaks = yield* Breaks.Breaks
  yield* Output.result({
    json: options.json,
    schema: Schema.Array(Breaks.Break),
    value: (yield* breaks.list).filter(({ born, from, to }) => Time.overlaps(options.range)(born ?? { from, to })),
    render: Render.list(yield* DateTime.now)
  })
})

const showing = Effect.fn("btse breaks show")(function* (options: WithId) {
  const breaks = yield* Breaks.Breaks
  yield* show(options.json, yield* breaks.get(options.id))
})

const assign = Effect.fn("btse breaks assign")(function* (options: WithId & { readonly name: string }) {
  const breaks = yield* Breaks.Breaks
  yield* show(options.json, yield* breaks.assign(options.id, options.name))
})

const note = Effect.fn("btse breaks note")(function* (options: WithId & { readonly text: string }) {
  const breaks = yield* Breaks.Breaks
  yield* show(options.json, yield* breaks.note(options.id, options.text))
})

const reopen = Effect.fn("btse breaks reopen")(function* (options: WithId & { readonly reason: string }) {
  const breaks = yield* Breaks.Breaks
  yield* show(options.json, yield* breaks.reopen(options.id, options.reason))
})

const resolving = "btse breaks resolve"

interface Resolving extends WithId {
  readonly reason: string
  readonly reference: Option.Option<string>
  readonly at: Option.Option<DateTime.Utc>
  readonly yes: boolean
}

const resolve = Effect.fn(resolving)(function* (options: Resolving) {
  const breaks = yield* Breaks.Breaks
  const { currency, difference } = yield* breaks.get(options.id)
  yield* Confirmation.required({
    operation: resolving,
    yes: options.yes,
    did: "entered",
    question: "Enter an adjustment of this difference into the books?",
    on: options,
    fields: Effect.succeed([
      ["break", options.id],
      ["adjustment", `${Decimal.toText(difference)} ${currency}`],
      ["reason", options.reason]
    ])
  })
  const resolved = yield* breaks.resolve(options.id, {
    reason: options.reason,
    reference: Option.getOrUndefined(options.reference),
    at: Option.getOrUndefined(options.at),
    difference
  })
  yield* show(options.json, resolved)
})

const listCommand = Command.make("list", { ...Global.all, range }, list).pipe(
  Command.withDescription("List the breaks, the oldest first, with their age and who looks into them."),
  Command.provide((options) => Books.layerBooks("btse breaks list", options))
)

const showCommand = Command.make("show", { ...Global.all, id }, showing).pipe(
  Command.withDescription("Show one break and everything that was done about it."),
  Command.provide((options) => Books.layerBooks("btse breaks show", options))
)

const assignCommand = Command.make(
  "assign",
  {
    ...Global.all,
    id,
    name: Args.text({ name: "NAME" }).pipe(Args.withDescription("Who looks into it; an empty text for nobody."))
  },
  assign
).pipe(
  Command.withDescription("Say who looks into a break."),
  Command.provide((options) => Books.layerBooks("btse breaks assign", options))
)

const noteCommand = Command.make(
  "note",
  { ...Global.all, id, text: Args.text({ name: "TEXT" }).pipe(Args.withDescription("What was found out.")) },
  note
).pipe(
  Command.withDescription("Add a note to a break. Notes are kept for good."),
  Command.provide((options) => Books.layerBooks("btse breaks note", options))
)

const resolveCommand = Command.make(
  "resolve",
  {
    ...Global.all,
    id,
    reason: Entry.reason,
    reference: Entry.reference,
    at: Time.optional(
      "at",
      "When the adjustment counts; by default at the end of the interval in which the break was born."
    ),
    yes: Acting.yes
  },
  resolve
).pipe(
  Command.withDescription(
    "Resolve a break by an adjustment of its difference, after making sure that it still breaks, and reconcile its span again."
  ),
  Command.provide((options) => Books.layerBooks(resolving, options))
)

const reopenCommand = Command.make("reopen", { ...Global.all, id, reason: Entry.reason }, reopen).pipe(
  Command.withDescription("Open a break again. Its adjustment stays: `btse entries reverse` undoes that."),
  Command.provide((options) => Books.layerBooks("btse breaks reopen", options))
)

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make("breaks").pipe(
  Command.withDescription("Show and work on the differences that reconciliations found."),
  Command.withSubcommands([listCommand, showCommand, assignCommand, noteCommand, resolveCommand, reopenCommand])
)
