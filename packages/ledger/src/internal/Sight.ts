/**
 * A row of history as the books write it: a sight of a record at one moment.
 *
 * @internal
 */
import type { HistoryRecord } from "@btse-wallet/core"
import { Decimal } from "@btse-wallet/core"
import { BigDecimal, Option } from "effect"

/** What tells a record from others, but for its line. */
export interface Identity {
  readonly wallet: string
  readonly order_id: string
  readonly currency: string
  readonly type: string
}

/** What of a record can change. Amounts are exact decimal text. */
export interface Content {
  readonly timestamp: number
  readonly status: string
  readonly amount: string
  /** Null where the exchange has not told them. */
  readonly fees: string | null
  readonly description: string | null
  readonly username: string | null
  readonly txid: string | null
  readonly currency_network: string | null
  readonly to_address: string | null
  readonly source_currency: string | null
  readonly source_amount: string | null
  readonly target_currency: string | null
  readonly target_amount: string | null
  readonly rate: string | null
}

/** The decimals of a row that decide its movement. */
export interface Exact {
  readonly amount: BigDecimal.BigDecimal
  readonly fees: BigDecimal.BigDecimal | null
}

export interface Sight extends Identity, Content {
  /** What `amount` and `fees` say. */
  readonly exact: Exact
  /** The row as it came. */
  readonly raw: string
}

export const fields: ReadonlyArray<keyof Content> = [
  "timestamp",
  "status",
  "amount",
  "fees",
  "description",
  "username",
  "txid",
  "currency_network",
  "to_address",
  "source_currency",
  "source_amount",
  "target_currency",
  "target_amount",
  "rate"
]

/** The values of {@link fields}, in their order: named one by one, since a sync reads them several times of every row. */
export const valuesOf = (content: Content): ReadonlyArray<string | number | null> => [
  content.timestamp,
  content.status,
  content.amount,
  content.fees,
  content.description,
  content.username,
  content.txid,
  content.currency_network,
  content.to_address,
  content.source_currency,
  content.source_amount,
  content.target_currency,
  content.target_amount,
  content.rate
]

const decimals: ReadonlySet<keyof Content> = new Set(["amount", "fees", "source_amount", "target_amount", "rate"])

const textOrNull = (amount: BigDecimal.BigDecimal | null): string | null =>
  amount === null ? null : Decimal.toText(amount)

/** The endpoint shows the spot wallet: a row that names none is of that one ("Query Wallet History", 1.1.0). */
export const fromRecord = (record: HistoryRecord.HistoryRecord): Sight => ({
  wallet: record.wallet ?? "@SPOT",
  order_id: record.orderId,
  currency: record.currency,
  type: record.type,
  timestamp: record.timestamp.epochMillis,
  status: record.status,
  amount: Decimal.toText(record.amount),
  fees: textOrNull(record.fees),
  description: record.description,
  username: record.username,
  txid: record.txid,
  currency_network: record.currencyNetwork,
  to_address: record.toAddress,
  source_currency: record.sourceCurrency,
  source_amount: textOrNull(record.sourceAmount),
  target_currency: record.targetCurrency,
  target_amount: textOrNull(record.targetAmount),
  rate: textOrNull(record.rate),
  raw: record.raw,
  exact: { amount: record.amount, fees: record.fees }
})

export const identityOf = (row: Identity): string =>
  `${row.order_id}\u0000${row.currency}\u0000${row.type}\u0000${row.wallet}`

/** Equal for rows that are equal in every field. */
export const contentOf = (sight: Identity & Content): string =>
  `${identityOf(sight)}\u0000${valuesOf(sight).join("\u0000")}`

const sameDecimal = (a: string, b: string): boolean =>
  Option.getOrElse(Option.zipWith(Decimal.fromText(a), Decimal.fromText(b), BigDecimal.equals), () => false)

/** Whether two values of a field say the same: `1.50` and `1.5` do. */
export const sameValue = (field: keyof Content, a: string | number | null, b: string | number | null): boolean =>
  a === b || (decimals.has(field) && typeof a === "string" && typeof b === "string" && sameDecimal(a, b))

export interface Change {
  readonly old: string | number | null
  readonly new: string | number | null
}

export type Changes = { readonly [Field in keyof Content]?: Change }

/** What a sight says otherwise than the books. A thinner sight, which no longer tells what was known, says nothing. */
export const changes = (known: Content, sight: Content): Changes => {
  const found: { -readonly [Field in keyof Changes]: Changes[Field] } = {}
  for (const field of fields) {
    const now = sight[field]
    if (now !== null && !sameValue(field, known[field], now)) found[field] = { old: known[field], new: now }
  }
  return found
}
