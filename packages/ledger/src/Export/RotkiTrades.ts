/**
 * `rotki-trades`: rotki's generic trades CSV (rotki usage guide, "rotki Generic Trades Import"; importer
 * rotkehlchen/data_import/importers/rotki_trades.py), with the conversions. Its one fee is beside the amounts; where both
 * legs paid one, that of the leg which was given is an event of `rotki`.
 *
 * @internal
 */
import { BigDecimal } from "effect"
import * as Csv from "../Csv.ts"
import * as Posting from "../Posting.ts"
import type { Item } from "./ByTime.ts"
import * as Entry from "./Entry.ts"
import { type Format, leftOut, noTail } from "./Format.ts"

const columns = [
  "Location",
  "Spend Currency",
  "Receive Currency",
  "Receive Amount",
  "Spend Amount",
  "Fee",
  "Fee Currency",
  "Description",
  "Timestamp"
]

const secondFee = "a trade has one fee to rotki: export the other with --format rotki"

const noTrade = "not a conversion of one currency to another: export it with --format rotki"

/** The leg whose fee is the trade's. */
const payerOf = ({ from, to }: Entry.Conversion): Entry.Entry | undefined =>
  [to, from].find(({ movement }) => BigDecimal.isPositive(movement.fees))

/** The legs whose fee the trade has no place for. */
export const otherFees = (conversion: Entry.Conversion): ReadonlyArray<Entry.Entry> => {
  const payer = payerOf(conversion)
  return [conversion.from, conversion.to].filter((leg) => leg !== payer && !BigDecimal.isZero(leg.movement.fees))
}

export const format: Format<Item> = {
  head: () => `${Csv.line(columns)}\n`,
  item: (item) => {
    if (item._tag !== "Conversion") return leftOut(noTrade)
    const { from, id, to } = item
    const payer = payerOf(item)
    const fees = payer === undefined ? ["", ""] : [Entry.plain(payer.movement.fees), payer.row.currency]
    return {
      text: `${Csv.line([
        "external",
        from.row.currency,
        to.row.currency,
        Entry.plain(Posting.principal(to.movement)),
        Entry.plain(BigDecimal.abs(Posting.principal(from.movement))),
        ...fees,
        `${Entry.words(from)} [${id}]`,
        from.row.timestamp
      ])}\n`,
      missing: otherFees(item).map(() => secondFee)
    }
  },
  tail: noTail
}
