/**
 * A record: a row of wallet history in neutral form, the same whichever spelling the exchange used.
 *
 * @since 0.1.0
 */
import type { BigDecimal } from "effect"
import { DateTime } from "effect"
import type { WalletHistoryRow } from "./BtseApi/WalletHistoryRow.ts"
import * as RecordStatus from "./RecordStatus.ts"
import type { Currency, OrderId } from "./WalletModel.ts"

/**
 * A record of wallet history. `amount` and `fees` are as the exchange wrote them: neither the sign of an amount nor
 * whether it includes the fees is documented, so neither is changed here. What the exchange does not know is `null`, fees
 * too, whether it wrote null, `""` or nothing: it is not zero.
 *
 * @since 0.1.0
 * @category models
 */
export interface HistoryRecord {
  readonly orderId: OrderId
  readonly currency: Currency
  readonly type: string
  readonly status: RecordStatus.RecordStatus
  readonly amount: BigDecimal.BigDecimal
  readonly fees: BigDecimal.BigDecimal | null
  readonly timestamp: DateTime.Utc
  readonly wallet: string | null
  readonly description: string | null
  readonly username: string | null
  readonly txid: string | null
  readonly currencyNetwork: string | null
  readonly toAddress: string | null
  readonly sourceCurrency: string | null
  readonly sourceAmount: BigDecimal.BigDecimal | null
  readonly targetCurrency: string | null
  readonly targetAmount: BigDecimal.BigDecimal | null
  readonly rate: BigDecimal.BigDecimal | null
  /** The row's JSON as it came, byte for byte. */
  readonly raw: string
}

/**
 * A row that could not be decoded: its text, and where in it the trouble is, without its values.
 *
 * @since 0.1.0
 * @category models
 */
export interface UndecodedRow {
  readonly raw: string
  readonly reason: string
}

/**
 * A page of wallet history: every row of the response is in one of the two lists, in the order it came.
 *
 * @since 0.1.0
 * @category models
 */
export interface HistoryPage {
  readonly records: ReadonlyArray<HistoryRecord>
  readonly undecoded: ReadonlyArray<UndecodedRow>
}

const known = (text: string | null | undefined): string | null => (text == null || text === "" ? null : text)

/**
 * Turns a decoded wire row into a record. `@SPOT` (1.1.0) and `SPOT@` (today) are one wallet, `@SPOT`.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromRow = (row: WalletHistoryRow, raw: string): HistoryRecord => ({
  orderId: row.orderId,
  currency: row.currency,
  type: row.type,
  status: RecordStatus.fromWire(row.status),
  amount: row.amount,
  fees: row.fees ?? null,
  timestamp: DateTime.unsafeMake(row.timestamp),
  wallet: row.wallet === "SPOT@" ? "@SPOT" : known(row.wallet),
  description: known(row.description),
  username: known(row.username),
  txid: known(row.txid) ?? known(row.txId),
  currencyNetwork: known(row.currencyNetwork),
  toAddress: known(row.toAddress),
  sourceCurrency: known(row.sourceCurrency),
  sourceAmount: row.sourceAmount ?? null,
  targetCurrency: known(row.targetCurrency),
  targetAmount: row.targetAmount ?? null,
  rate: row.rate ?? null,
  raw
})
