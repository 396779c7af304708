/**
 * A row of wallet history by itself, from text that was kept: what could not be read once may be readable now.
 *
 * @since 0.1.0
 */
import { Array, Option, Schema } from "effect"
import { WalletHistoryRow } from "./BtseApi.ts"
import type { HistoryRecord } from "./HistoryRecord.ts"
import { historyPage } from "./internal/historyPage.ts"
import * as Wire from "./Wire.ts"

const decodeRows = Schema.decodeOption(Wire.JsonRows(WalletHistoryRow))

/**
 * The record that a row's text holds, by the rules that rows are read with as they come; none where it still cannot be
 * decoded.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromText = (raw: string): Option.Option<HistoryRecord> =>
  Option.flatMap(decodeRows(`[${raw}]`), (rows) => Array.head(historyPage(rows).records))
