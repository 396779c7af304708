/**
 * The endpoints of a user's wallet ("Wallet Endpoints", 1.1.0).
 *
 * @since 0.1.0
 */
import { HttpApiEndpoint, HttpApiGroup } from "@effect/platform"
import { Schema } from "effect"
import { Currency, WithdrawId } from "../WalletModel.ts"
import * as Wire from "../Wire.ts"
import { Permission, Repeatable } from "./Annotations.ts"
import { WalletHistoryRow } from "./WalletHistoryRow.ts"

/**
 * A row of "Query Wallet Balance".
 *
 * @since 0.1.0
 * @category responses
 */
export const BalanceRow = Schema.Struct({
  currency: Currency,
  total: Wire.Amount,
  available: Wire.Amount
})

/**
 * A row of "Create Wallet Address" and "Get Wallet Address". `created` is in seconds in the document's example.
 *
 * @since 0.1.0
 * @category responses
 */
export const AddressRow = Schema.Struct({ address: Schema.String, created: Wire.Integer })

/**
 * The answer of "Withdraw Funds": `withdraw_id` in 1.1.0, `withdrawId` since August 2025.
 *
 * @since 0.1.0
 * @category responses
 */
export const WithdrawResponse = Schema.Union(
  Schema.Struct({ withdraw_id: Wire.Text.pipe(Schema.compose(WithdrawId, { strict: false })) }),
  Schema.Struct({ withdrawId: Wire.Text.pipe(Schema.compose(WithdrawId, { strict: false })) })
)

/**
 * The answer of "Convert funds".
 *
 * @since 0.1.0
 * @category responses
 */
export const ConvertResponse = Schema.Struct({
  amount: Wire.Amount,
  settlementAmount: Wire.Amount,
  amountCurrency: Currency,
  settlementCurrency: Currency,
  rate: Wire.Amount
})

/**
 * The answer of "Transfer Funds".
 *
 * @since 0.1.0
 * @category responses
 */
export const TransferResponse = Schema.Struct({
  amount: Wire.Amount,
  asset: Currency,
  toUser: Schema.String,
  toUserMail: Schema.String
})

/**
 * The filter of "Query Wallet History". Instants are epoch milliseconds.
 *
 * @since 0.1.0
 * @category requests
 */
export const HistoryParams = Schema.Struct({
  currency: Schema.optional(Schema.String),
  startTime: Schema.optional(Schema.NumberFromString.pipe(Schema.int())),
  endTime: Schema.optional(Schema.NumberFromString.pipe(Schema.int())),
  count: Schema.optional(Schema.NumberFromString.pipe(Schema.int(), Schema.positive())),
  useNewSymbolNaming: Schema.optional(Schema.BooleanFromString)
})

/**
 * The body of "Create Wallet Address" and the query of "Get Wallet Address".
 *
 * @since 0.1.0
 * @category requests
 */
export const AddressParams = Schema.Struct({ currency: Schema.String, network: Schema.String })

/**
 * The body of "Withdraw Funds". `currency` is the currency-network pair, as `BTC-Bitcoin`.
 *
 * @since 0.1.0
 * @category requests
 */
export const WithdrawPayload = Schema.Struct({
  currency: Schema.String,
  address: Schema.String,
  tag: Schema.String,
  amount: Schema.String,
  includeWithdrawFee: Schema.optionalWith(Schema.Boolean, { exact: true })
})

/**
 * The body of "Convert funds".
 *
 * @since 0.1.0
 * @category requests
 */
export const ConvertPayload = Schema.Struct({
  amount: Schema.String,
  fromAsset: Schema.String,
  toAsset: Schema.String
})

/**
 * The body of "Transfer Funds".
 *
 * @since 0.1.0
 * @category requests
 */
export const TransferPayload = Schema.Struct({
  amount: Schema.String,
  asset: Schema.String,
  toUser: Schema.String,
  toUserMail: Schema.String,
  useNewSymbolNaming: Schema.optionalWith(Schema.Boolean, { exact: true })
})

const balance = HttpApiEndpoint.get("balance", "/api/v3.2/user/wallet")
  .addSuccess(Wire.Json(Schema.Array(BalanceRow)))
  .annotate(Permission, "Read")
  .annotate(Repeatable, true)

const history = HttpApiEndpoint.get("history", "/api/v3.2/user/wallet_history")
  .setUrlParams(HistoryParams)
  .addSuccess(Wire.JsonRows(Schema.encodedSchema(WalletHistoryRow)))
  .annotate(Permission, "Read")
  .annotate(Repeatable, true)

const createAddress = HttpApiEndpoint.post("createAddress", "/api/v3.2/user/wallet/address")
  .setPayload(AddressParams)
  .addSuccess(Wire.Json(Schema.Array(AddressRow)))
  .annotate(Permission, "Wallet")

const getAddress = HttpApiEndpoint.get("getAddress", "/api/v3.2/user/wallet/address")
  .setUrlParams(AddressParams)
  .addSuccess(Wire.Json(Schema.Array(AddressRow)))
  .annotate(Permission, "Wallet")
  .annotate(Repeatable, true)

const withdraw = HttpApiEndpoint.post("withdraw", "/api/v3.2/user/wallet/withdraw")
  .setPayload(WithdrawPayload)
  .addSuccess(Wire.Json(WithdrawResponse))
  .annotate(Permission, "Withdraw")

const convert = HttpApiEndpoint.post("convert", "/api/v3.2/user/wallet/convert")
  .setPayload(ConvertPayload)
  .addSuccess(Wire.Json(ConvertResponse))
  .annotate(Permission, "Wallet")

const transfer = HttpApiEndpoint.post("transfer", "/api/v3.2/user/wallet/transfer")
  .setPayload(TransferPayload)
  .addSuccess(Wire.Json(TransferResponse))
  .annotate(Permission, "Transfer")

/**
 * The group of signed endpoints.
 *
 * @since 0.1.0
 * @category api
 */
export class Wallet extends HttpApiGroup.make("wallet")
  .add(balance)
  .add(history)
  .add(createAddress)
  .add(getAddress)
  .add(withdraw)
  .add(convert)
  .add(transfer) {}
