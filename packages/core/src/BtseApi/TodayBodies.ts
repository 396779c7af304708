/**
 * What the endpoints added since version 1.1.0 are asked with and answer.
 *
 * @since 0.1.0
 */
import { Schema } from "effect"
import { Currency, Network } from "../WalletModel.ts"
import * as Wire from "../Wire.ts"
import { field } from "./Annotations.ts"

/**
 * The envelope that newer endpoints answer in.
 *
 * @since 0.1.0
 * @category responses
 */
export const envelope = <A, I>(data: Schema.Schema<A, I>) =>
  Schema.Struct({
    success: field(Schema.NullishOr(Schema.Boolean), "True or False"),
    code: field(Schema.NullishOr(Wire.Integer), "Return code"),
    msg: field(Schema.NullishOr(Schema.String), "Return message"),
    time: field(Schema.NullishOr(Wire.Integer), "Unix timestamp, in milliseconds"),
    data
  })

/**
 * A row of the crypto networks endpoint: what a network costs and allows, as decimal strings.
 *
 * @since 0.1.0
 * @category responses
 */
export const CryptoNetworkRow = Schema.Struct({
  network: field(Network, "Network, as requests name it"),
  name: field(Schema.String, "Network, as people name it"),
  depositEnable: field(Schema.Boolean, "Whether the network takes deposits now"),
  withdrawEnable: field(Schema.Boolean, "Whether the network takes withdrawals now"),
  confirmationTime: field(Schema.NullishOr(Wire.Integer), "Confirmations until a deposit is credited"),
  needAddressExtension: field(Schema.Boolean, "Whether a tag goes with the address"),
  addressExtensionTypeName: field(Schema.NullishOr(Schema.String), "What the tag is called"),
  depositAmtMin: field(Wire.Amount, "Smallest deposit"),
  depositFeeMin: field(Wire.Amount, "Smallest fee of a deposit"),
  depositFeeRate: field(Wire.Amount, "Fee of a deposit, as a fraction of the amount"),
  depositExtFees: field(Wire.Amount, "Extra fee of a deposit"),
  depositExtFeeRate: field(Wire.Amount, "Extra fee of a deposit, as a fraction of the amount"),
  withdrawAmtMin: field(Wire.Amount, "Smallest withdrawal"),
  withdrawFeeMin: field(Wire.Amount, "Smallest fee of a withdrawal"),
  withdrawFeeRate: field(Wire.Amount, "Fee of a withdrawal, as a fraction of the amount"),
  withdrawExtFees: field(Wire.Amount, "Extra fee of a withdrawal"),
  withdrawExtFeeRate: field(Wire.Amount, "Extra fee of a withdrawal, as a fraction of the amount")
}).annotations({ identifier: "CryptoNetwork" })

/**
 * @since 0.1.0
 * @category responses
 */
export interface CryptoNetworkRow extends Schema.Schema.Type<typeof CryptoNetworkRow> {}

/**
 * `data` of the asset exchange rate: the rate may be absent.
 *
 * @since 0.1.0
 * @category responses
 */
export const AssetExchangeRateResponse = envelope(
  Schema.Struct({ rate: field(Schema.NullishOr(Wire.Amount), "Exchange rate; may be absent") })
)

/**
 * A transfer between a main account and its subaccounts. Rows have no id.
 *
 * @since 0.1.0
 * @category responses
 */
export const SubaccountTransferRow = Schema.Struct({
  timestamp: field(Wire.Integer, "When, in milliseconds"),
  fromUser: field(Schema.String, "sender account"),
  receiver: field(Schema.String, "receiver account"),
  currency: field(Currency, "Currency"),
  amount: field(Wire.Amount, "Amount")
}).annotations({ identifier: "SubaccountTransfer" })

/**
 * A page of the subaccount transfer history; pages are counted from 1.
 *
 * @since 0.1.0
 * @category responses
 */
export const SubaccountHistoryResponse = envelope(
  Schema.Struct({
    totalRows: field(Wire.Integer, "Rows on all pages"),
    pageSize: field(Wire.Integer, "Rows on a page"),
    currentPage: field(Wire.Integer, "This page, counted from 1"),
    totalPages: field(Wire.Integer, "Number of pages"),
    data: Schema.Array(SubaccountTransferRow)
  })
)

/**
 * The answer of the server's clock; `epoch` is in seconds.
 *
 * @since 0.1.0
 * @category responses
 */
export const ServerTimeResponse = Schema.Struct({
  iso: field(Schema.DateTimeUtc, "The time in ISO 8601"),
  epoch: field(Wire.Amount, "The time in seconds")
})

/**
 * The query of the subaccount transfer history. Instants are epoch milliseconds; `pageSize` is at most 50.
 *
 * @since 0.1.0
 * @category requests
 */
export const SubaccountHistoryParams = Schema.Struct({
  startTime: Schema.optional(Wire.MillisParam).annotations({ description: "Starting time in milliseconds" }),
  endTime: Schema.optional(Wire.MillisParam).annotations({ description: "Ending time in milliseconds" }),
  page: field(Wire.CountParam, "Page, counted from 1"),
  pageSize: field(
    Schema.compose(Schema.NumberFromString, Schema.Int.pipe(Schema.between(1, 50))).annotations({
      jsonSchema: { type: "integer", minimum: 1, maximum: 50 }
    }),
    "Rows on a page, at most 50"
  )
})
