/**
 * The public endpoints ("Public Endpoints" and the currency list, 1.1.0).
 *
 * @since 0.1.0
 */
import { HttpApiEndpoint, HttpApiGroup } from "@effect/platform"
import { Schema } from "effect"
import { Currency, Network, WalletAction } from "../WalletModel.ts"
import * as Wire from "../Wire.ts"
import { Authentication, Repeatable } from "./Annotations.ts"

/**
 * `data` of "Query exchange rate between assets", in its envelope.
 *
 * @since 0.1.0
 * @category responses
 */
export const ExchangeRateResponse = Schema.Struct({
  code: Wire.Integer,
  msg: Schema.NullishOr(Schema.String),
  time: Wire.Integer,
  data: Wire.Amount,
  success: Schema.Boolean
})

const availableCurrencyNetworks = HttpApiEndpoint.get(
  "availableCurrencyNetworks",
  "/api/v3.2/availableCurrencyNetworks"
)
  .setUrlParams(Schema.Struct({ currency: Schema.String }))
  .addSuccess(Wire.Json(Schema.Array(Network)))

const exchangeRate = HttpApiEndpoint.get("exchangeRate", "/api/v3.2/exchangeRate")
  .setUrlParams(Schema.Struct({ srcCurrency: Schema.String, targetCurrency: Schema.String }))
  .addSuccess(Wire.Json(ExchangeRateResponse))

const availableCurrencies = HttpApiEndpoint.get("availableCurrencies", "/api/v3.2/availableCurrencies")
  .setUrlParams(Schema.Struct({ action: WalletAction }))
  .addSuccess(Wire.Json(Schema.Array(Currency)))

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
  .annotateEndpoints(Repeatable, true) {}
