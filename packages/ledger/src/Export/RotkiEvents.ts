/**
 * `rotki`: rotki's generic events CSV (rotki usage guide, "rotki Generic Events Import"; importer
 * rotkehlchen/data_import/importers/rotki_events.py). A fee is booked beside the amount, so no amount includes one. It has
 * no event for a conversion: `rotki-trades` has them.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { BigDecimal } from "effect"
import * as Csv from "../Csv.ts"
import * as Posting from "../Posting.ts"
import type { Item } from "./ByTime.ts"
import * as Entry from "./Entry.ts"
import { type Format, leftOut, noTail, whole } from "./Format.ts"
import * as RotkiTrades from "./RotkiTrades.ts"

const columns = ["Type", "Location", "Currency", "Amount", "Fee", "Fee Currency", "Description", "Timestamp"]

const trade = "a conversion is a trade to rotki: export it with --format rotki-trades"

const typeOf = (entry: Entry.Entry, amount: BigDecimal.BigDecimal): string => {
  const gained = BigDecimal.isPositive(amount)
  if (entry.counter === "income") return gained ? "Income" : "Spend"
  return gained ? "Deposit" : "Withdrawal"
}

const line = (entry: Entry.Entry, type: string, amount: BigDecimal.BigDecimal, fee?: BigDecimal.BigDecimal): string => {
  const { currency, timestamp } = entry.row
  const fees = fee === undefined ? ["", ""] : [Entry.plain(fee), currency]
  const description = `${Entry.words(entry)} [${entry.id}]`
  return `${Csv.line([type, "external", currency, Entry.plain(BigDecimal.abs(amount)), ...fees, description, timestamp])}\n`
}

/** A fee beside no amount. rotki makes a fee of what stands in the column for it alone. */
const feeLine = (entry: Entry.Entry): string => {
  const { fees } = entry.movement
  if (BigDecimal.isZero(fees)) return ""
  return BigDecimal.isPositive(fees) ? line(entry, "Spend", Decimal.zero, fees) : line(entry, "Income", fees)
}

const lines = (entry: Entry.Entry): string => {
  const amount = Posting.principal(entry.movement)
  if (BigDecimal.isZero(amount)) return feeLine(entry)
  const { fees } = entry.movement
  return BigDecimal.isPositive(fees)
    ? line(entry, typeOf(entry, amount), amount, fees)
    : `${line(entry, typeOf(entry, amount), amount)}${feeLine(entry)}`
}

export const format: Format<Item> = {
  head: () => `${Csv.line(columns)}\n`,
  item: (item) => {
    // The fees that its trade has no place for are here.
    if (item._tag === "Conversion") return leftOut(trade, RotkiTrades.otherFees(item).map(feeLine).join(""))
    return item.postings.length === 0 ? leftOut(Entry.nothingMoved) : whole(lines(item))
  },
  tail: noTail
}
