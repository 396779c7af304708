/**
 * Syncs again and again: soon while something moves, less often while nothing does, and on through what passes by itself.
 *
 * @since 0.1.0
 */
import type { Sync } from "@btse-wallet/ledger"
import { Duration, Effect } from "effect"
import * as Output from "./Output.ts"

/**
 * How many times the pause grows at most while nothing moves.
 *
 * @since 0.1.0
 * @category constants
 */
export const longest = 8

const moved = ({ records }: Sync.SyncReport): boolean => records.inserted + records.updated + records.vanished > 0

/**
 * Runs `once`, pauses, and runs it again, until interrupted or until it fails with what no waiting mends. The pause is
 * `pause` after a sync that brought something; each that brought nothing, or failed for now, doubles it up to
 * {@link longest} times.
 *
 * @since 0.1.0
 * @category running
 */
export const watching = <E extends { readonly retryable: boolean; readonly message: string }, R>(
  once: Effect.Effect<Sync.SyncReport, E, R>,
  pause: Duration.Duration
): Effect.Effect<never, E, R | Output.Output> => {
  const longer = (last: Duration.Duration) => Duration.min(Duration.times(last, 2), Duration.times(pause, longest))
  const round = (last: Duration.Duration) =>
    once.pipe(
      Effect.map((report) => (moved(report) ? pause : longer(last))),
      Effect.catchIf(
        (error) => error.retryable,
        (error) => Effect.as(Output.note(error.message), longer(last))
      ),
      Effect.tap(Effect.sleep)
    )
  // The first pause is the shortest, whether or not the first sync brought something.
  return Effect.zipRight(Effect.iterate(Duration.times(pause, 0.5), { while: () => true, body: round }), Effect.never)
}
