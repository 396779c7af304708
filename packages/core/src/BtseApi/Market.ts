/**
 * The public endpoints ("Public Endpoints" and the currency list, 1.1.0).
 *
 * @since 0.1.0
 */
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "@effect/platform"
import { Schema } from "effect"
import { Currency, Network, WalletAction } from "../WalletModel.ts"
import * as Wire from "../Wire.ts"
import { Authentication, field, Repeatable, words } from "./Annotations.ts"

/**
 * `data` of "Query exchange rate between assets", in its envelope.
 *
 * @since 0.1.0
 * @category responses
 */
export const ExchangeRateResponse = Schema.Struct({
  code: field(Wire.Integer, "Return code"),
  msg: field(Schema.NullishOr(Schema.String), "Return message"),
  time: field(Wire.Integer, "Unix timestamp, in milliseconds"),
  data: field(Wire.Amount, "Exchange rate between assets"),
  success: field(Schema.Boolean, "True or False")
})

const availableCurrencyNetworks = HttpApiEndpoint.get(
  "availableCurrencyNetworks",
  "/api/v3.2/availableCurrencyNetworks"
)
  .setUrlParams(Schema.Struct({ currency: field(Schema.String, "Ex: BTC") }))
  .addSuccess(Wire.Json(Schema.Array(Network)))
  .annotateContext(
    words({
      summary: "Query available crypto network list for currency",
      description:
        "Get available crypto network list for currency. Succeeded by `/public-api/wallet/v1/crypto/networks`.",
      example: ["Bitcoin", "Liquid"]
    })
  )

const exchangeRate = HttpApiEndpoint.get("exchangeRate", "/api/v3.2/exchangeRate")
  .setUrlParams(
    Schema.Struct({
      srcCurrency: field(Schema.String, "Ex: BTC"),
      targetCurrency: field(Schema.String, "Ex: USD")
    })
  )
  .addSuccess(Wire.Json(ExchangeRateResponse))
  .annotateContext(
    words({
      summary: "Query exchange rate between assets",
      description: "Get the exchange rate between assets. Succeeded by `/public-api/wallet/v1/assets/exchangeRate`.",
      example: { code: 1, msg: "Success", time: 1_643_085_970_137, data: 36_051.559_502_85, success: true }
    })
  )

const availableCurrencies = HttpApiEndpoint.get("availableCurrencies", "/api/v3.2/availableCurrencies")
  .setUrlParams(Schema.Struct({ action: field(WalletAction, "CONVERT, WITHDRAW, SEND (transfer)") }))
  .addSuccess(Wire.Json(Schema.Array(Currency)))
  .annotateContext(
    words({
      summary: "Query available currency list for wallet action",
      description: "Get available currency list for wallet action.",
      example: ["USD", "JPY", "GBP", "HKD", "SGD"]
    })
  )

/**
 * The group of public endpoints: networks of a currency, exchange rate, currencies for an action.
 *
 * @since 0.1.0
 * @category api
 */
export class Market extends HttpApiGroup.make("market")
  .add(availableCurrencyNetworks)
  .add(exchangeRate)
  .add(availableCurrencies)
  .annotateEndpoints(Authentication, "public")
  .annotateEndpoints(Repeatable, true)
  .annotateContext(
    OpenApi.annotations({ title: "Public", description: "Networks, rates and currencies, as of version 1.1.0." })
  ) {}
