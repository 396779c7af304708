/**
 * The books for another program. `docs/reference/exports.md` has each format's conventions.
 *
 * @since 0.1.0
 */
import { SqlClient } from "@effect/sql"
import type { DateTime } from "effect"
import { Chunk, Context, Effect, Layer, Ref, Schema, Stream } from "effect"
import { Account } from "./Account.ts"
import type { AccountingPolicy } from "./AccountingPolicy.ts"
import { standard } from "./AccountingPolicy.ts"
import * as Beancount from "./Export/Beancount.ts"
import { atDayEnds } from "./Export/BeancountDays.ts"
import { byTime, readEntered } from "./Export/ByTime.ts"
import * as CoinTracking from "./Export/CoinTracking.ts"
import * as Csv from "./Export/Csv.ts"
import type { About, Format as Writer, Identified } from "./Export/Format.ts"
import { historyRows } from "./Export/HistoryRows.ts"
import * as Hledger from "./Export/Hledger.ts"
import { inCountingOrder } from "./Export/InCountingOrder.ts"
import type { Range } from "./Export/InTime.ts"
import type { JournalItem } from "./Export/JournalItem.ts"
import { journalRows } from "./Export/JournalRows.ts"
import * as Jsonl from "./Export/Jsonl.ts"
import * as Koinly from "./Export/Koinly.ts"
import * as LedgerCli from "./Export/LedgerCli.ts"
import * as Left from "./Export/LeftOut.ts"
import * as RotkiEvents from "./Export/RotkiEvents.ts"
import * as RotkiTrades from "./Export/RotkiTrades.ts"
import * as Unusable from "./Export/Unusable.ts"
import { translated } from "./internal/SqlFault.ts"
import type { LedgerError } from "./LedgerError.ts"

/**
 * What the books can be written as.
 *
 * @since 0.1.0
 * @category models
 */
export const Format = Schema.Literal(
  "csv",
  "jsonl",
  "hledger",
  "ledger",
  "beancount",
  "koinly",
  "cointracking",
  "rotki",
  "rotki-trades"
)

/**
 * @since 0.1.0
 * @category models
 */
export type Format = typeof Format.Type

/**
 * Records that an export does not have, or not whole, for one reason; `records` names them where that was asked for.
 *
 * @since 0.1.0
 * @category models
 */
export const LeftOut = Left.LeftOut

/**
 * @since 0.1.0
 * @category models
 */
export interface LeftOut extends Left.LeftOut {}

/**
 * What there is to say of an export beside its text.
 *
 * @since 0.1.0
 * @category models
 */
export const ExportReport = Schema.Struct({ format: Format, leftOut: Schema.Array(LeftOut) })

/**
 * @since 0.1.0
 * @category models
 */
export interface ExportReport extends Schema.Schema.Type<typeof ExportReport> {}

/**
 * One line for eyes.
 *
 * @since 0.1.0
 * @category rendering
 */
export const leftOutLine: (leftOut: LeftOut) => string = Left.line

/**
 * Which records to export, and as what.
 *
 * @since 0.1.0
 * @category models
 */
export interface ExportOptions {
  readonly format: Format
  /**
   * Records at or after it, by the exchange's timestamp; in the journals (hledger, ledger, beancount) by where they stand
   * among the snapshots, after an opening balance.
   */
  readonly since?: DateTime.Utc | undefined
  /** Records before it. */
  readonly until?: DateTime.Utc | undefined
  /** How records move a balance, for all formats but csv and jsonl. */
  readonly policy?: AccountingPolicy | undefined
  /** Name every record that is left out; without it they are counted. */
  readonly listLeftOut?: boolean | undefined
}

/**
 * An export: its text in pieces of whole items, and, once that has ended, what it left out.
 *
 * @since 0.1.0
 * @category models
 */
export interface Exported {
  readonly content: Stream.Stream<string, LedgerError>
  readonly leftOut: Effect.Effect<ReadonlyArray<LeftOut>>
}

/**
 * The exports of one account, each in an order that depends on the books alone: the same books give the same bytes.
 *
 * @since 0.1.0
 * @category services
 */
export class Export extends Context.Tag("@btse-wallet/ledger/Export")<
  Export,
  {
    readonly books: (options: ExportOptions) => Effect.Effect<Exported, LedgerError>
  }
>() {}

const beside = "it is no row of wallet history, but an adjustment or an import"

const reversed = "it was entered and reversed, so that both together moved nothing"

interface Counting {
  readonly tally: Ref.Ref<Left.Tally>
  readonly listed: boolean
}

const written =
  <Item extends Identified>(writer: Writer<Item>, about: About, { listed, tally }: Counting) =>
  (items: Stream.Stream<Item, LedgerError>): Stream.Stream<string, LedgerError> => {
    const piece = (chunk: Chunk.Chunk<Item>) => {
      const texts: Array<string> = []
      const missing: Array<Left.Reasoned> = []
      for (const item of chunk) {
        const { missing: reasons, text } = writer.item(item, about)
        texts.push(text)
        for (const reason of reasons) missing.push([reason, item.id])
      }
      return Effect.as(
        Ref.update(tally, (counted) => Left.count(counted, missing, listed)),
        Chunk.of(texts.join(""))
      )
    }
    return Stream.make(writer.head(about)).pipe(
      Stream.concat(Stream.mapChunksEffect(items, piece)),
      Stream.concat(Stream.fromEffect(Effect.map(Ref.get(tally), (counted) => writer.tail(Left.fromTally(counted))))),
      Stream.filter((text) => text !== "")
    )
  }

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const account = yield* Account
  const runs = yield* Ref.make(0)

  const about = Effect.fnUntraced(function* () {
    const rows = yield* sql<{ readonly currency: string }>`
      SELECT currency FROM record WHERE account_id = ${account.id}
      UNION SELECT currency FROM entries WHERE account = ${account.name}
      UNION SELECT b.currency FROM balance b JOIN snapshot s ON s.id = b.snapshot_id WHERE s.account_id = ${account.id}
      ORDER BY currency`
    return { account: account.name, exchange: account.exchange, currencies: rows.map(({ currency }) => currency) }
  }, translated("export"))

  const books = Effect.fn("Export.books")(function* (options: ExportOptions) {
    const { format, listLeftOut: listed = false, policy = standard } = options
    const range: Range = {
      since: options.since?.epochMillis ?? Number.MIN_SAFE_INTEGER,
      until: (options.until?.epochMillis ?? Number.MAX_SAFE_INTEGER) - 1
    }
    const asTheyAre = format === "csv" || format === "jsonl"
    const entered = yield* translated("export")(readEntered(sql, account.id))
    const journals = format === "hledger" || format === "ledger" || format === "beancount"
    const tally = yield* Ref.make(
      Left.tallyOf([
        ...(yield* Unusable.unread(sql, account)),
        ...(asTheyAre ? Unusable.entries(beside, entered.all, range, listed) : []),
        ...(asTheyAre ? [] : yield* Unusable.unsettled(sql, account, range, listed)),
        // In a journal they net to zero, as double entry wants it.
        ...(asTheyAre || journals ? [] : Unusable.entries(reversed, entered.undone, range, listed))
      ])
    )
    const whose = yield* about()
    const table = `export_${yield* Ref.updateAndGet(runs, (count) => count + 1)}`
    const write = <Item extends Identified>(
      writer: Writer<Item>,
      items: Stream.Stream<Item, LedgerError>
    ): Exported => ({
      content: written(writer, whose, { tally, listed })(items),
      leftOut: Effect.map(Ref.get(tally), Left.fromTally)
    })
    const rows = historyRows(sql, account, range)
    const items = byTime(sql, account, policy, range, entered)
    const journal: Stream.Stream<JournalItem, LedgerError> = inCountingOrder(
      journalRows(sql, account, policy),
      policy,
      range,
      table
    )
    switch (format) {
      case "csv":
        return write(Csv.format, rows)
      case "jsonl":
        return write(Jsonl.format, rows)
      case "hledger":
        return write(Hledger.format, journal)
      case "ledger":
        return write(LedgerCli.format, journal)
      case "beancount":
        return write(Beancount.format, atDayEnds(journal))
      case "koinly":
        return write(Koinly.format, items)
      case "cointracking":
        return write(CoinTracking.format, items)
      case "rotki":
        return write(RotkiEvents.format, items)
      case "rotki-trades":
        return write(RotkiTrades.format, items)
    }
  })

  return { books }
})

/**
 * `Export` on the ledger and the account that are provided.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = Layer.effect(Export, make)
