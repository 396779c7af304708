/**
 * Who may send a withdrawal.
 *
 * A key's row is claimed before anything is sent. The claim is a random text: whoever else takes the row over writes
 * another, and the first finds its own gone at the gate. So at most one passes it, wherever a process was stopped, paused
 * or killed.
 *
 * @internal
 */
import type { WalletModel } from "@btse-wallet/core"
import { Decimal, StoredInstant } from "@btse-wallet/core"
import { SqlClient } from "@effect/sql"
import { BigDecimal, Clock, Data, Duration, Effect, Option, Schedule } from "effect"
import { Account } from "../Account.ts"
import { translated, writing } from "../internal/SqlFault.ts"
import { KeyConflict } from "../LedgerError.ts"
import type { SubmitOptions } from "../Withdrawals.ts"
import type { Guards } from "./Guards.ts"
import type { StoredWithdrawal } from "./Rows.ts"
import { makeRows } from "./Rows.ts"

export interface Claim {
  readonly id: number
  readonly token: string
  /** Whether the row was made for it. */
  readonly fresh: boolean
}

/**
 * How a key stands. `free`: nothing was sent, and nobody alive is about to. `busy`: someone alive holds it. `lost`: it was
 * leaving when its sender ended. `settled`: it has an outcome.
 */
export type Standing = "free" | "busy" | "lost" | "settled"

export const standingOf = (row: StoredWithdrawal, now: number, claimLasts: number): Standing => {
  if (row.status === "UNSENT") return "free"
  if (row.status !== "INTENDED") return "settled"
  if (StoredInstant.isRecent(row.aliveAt, now, claimLasts)) return "busy"
  return row.sendingAt === null ? "free" : "lost"
}

export type Taken = Data.TaggedEnum<{
  Claimed: { readonly claim: Claim }
  Standing: { readonly row: StoredWithdrawal; readonly standing: Exclude<Standing, "free"> }
}>

export const Taken = Data.taggedEnum<Taken>()

const sameRequest = (stored: StoredWithdrawal, request: WalletModel.WithdrawRequest): boolean =>
  stored.currency === request.currency &&
  stored.network === request.network &&
  stored.address === request.address &&
  (stored.tag ?? "") === (request.tag ?? "") &&
  stored.feeOnTop === request.feeOnTop &&
  BigDecimal.equals(stored.amount, request.amount)

/** Not `Random`: a seed that a test or a program sets must not make two submits take each other for one. */
export const randomToken = Effect.sync(() => globalThis.crypto.randomUUID())

interface Claiming {
  readonly key: string
  readonly options: SubmitOptions
  /** Fails where the policy forbids it; reads inside the transaction. */
  readonly keepsPolicy: Guards["keepsPolicy"]
}

export const makeClaims = Effect.fnUntraced(function* (lasts: Duration.DurationInput) {
  const sql = yield* SqlClient.SqlClient
  const account = yield* Account
  const rows = makeRows(sql, account.id)
  const claimLasts = Duration.toMillis(lasts)

  const look = Effect.fnUntraced(function* (key: string, request: WalletModel.WithdrawRequest) {
    const found = yield* rows.keyed(key)
    if (Option.isNone(found)) return undefined
    const row = found.value
    if (!sameRequest(row, request)) return yield* new KeyConflict({ operation: "withdraw", key })
    return { row, standing: standingOf(row, yield* Clock.currentTimeMillis, claimLasts) }
  })

  const insert = Effect.fnUntraced(function* (
    { key, options: { note, request } }: Claiming,
    token: string,
    now: number
  ) {
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
      claim: token,
      alive_at: now,
      created_at: now,
      updated_at: now
    })} RETURNING id`
    return row?.id ?? 0
  })

  /** Commits the intent and takes its claim, or says how the key stands. */
  const take = Effect.fnUntraced(function* (claiming: Claiming) {
    const { request } = claiming.options
    const token = yield* randomToken
    return yield* writing(sql)(
      Effect.gen(function* () {
        const before = yield* look(claiming.key, request)
        if (before !== undefined && before.standing !== "free") {
          return Taken.Standing({ row: before.row, standing: before.standing })
        }
        yield* claiming.keepsPolicy(request, before?.row.rowId ?? 0)
        const now = yield* Clock.currentTimeMillis
        if (before === undefined) {
          return Taken.Claimed({ claim: { id: yield* insert(claiming, token, now), token, fresh: true } })
        }
        yield* sql`UPDATE withdrawal SET ${sql.update({
          status: "INTENDED",
          claim: token,
          alive_at: now,
          sending_at: null,
          reason: null,
          error: null,
          updated_at: now
        })} WHERE id = ${before.row.rowId}`
        return Taken.Claimed({ claim: { id: before.row.rowId, token, fresh: false } })
      })
    )
  }, translated("withdraw"))

  /** Gives a claim back with which nothing was sent. A row that was made for it goes, so that its key is free. */
  const giveBack = Effect.fnUntraced(function* ({ fresh, id, token }: Claim, reason: string) {
    const now = yield* Clock.currentTimeMillis
    const mine = sql`id = ${id} AND claim = ${token} AND status = 'INTENDED' AND sending_at IS NULL`
    yield* writing(sql)(
      fresh
        ? sql`DELETE FROM withdrawal WHERE ${mine}`
        : sql`UPDATE withdrawal SET ${sql.update({ status: "UNSENT", reason, updated_at: now })} WHERE ${mine}`
    )
  }, translated("withdraw"))

  const beat = Effect.fnUntraced(function* ({ id, token }: Claim) {
    const now = yield* Clock.currentTimeMillis
    yield* sql`UPDATE withdrawal SET alive_at = ${now} WHERE id = ${id} AND claim = ${token}`
  })

  /** Says that the claim's holder is alive, while the scope is open. A beat that is missed is made up by the next. */
  const keepAlive = (claim: Claim) =>
    beat(claim).pipe(
      Effect.catchAll((error) => Effect.logDebug("A claim could not be kept alive", error)),
      Effect.schedule(Schedule.spaced(Duration.millis(claimLasts / 5))),
      Effect.interruptible,
      Effect.forkScoped
    )

  /** Writes down what became of claims whose holders ended: unknown where it was leaving, unsent where it was not. */
  const sweep = Effect.fnUntraced(function* () {
    const now = yield* Clock.currentTimeMillis
    const ended = sql`account_id = ${account.id} AND status = 'INTENDED' AND abs(${now} - alive_at) > ${claimLasts}`
    yield* writing(sql)(
      Effect.zipRight(
        sql`UPDATE withdrawal SET ${sql.update({ status: "UNKNOWN", reason: "its program ended while it was being sent", updated_at: now })}
          WHERE ${ended} AND sending_at IS NOT NULL`,
        sql`UPDATE withdrawal SET ${sql.update({ status: "UNSENT", reason: "its program ended before anything was sent", updated_at: now })}
          WHERE ${ended} AND sending_at IS NULL`
      )
    )
  }, translated("withdrawals"))

  return { take, giveBack, keepAlive, sweep }
})
