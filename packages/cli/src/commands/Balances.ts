/**
 * `btse balances`: what the wallet holds.
 *
 * @since 0.1.0
 */
import { Decimal, Wallet } from "@btse-wallet/core"
import { Command } from "@effect/cli"
import { Array as Arr, Effect, Order } from "effect"
import * as Document from "../Document.ts"
import * as Exchange from "../Exchange.ts"
import * as Global from "../Options/Global.ts"
import * as Output from "../Output.ts"
import * as Table from "../Table.ts"

const columns: ReadonlyArray<Table.Column<(typeof Document.Balances.Type)[number]>> = [
  { heading: "CURRENCY", cell: ({ currency }) => currency },
  { heading: "TOTAL", align: "decimal", cell: ({ total }) => Decimal.toText(total) },
  { heading: "AVAILABLE", align: "decimal", cell: ({ available }) => Decimal.toText(available) }
]

// The exchange's own order changes from one answer to the next.
const byCurrency = Order.mapInput(Order.string, ({ currency }: { readonly currency: string }) => currency)

const run = Effect.fn("btse balances")(function* (options: Global.Global) {
  const wallet = yield* Wallet.WalletReader
  yield* Output.result({
    json: options.json,
    schema: Document.Balances,
    value: Arr.sort(yield* wallet.balances, byCurrency),
    render: (balances, style) =>
      balances.length === 0 ? "The wallet is empty." : Table.render(balances, columns, style)
  })
})

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make("balances", Global.all, run).pipe(
  Command.withDescription("Show what the wallet holds, per currency."),
  Command.provide((options) => Exchange.layer("btse balances", options))
)
