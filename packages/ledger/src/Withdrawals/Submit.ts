/**
 * The making of a withdrawal: an intent, one request, its outcome.
 *
 * @internal
 */
import { Decimal, Wallet, WalletError } from "@btse-wallet/core"
import type { WalletModel } from "@btse-wallet/core"
import { SqlClient } from "@effect/sql"
import { BigDecimal, Cause, Clock, Effect, Exit, Option, Random, Schedule, Schema } from "effect"
import { Account } from "../Account.ts"
import { translated, writing } from "../internal/SqlFault.ts"
import { KeyConflict } from "../LedgerError.ts"
import type { SubmitOptions } from "../Withdrawals.ts"
import type { StoredWithdrawal } from "./Rows.ts"
import { makeRows, toWithdrawal } from "./Rows.ts"

/** The exchange gives up on a request after 30 seconds; an intent without an outcome after this was left by a crash. */
export const intentLasts = 45_000

const encodeError = Schema.encode(Schema.parseJson(WalletError.WriteError))

const describe = ({ amount, currency, network }: WalletModel.WithdrawRequest): string =>
  `a withdrawal of ${Decimal.toText(amount)} ${currency} on ${network}`

const sameRequest = (stored: StoredWithdrawal, request: WalletModel.WithdrawRequest): boolean =>
  stored.currency === request.currency &&
  stored.network === request.network &&
  stored.address === request.address &&
  (stored.tag ?? "") === (request.tag ?? "") &&
  stored.feeOnTop === request.feeOnTop &&
  BigDecimal.equals(stored.amount, request.amount)

/** "Max decimal supported is `8` for all currencies", "Withdraw Funds", 1.1.0. */
const checked = (request: WalletModel.WithdrawRequest) => {
  const refuse = (reason: string) => new WalletError.InvalidRequest({ operation: "withdraw", reason })
  if (BigDecimal.normalize(request.amount).scale > 8) {
    return refuse("the amount has more than 8 decimals. Use at most 8.")
  }
  return BigDecimal.isPositive(request.amount) ? Effect.void : refuse("the amount is not above zero. Use a larger one.")
}

const randomKey = Effect.map(Effect.replicateEffect(Random.nextIntBetween(0, 65_536), 8), (parts) =>
  parts.map((part) => part.toString(16).padStart(4, "0")).join("")
)

interface Outcome {
  readonly status: "SUBMITTED" | "REFUSED" | "UNKNOWN"
  readonly withdraw_id: string | null
  readonly reason: string | null
  readonly error: string | null
}

export const makeSubmit = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const wallet = yield* Wallet.Wallet
  const account = yield* Account
  const rows = makeRows(sql, account.id)

  const unknown = (request: WalletModel.WithdrawRequest, reason: string) =>
    new WalletError.OutcomeUnknown({ operation: "withdraw", request: describe(request), reason })

  /** Commits the intent, unless the key already stands for a withdrawal, which is returned instead. */
  const intend = Effect.fnUntraced(function* (key: string, { note, request }: SubmitOptions) {
    const now = yield* Clock.currentTimeMillis
    return yield* writing(sql)(
      Effect.gen(function* () {
        const before = yield* rows.keyed(key)
        if (Option.isSome(before)) return { before: before.value, id: before.value.rowId }
        const [row] = yield* sql<{ readonly id: number }>`INSERT INTO withdrawal ${sql.insert({
          account_id: account.id,
          key,
          status: "INTENDED",
          currency: request.currency,
          network: request.network,
          address: request.address,
          tag: request.tag ?? null,
          amount: Decimal.toText(request.amount),
          fee_on_top: request.feeOnTop ? 1 : 0,
          note: note ?? null,
          created_at: now,
          updated_at: now
        })} RETURNING id`
        return { before: undefined, id: row?.id ?? 0 }
      })
    )
  }, translated("withdraw"))

  const conclude = Effect.fnUntraced(function* (id: number, outcome: Outcome) {
    const now = yield* Clock.currentTimeMillis
    yield* writing(sql)(
      Effect.gen(function* () {
        const changed = yield* sql`UPDATE withdrawal SET ${sql.update({ ...outcome, updated_at: now })}
          WHERE id = ${id} AND status IN ('INTENDED', 'UNKNOWN') AND withdraw_id IS NULL RETURNING id`
        if (changed.length > 0 && outcome.status === "SUBMITTED") {
          yield* sql`INSERT INTO transition ${sql.insert({ withdrawal_id: id, status: outcome.status, at: now })}`
        }
      })
    )
  })

  const outcomeOf = Effect.fnUntraced(function* (exit: Exit.Exit<string, WalletError.WriteError>) {
    const outcome: Outcome = { status: "UNKNOWN", withdraw_id: null, reason: null, error: null }
    if (Exit.isSuccess(exit)) return { ...outcome, status: "SUBMITTED", withdraw_id: exit.value } satisfies Outcome
    const failure = Cause.failureOption(exit.cause)
    if (Option.isNone(failure)) {
      const reason = Cause.isInterrupted(exit.cause) ? "it was interrupted while it was sent" : "the program failed"
      return { ...outcome, reason }
    }
    const status = failure.value.done === "no" ? "REFUSED" : "UNKNOWN"
    const error = yield* encodeError(failure.value)
    return { ...outcome, status, reason: failure.value.message, error } satisfies Outcome
  })

  /**
   * Sends once. Whatever happens to the calling fiber, what came of it is written down; where that fails, the intent stays,
   * and an intent without an outcome is an unknown one.
   */
  const send = Effect.fnUntraced(function* (id: number, request: WalletModel.WithdrawRequest) {
    yield* Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const exit = yield* Effect.exit(restore(wallet.withdraw(request)))
        yield* Effect.flatMap(outcomeOf(exit), (outcome) => conclude(id, outcome)).pipe(
          Effect.catchAllCause(() =>
            Exit.isSuccess(exit)
              ? unknown(request, `the exchange took it as ${exit.value}, but the ledger could not write that down`)
              : unknown(request, "the ledger could not write down what came of it")
          )
        )
        yield* exit
      })
    )
  })

  /** Another fiber or process is sending it: its outcome, or the intent once that has lasted too long. */
  const settled = Effect.fnUntraced(function* (key: string, first: StoredWithdrawal) {
    const ready = (row: StoredWithdrawal) =>
      Effect.map(
        Clock.currentTimeMillis,
        (now) => row.status !== "INTENDED" || now - row.createdAt.epochMillis > intentLasts
      )
    const again = Effect.map(
      rows.keyed(key),
      Option.getOrElse(() => first)
    )
    const row = (yield* ready(first))
      ? first
      : yield* Effect.repeat(again, { schedule: Schedule.spaced("50 millis"), until: ready }).pipe(
          Effect.zipRight(again)
        )
    if (row.status !== "INTENDED") return row
    const reason = "the program ended while it was being sent"
    yield* conclude(row.rowId, { status: "UNKNOWN", withdraw_id: null, reason, error: null })
    return { ...row, status: "UNKNOWN", reason }
  }, translated("withdraw"))

  const submit = Effect.fn("Withdrawals.submit")(function* (options: SubmitOptions) {
    const { request } = options
    yield* checked(request)
    const key = options.key ?? (yield* randomKey)
    const { before, id } = yield* intend(key, options)
    yield* Effect.annotateCurrentSpan({ withdrawal: id })
    if (before === undefined) {
      yield* send(id, request)
      const sent = yield* rows.keyed(key).pipe(translated("withdraw"))
      return yield* Option.match(sent, {
        onNone: () => unknown(request, "its row is gone from the ledger"),
        onSome: (row) => Effect.succeed(toWithdrawal(row))
      })
    }
    if (!sameRequest(before, request)) return yield* new KeyConflict({ operation: "withdraw", key })
    const row = yield* settled(key, before)
    if (row.error !== null && row.status === "REFUSED") return yield* row.error
    if (row.status === "UNKNOWN") return yield* unknown(request, row.reason ?? "no answer came")
    return toWithdrawal(row)
  })

  return { submit }
})
