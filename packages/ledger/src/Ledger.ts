/**
 * The whole ledger as a layer: migrations first, then the account, then the services that work on it.
 *
 * @since 0.1.0
 */
import type { Wallet } from "@btse-wallet/core"
import type { SqlClient } from "@effect/sql"
import { Layer } from "effect"
import type { Account, AccountName } from "./Account.ts"
import type { Export } from "./Export.ts"
import { LedgerUnavailable, type LedgerError } from "./LedgerError.ts"
import type { LedgerStatus } from "./LedgerStatus.ts"
import type { Reconciliation } from "./Reconciliation.ts"
import type { Sync } from "./Sync.ts"
import type { WithdrawalBook, Withdrawals } from "./Withdrawals.ts"

/**
 * @since 0.1.0
 * @category models
 */
export interface LedgerOptions {
  readonly account: AccountName
  /** The origin of the exchange's base URL, as in `https://api.btse.com`. */
  readonly exchange: string
}

/**
 * What needs no exchange: the books as they are.
 *
 * @since 0.1.0
 * @category models
 */
export type BookServices = Account | Reconciliation | LedgerStatus | Export

/**
 * What looks at the exchange.
 *
 * @since 0.1.0
 * @category models
 */
export type ReaderServices = BookServices | Sync | WithdrawalBook

const pending = Layer.fail(
  new LedgerUnavailable({ operation: "Ledger.layer", reason: "it is being written", advice: "Wait." })
)

/**
 * The books alone, for a program that never calls the exchange: reconcile, status, export.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerBooks = (_: LedgerOptions): Layer.Layer<BookServices, LedgerError, SqlClient.SqlClient> => pending

/**
 * The books and what reads the exchange into them. It cannot move money.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerReader = (
  _: LedgerOptions
): Layer.Layer<ReaderServices, LedgerError, SqlClient.SqlClient | Wallet.WalletReader> => pending

/**
 * Everything, withdrawals included.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  _: LedgerOptions
): Layer.Layer<ReaderServices | Withdrawals, LedgerError, SqlClient.SqlClient | Wallet.WalletReader | Wallet.Wallet> =>
  pending
