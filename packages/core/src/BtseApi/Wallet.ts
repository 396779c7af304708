/**
 * The endpoints of a user's wallet ("Wallet Endpoints", 1.1.0).
 *
 * @since 0.1.0
 */
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "@effect/platform"
import { Schema } from "effect"
import * as Wire from "../Wire.ts"
import { Payment, Permission, Repeatable, words } from "./Annotations.ts"
import {
  AddressParams,
  AddressRow,
  BalanceRow,
  ConvertPayload,
  ConvertResponse,
  HistoryParams,
  TransferPayload,
  TransferResponse,
  WithdrawPayload,
  WithdrawResponse
} from "./WalletBodies.ts"
import { WalletHistoryRow } from "./WalletHistoryRow.ts"

const addressExample = [{ address: "Blockchain address", created: 1_592_627_542 }]

const balance = HttpApiEndpoint.get("balance", "/api/v3.2/user/wallet")
  .addSuccess(Wire.Json(Schema.Array(BalanceRow)))
  .annotate(Permission, "Read")
  .annotate(Repeatable, true)
  .annotateContext(
    words({
      summary: "Query Wallet Balance",
      description: "Query user's wallet balance.",
      example: [{ available: 520.52, currency: "USD", total: 5566.5566 }]
    })
  )

const history = HttpApiEndpoint.get("history", "/api/v3.2/user/wallet_history")
  .setUrlParams(HistoryParams)
  .addSuccess(Wire.JsonRows(WalletHistoryRow))
  .annotate(Permission, "Read")
  .annotate(Repeatable, true)
  .annotateContext(
    words({
      summary: "Query Wallet History",
      description:
        "Get user's wallet history records on the spot wallet. A row changes in place: the sights of one order carry the same timestamp whatever its status.",
      example: [
        {
          amount: 21.358_238_25,
          currency: "USD",
          description: "string",
          fees: 0.06,
          orderId: 20_181_213_000_239,
          status: 10,
          timestamp: 1_571_630_174_639,
          type: 1,
          username: "btseUser",
          wallet: "Wallet",
          txid: "<Blockchain Transaction ID>",
          currencyNetwork: "<Blockchain currency network>"
        }
      ]
    })
  )

const createAddress = HttpApiEndpoint.post("createAddress", "/api/v3.2/user/wallet/address")
  .setPayload(AddressParams)
  .addSuccess(Wire.Json(Schema.Array(AddressRow)))
  .annotate(Permission, "Wallet")
  .annotateContext(
    words({
      summary: "Create Wallet Address",
      description:
        "Creates a wallet address. If the address created has not been used before, a 400 error will return with the existing unused address.",
      example: addressExample
    })
  )

const getAddress = HttpApiEndpoint.get("getAddress", "/api/v3.2/user/wallet/address")
  .setUrlParams(AddressParams)
  .addSuccess(Wire.Json(Schema.Array(AddressRow)))
  .annotate(Permission, "Wallet")
  .annotate(Repeatable, true)
  .annotateContext(
    words({ summary: "Get Wallet Address", description: "Gets a wallet address.", example: addressExample })
  )

const withdraw = HttpApiEndpoint.post("withdraw", "/api/v3.2/user/wallet/withdraw")
  .setPayload(WithdrawPayload)
  .addSuccess(Wire.Json(WithdrawResponse))
  .annotate(Permission, "Withdraw")
  .annotate(Payment, true)
  .annotateContext(
    words({
      summary: "Withdraw Funds",
      description:
        "Performs a wallet withdrawal. It will not be processed immediately: query the wallet history to check on its status.",
      example: { withdraw_id: "<withdrawal ID>" }
    })
  )

const convert = HttpApiEndpoint.post("convert", "/api/v3.2/user/wallet/convert")
  .setPayload(ConvertPayload)
  .addSuccess(Wire.Json(ConvertResponse))
  .annotate(Permission, "Wallet")
  .annotate(Payment, true)
  .annotateContext(
    words({
      summary: "Convert funds",
      description: "Performs a currency conversion from wallet.",
      example: {
        amount: 1,
        settlementAmount: 66_680.432_82,
        amountCurrency: "BTC",
        settlementCurrency: "USD",
        rate: 66_680.432_82
      }
    })
  )

const transfer = HttpApiEndpoint.post("transfer", "/api/v3.2/user/wallet/transfer")
  .setPayload(TransferPayload)
  .addSuccess(Wire.Json(TransferResponse))
  .annotate(Permission, "Transfer")
  .annotate(Payment, true)
  .annotateContext(
    words({
      summary: "Transfer Funds",
      description:
        "Performs a internal currency transfer to other user from wallet. Version 1.1.0 names the `Wallet` permission for it, the exchange today `Transfer`.",
      example: { amount: "1", asset: "BTC", toUser: "jamesbond", toUserMail: "james.bond@google.com" }
    })
  )

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
  .add(transfer)
  .annotateContext(
    OpenApi.annotations({ title: "Wallet", description: "A user's wallet, as of version 1.1.0. All are signed." })
  ) {}
