/**
 * The BTSE wallet API, version 1.1.0 and what has been added since, declared once: the client, the sandbox's server and the OpenAPI document come from
 * this declaration.
 *
 * Each endpoint carries its authentication, its permission and whether it may be sent again. Responses are JSON bodies
 * whose numbers keep their literals (see {@link Wire}).
 *
 * @since 0.1.0
 */
import { HttpApi, OpenApi } from "@effect/platform"
import * as Document from "./BtseApi/Document.ts"
import { Market } from "./BtseApi/Market.ts"
import { Today } from "./BtseApi/Today.ts"
import { Wallet } from "./BtseApi/Wallet.ts"

export { Authentication, Payment, Permission, Repeatable } from "./BtseApi/Annotations.ts"
export { WalletHistoryRow } from "./BtseApi/WalletHistoryRow.ts"

const declaration = HttpApi.make("BtseApi").add(Market).add(Wallet).add(Today)

/**
 * The declaration. Paths are the ones that are signed; the base URL (`https://api.btse.com/spot`) comes before them.
 *
 * `OpenApi.fromApi` of @effect/platform makes the OpenAPI document of it.
 *
 * @since 0.1.0
 * @category api
 */
export class BtseApi extends declaration.annotateContext(
  OpenApi.annotations({
    title: "BTSE wallet API",
    version: "1.1.0",
    summary: "The wallet of a BTSE account: balances, history, addresses, withdrawals, conversions, transfers",
    description: Document.description,
    servers: [
      { url: "https://api.btse.com/spot", description: "Production" },
      { url: "https://testapi.btse.io/spot", description: "Testnet" }
    ],
    transform: Document.complete(declaration)
  })
) {}
