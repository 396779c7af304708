/**
 * Response bodies as text, in the field names of the document. This writer shares nothing with core's decoders: its
 * output is checked against the document's examples alone.
 */
import { BigDecimal } from "effect"
import type { HistoryRow } from "../HistoryRow.ts"
import { plain } from "./amounts.ts"
import type { Settings } from "./settings.ts"

/** A JSON number given by its literal. */
export class Literal {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type Json =
  | string
  | number
  | boolean
  | null
  | BigDecimal.BigDecimal
  | Literal
  | ReadonlyArray<Json>
  | { readonly [key: string]: Json }

const isArray = (value: Json): value is ReadonlyArray<Json> => Array.isArray(value)

/** JSON text; a `BigDecimal` is a number with all of its digits and no exponent. */
export const write = (value: Json): string => {
  if (value instanceof Literal) return value.text
  if (BigDecimal.isBigDecimal(value)) return plain(value)
  if (value === null || typeof value !== "object") return JSON.stringify(value)
  if (isArray(value)) return `[${value.map(write).join(",")}]`
  return `{${Object.entries(value)
    .map(([key, field]) => `${JSON.stringify(key)}:${write(field)}`)
    .join(",")}}`
}

/** The integers of 1.1.0's table; a status it does not have goes out by name. */
const statusCodes: Readonly<Record<string, number>> = { PENDING: 1, PROCESSING: 2, COMPLETED: 10, CANCELLED: 16 }

const orderId = (row: HistoryRow, settings: Settings): Json =>
  settings.orderIds === "number" && /^\d+$/.test(row.orderId) ? new Literal(row.orderId) : row.orderId

const status = (row: HistoryRow, settings: Settings): Json => {
  const code = statusCodes[row.status]
  if (code === undefined || settings.statuses === "name") return row.status
  return settings.statuses === "digits" ? `${code}` : code
}

const orNull = (text: string): Json => (text === "" ? null : text)

const asDocumented = (row: HistoryRow, settings: Settings): Json => ({
  amount: row.amount,
  currency: row.currency,
  description: row.description,
  fees: row.fees,
  orderId: orderId(row, settings),
  status: status(row, settings),
  timestamp: row.timestamp,
  type: row.type,
  username: row.username,
  wallet: "@SPOT",
  txid: orNull(row.txid),
  currencyNetwork: orNull(row.currencyNetwork),
  ...row.conversion
})

const asToday = (row: HistoryRow, settings: Settings): Json => ({
  username: row.username,
  orderId: orderId(row, settings),
  wallet: "SPOT@",
  currency: row.currency,
  type: row.type,
  amount: row.amount,
  fees: row.fees,
  description: row.description,
  timestamp: row.timestamp,
  status: status(row, settings),
  txId: row.txid,
  toAddress: row.toAddress,
  currencyNetwork: row.currencyNetwork,
  sourceCurrency: row.conversion?.sourceCurrency ?? "",
  sourceAmount: row.conversion?.sourceAmount ?? "",
  targetCurrency: row.conversion?.targetCurrency ?? "",
  targetAmount: row.conversion?.targetAmount ?? "",
  rate: row.conversion?.rate ?? ""
})

/** The market's name before December 2022; the dated ones had a month's letter, which no sandbox currency needs. */
const oldSymbol = (currency: string): string => currency.replace(/-PERP$/, "PFC")

/** A row of "Query Wallet History", in the dialect that the sandbox speaks. */
export const historyRow = (row: HistoryRow, settings: Settings, newSymbols = false): Json => {
  const named = settings.symbols === "new" || newSymbols ? row : { ...row, currency: oldSymbol(row.currency) }
  return settings.dialect === "today" ? asToday(named, settings) : asDocumented(named, settings)
}

/** The answer of "Withdraw Funds": `withdrawId` since August 2025. */
export const withdrawal = (id: string, settings: Settings): Json =>
  settings.dialect === "today" ? { withdrawId: id } : { withdraw_id: id }
