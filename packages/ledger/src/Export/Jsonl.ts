/**
 * `jsonl`: the rows of `wallet_history`, a JSON object a line, its keys in the order of the columns. Amounts are strings.
 *
 * @internal
 */
import { type Format, noTail, whole } from "./Format.ts"
import { columns, type HistoryRow } from "./HistoryRows.ts"

const valueOf = (column: string, value: string | number | null): string | number | boolean | null =>
  column === "vanished" ? value === 1 : value

export const format: Format<HistoryRow> = {
  head: () => "",
  item: ({ values }) =>
    whole(
      `${JSON.stringify(Object.fromEntries(columns.map((column, index) => [column, valueOf(column, values[index] ?? null)])))}\n`
    ),
  tail: noTail
}
