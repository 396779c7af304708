/**
 * The endpoints that the exchange has added since version 1.1.0, and that succeed some of its own.
 *
 * @since 0.1.0
 */
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "@effect/platform"
import { Schema } from "effect"
import * as Wire from "../Wire.ts"
import { Authentication, field, Permission, Repeatable, words } from "./Annotations.ts"
import {
  AssetExchangeRateResponse,
  CryptoNetworkRow,
  envelope,
  ServerTimeResponse,
  SubaccountHistoryParams,
  SubaccountHistoryResponse
} from "./TodayBodies.ts"

/** At the host's root, not under the base URL's path. Public, and more exact when signed. */
const cryptoNetworks = HttpApiEndpoint.get("cryptoNetworks", "/public-api/wallet/v1/crypto/networks")
  .setUrlParams(Schema.Struct({ crypto: field(Schema.String, "Currency. Ex: BTC") }))
  .addSuccess(Wire.Json(envelope(Schema.Array(CryptoNetworkRow))))
  .annotate(Authentication, "optional")
  .annotate(Repeatable, true)
  .annotateContext(
    words({
      summary: "Crypto networks",
      description:
        "The networks of a currency with what they cost and allow. At the host's root. More exact when signed. A withdrawal's fee is max(withdrawFeeMin, amount * withdrawFeeRate) + withdrawExtFees + withdrawExtFeeRate * amount; a deposit's likewise."
    })
  )

/** At the host's root, not under the base URL's path. */
const assetExchangeRate = HttpApiEndpoint.get("assetExchangeRate", "/public-api/wallet/v1/assets/exchangeRate")
  .setUrlParams(
    Schema.Struct({
      baseCurrency: field(Schema.String, "Ex: BTC"),
      quoteCurrency: field(Schema.String, "Ex: USD"),
      amount: field(Schema.String, "amount of the base currency")
    })
  )
  .addSuccess(Wire.Json(AssetExchangeRateResponse))
  .annotate(Authentication, "public")
  .annotate(Repeatable, true)
  .annotateContext(
    words({ summary: "Asset exchange rate", description: "The rate between two assets. At the host's root." })
  )

const deleteAddress = HttpApiEndpoint.del("deleteAddress", "/api/v3.2/user/wallet/address")
  .setUrlParams(
    Schema.Struct({
      currency: field(Schema.String, "Ex: BTC"),
      network: field(Schema.String, "Ex: BITCOIN"),
      address: field(Schema.String, "Blockchain address")
    })
  )
  .addSuccess(Wire.Anything)
  .annotate(Permission, "Wallet")
  .annotateContext(
    words({ summary: "Delete wallet address", description: "Deletes an address; 400 where it is already deleted." })
  )

const subaccountHistory = HttpApiEndpoint.get("subaccountHistory", "/api/v3.2/subaccount/wallet/history")
  .setUrlParams(SubaccountHistoryParams)
  .addSuccess(Wire.Json(SubaccountHistoryResponse))
  .annotate(Permission, "Read")
  .annotate(Repeatable, true)
  .annotateContext(
    words({
      summary: "Subaccount transfer history",
      description: "Transfers between a main account and its subaccounts, in pages. Rows have no id."
    })
  )

const serverTime = HttpApiEndpoint.get("serverTime", "/api/v3.3/time")
  .addSuccess(Wire.Json(ServerTimeResponse))
  .annotate(Authentication, "public")
  .annotate(Repeatable, true)
  .annotateContext(words({ summary: "Server time", description: "The exchange's clock." }))

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
  .add(serverTime)
  .annotateContext(
    OpenApi.annotations({ title: "Since 1.1.0", description: "What the exchange has added since version 1.1.0." })
  ) {}
