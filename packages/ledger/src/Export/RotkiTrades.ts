/**
 * `rotki-trades`: rotki's generic trades CSV (rotki usage guide, "rotki Generic Trades Import"; importer
 * rotkehlchen/data_import/importers/rotki_trades.py), with the conversions. Its one fee is beside the amounts; where both
 * legs paid one, that of the leg which was given is in its amount.
 *
 * @internal
 */
import { BigDecimal, Either } from "effect"
import * as Csv from "../Csv.ts"
import * as Movement from "../Movement.ts"
import * as Posting from "../Posting.ts"
import type { Item } from "./ByTime.ts"
import * as Entry from "./Entry.ts"
import { type Format, noTail } from "./Format.ts"

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

const noTrade = "not a conversion of one currency to another: export it with --format rotki"

export const format: Format<Item> = {
  head: () => `${Csv.line(columns)}\n`,
  item: (item) => {
    if (item._tag !== "Conversion") return Either.left(noTrade)
    const { from, id, to } = item
    const feeOnReceived = !BigDecimal.isZero(to.movement.fees)
    const payer = feeOnReceived ? to : from
    const spent = feeOnReceived ? Movement.change(from.movement) : Posting.principal(from.movement)
    const fees = BigDecimal.isZero(payer.movement.fees)
      ? ["", ""]
      : [Entry.plain(payer.movement.fees), payer.row.currency]
    return Either.right(
      `${Csv.line([
        "external",
        from.row.currency,
        to.row.currency,
        Entry.plain(Posting.principal(to.movement)),
        Entry.plain(BigDecimal.abs(spent)),
        ...fees,
        `${Entry.words(from)} [${id}]`,
        from.row.timestamp
      ])}\n`
    )
  },
  tail: noTail
}
