/**
 * Claims: the exclusive right to send a payment.
 *
 * A key's row is claimed before anything is sent. The claim is a random text: whoever else takes the row over writes
 * another, and the first finds its own gone at the gate. So at most one passes it, wherever a process was stopped, paused
 * or killed.
 *
 * @internal
 */
import { StoredInstant } from "@btse-wallet/core"
import { SqlClient } from "@effect/sql"
import { Clock, Data, Duration, Effect, Equal, Option, Schedule } from "effect"
import { Account } from "../Account.ts"
import { translated, writing } from "../internal/SqlFault.ts"
import { KeyConflict } from "../LedgerError.ts"
import type { PaymentKind, PaymentRequest } from "../Payment.ts"
import type { Guards } from "./Guards.ts"
import type { Resend } from "./Resend.ts"
import type { StoredPayment } from "./Rows.ts"
import { isSameRequest, makeRows, toColumns, toStored } from "./Rows.ts"

export interface Claim {
  readonly id: number
  /** That of the row, which another account with the same API key may have made. */
  readonly accountId: number
  readonly kind: PaymentKind
  readonly key: string
  readonly token: string
  /** Whether the row was made for it. */
  readonly fresh: boolean
}

/**
 * How a key stands. `free`: nothing was sent, and nobody alive is about to. `busy`: someone alive holds it. `lost`: it was
 * leaving, or had left before, when its sender ended. `refused`: it left, and a refusal came that proves nothing. `settled`:
 * it has an outcome.
 */
export type Standing = "free" | "busy" | "lost" | "refused" | "settled"

const isRefused = ({ error, orderId, status }: StoredPayment): boolean =>
  status === "UNKNOWN" && orderId === null && error?._tag === "OutcomeUnknown" && error.refusal !== null

export const standingOf = (row: StoredPayment, now: number, claimLasts: number): Standing => {
  if (row.status === "UNSENT") return "free"
  if (isRefused(row)) return "refused"
  if (row.status !== "INTENDED") return "settled"
  if (StoredInstant.isRecent(row.aliveAt, now, claimLasts)) return "busy"
  return row.sendingAt === null && row.firstSendingAt === null ? "free" : "lost"
}

export type Taken = Data.TaggedEnum<{
  Claimed: { readonly claim: Claim }
  Standing: { readonly row: StoredPayment; readonly standing: Exclude<Standing, "free"> }
}>

export const Taken = Data.taggedEnum<Taken>()

/** Not `Random`: a seed that a test or a program sets must not make two submits take each other for one. */
export const randomToken = Effect.sync(() => globalThis.crypto.randomUUID())

export interface Claiming {
  readonly key: string
  readonly request: PaymentRequest
  readonly note: string | undefined
  /** Fails where the policy forbids it; reads inside the transaction. */
  readonly keepsPolicy: Guards["keepsPolicy"]
  /** A refused payment of which history showed no row. */
  readonly allowed: StoredPayment | undefined
  readonly objection: Resend["objection"]
}

/** `fingerprint`: that of the API key that sends, null where nothing is sent. */
export const makeClaims = Effect.fnUntraced(function* (
  lasts: Duration.DurationInput,
  fingerprint: string | null = null
) {
  const sql = yield* SqlClient.SqlClient
  const account = yield* Account
  const rows = makeRows(sql, account.id, fingerprint)
  const claimLasts = Duration.toMillis(lasts)

  const look = Effect.fnUntraced(function* (key: string, request: PaymentRequest) {
    const found = yield* rows.keyed(key)
    if (Option.isNone(found)) return undefined
    const row = found.value
    if (!isSameRequest(row, toStored(request))) return yield* new KeyConflict({ operation: request.kind, key })
    return { row, standing: standingOf(row, yield* Clock.currentTimeMillis, claimLasts) }
  })

  const insert = Effect.fnUntraced(function* ({ key, note, request }: Claiming, token: string, now: number) {
    const [row] = yield* sql<{ readonly id: number }>`INSERT INTO payment ${sql.insert({
      ...toColumns(toStored(request)),
      account_id: account.id,
      fingerprint,
      key,
      status: "INTENDED",
      note: note ?? null,
      claim: token,
      alive_at: now,
      created_at: now,
      updated_at: now
    })} RETURNING id`
    return row?.id ?? 0
  })

  /** A row that showed up since, or another attempt, takes the permission back. */
  const mayResend = ({ allowed, objection }: Claiming, { row, standing }: { row: StoredPayment; standing: Standing }) =>
    standing === "refused" && allowed?.rowId === row.rowId && Equal.equals(allowed.updatedAt, row.updatedAt)
      ? Effect.map(objection(row), (reason) => reason === undefined)
      : Effect.succeed(false)

  /** Commits the intent and takes its claim, or says how the key stands. */
  const take = (claiming: Claiming) => translated(claiming.request.kind)(taking(claiming))

  const taking = Effect.fnUntraced(function* (claiming: Claiming) {
    const { request } = claiming
    const token = yield* randomToken
    const mine = { accountId: account.id, key: claiming.key, kind: request.kind, token }
    return yield* writing(sql)(
      Effect.gen(function* () {
        const before = yield* look(claiming.key, request)
        if (before !== undefined && before.standing !== "free" && !(yield* mayResend(claiming, before))) {
          return Taken.Standing({ row: before.row, standing: before.standing })
        }
        yield* claiming.keepsPolicy(request, before?.row.rowId ?? 0)
        const now = yield* Clock.currentTimeMillis
        if (before === undefined) {
          return Taken.Claimed({ claim: { ...mine, id: yield* insert(claiming, token, now), fresh: true } })
        }
        yield* sql`UPDATE payment SET ${sql.update({
          status: "INTENDED",
          claim: token,
          alive_at: now,
          sending_at: null,
          updated_at: now
        })} WHERE id = ${before.row.rowId}`
        return Taken.Claimed({
          claim: { ...mine, accountId: before.row.accountId, id: before.row.rowId, fresh: false }
        })
      })
    )
  })

  /** An attempt that did not leave is unsent, unless an earlier one did: then that one is as unknown as before. */
  const neverLeft = sql.literal(`CASE WHEN first_sending_at IS NULL THEN 'UNSENT' ELSE 'UNKNOWN' END`)

  /** Gives a claim back with which nothing was sent. A row that was made for it goes, so that its key is free. */
  const giveBack = Effect.fnUntraced(function* ({ fresh, id, token }: Claim, reason: string) {
    const now = yield* Clock.currentTimeMillis
    const mine = sql`id = ${id} AND claim = ${token} AND status = 'INTENDED' AND sending_at IS NULL`
    yield* writing(sql)(
      fresh
        ? sql`DELETE FROM payment WHERE ${mine}`
        : sql`UPDATE payment SET status = ${neverLeft}, ${sql.update({ reason, updated_at: now })} WHERE ${mine}`
    )
  }, translated("payments"))

  const beat = Effect.fnUntraced(function* ({ id, token }: Claim) {
    const now = yield* Clock.currentTimeMillis
    yield* sql`UPDATE payment SET alive_at = ${now} WHERE id = ${id} AND claim = ${token}`
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
  const sweep = Effect.fnUntraced(function* (accountId: number = account.id) {
    const now = yield* Clock.currentTimeMillis
    const ended = sql`account_id = ${accountId} AND status = 'INTENDED' AND abs(${now} - alive_at) > ${claimLasts}`
    yield* writing(sql)(
      Effect.zipRight(
        sql`UPDATE payment SET ${sql.update({ status: "UNKNOWN", reason: "its program ended while it was being sent", error: null, updated_at: now })}
          WHERE ${ended} AND sending_at IS NOT NULL`,
        sql`UPDATE payment SET status = ${neverLeft}, ${sql.update({ reason: "its program ended before anything was sent", updated_at: now })}
          WHERE ${ended} AND sending_at IS NULL`
      )
    )
  }, translated("payments"))

  return { take, giveBack, keepAlive, sweep }
})

export type Claims = Effect.Effect.Success<ReturnType<typeof makeClaims>>
