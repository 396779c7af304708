/**
 * `csv`: the rows of `wallet_history`, a header row first (RFC 4180). Amounts and fees as the exchange wrote them,
 * and no text that a spreadsheet would take for a formula.
 *
 * @internal
 */
import * as Csv from "../Csv.ts"
import { type Format, noTail, whole } from "./Format.ts"
import { columns, type HistoryRow } from "./HistoryRows.ts"

export const format: Format<HistoryRow> = {
  head: () => `${Csv.line(columns)}\r\n`,
  item: ({ values }) =>
    whole(`${Csv.line(values.map((value) => (typeof value === "string" ? Csv.defused(value) : value)))}\r\n`),
  tail: noTail
}
