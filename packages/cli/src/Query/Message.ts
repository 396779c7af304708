/**
 * What a process that queries is told and tells: a JSON document a line.
 *
 * @internal
 */
import { LedgerError } from "@btse-wallet/ledger"
import { Schema } from "effect"
import { LedgerFileUnusable, QueryRefused } from "../CliError.ts"
import { Cell } from "./Rows.ts"

/** The first line that it is told: which ledger, and as of which moment. */
export const Opening = Schema.parseJson(
  Schema.Struct({ path: Schema.String, at: Schema.OptionFromNullOr(Schema.DateTimeUtc) })
)

/** Every other line: a statement. */
export const Statement = Schema.parseJson(Schema.String)

export const Refused = Schema.TaggedStruct("Refused", {
  error: Schema.Union(QueryRefused, LedgerFileUnusable, LedgerError.LedgerUnavailable, LedgerError.LedgerBusy)
})

/**
 * What it tells: that the ledger is open, and of each statement the columns, some rows at a time, and that these were all; in
 * the place of each of them, why not.
 */
export const Message = Schema.Union(
  Schema.TaggedStruct("Opened", {}),
  Schema.TaggedStruct("Columns", { columns: Schema.Array(Schema.String) }),
  Schema.TaggedStruct("Rows", { rows: Schema.Array(Schema.Array(Cell)) }),
  Schema.TaggedStruct("Ended", {}),
  Refused
)

export type Message = typeof Message.Type

export const Line = Schema.parseJson(Message)
