/**
 * The withdrawals as they are, and how they get on: list, get, track, resolve.
 *
 * @internal
 */
import { SqlClient, SqlSchema } from "@effect/sql"
import type { Duration } from "effect"
import { Clock, Effect, Option, Ref, Schedule, Schema, Stream } from "effect"
import { Account } from "../Account.ts"
import { clockAhead, Intake } from "../internal/Intake.ts"
import type { Run } from "../internal/Intake.ts"
import { translated, writing } from "../internal/SqlFault.ts"
import { advanceWithdrawals } from "../internal/Transitions.ts"
import { WithdrawalNotFound } from "../LedgerError.ts"
import type { WithdrawalTransition } from "../Withdrawal.ts"
import { isFinal } from "../Withdrawal.ts"
import { Claimable, resolveAll } from "./Resolve.ts"
import type { Verdict } from "./Resolve.ts"
import type { StoredWithdrawal } from "./Rows.ts"
import { makeRows, toWithdrawal } from "./Rows.ts"
import { intentLasts } from "./Submit.ts"

export const makeBook = Effect.fnUntraced(function* (pollEvery: Duration.DurationInput) {
  const sql = yield* SqlClient.SqlClient
  const account = yield* Account
  const intake = yield* Intake
  const rows = makeRows(sql, account.id)

  const find = Effect.fnUntraced(function* (id: string) {
    const found = yield* rows.named(id).pipe(translated("withdrawals"))
    return yield* Option.match(found, {
      onNone: () => new WithdrawalNotFound({ operation: "withdrawals", id }),
      onSome: Effect.succeed
    })
  })

  /** Where to read history for a withdrawal: from its row, or from a while before it was intended. */
  const readFrom = Effect.fnUntraced(function* (run: Run, oldest: StoredWithdrawal) {
    const now = yield* Clock.currentTimeMillis
    const [known] = yield* sql<{ readonly timestamp: number | null }>`
      SELECT min(timestamp) AS timestamp FROM record
      WHERE account_id = ${account.id} AND order_id = ${oldest.withdrawId}`
    const from = known?.timestamp ?? oldest.createdAt.epochMillis - clockAhead
    yield* run.walk({ from: Math.min(from, now), to: now + clockAhead }, now)
  }, translated("withdrawals"))

  const track = (withdrawId: string) =>
    Stream.unwrapScoped(
      Effect.gen(function* () {
        const first = yield* find(withdrawId)
        const last = yield* Ref.make(0)
        const fresh = Effect.gen(function* () {
          const after = yield* Ref.get(last)
          const arrived = yield* rows.transitions({ withdrawal: first.rowId, after }).pipe(translated("withdrawals"))
          const now = yield* find(first.id)
          yield* Ref.set(last, arrived.at(-1)?.rowId ?? after)
          return {
            ended: isFinal(now.status),
            transitions: arrived.map(({ at, fees, status, txid }): WithdrawalTransition => ({
              withdrawId: now.withdrawId ?? withdrawId,
              status,
              at,
              id: now.id,
              currency: now.currency,
              amount: now.amount,
              fees,
              txid
            }))
          }
        })
        const run = yield* intake.open("track")
        const polled = Stream.repeatEffectWithSchedule(
          Effect.zipRight(readFrom(run, first), fresh),
          Schedule.spaced(pollEvery)
        )
        return Stream.concat(Stream.fromEffect(fresh), polled).pipe(
          Stream.takeUntil((poll) => poll.ended),
          Stream.mapConcat((poll) => poll.transitions)
        )
      })
    )

  const claimable = SqlSchema.findAll({
    Request: Schema.Int,
    Result: Claimable,
    execute: (accountId) => sql`
      SELECT r.order_id AS "orderId", r.currency, r.timestamp, r.amount, coalesce(r.fees, '0') AS fees, r.to_address AS "toAddress"
      FROM record r WHERE r.account_id = ${accountId} AND r.type = 'Withdraw'
        AND r.timestamp >= (SELECT min(created_at) FROM withdrawal WHERE account_id = ${accountId} AND status = 'UNKNOWN') - 300000
        AND NOT EXISTS (SELECT 1 FROM withdrawal w WHERE w.account_id = r.account_id AND w.withdraw_id = r.order_id)`
  })

  const settle = Effect.fnUntraced(function* ({ orderId, reason, withdrawal }: Verdict, now: number) {
    if (orderId === undefined) {
      yield* sql`UPDATE withdrawal SET reason = ${reason} WHERE id = ${withdrawal.rowId} AND status = 'UNKNOWN'`
    } else {
      yield* sql`UPDATE withdrawal SET ${sql.update({ status: "SUBMITTED", withdraw_id: orderId, reason, error: null, updated_at: now })}
        WHERE id = ${withdrawal.rowId} AND status = 'UNKNOWN'`
      yield* sql`INSERT INTO transition ${sql.insert({ withdrawal_id: withdrawal.rowId, status: "SUBMITTED", at: now })}`
    }
  })

  const resolve = Effect.fn("WithdrawalBook.resolve")(function* () {
    const now = yield* Clock.currentTimeMillis
    yield* writing(sql)(
      sql`UPDATE withdrawal SET status = 'UNKNOWN', reason = 'the program ended while it was being sent'
        WHERE account_id = ${account.id} AND status = 'INTENDED' AND created_at < ${now - intentLasts}`
    )
    const before = yield* rows.all
    const unknown = before.filter((row) => row.status === "UNKNOWN")
    const oldest = unknown.at(-1)
    if (oldest === undefined) return []
    yield* Effect.flatMap(intake.open("resolve"), (run) => readFrom(run, oldest)).pipe(Effect.scoped)
    yield* writing(sql)(
      Effect.gen(function* () {
        const still = (yield* rows.all).filter((row) => row.status === "UNKNOWN")
        for (const verdict of resolveAll(still, yield* claimable(account.id))) yield* settle(verdict, now)
        yield* advanceWithdrawals(sql, account.id, now)
      })
    )
    const ids = new Set(unknown.map((row) => row.rowId))
    return (yield* rows.all).filter((row) => ids.has(row.rowId)).map(toWithdrawal)
  }, translated("withdrawals"))

  return {
    list: rows.all.pipe(
      Effect.map((all) => all.map(toWithdrawal)),
      translated("withdrawals")
    ),
    get: Effect.fn("WithdrawalBook.get")(function* (id: string) {
      return toWithdrawal(yield* find(id))
    }),
    track,
    resolve: Effect.suspend(resolve)
  }
})
