/**
 * The last write before a withdrawal's bytes leave, and the first after: the gate, and what came of passing it.
 *
 * @internal
 */
import { SqlClient } from "@effect/sql"
import { Clock, Data, Effect } from "effect"
import { Account } from "../Account.ts"
import { translated, writing } from "../internal/SqlFault.ts"
import { advanceWithdrawals } from "../internal/Transitions.ts"
import type { LedgerBusy, LedgerUnavailable } from "../LedgerError.ts"
import type { Claim } from "./Claims.ts"
import type { Outcome } from "./Outcome.ts"

/** Dies at the gate where the claim is gone: nothing has left, and nothing may. */
export class ClaimLost extends Data.TaggedError("ClaimLost")<object> {}

/** Dies at the gate where the ledger could not write that it is leaving: then it may not. */
export class GateShut extends Data.TaggedError("GateShut")<{ readonly reason: LedgerUnavailable | LedgerBusy }> {}

export const makeGate = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const account = yield* Account

  /**
   * Commits that the request leaves now, once, and dies where that may not be. Not to be interrupted half-way: what it has
   * committed stands.
   */
  const pass = ({ id, token }: Claim) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const passed = yield* writing(sql)(
        sql`UPDATE withdrawal SET sending_at = ${now}, alive_at = ${now}
          WHERE id = ${id} AND claim = ${token} AND status = 'INTENDED' AND sending_at IS NULL RETURNING id`
      )
      if (passed.length === 0) return yield* Effect.die(new ClaimLost())
    }).pipe(
      translated("withdraw"),
      Effect.catchAll((reason) => Effect.die(new GateShut({ reason }))),
      Effect.uninterruptible
    )

  /** The exchange's own word about a row is worth more than what was found for another (without a claim since then). */
  const unclaimOthers = (id: number, withdrawId: string, now: number) =>
    sql`UPDATE withdrawal SET ${sql.update({
      status: "UNKNOWN",
      withdraw_id: null,
      record_id: null,
      reason: "the row found for it is another withdrawal's, as the exchange has told",
      updated_at: now
    })} WHERE account_id = ${account.id} AND withdraw_id = ${withdrawId} AND id <> ${id} AND claim IS NULL`

  const conclude = Effect.fnUntraced(function* ({ id, token }: Claim, outcome: Outcome) {
    const now = yield* Clock.currentTimeMillis
    const { error, reason, status, withdrawId } = outcome
    const gone = status === "UNSENT" ? { sending_at: null } : {}
    yield* writing(sql)(
      withdrawId === null
        ? sql`UPDATE withdrawal SET ${sql.update({ status, reason, error, updated_at: now, ...gone })}
            WHERE id = ${id} AND claim = ${token} AND status IN ('INTENDED', 'UNKNOWN') AND withdraw_id IS NULL`
        : Effect.gen(function* () {
            yield* unclaimOthers(id, withdrawId, now)
            const arrived = yield* sql`UPDATE withdrawal
              SET ${sql.update({ status, withdraw_id: withdrawId, record_id: null, reason, error, updated_at: now })}
              WHERE id = ${id} AND withdraw_id IS NOT ${withdrawId} RETURNING id`
            if (arrived.length === 0) return
            yield* sql`INSERT INTO transition ${sql.insert({ withdrawal_id: id, status, at: now })}`
            // Its row may be in the books already: a sync was quicker than the answer.
            yield* advanceWithdrawals(sql, account.id, now)
          })
    )
  })

  return { pass, conclude }
})
