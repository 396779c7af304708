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
import { Market } from "./BtseApi/Market.ts"
import { Today } from "./BtseApi/Today.ts"
import { Wallet } from "./BtseApi/Wallet.ts"

export { Authentication, Permission, Repeatable } from "./BtseApi/Annotations.ts"
export { WalletHistoryRow } from "./BtseApi/WalletHistoryRow.ts"

/**
 * The declaration. Paths are the ones that are signed; the base URL (`https://api.btse.com/spot`) comes before them.
 *
 * @since 0.1.0
 * @category api
 */
export class BtseApi extends HttpApi.make("BtseApi")
  .add(Market)
  .add(Wallet)
  .add(Today)
  .annotate(OpenApi.Title, "BTSE wallet API")
  .annotate(OpenApi.Version, "1.1.0") {}
