/**
 * `koinly`: Koinly's universal template (support.koinly.io, "How to create a custom CSV file with your data"; its sample
 * file names the columns). Koinly ignores a fee in the currency of its row (hodgerpodger/staketaxcsv, issue 385), so a fee
 * is a row of its own with the label `cost`, and no amount includes one.
 *
 * @internal
 */
import { BigDecimal } from "effect"
import * as Csv from "../Csv.ts"
import * as Posting from "../Posting.ts"
import type { Item } from "./ByTime.ts"
import * as Entry from "./Entry.ts"
import { type Format, leftOut, noTail, whole } from "./Format.ts"

const columns = [
  "Date",
  "Sent Amount",
  "Sent Currency",
  "Received Amount",
  "Received Currency",
  "Fee Amount",
  "Fee Currency",
  "Net Worth Amount",
  "Net Worth Currency",
  "Label",
  "Description",
  "TxHash"
]

interface Line {
  readonly entry: Entry.Entry
  readonly sent?: readonly [amount: BigDecimal.BigDecimal, currency: string]
  readonly received?: readonly [amount: BigDecimal.BigDecimal, currency: string]
  readonly label?: string
  readonly words: string
}

const pair = (side: Line["sent"]): ReadonlyArray<string> =>
  side === undefined ? ["", ""] : [Entry.plain(BigDecimal.abs(side[0])), side[1]]

const line = ({ entry, label, received, sent, words }: Line): string => {
  const [date, clock] = Entry.time(entry.row.timestamp).split(/[T.]/)
  const description = `${words} [${entry.id}]`
  return `${Csv.line([`${date} ${clock} UTC`, ...pair(sent), ...pair(received), "", "", "", "", label ?? "", description, entry.row.txid])}\n`
}

/** An amount by its sign. */
const side = (amount: BigDecimal.BigDecimal, currency: string) =>
  BigDecimal.isNegative(amount) ? { sent: [amount, currency] as const } : { received: [amount, currency] as const }

const feeLine = (entry: Entry.Entry): string => {
  const { fees } = entry.movement
  if (BigDecimal.isZero(fees)) return ""
  const words = entry.counter === "fees" ? Entry.words(entry) : "fee"
  const paid = side(BigDecimal.negate(fees), entry.row.currency)
  return line({ entry, ...paid, label: BigDecimal.isNegative(fees) ? "reward" : "cost", words })
}

const entryLine = (entry: Entry.Entry): string => {
  const amount = Posting.principal(entry.movement)
  if (BigDecimal.isZero(amount)) return ""
  const income = entry.counter === "income" && BigDecimal.isPositive(amount)
  return line({
    entry,
    ...side(amount, entry.row.currency),
    ...(income ? { label: "reward" } : {}),
    words: Entry.words(entry)
  })
}

export const format: Format<Item> = {
  head: () => `${Csv.line(columns)}\n`,
  item: (item) => {
    if (item._tag === "Conversion") {
      const { from, to } = item
      const swap = line({
        entry: from,
        sent: [Posting.principal(from.movement), from.row.currency],
        received: [Posting.principal(to.movement), to.row.currency],
        words: Entry.words(from)
      })
      return whole(`${swap}${feeLine(from)}${feeLine(to)}`)
    }
    return item.postings.length === 0 ? leftOut(Entry.nothingMoved) : whole(`${entryLine(item)}${feeLine(item)}`)
  },
  tail: noTail
}
