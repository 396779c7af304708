/**
 * Payments that cannot be sent twice: a state machine in the database around the exchange's withdraw, transfer and convert
 * operations.
 *
 * @since 0.1.0
 */
import type { WalletError, WalletModel } from "@btse-wallet/core"
import type { Duration, Effect, Stream } from "effect"
import { Context, Layer } from "effect"
import type { LedgerError } from "./LedgerError.ts"
import type {
  Conversion,
  Payment,
  PaymentCandidate,
  PaymentRequest,
  PaymentTransition,
  Resolution,
  Transfer,
  Withdrawal
} from "./Payment.ts"
import type { PaymentPreview } from "./PaymentCheck.ts"
import type { PaymentPolicy } from "./PaymentPolicy.ts"
import { makeBook } from "./Payments/Book.ts"
import { makeSubmit } from "./Payments/Submit.ts"

/**
 * A payment that is about to be sent: its checks have passed and its intent is written. `key` is the handle under which it
 * is found from now on, generated where the caller gave none. An `unchecked` check may be worth a word to a person.
 *
 * @since 0.1.0
 * @category models
 */
export interface ReadyPayment extends PaymentPreview {
  readonly key: string
}

/**
 * `key` is the caller's idempotency key; without one each call is a payment of its own, under a generated key.
 * `beforeSending` runs once the payment is ready, before anything is sent, and not where nothing will be.
 *
 * @since 0.1.0
 * @category models
 */
export interface PaymentOptions<Request> {
  readonly key?: string | undefined
  readonly request: Request
  readonly note?: string | undefined
  readonly beforeSending?: ((ready: ReadyPayment) => Effect.Effect<void>) | undefined
}

/**
 * Errors of a payment. A read that failed was one of the checks before sending: nothing was sent.
 *
 * @since 0.1.0
 * @category errors
 */
export type PaymentError = WalletError.PaymentError | WalletError.ReadError | LedgerError

/**
 * A person's decision about a payment whose row is not known: the row of history that it is, a row that it is not, or that it
 * was not sent. Declared not sent, it must not be one of the rows that could be it: each of these is `acknowledged` by its
 * order id. `reason` is kept with the decision and its time.
 *
 * @since 0.1.0
 * @category models
 */
export type Decision =
  | { readonly _tag: "Is"; readonly orderId: string; readonly reason: string }
  | { readonly _tag: "IsNot"; readonly orderId: string; readonly reason: string }
  | { readonly _tag: "NotSent"; readonly reason: string; readonly acknowledged?: ReadonlyArray<string> | undefined }

/**
 * The payments, to look at and to follow.
 *
 * @since 0.1.0
 * @category services
 */
export class PaymentBook extends Context.Tag("@btse-wallet/ledger/Payments/PaymentBook")<
  PaymentBook,
  {
    /** All payments, the newest first. */
    readonly list: Effect.Effect<ReadonlyArray<Payment>, LedgerError>
    /** By the ledger's id, the idempotency key or the exchange's id. */
    readonly get: (id: string) => Effect.Effect<Payment, LedgerError>
    /** The rows in the books that could be a payment whose row is not known, with what speaks for and against each. */
    readonly candidates: (id: string) => Effect.Effect<ReadonlyArray<PaymentCandidate>, LedgerError>
    /**
     * Every transition once, those already recorded first, until a final state. However many are tracked, one poll reads
     * history for all of them.
     */
    readonly track: (id: string) => Stream.Stream<PaymentTransition, WalletError.ReadError | LedgerError>
    /**
     * Searches history for the rows of those whose outcome is unknown, and moves those on whose row is known; searches
     * again while one was sent so recently that history may lag. Returns a verdict about each that was unknown.
     */
    readonly resolve: Effect.Effect<ReadonlyArray<Resolution>, WalletError.ReadError | LedgerError>
    /**
     * Stores a person's decision. Fails with `DecisionRefused` where the payment's row is known, where the row is not one of
     * its kind and currency or is another's, and, for `NotSent`, while its row may still show up, or where history shows
     * rows that could be it and are not acknowledged: the error names them. A decision `Is` also ends an alarm.
     */
    readonly decide: (id: string, decision: Decision) => Effect.Effect<Payment, WalletError.ReadError | LedgerError>
  }
>() {}

/**
 * The making of payments. Each writes the intent, makes the checks, sends it once, records the outcome. The same key with
 * the same request returns the first outcome for ever, in any process; with another request it fails with `KeyConflict`.
 * A payment that was proven not to have been sent, for a reason that passes, is `UNSENT`: a new call with its key sends it.
 * Once bytes may have left, a payment goes on to its outcome even if the caller is interrupted, and the closing of the
 * service waits for it.
 *
 * @since 0.1.0
 * @category services
 */
export class Payments extends Context.Tag("@btse-wallet/ledger/Payments")<
  Payments,
  {
    readonly withdraw: (options: PaymentOptions<WalletModel.WithdrawRequest>) => Effect.Effect<Withdrawal, PaymentError>
    readonly transfer: (options: PaymentOptions<WalletModel.TransferRequest>) => Effect.Effect<Transfer, PaymentError>
    readonly convert: (options: PaymentOptions<WalletModel.ConvertRequest>) => Effect.Effect<Conversion, PaymentError>
    /** Every check with its outcome, and the fee. Sends nothing and claims nothing. */
    readonly check: (request: PaymentRequest) => Effect.Effect<PaymentPreview, WalletError.ReadError | LedgerError>
  }
>() {}

/**
 * Settings of the making and following of payments. All have defaults.
 *
 * @since 0.1.0
 * @category models
 */
export interface PaymentSettings {
  /** Interval at which `track` and `resolve` read history. Default 1 second. */
  readonly pollEvery?: Duration.DurationInput | undefined
  /** Time after the sending for which `resolve` looks again. Default 30 seconds. */
  readonly resolveFor?: Duration.DurationInput | undefined
  /**
   * Time after the sending in which a row may still show up in history. Default: twice what the ledger's own payments have
   * shown, at least a minute; 15 minutes while too few have.
   */
  readonly historyLag?: Duration.DurationInput | undefined
  /** Difference of this clock and the exchange's where it was not measured. Default 5 minutes. */
  readonly clockSkew?: Duration.DurationInput | undefined
  /** Time for which a sender without a sign of life is waited for. Default 5 seconds. */
  readonly claimLasts?: Duration.DurationInput | undefined
  /** Greatest age of the exchange's terms (networks, minimums, fees). Default 10 minutes. */
  readonly termsLast?: Duration.DurationInput | undefined
  /** Default: everything is allowed. */
  readonly policy?: PaymentPolicy | undefined
}

/**
 * `PaymentBook` of the wallet that is provided, on the ledger and the account that are. It sends nothing.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerBook = (settings: PaymentSettings = {}) => Layer.scoped(PaymentBook, makeBook(settings))

/**
 * `Payments` of the wallet that is provided, on the ledger and the account that are.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (settings: PaymentSettings = {}) => Layer.scoped(Payments, makeSubmit(settings))
