/**
 * A row of wallet history as the exchange writes it: version 1.1.0's spelling and today's.
 *
 * @since 0.1.0
 */
import { Schema } from "effect"
import { Currency, OrderId } from "../WalletModel.ts"
import * as Wire from "../Wire.ts"

const text = Schema.NullishOr(Wire.Text)

/** Amounts beside the movement itself: an exchange that knows nothing writes null or "". */
const sideAmount = Schema.NullishOr(Schema.Union(Wire.Amount, Schema.Literal("")))

/**
 * "Query Wallet History", 1.1.0, and what live rows hold besides. Only what the books cannot do without is required:
 * currency, amount, orderId, status, type and timestamp. Unknown fields are not an error; they stay in the row's text.
 *
 * @since 0.1.0
 * @category responses
 */
export const WalletHistoryRow = Schema.Struct({
  amount: Wire.Amount,
  currency: Currency,
  orderId: Wire.Text.pipe(Schema.compose(OrderId, { strict: false })),
  status: Wire.Text,
  type: Wire.Text,
  timestamp: Wire.Integer,
  fees: sideAmount,
  description: text,
  username: text,
  wallet: text,
  txid: text,
  txId: text,
  currencyNetwork: text,
  toAddress: text,
  sourceCurrency: text,
  sourceAmount: sideAmount,
  targetCurrency: text,
  targetAmount: sideAmount,
  rate: sideAmount
})

/**
 * @since 0.1.0
 * @category responses
 */
export interface WalletHistoryRow extends Schema.Schema.Type<typeof WalletHistoryRow> {}
