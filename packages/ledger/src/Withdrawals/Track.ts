/**
 * A withdrawal's transitions as a stream, from what the ledger has recorded.
 *
 * @internal
 */
import { Effect, Ref, Stream } from "effect"
import { translated } from "../internal/SqlFault.ts"
import type { LedgerError } from "../LedgerError.ts"
import type { WithdrawalTransition } from "../Withdrawal.ts"
import { isFinal } from "../Withdrawal.ts"
import type { History } from "./History.ts"
import type { Poller } from "./Poller.ts"
import type { Rows, StoredWithdrawal } from "./Rows.ts"

export interface Tracking {
  readonly rows: Rows
  readonly history: History
  readonly poller: Poller
  readonly find: (id: string) => Effect.Effect<StoredWithdrawal, LedgerError>
}

export const makeTrack = ({ find, history, poller, rows }: Tracking) => {
  /** The transitions since the last look, and whether there will be more. */
  const looking = (id: string, last: Ref.Ref<number>) =>
    Effect.gen(function* () {
      // The state before the transitions: another process may write both between the two, and none must be missed.
      const now = yield* find(id)
      const after = yield* Ref.get(last)
      const arrived = yield* rows.transitions({ withdrawal: now.rowId, after }).pipe(translated("withdrawals"))
      yield* Ref.set(last, arrived.at(-1)?.rowId ?? after)
      return {
        ended: isFinal(now.status),
        transitions: arrived.map(({ at, fees, status, txid }): WithdrawalTransition => ({
          withdrawId: now.withdrawId ?? id,
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

  return (withdrawId: string) =>
    Stream.unwrapScoped(
      Effect.gen(function* () {
        const first = yield* find(withdrawId)
        const look = looking(first.id, yield* Ref.make(0))
        const recorded = yield* look
        if (recorded.ended) return Stream.fromIterable(recorded.transitions)
        const ticks = yield* poller.watch({ id: first.withdrawId ?? "", from: yield* history.startOf(first) })
        const polled = Stream.mapEffect(Stream.fromQueue(ticks), (tick) => Effect.zipRight(tick, look))
        return Stream.make(recorded).pipe(
          Stream.concat(polled),
          Stream.takeUntil(({ ended }) => ended),
          Stream.mapConcat(({ transitions }) => transitions)
        )
      })
    )
}
