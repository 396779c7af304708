/**
 * A payment's transitions as a stream, from the ledger's records.
 *
 * @internal
 */
import { Effect, Ref, Stream } from "effect"
import { translated } from "../internal/SqlFault.ts"
import type { LedgerError } from "../LedgerError.ts"
import type { PaymentTransition } from "../Payment.ts"
import { isFinal } from "../Payment.ts"
import type { Poller } from "./Poller.ts"
import type { Rows, StoredPayment } from "./Rows.ts"

export interface Tracking {
  readonly rows: Rows
  readonly poller: Poller
  readonly find: (id: string) => Effect.Effect<StoredPayment, LedgerError>
  /** The earliest time that a payment's row can have. */
  readonly startOf: (payment: StoredPayment) => Effect.Effect<number, LedgerError>
}

export const makeTrack = ({ find, poller, rows, startOf }: Tracking) => {
  /** The transitions since the last look, and whether there will be more. */
  const looking = (id: string, last: Ref.Ref<number>) =>
    Effect.gen(function* () {
      // The state before the transitions: another process may write both between the two, and none must be missed.
      const now = yield* find(id)
      const after = yield* Ref.get(last)
      const arrived = yield* rows.transitions({ payment: now.rowId, after }).pipe(translated("payments"))
      yield* Ref.set(last, arrived.at(-1)?.rowId ?? after)
      return {
        ended: isFinal(now.status),
        transitions: arrived.map(({ at, fees, status, txid }): PaymentTransition => ({
          withdrawId: now.orderId ?? id,
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
        const ticks = yield* poller.watch({ id: first.orderId ?? "", from: yield* startOf(first) })
        const polled = Stream.mapEffect(Stream.fromQueue(ticks), (tick) => Effect.zipRight(tick, look))
        return Stream.make(recorded).pipe(
          Stream.concat(polled),
          Stream.takeUntil(({ ended }) => ended),
          Stream.mapConcat(({ transitions }) => transitions)
        )
      })
    )
}
