/**
 * The making of a withdrawal: a claim, the checks, one request, its outcome.
 *
 * @internal
 */
import type { WalletModel } from "@btse-wallet/core"
import { BeforeSend, Decimal, Wallet, WalletError } from "@btse-wallet/core"
import { SqlClient } from "@effect/sql"
import { Cause, Clock, Duration, Effect, Exit, Option, Ref, Schedule } from "effect"
import { Account } from "../Account.ts"
import { translated } from "../internal/SqlFault.ts"
import type { Withdrawal } from "../Withdrawal.ts"
import type { SubmitError, SubmitOptions, WithdrawalSettings } from "../Withdrawals.ts"
import * as Policy from "../WithdrawalPolicy.ts"
import { amountProblem } from "./Checks.ts"
import type { Claim } from "./Claims.ts"
import { makeClaims, randomToken, standingOf } from "./Claims.ts"
import { ClaimLost, GateShut, makeGate } from "./Gate.ts"
import { makeGuards } from "./Guards.ts"
import { outcomeOf } from "./Outcome.ts"
import type { StoredWithdrawal } from "./Rows.ts"
import { makeRows, toWithdrawal } from "./Rows.ts"

/** How long a claim is respected whose holder gives no sign of life. */
export const claimLasts = "5 seconds"

const describe = ({ amount, currency, network }: WalletModel.WithdrawRequest): string =>
  `a withdrawal of ${Decimal.toText(amount)} ${currency} on ${network}`

const refuse = (reason: string) => new WalletError.InvalidRequest({ operation: "withdraw", reason })

/** What could not be durable before it is sent is not sent: inside a transaction nothing is committed yet. */
const outsideTransactions = Effect.gen(function* () {
  const transaction = yield* Effect.serviceOption(SqlClient.TransactionConnection)
  if (Option.isNone(transaction)) return
  return yield* refuse(
    "it was submitted inside a transaction, where its intent cannot be committed. Submit it outside."
  )
})

const gateShut = (cause: Cause.Cause<unknown>): Option.Option<GateShut> =>
  Option.flatMap(Cause.dieOption(cause), (defect) => (defect instanceof GateShut ? Option.some(defect) : Option.none()))

/** How the caller goes on: with the exchange's error, with the ledger's where its gate was shut, or by looking again. */
const afterwards = (exit: Exit.Exit<string, WalletError.PaymentError>) =>
  Effect.gen(function* () {
    if (Exit.isSuccess(exit)) return
    const shut = gateShut(exit.cause)
    if (Option.isSome(shut)) return yield* shut.value.reason
    // A claim that was lost at the gate is another's to send: what comes of that is this submit's outcome too.
    if (!isClaimLost(exit.cause)) return yield* Effect.failCause(exit.cause)
  })

const isClaimLost = (cause: Cause.Cause<unknown>): boolean =>
  Option.exists(Cause.dieOption(cause), (defect) => defect instanceof ClaimLost)

export const makeSubmit = Effect.fnUntraced(function* (settings: WithdrawalSettings) {
  const sql = yield* SqlClient.SqlClient
  const wallet = yield* Wallet.Wallet
  const account = yield* Account
  const rows = makeRows(sql, account.id)
  const lasts = Duration.toMillis(settings.claimLasts ?? claimLasts)
  const claims = yield* makeClaims(lasts)
  const { conclude, pass } = yield* makeGate
  const guards = yield* makeGuards(settings.policy ?? Policy.none, settings.termsLast ?? "10 minutes")

  // A commit that a power loss could take back would let a withdrawal be sent twice; SQLite's drivers may relax this.
  yield* sql
    .onDialectOrElse({ sqlite: () => Effect.asVoid(sql`PRAGMA synchronous = FULL`), orElse: () => Effect.void })
    .pipe(translated("open"))

  const unknown = (request: WalletModel.WithdrawRequest, reason: string) =>
    new WalletError.OutcomeUnknown({ operation: "withdraw", request: describe(request), reason })

  /**
   * Sends once. Whatever happens to the calling fiber, what came of it is written down; where that fails, the claim stays
   * as the gate left it, and says on its own whether it may have left.
   */
  const send = Effect.fnUntraced(function* (claim: Claim, request: WalletModel.WithdrawRequest) {
    yield* Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const left = yield* Ref.make(false)
        const gate = Effect.uninterruptible(Effect.zipRight(pass(claim), Ref.set(left, true)))
        const exit = yield* wallet
          .withdraw(request)
          .pipe(Effect.provideService(BeforeSend.BeforeSend, gate), restore, Effect.exit)
        // An error of this package's own schema that cannot be encoded is a broken invariant.
        const outcome = yield* Effect.flatMap(Ref.get(left), (left) => outcomeOf(exit, left)).pipe(Effect.orDie)
        const written = yield* Effect.exit(conclude(claim, outcome))
        if (Exit.isFailure(written) && Exit.isSuccess(exit)) {
          return yield* unknown(
            request,
            `the exchange took it as ${exit.value}, but the ledger could not write that down`
          )
        }
        if (Exit.isFailure(written) && outcome.status === "UNKNOWN") {
          return yield* unknown(request, "the ledger could not write down what came of it")
        }
        return exit
      })
    ).pipe(Effect.flatMap(afterwards))
  })

  const carryOut = Effect.fnUntraced(function* (claim: Claim, request: WalletModel.WithdrawRequest) {
    yield* claims.keepAlive(claim)
    yield* guards.takes(request).pipe(
      Effect.onExit((exit) =>
        Exit.isSuccess(exit)
          ? Effect.void
          : // Where it cannot be given back, it is free as soon as it is old.
            Effect.catchAll(claims.giveBack(claim, "a check before sending failed"), (error) =>
              Effect.logDebug("A claim could not be given back", error)
            )
      )
    )
    yield* send(claim, request)
  }, Effect.scoped)

  /** Another fiber or process holds the key: how it stands when that is over. */
  const awaited = (key: string) => {
    const looked = Effect.map(Effect.all([rows.keyed(key), Clock.currentTimeMillis]), ([row, now]) => ({
      row,
      busy: Option.exists(row, (row) => standingOf(row, now, lasts) === "busy")
    }))
    const whileBusy = Schedule.spaced("50 millis").pipe(
      Schedule.whileInput(({ busy }: Effect.Effect.Success<typeof looked>) => busy),
      Schedule.passthrough
    )
    return Effect.map(Effect.repeat(looked, whileBusy), ({ row }) => row).pipe(translated("withdraw"))
  }

  const outcomeOfRow = (row: StoredWithdrawal, request: WalletModel.WithdrawRequest) => {
    if (row.status === "UNKNOWN") return unknown(request, row.reason ?? "no answer came")
    return row.status === "REFUSED" && row.error !== null ? Effect.fail(row.error) : Effect.succeed(toWithdrawal(row))
  }

  const settle = (key: string, options: SubmitOptions): Effect.Effect<Withdrawal, SubmitError> =>
    Effect.gen(function* () {
      const { request } = options
      const taken = yield* claims.take({ key, options, keepsPolicy: guards.keepsPolicy })
      if (taken._tag === "Claimed") {
        yield* Effect.annotateCurrentSpan({ withdrawal: taken.claim.id })
        yield* carryOut(taken.claim, request)
      } else if (taken.standing === "settled") {
        return yield* outcomeOfRow(taken.row, request)
      } else if (taken.standing === "lost") {
        yield* claims.sweep()
      } else {
        const after = yield* awaited(key)
        // Who waited for an attempt shares its outcome: only a submit that comes later tries again.
        const error = Option.flatMapNullable(after, (row) => (row.status === "UNSENT" ? row.error : null))
        if (Option.isSome(error)) return yield* error.value
      }
      return yield* settle(key, options)
    })

  const submit = Effect.fn("Withdrawals.submit")(function* (options: SubmitOptions) {
    yield* outsideTransactions
    const problem = amountProblem(options.request.amount)
    if (problem !== undefined) return yield* refuse(`${problem}. Use another amount.`)
    return yield* settle(options.key ?? (yield* randomToken), options)
  })

  return { submit, check: Effect.fn("Withdrawals.check")(guards.preview) }
})
