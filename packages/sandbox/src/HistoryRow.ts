/**
 * A row of wallet history as the exchange itself holds it, before it is written in one dialect or the other.
 *
 * @since 0.1.0
 */
import type { BigDecimal } from "effect"

/**
 * The two sides of a conversion; both of its rows carry them.
 *
 * @since 0.1.0
 * @category models
 */
export interface ConversionSides {
  readonly sourceCurrency: string
  readonly sourceAmount: BigDecimal.BigDecimal
  readonly targetCurrency: string
  readonly targetAmount: BigDecimal.BigDecimal
  readonly rate: BigDecimal.BigDecimal
}

/**
 * A row of "Query Wallet History". Amounts are positive; the balance moves by `amount`, which includes `fees`. Text
 * that is not known is `""`.
 *
 * @since 0.1.0
 * @category models
 */
export interface HistoryRow {
  readonly orderId: string
  readonly currency: string
  /** `Deposit`, `Withdraw`, `Transfer_In`, `Transfer_Out`, `ReferralEarning`, `Convert fiat`; tests may put in others. */
  readonly type: string
  /** `PENDING`, `PROCESSING`, `COMPLETED`, `CANCELLED`; tests may put in others. */
  readonly status: string
  readonly amount: BigDecimal.BigDecimal
  readonly fees: BigDecimal.BigDecimal
  /** Epoch milliseconds of the row's creation; a change of status keeps it. */
  readonly timestamp: number
  readonly description: string
  readonly username: string
  readonly txid: string
  readonly currencyNetwork: string
  readonly toAddress: string
  readonly conversion: ConversionSides | null
}
