/**
 * The making of a payment: a claim, the checks, one request, its outcome.
 *
 * @internal
 */
import type { WalletModel } from "@btse-wallet/core"
import { WaitNotice, Wallet, WalletError } from "@btse-wallet/core"
import { SqlClient } from "@effect/sql"
import { Clock, Duration, Effect, Option, Schedule } from "effect"
import { Account } from "../Account.ts"
import { makeSchemaGuard } from "../internal/SchemaGuard.ts"
import { translated } from "../internal/SqlFault.ts"
import { LedgerBusy, LedgerUnavailable, PaymentBlocked } from "../LedgerError.ts"
import type { Payment, PaymentRequest } from "../Payment.ts"
import { isConversion, isTransfer, isWithdrawal } from "../Payment.ts"
import type { PaymentError, PaymentOptions, PaymentSettings } from "../Payments.ts"
import * as Policy from "../PaymentPolicy.ts"
import { makeAttempts } from "./Attempt.ts"
import { amountProblem } from "./Checks.ts"
import { makeClaims, randomToken, standingOf } from "./Claims.ts"
import { makeGuards } from "./Guards.ts"
import { makeResend } from "./Resend.ts"
import type { StoredPayment } from "./Rows.ts"
import { makeRows, toPayment } from "./Rows.ts"
import { unknown, unknownOf } from "./Unknown.ts"
import { validKey, validRequest } from "./ValidRequest.ts"

/** Time for which a claim is respected whose holder gives no sign of life. */
export const claimLasts = "5 seconds"

/** Refuses a call inside a transaction: its intent could not be durable before it is sent. */
const outsideTransactions = (operation: string) =>
  Effect.flatMap(Effect.serviceOption(SqlClient.TransactionConnection), (transaction) => {
    const reason = "it was submitted inside a transaction, where its intent cannot be committed. Submit it outside."
    return Option.isNone(transaction) ? Effect.void : new WalletError.InvalidRequest({ operation, reason })
  })

/** Errors of the ledger name the payment's key, also where it was generated. */
const withKey =
  (key: string) =>
  (error: PaymentError): PaymentError => {
    switch (error._tag) {
      case "LedgerBusy": {
        const { operation, reason } = error
        return new LedgerBusy({ operation, reason, key })
      }
      case "LedgerUnavailable": {
        const { advice, cause, operation, reason } = error
        return new LedgerUnavailable({ operation, reason, advice, cause, key })
      }
      case "PaymentBlocked": {
        const { operation, problems } = error
        return new PaymentBlocked({ operation, problems, key })
      }
      default:
        return error
    }
  }

interface Submitted extends Omit<PaymentOptions<PaymentRequest>, "key"> {
  readonly key: string
}

export const makeSubmit = Effect.fnUntraced(function* (settings: PaymentSettings) {
  const sql = yield* SqlClient.SqlClient
  const account = yield* Account
  const fingerprint = Option.getOrNull((yield* Wallet.Wallet).fingerprint)
  const rows = makeRows(sql, account.id, fingerprint)
  const lasts = Duration.toMillis(settings.claimLasts ?? claimLasts)
  const claims = yield* makeClaims(lasts, fingerprint)
  const guards = yield* makeGuards(settings.policy ?? Policy.none, settings.termsLast ?? "10 minutes", fingerprint)
  const attempts = yield* makeAttempts(claims, guards)
  const resend = yield* makeResend(settings)
  const guardSchema = yield* makeSchemaGuard(sql)
  const checks = { keepsPolicy: guards.keepsPolicy, objection: resend.objection }

  // A commit that a power loss could take back would let a payment be sent twice; SQLite's drivers may relax this.
  yield* sql
    .onDialectOrElse({ sqlite: () => Effect.asVoid(sql`PRAGMA synchronous = FULL`), orElse: () => Effect.void })
    .pipe(translated("open"))

  /** Another fiber or process holds the key: its row when that is over. */
  const awaited = ({ key, request }: Submitted) => {
    const looked = Effect.map(Effect.all([rows.keyed(key), Clock.currentTimeMillis]), ([row, now]) => ({
      row,
      busy: Option.exists(row, (row) => standingOf(row, now, lasts) === "busy")
    }))
    const whileBusy = Schedule.spaced("50 millis").pipe(
      Schedule.whileInput(({ busy }: Effect.Effect.Success<typeof looked>) => busy),
      Schedule.passthrough
    )
    const reason = `Waiting for another program or fiber, which is sending the payment with key "${key}".`
    return Effect.repeat(looked, whileBusy).pipe(
      WaitNotice.noticed({ kind: "claim", reason }),
      Effect.map(({ row }) => row),
      translated(request.kind),
      // The other may have sent it by now.
      Effect.mapError(({ message }) =>
        unknown(request, key, `another program was sending it, and its row cannot be read: ${message}`)
      )
    )
  }

  const outcomeOfRow = (row: StoredPayment, request: PaymentRequest) => {
    if (row.status === "UNKNOWN") return unknownOf(row, request)
    return row.status === "REFUSED" && row.error !== null ? Effect.fail(row.error) : Effect.succeed(toPayment(row))
  }

  /** `allowed`: a refused payment of which history showed no row, so that it may be sent again. */
  const settle = (submitted: Submitted, allowed?: StoredPayment): Effect.Effect<Payment, PaymentError> =>
    Effect.gen(function* () {
      const { beforeSending, key, note, request } = submitted
      const taken = yield* claims.take({ key, request, note, allowed, ...checks })
      if (taken._tag === "Claimed") {
        const { claim } = taken
        yield* Effect.annotateCurrentSpan({ payment: claim.id })
        const sent = yield* attempts.send({ claim, request, beforeSending })
        if (Option.isSome(sent)) return toPayment(sent.value)
        // A claim that was lost at the gate is another's to send: its outcome is this call's too.
      } else if (taken.standing === "settled") {
        return yield* outcomeOfRow(taken.row, request)
      } else if (taken.standing === "refused") {
        yield* resend.allow(taken.row, request)
        return yield* settle(submitted, taken.row)
      } else if (taken.standing === "lost") {
        yield* claims.sweep(taken.row.accountId)
      } else {
        const after = yield* awaited(submitted)
        // A call that waited for an attempt shares its outcome: only one that comes later tries again.
        const error = Option.flatMapNullable(after, (row) => (row.status === "UNSENT" ? row.error : null))
        if (Option.isSome(error)) return yield* error.value
      }
      return yield* settle(submitted)
    })

  const submit = Effect.fnUntraced(function* (options: PaymentOptions<PaymentRequest>) {
    yield* outsideTransactions(options.request.kind)
    const request = yield* validRequest(options.request)
    const problem = amountProblem(request)
    if (problem !== undefined) {
      const reason = `${problem}. Use another amount.`
      return yield* new WalletError.InvalidRequest({ operation: request.kind, reason })
    }
    yield* guardSchema(request.kind)
    const key = options.key === undefined ? yield* randomToken : yield* validKey(request.kind, options.key)
    return yield* Effect.mapError(settle({ ...options, request, key }), withKey(key))
  })

  const broken = "A key stands for one request, and so for one kind"

  return {
    withdraw: Effect.fn("Payments.withdraw")((options: PaymentOptions<WalletModel.WithdrawRequest>) =>
      submit({ ...options, request: { kind: "withdraw", ...options.request } }).pipe(
        Effect.filterOrDieMessage(isWithdrawal, broken)
      )
    ),
    transfer: Effect.fn("Payments.transfer")((options: PaymentOptions<WalletModel.TransferRequest>) =>
      submit({ ...options, request: { kind: "transfer", ...options.request } }).pipe(
        Effect.filterOrDieMessage(isTransfer, broken)
      )
    ),
    convert: Effect.fn("Payments.convert")((options: PaymentOptions<WalletModel.ConvertRequest>) =>
      submit({ ...options, request: { kind: "convert", ...options.request } }).pipe(
        Effect.filterOrDieMessage(isConversion, broken)
      )
    ),
    check: Effect.fn("Payments.check")((request: PaymentRequest) =>
      Effect.flatMap(validRequest(request), guards.preview)
    )
  }
})
