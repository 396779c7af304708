/**
 * A row of wallet history as the exchange writes it: version 1.1.0's spelling and today's.
 *
 * @since 0.1.0
 */
import { Schema } from "effect"
import { Currency, OrderId } from "../WalletModel.ts"
import * as Wire from "../Wire.ts"
import { field } from "./Annotations.ts"

// Exactly optional, without unions: a row has a dozen such fields, a page a thousand rows, and JSON knows no undefined.
const text = (description: string) => Schema.optionalWith(Wire.TextOrNull, { exact: true }).annotations({ description })

const sideAmount = (description: string) =>
  Schema.optionalWith(Wire.AmountOrNull, { exact: true }).annotations({ description })

/**
 * "Query Wallet History", 1.1.0, and what live rows hold besides. Only what the books cannot do without is required:
 * currency, amount, orderId, status, type and timestamp. Unknown fields are not an error; they stay in the row's text.
 *
 * @since 0.1.0
 * @category responses
 */
export const WalletHistoryRow = Schema.Struct({
  amount: field(Wire.Amount, "Amount in the record. Neither its sign nor whether it includes the fees is documented"),
  currency: field(Currency, "Currency"),
  orderId: field(
    Wire.Text.pipe(Schema.compose(OrderId, { strict: false })),
    "Internal wallet order ID: a string, or a number that may be over 2^53"
  ),
  status: field(
    Wire.Text,
    "1: PENDING, 2: PROCESSING, 10: COMPLETED, 16: CANCELLED; today by name, also EXPIRED and FAILURE"
  ),
  type: field(
    Wire.Text,
    "Deposit, Withdraw, Transfer_In, Transfer_Out, ReferralEarning, and since 1.1.0 others: an open set"
  ),
  timestamp: field(Wire.Integer, "When the record was created, in milliseconds"),
  fees: sideAmount("Fees charged if any"),
  description: text("Description of the transaction"),
  username: text("The user"),
  wallet: text("Wallet type. For spot `@SPOT` in 1.1.0, `SPOT@` today"),
  txid: text("Blockchain transaction ID, as spelled in 1.1.0"),
  txId: text("Blockchain transaction ID, as spelled today"),
  currencyNetwork: text("Blockchain currency network"),
  toAddress: text("Where a withdrawal goes. Since 1.1.0"),
  sourceCurrency: text("What a conversion was made from. Since 1.1.0"),
  sourceAmount: sideAmount("How much a conversion was made from. Since 1.1.0"),
  targetCurrency: text("What a conversion was made to. Since 1.1.0"),
  targetAmount: sideAmount("How much a conversion was made to. Since 1.1.0"),
  rate: sideAmount("The rate of a conversion. Since 1.1.0")
}).annotations({ identifier: "WalletHistoryRow" })

/**
 * @since 0.1.0
 * @category responses
 */
export interface WalletHistoryRow extends Schema.Schema.Type<typeof WalletHistoryRow> {}
