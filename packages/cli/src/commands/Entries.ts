/**
 * `btse entries`: the adjustments and imports of this ledger.
 *
 * @since 0.1.0
 */
import { Entries } from "@btse-wallet/ledger"
import { Args, Command } from "@effect/cli"
import { Effect, Schema } from "effect"
import * as Books from "../Books.ts"
import * as Confirmation from "../Confirmation.ts"
import * as Acting from "../Options/Acting.ts"
import * as Entry from "../Options/Entry.ts"
import * as Global from "../Options/Global.ts"
import * as Time from "../Options/Time.ts"
import * as Output from "../Output.ts"
import * as Render from "../Render/Entry.ts"

const range = Time.range({
  begin: ["since", "Entries that count from this time on."],
  end: ["until", "Entries that count before this time; of a date, to the end of its day."]
})

const list = Effect.fn("btse entries list")(function* (options: Global.Global & { readonly range: Time.Range }) {
  const entries = yield* Entries.Entries
  yield* Output.result({
    json: options.json,
    schema: Schema.Array(Entries.LedgerEntry),
    value: (yield* entries.list).filter(({ at }) => Time.within(options.range)(at)),
    render: Render.list
  })
})

const reversing = "btse entries reverse"

const reverse = Effect.fn(reversing)(function* (
  options: Global.Global & { readonly id: string; readonly reason: string; readonly yes: boolean }
) {
  const entries = yield* Entries.Entries
  yield* Confirmation.required({
    operation: reversing,
    yes: options.yes,
    did: "entered",
    question: "Enter the opposite of this entry into the books?",
    on: options,
    fields: Effect.succeed([
      ["entry", options.id],
      ["reason", options.reason]
    ])
  })
  const reversal = yield* entries.reverse(options.id, options.reason)
  yield* Output.result({ json: options.json, schema: Entries.LedgerEntry, value: reversal, render: Render.one })
})

const listCommand = Command.make("list", { ...Global.all, range }, list).pipe(
  Command.withDescription("List what was entered beside wallet history: adjustments, imports and their reversals."),
  Command.provide((options) => Books.layerBooks("btse entries list", options))
)

const reverseCommand = Command.make(
  "reverse",
  {
    ...Global.all,
    id: Args.text({ name: "ID" }).pipe(Args.withDescription("The entry's number, as `btse entries list` has it.")),
    reason: Entry.reason,
    yes: Acting.yes
  },
  reverse
).pipe(
  Command.withDescription("Undo an entry by one of the opposite amount, at the moment where that counts. Both stay."),
  Command.provide((options) => Books.layerBooks(reversing, options))
)

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make("entries").pipe(
  Command.withDescription("Show and undo the adjustments and imports of this ledger."),
  Command.withSubcommands([listCommand, reverseCommand])
)
