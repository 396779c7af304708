/**
 * `cointracking`: the file that CoinTracking's "CSV import" asks for (cointracking.info/import/import_csv). Its amounts
 * include the fees, and the fee beside them is told for information (cointracking.freshdesk.com, "Entering fees"), so an
 * amount is what the balance moved by. It wants no newline at the end.
 *
 * @internal
 */
import { BigDecimal, Either } from "effect"
import * as Csv from "../Csv.ts"
import * as Movement from "../Movement.ts"
import type { Item } from "./ByTime.ts"
import * as Entry from "./Entry.ts"
import { type Format, noTail } from "./Format.ts"

const columns = [
  "Type",
  "Buy Amount",
  "Buy Currency",
  "Sell Amount",
  "Sell Currency",
  "Fee",
  "Fee Currency",
  "Exchange",
  "Trade-Group",
  "Comment",
  "Date",
  "Tx-ID",
  "Buy Value in your Account Currency",
  "Sell Value in your Account Currency"
]

const moved = (entry: Entry.Entry | undefined): ReadonlyArray<string> =>
  entry === undefined ? ["", ""] : [Entry.plain(BigDecimal.abs(Movement.change(entry.movement))), entry.row.currency]

const feeOf = (entries: ReadonlyArray<Entry.Entry>): ReadonlyArray<string> => {
  const paying = entries.find(({ movement }) => BigDecimal.isPositive(movement.fees))
  return paying === undefined ? ["", ""] : [Entry.plain(paying.movement.fees), paying.row.currency]
}

const line = (
  type: string,
  id: string,
  sides: { readonly buy?: Entry.Entry; readonly sell?: Entry.Entry },
  told: Entry.Entry
): string => {
  const both = [sides.buy, sides.sell].flatMap((entry) => (entry === undefined ? [] : [entry]))
  const [date, clock] = Entry.time(told.row.timestamp).split(/[T.]/)
  const comment = told.row.txid === null ? Entry.words(told) : `${Entry.words(told)}, txid ${told.row.txid}`
  return `\n${Csv.line([type, ...moved(sides.buy), ...moved(sides.sell), ...feeOf(both), "BTSE", "", comment, `${date} ${clock}`, id, "", ""])}`
}

/** A record whose balance moved against its direction can only have been its fee. */
const typeOf = ({ counter, movement }: Entry.Entry): string => {
  const gained = BigDecimal.isPositive(Movement.change(movement))
  if (counter === "income") return gained ? "Reward / Bonus" : "Other Expense"
  if (counter === "external_in" && !gained) return "Other Fee"
  return gained ? "Deposit" : "Withdrawal"
}

export const format: Format<Item> = {
  head: () => Csv.line(columns),
  item: (item) => {
    if (item._tag === "Conversion") {
      const { from, id, to } = item
      return Either.right(line("Trade", `${id}/${from.row.type}`, { buy: to, sell: from }, from))
    }
    const change = Movement.change(item.movement)
    if (BigDecimal.isZero(change)) return Either.left(Entry.nothingMoved)
    return Either.right(
      line(typeOf(item), item.id, BigDecimal.isPositive(change) ? { buy: item } : { sell: item }, item)
    )
  },
  tail: noTail
}
