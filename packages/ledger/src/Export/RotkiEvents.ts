/**
 * `rotki`: rotki's generic events CSV (rotki usage guide, "rotki Generic Events Import"; importer
 * rotkehlchen/data_import/importers/rotki_events.py). A fee is booked beside the amount, so no amount includes one. It has
 * no event for a conversion: `rotki-trades` has them.
 *
 * @internal
 */
import { BigDecimal, Either } from "effect"
import * as Csv from "../Csv.ts"
import * as Posting from "../Posting.ts"
import type { Item } from "./ByTime.ts"
import * as Entry from "./Entry.ts"
import { type Format, noTail } from "./Format.ts"

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

const lines = (entry: Entry.Entry): string => {
  const amount = Posting.principal(entry.movement)
  const { fees } = entry.movement
  const beside = BigDecimal.isPositive(fees) && !BigDecimal.isZero(amount) ? fees : undefined
  const alone =
    beside !== undefined || BigDecimal.isZero(fees)
      ? ""
      : line(entry, BigDecimal.isPositive(fees) ? "Spend" : "Income", fees)
  return `${BigDecimal.isZero(amount) ? "" : line(entry, typeOf(entry, amount), amount, beside)}${alone}`
}

export const format: Format<Item> = {
  head: () => `${Csv.line(columns)}\n`,
  item: (item) => {
    if (item._tag === "Conversion") return Either.left(trade)
    return item.postings.length === 0 ? Either.left(Entry.nothingMoved) : Either.right(lines(item))
  },
  tail: noTail
}
