/**
 * Withdrawals that cannot be sent twice: a state machine in the database around the exchange's withdraw operation.
 *
 * @since 0.1.0
 */
import type { WalletError, WalletModel } from "@btse-wallet/core"
import type { Duration, Effect, Stream } from "effect"
import { Context, Layer } from "effect"
import type { LedgerError } from "./LedgerError.ts"
import type { Withdrawal, WithdrawalTransition } from "./Withdrawal.ts"
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
    /** Every transition once, those already recorded first, until a final state. Polls history every second. */
    readonly track: (withdrawId: string) => Stream.Stream<WithdrawalTransition, WalletError.ReadError | LedgerError>
    /** Looks in history for the rows of those whose outcome is unknown; returns all that are or were unknown. */
    readonly resolve: Effect.Effect<ReadonlyArray<Withdrawal>, WalletError.ReadError | LedgerError>
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
     * Writes the intent, sends it once, records the outcome. The same key with the same request returns the first outcome
     * for ever, in any process; with another request it fails with `KeyConflict`.
     */
    readonly submit: (options: SubmitOptions) => Effect.Effect<Withdrawal, WalletError.WriteError | LedgerError>
  }
>() {}

/**
 * How often `track` reads history; every second by default.
 *
 * @since 0.1.0
 * @category models
 */
export interface WithdrawalSettings {
  readonly pollEvery?: Duration.DurationInput | undefined
}

/**
 * @since 0.1.0
 * @category layers
 */
export const layerBook = (settings: WithdrawalSettings = {}) =>
  Layer.effect(WithdrawalBook, makeBook(settings.pollEvery ?? "1 second"))

/**
 * @since 0.1.0
 * @category layers
 */
export const layer = Layer.effect(Withdrawals, makeSubmit)
