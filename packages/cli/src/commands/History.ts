/**
 * `btse history`: the wallet's history as the exchange has it, one page. The ledger has all of it.
 *
 * @since 0.1.0
 */
import { Decimal, Wallet, type WalletModel } from "@btse-wallet/core"
import { Command, Options } from "@effect/cli"
import { DateTime, Effect, Option } from "effect"
import * as CurrencyCheck from "../CurrencyCheck.ts"
import * as Document from "../Document.ts"
import * as Exchange from "../Exchange.ts"
import * as Instant from "../Instant.ts"
import * as ExchangeOptions from "../Options/Exchange.ts"
import * as Global from "../Options/Global.ts"
import * as Time from "../Options/Time.ts"
import * as Output from "../Output.ts"
import * as Status from "../Status.ts"
import * as Table from "../Table.ts"

const columns: ReadonlyArray<Table.Column<typeof Document.HistoryEntry.Type>> = [
  { heading: "TIME", cell: ({ timestamp }, style) => Instant.text(timestamp, style) },
  { heading: "TYPE", cell: ({ type }) => type },
  { heading: "CURRENCY", cell: ({ currency }) => currency },
  { heading: "AMOUNT", align: "decimal", cell: ({ amount }) => Decimal.toText(amount) },
  { heading: "FEES", align: "decimal", cell: ({ fees }) => (fees === null ? "" : Decimal.toText(fees)) },
  { heading: "STATUS", cell: ({ status }) => Status.cell(status) },
  { heading: "ORDER", cell: ({ orderId }) => orderId },
  { heading: "DESCRIPTION", cut: true, cell: ({ description }) => description ?? "" }
]

interface Settings extends Global.Global {
  readonly currency: Option.Option<WalletModel.Currency>
  readonly range: Time.Range
  readonly count: Option.Option<number>
}

const run = Effect.fn("btse history")(function* (options: Settings) {
  const wallet = yield* Wallet.WalletReader
  const page = yield* wallet.history({
    currency: Option.getOrUndefined(options.currency),
    // The exchange may count a row at either end to what was asked for, or not.
    from: Option.getOrUndefined(Option.map(options.range.since, DateTime.subtract({ millis: 1 }))),
    to: Option.getOrUndefined(options.range.until),
    count: Option.getOrUndefined(options.count)
  })
  const records = page.records.filter(({ timestamp }) => Time.within(options.range)(timestamp))
  if (records.length + page.undecoded.length === 0 && Option.isSome(options.currency)) {
    yield* CurrencyCheck.known("btse history", options.currency.value)
  }
  const entries = records.map(Document.historyEntry)
  if (options.json) {
    yield* Output.document(Document.History, [...entries, ...page.undecoded.map((undecoded) => ({ undecoded }))])
  } else {
    yield* Output.result({
      json: false,
      schema: Document.History,
      value: entries,
      render: (_, style) => (entries.length === 0 ? "No records." : Table.render(entries, columns, style))
    })
  }
  if (page.undecoded.length > 0) {
    yield* Output.note(
      `${page.undecoded.length} rows of the answer could not be read by this version. \`btse history --json\` shows their text.`
    )
  }
})

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "history",
  {
    ...Global.all,
    currency: ExchangeOptions.currency.pipe(Options.optional),
    range: Time.range({
      begin: ["since", "Records from this time on."],
      end: ["until", "Records before this time; of a date, to the end of its day."]
    }),
    count: ExchangeOptions.count
  },
  run
).pipe(
  Command.withDescription("Show one page of wallet history, as the exchange has it."),
  Command.provide((options) => Exchange.layer("btse history", options))
)
