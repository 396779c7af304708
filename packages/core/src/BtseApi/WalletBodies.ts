/**
 * What the endpoints of a user's wallet are asked with and answer ("Wallet Endpoints", 1.1.0).
 *
 * @since 0.1.0
 */
import { Schema } from "effect"
import { Currency, OrderId } from "../WalletModel.ts"
import * as Wire from "../Wire.ts"
import { field } from "./Annotations.ts"

/**
 * A row of "Query Wallet Balance".
 *
 * @since 0.1.0
 * @category responses
 */
export const BalanceRow = Schema.Struct({
  currency: field(Currency, "Currency"),
  total: field(Wire.Amount, "Total balance"),
  available: field(Wire.Amount, "Available balance")
}).annotations({ identifier: "Balance" })

/**
 * A row of "Create Wallet Address" and "Get Wallet Address". `created` is in seconds in the document's example.
 *
 * @since 0.1.0
 * @category responses
 */
export const AddressRow = Schema.Struct({
  address: field(Schema.String, "Blockchain address"),
  created: field(Wire.Integer, "Created timestamp, in seconds in 1.1.0's example")
}).annotations({ identifier: "Address" })

const withdrawalId = field(
  Wire.Text.pipe(Schema.compose(OrderId, { strict: false })),
  "Internal withdrawal ID: the `orderId` of the withdrawal's row in the wallet history, where its status is found"
)

/**
 * The answer of "Withdraw Funds": `withdraw_id` in 1.1.0, `withdrawId` since August 2025.
 *
 * @since 0.1.0
 * @category responses
 */
export const WithdrawResponse = Schema.Union(
  Schema.Struct({ withdraw_id: withdrawalId }).annotations({ title: "1.1.0" }),
  Schema.Struct({ withdrawId: withdrawalId }).annotations({ title: "since August 2025" })
)

/**
 * The answer of "Convert funds".
 *
 * @since 0.1.0
 * @category responses
 */
export const ConvertResponse = Schema.Struct({
  amount: field(Wire.Amount, "amount of source currency to be converted"),
  settlementAmount: field(Wire.Amount, "amount of converted destination currency"),
  amountCurrency: field(Currency, "source currency"),
  settlementCurrency: field(Currency, "destination currency"),
  rate: field(Wire.Amount, "exchange rate")
})

/**
 * The answer of "Transfer Funds".
 *
 * @since 0.1.0
 * @category responses
 */
export const TransferResponse = Schema.Struct({
  amount: field(Wire.Amount, "amount of currency to transfer"),
  asset: field(Currency, "currency to be transferred"),
  toUser: field(Schema.String, "receiver account"),
  toUserMail: field(Schema.String, "receiver email")
})

/** The parameter of 1.0.4 and later that is off where it is not given. */
const newSymbolNaming = "True to use the futures markets' names in the new format (BTC-PERP), default to False"

/**
 * The filter of "Query Wallet History". Instants are epoch milliseconds.
 *
 * @since 0.1.0
 * @category requests
 */
export const HistoryParams = Schema.Struct({
  currency: Schema.optional(Schema.String).annotations({
    description: "Currency, if not specified will return all currencies"
  }),
  startTime: Schema.optional(Wire.MillisParam).annotations({
    description: "Starting time in milliseconds (eg. 1624987283000)"
  }),
  endTime: Schema.optional(Wire.MillisParam).annotations({
    description: "Ending time in milliseconds (eg. 1624987283000)"
  }),
  count: Schema.optional(Wire.CountParam).annotations({ description: "Number of records to return" }),
  useNewSymbolNaming: Schema.optional(
    Schema.BooleanFromString.annotations({ jsonSchema: { type: "boolean" } })
  ).annotations({ description: newSymbolNaming })
})

/**
 * The body of "Create Wallet Address" and the query of "Get Wallet Address".
 *
 * @since 0.1.0
 * @category requests
 */
export const AddressParams = Schema.Struct({
  currency: field(Schema.String, "Ex: BTC"),
  network: field(Schema.String, "Ex: BITCOIN")
}).annotations({ examples: [{ currency: "BTC", network: "LIQUID" }] })

/**
 * The body of "Withdraw Funds". `currency` is the currency-network pair, as `BTC-Bitcoin`.
 *
 * @since 0.1.0
 * @category requests
 */
export const WithdrawPayload = Schema.Struct({
  currency: field(Schema.String, "Currency-Network pair"),
  address: field(Schema.String, "Blockchain address"),
  tag: field(Schema.String, "Tag, used only by some blockchain (eg. XRP)"),
  amount: field(
    Schema.String,
    "Amount to withdraw (Max decimal supported is 8 for all currencies). Will return Invalid withdraw amount (code: 3506) if exceeds"
  ),
  includeWithdrawFee: Schema.optionalWith(Schema.Boolean, { exact: true }).annotations({
    description:
      "If true or the field doesn't exist, the fee is included in amount. Otherwise, the fee is extra added and the deducted amount can be larger than the amount claimed"
  })
}).annotations({ examples: [{ currency: "BTC-Bitcoin", address: "BTCAddress", tag: "Tag", amount: "0.001" }] })

/**
 * The body of "Convert funds".
 *
 * @since 0.1.0
 * @category requests
 */
export const ConvertPayload = Schema.Struct({
  amount: field(Schema.String, "amount of currency to convert"),
  fromAsset: field(Schema.String, "source currency to be converted"),
  toAsset: field(Schema.String, "destination currency")
}).annotations({ examples: [{ amount: "1", fromAsset: "BTC", toAsset: "USD" }] })

/**
 * The body of "Transfer Funds".
 *
 * @since 0.1.0
 * @category requests
 */
export const TransferPayload = Schema.Struct({
  amount: field(Schema.String, "amount of currency to transfer"),
  asset: field(Schema.String, "currency to be transferred"),
  toUser: field(Schema.String, "receiver account"),
  toUserMail: field(Schema.String, "receiver email"),
  useNewSymbolNaming: Schema.optionalWith(Schema.Boolean, { exact: true }).annotations({ description: newSymbolNaming })
}).annotations({
  examples: [{ amount: "1.0", asset: "BTC", toUser: "jamesbond", toUserMail: "james.bond@google.com" }]
})
