/**
 * The endpoints that the exchange has added since version 1.1.0, and that succeed some of its own.
 *
 * @since 0.1.0
 */
import { HttpApiEndpoint, HttpApiGroup } from "@effect/platform"
import { Schema } from "effect"
import { Currency, Network } from "../WalletModel.ts"
import * as Wire from "../Wire.ts"
import { Authentication, Permission, Repeatable } from "./Annotations.ts"

/** The envelope that newer endpoints answer in. */
const envelope = <A, I>(data: Schema.Schema<A, I>) =>
  Schema.Struct({
    success: Schema.NullishOr(Schema.Boolean),
    code: Schema.NullishOr(Wire.Integer),
    msg: Schema.NullishOr(Schema.String),
    time: Schema.NullishOr(Wire.Integer),
    data
  })

/**
 * A row of the crypto networks endpoint: what a network costs and allows, as decimal strings.
 *
 * @since 0.1.0
 * @category responses
 */
export const CryptoNetworkRow = Schema.Struct({
  network: Network,
  name: Schema.String,
  depositEnable: Schema.Boolean,
  withdrawEnable: Schema.Boolean,
  confirmationTime: Schema.NullishOr(Wire.Integer),
  needAddressExtension: Schema.Boolean,
  addressExtensionTypeName: Schema.NullishOr(Schema.String),
  depositAmtMin: Wire.Amount,
  depositFeeMin: Wire.Amount,
  depositFeeRate: Wire.Amount,
  depositExtFees: Wire.Amount,
  depositExtFeeRate: Wire.Amount,
  withdrawAmtMin: Wire.Amount,
  withdrawFeeMin: Wire.Amount,
  withdrawFeeRate: Wire.Amount,
  withdrawExtFees: Wire.Amount,
  withdrawExtFeeRate: Wire.Amount
})

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
export const AssetExchangeRateResponse = envelope(Schema.Struct({ rate: Schema.NullishOr(Wire.Amount) }))

/**
 * A transfer between a main account and its subaccounts. Rows have no id.
 *
 * @since 0.1.0
 * @category responses
 */
export const SubaccountTransferRow = Schema.Struct({
  timestamp: Wire.Integer,
  fromUser: Schema.String,
  receiver: Schema.String,
  currency: Currency,
  amount: Wire.Amount
})

/**
 * A page of the subaccount transfer history; pages are counted from 1.
 *
 * @since 0.1.0
 * @category responses
 */
export const SubaccountHistoryResponse = envelope(
  Schema.Struct({
    totalRows: Wire.Integer,
    pageSize: Wire.Integer,
    currentPage: Wire.Integer,
    totalPages: Wire.Integer,
    data: Schema.Array(SubaccountTransferRow)
  })
)

/**
 * The answer of the server's clock; `epoch` is in seconds.
 *
 * @since 0.1.0
 * @category responses
 */
export const ServerTimeResponse = Schema.Struct({ iso: Schema.DateTimeUtc, epoch: Wire.Amount })

/**
 * The query of the subaccount transfer history. Instants are epoch milliseconds; `pageSize` is at most 50.
 *
 * @since 0.1.0
 * @category requests
 */
export const SubaccountHistoryParams = Schema.Struct({
  startTime: Schema.optional(Schema.NumberFromString.pipe(Schema.int())),
  endTime: Schema.optional(Schema.NumberFromString.pipe(Schema.int())),
  page: Schema.NumberFromString.pipe(Schema.int(), Schema.positive()),
  pageSize: Schema.NumberFromString.pipe(Schema.int(), Schema.between(1, 50))
})

/** At the host's root, not under the base URL's path. Public, and more exact when signed. */
const cryptoNetworks = HttpApiEndpoint.get("cryptoNetworks", "/public-api/wallet/v1/crypto/networks")
  .setUrlParams(Schema.Struct({ crypto: Schema.String }))
  .addSuccess(Wire.Json(envelope(Schema.Array(CryptoNetworkRow))))
  .annotate(Authentication, "optional")
  .annotate(Repeatable, true)

/** At the host's root, not under the base URL's path. */
const assetExchangeRate = HttpApiEndpoint.get("assetExchangeRate", "/public-api/wallet/v1/assets/exchangeRate")
  .setUrlParams(Schema.Struct({ baseCurrency: Schema.String, quoteCurrency: Schema.String, amount: Schema.String }))
  .addSuccess(Wire.Json(AssetExchangeRateResponse))
  .annotate(Authentication, "public")
  .annotate(Repeatable, true)

const deleteAddress = HttpApiEndpoint.del("deleteAddress", "/api/v3.2/user/wallet/address")
  .setUrlParams(Schema.Struct({ currency: Schema.String, network: Schema.String, address: Schema.String }))
  .addSuccess(Wire.Anything)
  .annotate(Permission, "Wallet")

const subaccountHistory = HttpApiEndpoint.get("subaccountHistory", "/api/v3.2/subaccount/wallet/history")
  .setUrlParams(SubaccountHistoryParams)
  .addSuccess(Wire.Json(SubaccountHistoryResponse))
  .annotate(Permission, "Read")
  .annotate(Repeatable, true)

const serverTime = HttpApiEndpoint.get("serverTime", "/api/v3.3/time")
  .addSuccess(Wire.Json(ServerTimeResponse))
  .annotate(Authentication, "public")
  .annotate(Repeatable, true)

/**
 * The group of endpoints added since 1.1.0: networks with their fees, the asset exchange rate, deleting an address, the
 * subaccount transfer history, the server's clock.
 *
 * @since 0.1.0
 * @category api
 */
export class Today extends HttpApiGroup.make("today")
  .add(cryptoNetworks)
  .add(assetExchangeRate)
  .add(deleteAddress)
  .add(subaccountHistory)
  .add(serverTime) {}
