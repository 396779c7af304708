/**
 * Withdrawals that cannot be sent twice: a state machine in the database around the exchange's withdraw operation.
 *
 * @since 0.1.0
 */
import type { WalletError, WalletModel } from "@btse-wallet/core"
import type { Duration, Effect, Stream } from "effect"
import { Context, Layer } from "effect"
import type { LedgerError } from "./LedgerError.ts"
import type { Resolution, Withdrawal, WithdrawalTransition } from "./Withdrawal.ts"
import type { WithdrawalPreview } from "./WithdrawalCheck.ts"
import type { WithdrawalPolicy } from "./WithdrawalPolicy.ts"
import { makeBook } from "./Withdrawals/Book.ts"
import { makeSubmit } from "./Withdrawals/Submit.ts"

/**
 * `key` is the caller's idempotency key; without one each submit is a withdrawal of its own.
 *
 * @since 0.1.0
 * @category models
 */
export interface SubmitOptions {
  readonly key?: string | undefined
  readonly request: WalletModel.WithdrawRequest
  readonly note?: string | undefined
}

/**
 * What a submit can fail with. A read that failed was one of the checks before sending: nothing was sent.
 *
 * @since 0.1.0
 * @category errors
 */
export type SubmitError = WalletError.PaymentError | WalletError.ReadError | LedgerError

/**
 * What a person has found out about a withdrawal whose outcome is unknown: which row of history it is, or that it was not
 * sent. `reason` says how that is known; it is kept with the decision and its time.
 *
 * @since 0.1.0
 * @category models
 */
export type Decision =
  | { readonly _tag: "Is"; readonly orderId: string; readonly reason: string }
  | { readonly _tag: "NotSent"; readonly reason: string }

/**
 * The withdrawals for those who only look.
 *
 * @since 0.1.0
 * @category services
 */
export class WithdrawalBook extends Context.Tag("@btse-wallet/ledger/Withdrawals/WithdrawalBook")<
  WithdrawalBook,
  {
    /** All withdrawals, the newest first. */
    readonly list: Effect.Effect<ReadonlyArray<Withdrawal>, LedgerError>
    /** By the ledger's id, the idempotency key or the exchange's withdraw_id. */
    readonly get: (id: string) => Effect.Effect<Withdrawal, LedgerError>
    /**
     * Every transition once, those already recorded first, until a final state. However many are tracked, one poll reads
     * history for all of them.
     */
    readonly track: (withdrawId: string) => Stream.Stream<WithdrawalTransition, WalletError.ReadError | LedgerError>
    /**
     * Looks in history for the rows of those whose outcome is unknown, and moves those on whose row is known; looks again
     * while one was sent so lately that history may lag. Returns what it found out about each that was unknown.
     */
    readonly resolve: Effect.Effect<ReadonlyArray<Resolution>, WalletError.ReadError | LedgerError>
    /**
     * Writes down what a person has decided about an unknown withdrawal. Fails with `DecisionRefused` where its outcome is
     * known, where the row is not a withdrawal of its currency or is another's, and, for `NotSent`, while its row may
     * still show up.
     */
    readonly decide: (id: string, decision: Decision) => Effect.Effect<Withdrawal, WalletError.ReadError | LedgerError>
  }
>() {}

/**
 * The withdrawals, and the making of them.
 *
 * @since 0.1.0
 * @category services
 */
export class Withdrawals extends Context.Tag("@btse-wallet/ledger/Withdrawals")<
  Withdrawals,
  {
    /**
     * Writes the intent, makes the checks, sends it once, records the outcome. The same key with the same request returns
     * the first outcome for ever, in any process; with another request it fails with `KeyConflict`. What was proven not
     * to have been sent, for a reason that passes, is `UNSENT`: a new submit sends it.
     */
    readonly submit: (options: SubmitOptions) => Effect.Effect<Withdrawal, SubmitError>
    /** Every check with its outcome, and the fee. Sends nothing and claims nothing. */
    readonly check: (
      request: WalletModel.WithdrawRequest
    ) => Effect.Effect<WithdrawalPreview, WalletError.ReadError | LedgerError>
  }
>() {}

/**
 * How withdrawals are made and followed. All have defaults.
 *
 * @since 0.1.0
 * @category models
 */
export interface WithdrawalSettings {
  /** How often `track` and `resolve` read history. Default 1 second. */
  readonly pollEvery?: Duration.DurationInput | undefined
  /** How long after the sending `resolve` looks again before it leaves it at that. Default 30 seconds. */
  readonly resolveFor?: Duration.DurationInput | undefined
  /** How long after the sending a row may still show up in history. Default 15 minutes. */
  readonly historyLag?: Duration.DurationInput | undefined
  /** How long a sender that gives no sign of life is waited for. Default 5 seconds. */
  readonly claimLasts?: Duration.DurationInput | undefined
  /** How old the exchange's terms may be (networks, minimums, fees). Default 10 minutes. */
  readonly termsLast?: Duration.DurationInput | undefined
  /** Default: everything is allowed. */
  readonly policy?: WithdrawalPolicy | undefined
}

/**
 * `WithdrawalBook` of the wallet that is provided, on the ledger and the account that are. It sends nothing.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerBook = (settings: WithdrawalSettings = {}) => Layer.scoped(WithdrawalBook, makeBook(settings))

/**
 * `Withdrawals` of the wallet that is provided, on the ledger and the account that are.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (settings: WithdrawalSettings = {}) => Layer.effect(Withdrawals, makeSubmit(settings))
