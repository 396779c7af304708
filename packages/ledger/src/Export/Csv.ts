/**
 * `csv`: the rows of `wallet_history`, a header row first (RFC 4180). Amounts and fees as the exchange wrote them.
 *
 * @internal
 */
import { Either } from "effect"
import { cells } from "./Cells.ts"
import { type Format, noTail } from "./Format.ts"
import { columns, type HistoryRow } from "./HistoryRows.ts"

export const format: Format<HistoryRow> = {
  head: () => `${cells(columns)}\r\n`,
  item: (row) => Either.right(`${cells(row.values)}\r\n`),
  tail: noTail
}
