/**
 * The whole ledger as a layer: migrations first, then the account, then the services that work on it.
 *
 * @since 0.1.0
 */
import type { Wallet } from "@btse-wallet/core"
import type { SqlClient } from "@effect/sql"
import type { DateTime } from "effect"
import { Cause, Layer } from "effect"
import type { Account, AccountName } from "./Account.ts"
import { AsOf } from "./AsOf.ts"
import * as AsOfBooks from "./AsOf/Books.ts"
import * as Closes from "./Closes.ts"
import * as Entries from "./Entries.ts"
import * as Export from "./Export.ts"
import * as Breaks from "./Breaks.ts"
import * as BindAccount from "./internal/BindAccount.ts"
import * as Events from "./internal/Events.ts"
import * as Intake from "./internal/Intake.ts"
import * as LedgerClient from "./internal/LedgerClient.ts"
import { migrate } from "./internal/Migrations.ts"
import * as Snapshots from "./internal/Snapshots.ts"
import { fromCause, translated } from "./internal/SqlFault.ts"
import type { LedgerBusy, LedgerError, LedgerUnavailable } from "./LedgerError.ts"
import * as LedgerStatus from "./LedgerStatus.ts"
import * as Reconciliation from "./Reconciliation.ts"
import * as Sync from "./Sync.ts"
import * as Verify from "./Verify.ts"
import * as Payments from "./Payments.ts"

/**
 * Whose books they are, and how they are kept.
 *
 * @since 0.1.0
 * @category models
 */
export interface LedgerOptions {
  readonly account: AccountName
  /** The origin of the exchange's base URL, as in `https://api.btse.com`. */
  readonly exchange: string
  /** Books as they were known at this moment; only for {@link layerBooks}, and for SQLite. */
  readonly asOf?: DateTime.Utc | undefined
  readonly sync?: Sync.SyncSettings | undefined
  readonly withdrawals?: Payments.PaymentSettings | undefined
}

/**
 * Books that ask the exchange nothing. They are of whichever exchange the account is bound to where none is named; with `orOnly`,
 * they are those of the only account where the ledger holds no other than one, of whatever name.
 *
 * @since 0.1.0
 * @category models
 */
export interface BooksOptions extends Omit<LedgerOptions, "exchange" | "sync" | "withdrawals"> {
  readonly exchange?: string | undefined
  readonly orOnly?: boolean | undefined
}

/**
 * What needs no exchange: the books as they are.
 *
 * @since 0.1.0
 * @category models
 */
export type BookServices =
  | Account
  | Reconciliation.Reconciliation
  | LedgerStatus.LedgerStatus
  | Entries.Entries
  | Breaks.Breaks
  | Closes.Closes
  | Export.Export
  | Verify.Verify

/**
 * What looks at the exchange.
 *
 * @since 0.1.0
 * @category models
 */
export type ReaderServices = BookServices | Sync.Sync | Payments.PaymentBook

const bound = ({ account, exchange }: LedgerOptions) =>
  Layer.provideMerge(BindAccount.layer({ name: account, exchange }), Events.layer)

const found = ({ account, exchange, orOnly = false }: BooksOptions) =>
  Layer.provideMerge(BindAccount.layerFound({ name: account, exchange, orOnly }), Events.layer)

const accounting = Layer.mergeAll(
  Layer.provideMerge(Layer.merge(Breaks.layer, Layer.provide(Closes.layer, Verify.layer)), Reconciliation.layer),
  LedgerStatus.layer,
  Entries.layer,
  Export.layer
)

const books = Layer.merge(accounting, Verify.layer)

/** A verification is of the whole file at any moment. */
const booksAsOf = (at: DateTime.Utc) =>
  Layer.merge(AsOfBooks.layer(Layer.provide(accounting, Layer.succeed(AsOf, at)), at), Verify.layer)

const reading = (options: Pick<LedgerOptions, "sync" | "withdrawals">) =>
  Layer.mergeAll(Sync.layer(options.sync), Payments.layerBook(options.withdrawals)).pipe(
    Layer.provide(Snapshots.layer),
    Layer.provide(Intake.layer)
  )

/**
 * The books alone, for a program that never calls the exchange: reconcile, status, export. Fails with `AccountUnknown`
 * where the ledger does not hold the account yet. Books as of a moment may share a client with others: each of their calls shows
 * the moment inside a transaction of its own, and leaves nothing behind.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerBooks = (options: BooksOptions): Layer.Layer<BookServices, LedgerError, SqlClient.SqlClient> =>
  Layer.provideMerge(options.asOf === undefined ? books : booksAsOf(options.asOf), found(options)).pipe(
    Layer.provide(LedgerClient.layer)
  )

/**
 * The verification alone, of a file with all its accounts, whichever exchange they belong to.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerVerify: Layer.Layer<Verify.Verify, LedgerError, SqlClient.SqlClient> = Layer.provide(
  Verify.layer,
  Layer.effectDiscard(translated("open")(migrate))
).pipe(Layer.provide(LedgerClient.layer))

/**
 * The books and what reads the exchange into them. It cannot move money.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerReader = (
  options: LedgerOptions
): Layer.Layer<ReaderServices, LedgerError, SqlClient.SqlClient | Wallet.WalletReader> =>
  Layer.provideMerge(Layer.merge(books, reading(options)), bound(options)).pipe(Layer.provide(LedgerClient.layer))

/**
 * {@link layerReader} for a ledger that holds the account already: it binds none.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerFound = (
  options: BooksOptions
): Layer.Layer<ReaderServices, LedgerError, SqlClient.SqlClient | Wallet.WalletReader> =>
  Layer.provideMerge(Layer.merge(books, reading({})), found(options)).pipe(Layer.provide(LedgerClient.layer))

/**
 * Everything, withdrawals included.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  options: LedgerOptions
): Layer.Layer<
  ReaderServices | Payments.Payments,
  LedgerError,
  SqlClient.SqlClient | Wallet.WalletReader | Wallet.Wallet
> =>
  Layer.provideMerge(
    Layer.mergeAll(books, reading(options), Layer.provide(Payments.layer(options.withdrawals), Intake.layer)),
    bound(options)
  ).pipe(Layer.provide(LedgerClient.layer))

/**
 * A database client that fails with `LedgerUnavailable` where its file cannot be opened (a directory, not SQLite, no
 * permission): drivers throw there. Tell a driver for SQLite to leave the journal's mode alone (`disableWAL: true`): the
 * ledger sets it once it knows that the file is its own.
 *
 * @since 0.1.0
 * @category layers
 */
export const opened = <A, E, R>(client: Layer.Layer<A, E, R>): Layer.Layer<A, LedgerUnavailable | LedgerBusy, R> =>
  Layer.catchAllCause(client, (cause) => Layer.fail(fromCause("open", Cause.squash(cause))))
