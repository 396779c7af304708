/**
 * A page of history from its rows, none of them lost.
 *
 * @internal
 */
import { Either, type ParseResult, Schema } from "effect"
import { WalletHistoryRow } from "../BtseApi.ts"
import { fromRow, type HistoryPage, type HistoryRecord, type UndecodedRow } from "../HistoryRecord.ts"
import type * as Wire from "../Wire.ts"
import { recordByHand } from "./historyRow.ts"
import { placeOf } from "./place.ts"

const decodeRow = Schema.decodeUnknownEither(WalletHistoryRow)

const reasonOf = (error: ParseResult.ParseError): string =>
  `${placeOf(error) ?? "the row"} is missing, or not of a known form`

/** Decodes each row by itself. */
export const historyPage = (rows: ReadonlyArray<Wire.JsonRow>): HistoryPage => {
  const records: Array<HistoryRecord> = []
  const undecoded: Array<UndecodedRow> = []
  for (const { text, value } of rows) {
    const record = recordByHand(value, text)
    if (record !== undefined) {
      records.push(record)
      continue
    }
    Either.match(decodeRow(value), {
      onLeft: (error) => undecoded.push({ raw: text, reason: reasonOf(error) }),
      onRight: (row) => records.push(fromRow(row, text))
    })
  }
  return { records, undecoded }
}
