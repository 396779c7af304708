/**
 * A row of history decoded by hand, for rows in the usual form: what {@link WalletHistoryRow} and `fromRow` make of it, at a
 * tenth of the cost, which counts where an account has millions of rows.
 *
 * The schema stays the truth. Whatever is unusual here, well-formed or not, is left to it; a test holds the two together.
 *
 * @internal
 */
import { BigDecimal, DateTime } from "effect"
import type { HistoryRecord } from "../HistoryRecord.ts"
import * as RecordStatus from "../RecordStatus.ts"
import type { Currency, OrderId } from "../WalletModel.ts"
import { isLosslessNumber } from "./losslessJson.ts"

/** For the schema to decide. */
const unusual = Symbol("unusual")

type Unusual = typeof unusual

const plainAmount = /^-?\d{1,100}(?:\.\d{1,100})?$/

const wholeNumber = /^-?\d{1,15}$/

const scalar = (value: unknown): string | Unusual =>
  typeof value === "string" ? value : isLosslessNumber(value) ? value.value : unusual

/** What may be missing. */
const text = (value: unknown): string | null | Unusual =>
  value === undefined || value === null || value === "" ? null : scalar(value)

const amount = (value: unknown): BigDecimal.BigDecimal | Unusual => {
  const literal = scalar(value)
  if (literal === unusual || !plainAmount.test(literal)) return unusual
  const point = literal.indexOf(".")
  return point < 0
    ? BigDecimal.make(BigInt(literal), 0)
    : BigDecimal.make(BigInt(literal.slice(0, point) + literal.slice(point + 1)), literal.length - point - 1)
}

const sideAmount = (value: unknown): BigDecimal.BigDecimal | null | Unusual =>
  value === undefined || value === null || value === "" ? null : amount(value)

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

/** Undefined where the row has to be decoded by its schema. */
export const recordByHand = (row: unknown, raw: string): HistoryRecord | undefined => {
  if (!isObject(row)) return undefined
  const orderId = scalar(row["orderId"])
  const currency = row["currency"]
  const type = scalar(row["type"])
  const status = scalar(row["status"])
  const timestamp = scalar(row["timestamp"])
  if (orderId === unusual || orderId === "" || type === unusual || status === unusual) return undefined
  if (typeof currency !== "string" || currency === "" || currency.trim() !== currency) return undefined
  if (timestamp === unusual || !wholeNumber.test(timestamp)) return undefined
  const moved = amount(row["amount"])
  const fees = sideAmount(row["fees"])
  const sourceAmount = sideAmount(row["sourceAmount"])
  const targetAmount = sideAmount(row["targetAmount"])
  const rate = sideAmount(row["rate"])
  if (moved === unusual || fees === unusual) return undefined
  if (sourceAmount === unusual || targetAmount === unusual || rate === unusual) return undefined
  const wallet = text(row["wallet"])
  const description = text(row["description"])
  const username = text(row["username"])
  const txid = text(row["txid"])
  const txId = text(row["txId"])
  const currencyNetwork = text(row["currencyNetwork"])
  if (wallet === unusual || description === unusual || username === unusual) return undefined
  if (txid === unusual || txId === unusual || currencyNetwork === unusual) return undefined
  const toAddress = text(row["toAddress"])
  const sourceCurrency = text(row["sourceCurrency"])
  const targetCurrency = text(row["targetCurrency"])
  if (toAddress === unusual || sourceCurrency === unusual || targetCurrency === unusual) return undefined
  return {
    // Both were checked as their schemas do.
    orderId: orderId as OrderId,
    currency: currency as Currency,
    type,
    status: RecordStatus.fromWire(status),
    amount: moved,
    fees,
    timestamp: DateTime.unsafeMake(Number(timestamp)),
    wallet: wallet === "SPOT@" ? "@SPOT" : wallet,
    description,
    username,
    txid: txid ?? txId,
    currencyNetwork,
    toAddress,
    sourceCurrency,
    sourceAmount,
    targetCurrency,
    targetAmount,
    rate,
    raw
  }
}
