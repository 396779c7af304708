/**
 * `cointracking`: the file that CoinTracking's "CSV import" asks for (cointracking.info/import/import_csv). Its amounts
 * include the fees, and the fee beside them is told for information (cointracking.freshdesk.com, "Entering fees"), so an
 * amount is what the balance moved by. A fee that stands beside no amount, and a second fee of a trade, is a row of type
 * `Other Fee`. It wants no newline at the end.
 *
 * @internal
 */
import { BigDecimal } from "effect"
import * as Csv from "../Csv.ts"
import * as Movement from "../Movement.ts"
import * as Posting from "../Posting.ts"
import type { Item } from "./ByTime.ts"
import * as Entry from "./Entry.ts"
import { type Format, leftOut, noTail, whole } from "./Format.ts"

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

type Side = readonly [amount: BigDecimal.BigDecimal, currency: string]

const cells = (side: Side | undefined): ReadonlyArray<string> =>
  side === undefined ? ["", ""] : [Entry.plain(BigDecimal.abs(side[0])), side[1]]

interface Line {
  readonly type: string
  readonly id: string
  readonly buy?: Side | undefined
  readonly sell?: Side | undefined
  readonly fee?: Side | undefined
  readonly told: Entry.Entry
}

const line = ({ buy, fee, id, sell, told, type }: Line): string => {
  const [date, clock] = Entry.time(told.row.timestamp).split(/[T.]/)
  const comment = told.row.txid === null ? Entry.words(told) : `${Entry.words(told)}, txid ${told.row.txid}`
  return `\n${Csv.line([type, ...cells(buy), ...cells(sell), ...cells(fee), "BTSE", "", comment, `${date} ${clock}`, id, "", ""])}`
}

/** A side by its sign. */
const bySign = (amount: BigDecimal.BigDecimal, currency: string): Pick<Line, "buy" | "sell"> =>
  BigDecimal.isNegative(amount) ? { sell: [amount, currency] } : { buy: [amount, currency] }

const typeOf = (entry: Entry.Entry): string => {
  const gained = BigDecimal.isPositive(Posting.principal(entry.movement))
  if (entry.counter === "income") return gained ? "Reward / Bonus" : "Other Expense"
  return gained ? "Deposit" : "Withdrawal"
}

/** A fee that no other row has in its amount. */
const feeLine = (entry: Entry.Entry): string => {
  const { movement, row } = entry
  if (BigDecimal.isZero(movement.fees)) return ""
  const type = BigDecimal.isNegative(movement.fees) ? "Reward / Bonus" : "Other Fee"
  const id = entry.counter === "fees" ? entry.id : `${entry.id}/fee`
  return line({ type, id, ...bySign(BigDecimal.negate(movement.fees), row.currency), told: entry })
}

/** Whether a row of the amount can have the fee in it: one that was paid, and leaves something of what came in. */
const takesFee = ({ movement }: Entry.Entry): boolean =>
  BigDecimal.isPositive(movement.fees) &&
  (BigDecimal.isNegative(Posting.principal(movement)) || BigDecimal.isPositive(Movement.change(movement)))

/** What a row of an entry says of its amount and its fee. */
const sideOf = (entry: Entry.Entry, withFee: boolean): Side => [
  withFee ? Movement.change(entry.movement) : Posting.principal(entry.movement),
  entry.row.currency
]

const feeOf = ({ movement, row }: Entry.Entry): Side => [movement.fees, row.currency]

const trade = ({ from, id, to }: Entry.Conversion): string => {
  const payer = [to, from].find(takesFee)
  const row = line({
    type: "Trade",
    id: `${id}/${from.row.type}`,
    buy: sideOf(to, payer === to),
    sell: sideOf(from, payer === from),
    fee: payer && feeOf(payer),
    told: from
  })
  return `${row}${[from, to].map((leg) => (leg === payer ? "" : feeLine(leg))).join("")}`
}

const single = (entry: Entry.Entry): string => {
  if (BigDecimal.isZero(Posting.principal(entry.movement))) return feeLine(entry)
  const withFee = takesFee(entry)
  const row = line({
    type: typeOf(entry),
    id: entry.id,
    ...bySign(...sideOf(entry, withFee)),
    fee: withFee ? feeOf(entry) : undefined,
    told: entry
  })
  return `${row}${withFee ? "" : feeLine(entry)}`
}

export const format: Format<Item> = {
  head: () => Csv.line(columns),
  item: (item) => {
    if (item._tag === "Conversion") return whole(trade(item))
    return item.postings.length === 0 ? leftOut(Entry.nothingMoved) : whole(single(item))
  },
  tail: noTail
}
