/**
 * The last write before a payment's bytes leave, and the first after: the gate, and the outcome of passing it.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { SqlClient } from "@effect/sql"
import { Clock, Data, Effect, Option } from "effect"
import { Account } from "../Account.ts"
import { checkpoint } from "../internal/Checkpoint.ts"
import { translated, writing } from "../internal/SqlFault.ts"
import { advancePayments } from "../internal/Transitions.ts"
import { LedgerBusy, type LedgerUnavailable } from "../LedgerError.ts"
import type { Claim } from "./Claims.ts"
import type { Outcome } from "./Outcome.ts"
import { makePaymentAlarms } from "./PaymentAlarms.ts"
import { makeRows } from "./Rows.ts"
import { measured } from "./ClockDifference.ts"
import { forgetSending, lastEventBefore, recordSending } from "./Sendings.ts"

/** The claim is gone: nothing has left, and nothing may. */
export class ClaimLost extends Data.TaggedError("ClaimLost")<object> {}

/** The ledger could not store that the request leaves: then it may not. */
export class GateShut extends Data.TaggedError("GateShut")<{ readonly reason: LedgerUnavailable | LedgerBusy }> {}

export const makeGate = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const account = yield* Account
  const rows = makeRows(sql, account.id)
  const alarms = makePaymentAlarms(sql, account.id)

  /** Takes back that the request leaves, where it has not. A row that stays as it is counts as sent, which is safe. */
  const takeBack = ({ id, token }: Claim) =>
    writing(sql)(
      Effect.zipRight(
        forgetSending(sql, { id, token }),
        sql`UPDATE payment SET sending_at = NULL,
          first_sending_at = CASE WHEN first_sending_at = sending_at THEN NULL ELSE first_sending_at END
        WHERE id = ${id} AND claim = ${token} AND status = 'INTENDED'`
      )
    ).pipe(Effect.catchAll((error) => Effect.logDebug("A gate could not be taken back", error)))

  /**
   * Commits that the request leaves now, once, in the main file. Not to be interrupted half-way: a commit stands.
   */
  const pass = (claim: Claim) =>
    Effect.gen(function* () {
      const { id, kind, token } = claim
      const now = yield* Clock.currentTimeMillis
      const difference = yield* measured(account.exchange)
      const passed = yield* writing(sql)(
        Effect.tap(
          sql`UPDATE payment SET sending_at = ${now}, first_sending_at = coalesce(first_sending_at, ${now}), alive_at = ${now}
            WHERE id = ${id} AND claim = ${token} AND status = 'INTENDED' AND sending_at IS NULL RETURNING id`,
          (rows) => (rows.length === 0 ? Effect.void : recordSending(sql, id, now, difference))
        )
      )
      if (passed.length === 0) return yield* new ClaimLost()
      yield* checkpoint(sql).pipe(
        Effect.catchTag("CheckpointBlocked", () => {
          const reason = "another program reads it for so long that the payment's intent cannot be made safe"
          return new LedgerBusy({ operation: kind, reason })
        }),
        Effect.tapError(() => takeBack(claim))
      )
    }).pipe(
      translated(claim.kind),
      Effect.catchIf(
        (error) => error._tag !== "ClaimLost",
        (reason) => new GateShut({ reason })
      ),
      Effect.uninterruptible
    )

  /** The exchange's own answer about a row outweighs a search or a person's decision (without a claim since then). */
  const unclaimOthers = ({ accountId, id }: Claim, orderId: string, now: number) =>
    sql`UPDATE payment SET ${sql.update({
      status: "UNKNOWN",
      order_id: null,
      record_id: null,
      reason: "the row found for it is another payment's, by the exchange's own answer",
      updated_at: now
    })} WHERE account_id = ${accountId} AND order_id = ${orderId} AND id <> ${id} AND claim IS NULL`

  const settle = ({ id, token }: Claim, { error, reason, status }: Outcome, now: number) => {
    // An attempt that did not leave says nothing of an earlier one that did: that one is as unknown as before.
    const isFirst = sql.literal("(first_sending_at IS NULL OR first_sending_at = sending_at)")
    const change =
      status === "UNSENT"
        ? sql`status = CASE WHEN ${isFirst} THEN 'UNSENT' ELSE 'UNKNOWN' END,
            error = CASE WHEN ${isFirst} THEN ${error} ELSE error END, sending_at = NULL,
            first_sending_at = CASE WHEN ${isFirst} THEN NULL ELSE first_sending_at END`
        : sql`status = ${status}, error = ${error}`
    return sql`UPDATE payment SET ${change}, ${sql.update({ reason, updated_at: now })}
      WHERE id = ${id} AND claim = ${token} AND status IN ('INTENDED', 'UNKNOWN') AND order_id IS NULL`
  }

  const arrive = Effect.fnUntraced(function* (claim: Claim, outcome: Outcome, now: number) {
    const { accountId, id } = claim
    const { orderId, rate, received, status } = outcome
    if (orderId !== null) yield* unclaimOthers(claim, orderId, now)
    const arrived = yield* sql`UPDATE payment
      SET ${sql.update({
        status,
        order_id: orderId,
        record_id: null,
        received: received === null ? null : Decimal.toText(received),
        rate: rate === null ? null : Decimal.toText(rate),
        reason: null,
        error: null,
        updated_at: now
      })}
      WHERE id = ${id} AND (order_id IS NULL OR order_id IS NOT ${orderId}) RETURNING id`
    if (arrived.length === 0) return
    yield* sql`INSERT INTO transition ${sql.insert({ payment_id: id, status, at: now })}`
    // Its row may be in the books already: a sync was quicker than the answer.
    yield* advancePayments(sql, accountId, now)
  })

  /** Another payment already has the id that the exchange answered with. */
  const isTaken = ({ accountId, id }: Claim, orderId: string) =>
    Effect.map(
      sql`SELECT 1 FROM payment
        WHERE account_id = ${accountId} AND order_id = ${orderId} AND id <> ${id} AND claim IS NOT NULL`,
      (rows) => rows.length > 0
    )

  /** Stores the outcome of an attempt, and returns the payment as it is then. */
  const conclude = Effect.fnUntraced(function* (claim: Claim, outcome: Outcome) {
    const now = yield* Clock.currentTimeMillis
    return yield* writing(sql)(
      Effect.gen(function* () {
        const { orderId } = outcome
        if (!outcome.done) {
          if (outcome.status === "UNSENT") yield* forgetSending(sql, claim)
          yield* settle(claim, outcome, now)
          // A sync may have stored the row of what the exchange says it refused.
          if (outcome.status === "REFUSED") yield* alarms.raise(now, yield* lastEventBefore(sql, claim))
        } else if (orderId !== null && (yield* isTaken(claim, orderId))) {
          const reason = `the exchange answered with the id ${orderId}, which is another payment's`
          yield* settle(claim, { ...outcome, status: "UNKNOWN", reason }, now)
        } else yield* arrive(claim, outcome, now)
        return yield* Effect.flatMap(
          rows.at(claim.id),
          Option.match({
            onNone: () => Effect.dieMessage("A claimed payment is deleted by nobody else"),
            onSome: Effect.succeed
          })
        )
      })
    )
  })

  return { pass, conclude }
})
