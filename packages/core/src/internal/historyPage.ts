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

const half = /\p{Surrogate}/u

/**
 * Whether a text of the record holds half a character: JSON can write a surrogate without its other half (`"\ud83d"`), but
 * UTF-8 cannot, so that what is stored would no longer be what was shown.
 */
const holdsHalf = (record: HistoryRecord): boolean =>
  (record.raw.includes("\\ud") || record.raw.includes("\\uD")) &&
  Object.values(record).some((value) => typeof value === "string" && half.test(value))

/** Decodes each row by itself. */
export const historyPage = (rows: ReadonlyArray<Wire.JsonRow>): HistoryPage => {
  const records: Array<HistoryRecord> = []
  const undecoded: Array<UndecodedRow> = []
  const take = (record: HistoryRecord) => {
    if (holdsHalf(record))
      undecoded.push({ raw: record.raw, reason: "a text holds half a character, which cannot be stored" })
    else records.push(record)
  }
  for (const { text, value } of rows) {
    const record = recordByHand(value, text)
    if (record !== undefined) {
      take(record)
      continue
    }
    Either.match(decodeRow(value), {
      onLeft: (error) => undecoded.push({ raw: text, reason: reasonOf(error) }),
      onRight: (row) => take(fromRow(row, text))
    })
  }
  return { records, undecoded }
}
