/**
 * `btse closes`: the periods that were closed, and what has changed in them since.
 *
 * @since 0.1.0
 */
import { Closes } from "@btse-wallet/ledger"
import { Args, Command } from "@effect/cli"
import { Effect, Schema } from "effect"
import * as Books from "../Books.ts"
import * as Global from "../Options/Global.ts"
import * as Output from "../Output.ts"
import * as Render from "../Render/Closes.ts"

const list = Effect.fn("btse closes list")(function* (options: Global.Global) {
  const closes = yield* Closes.Closes
  yield* Output.result({
    json: options.json,
    schema: Schema.Array(Closes.ClosedPeriod),
    value: yield* closes.list,
    render: Render.list
  })
})

const show = Effect.fn("btse closes show")(function* (options: Global.Global & { readonly period: string }) {
  const closes = yield* Closes.Closes
  yield* Output.result({
    json: options.json,
    schema: Closes.ClosedPeriod,
    value: yield* closes.get(options.period),
    render: Render.one
  })
})

const listCommand = Command.make("list", Global.all, list).pipe(
  Command.withDescription("List the closes in order, and whether anything of their periods has changed since."),
  Command.provide((options) => Books.layerBooks("btse closes list", options))
)

const showCommand = Command.make(
  "show",
  {
    ...Global.all,
    period: Args.text({ name: "PERIOD" }).pipe(Args.withDescription("The period, as it was closed."))
  },
  show
).pipe(
  Command.withDescription("Show a period's last close, what has changed since, and the entries that calls for."),
  Command.provide((options) => Books.layerBooks("btse closes show", options))
)

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make("closes").pipe(
  Command.withDescription("Show the periods that were closed, and what has changed in them since."),
  Command.withSubcommands([listCommand, showCommand])
)
