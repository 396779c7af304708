/**
 * How far long work is, in a line.
 *
 * @since 0.1.0
 */
import type { Sync } from "@btse-wallet/ledger"
import { Clock, Effect } from "effect"
import { Output } from "../Output.ts"

const duration = (seconds: number): string => {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  return seconds < 5_400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`
}

/**
 * The line after so many milliseconds. The time left is told from the share of the time span that is proven, as if history
 * were spread evenly over it.
 *
 * @since 0.1.0
 * @category rendering
 */
export const line = ({ requests, rows, share, windows }: Sync.SyncProgress, elapsed: number): string => {
  const seconds = Math.max(elapsed, 1) / 1_000
  const left = share > 0 && share < 1 ? [`about ${duration((seconds * (1 - share)) / share)} left`] : []
  return [
    `syncing: ${rows} records`,
    `${Math.round(rows / seconds)}/s`,
    `${windows} windows`,
    `${requests} requests`,
    ...left
  ].join(", ")
}

/**
 * The line of work on so many things of a number that is known, after so many milliseconds.
 *
 * @since 0.1.0
 * @category rendering
 */
export const counted = (what: string, done: number, all: number, things: string, elapsed: number): string => {
  const seconds = Math.max(elapsed, 1) / 1_000
  const left = done > 0 && done < all ? [`about ${duration((seconds * (all - done)) / done)} left`] : []
  return [`${what}: ${done} of ${all} ${things}`, `${Math.round(done / seconds)}/s`, ...left].join(", ")
}

/**
 * The line of work whose end nobody can tell, after so many milliseconds, with what it has written where it writes lines.
 *
 * @since 0.1.0
 * @category rendering
 */
export const working = (what: string, elapsed: number, lines?: number): string => {
  const seconds = Math.max(elapsed, 1) / 1_000
  const written = lines === undefined ? [] : [`${lines} lines`, `${Math.round(lines / seconds)}/s`]
  return `${what}: ${[...written, duration(seconds)].join(", ")}`
}

/**
 * Shows each second how far something is, for as long as it runs and somebody may be watching.
 *
 * @since 0.1.0
 * @category printing
 */
export const during =
  (told: (elapsed: number) => Effect.Effect<string>) =>
  <A, E, R>(work: Effect.Effect<A, E, R>) =>
    Effect.flatMap(Output, ({ attended, progress }) => {
      if (!attended) return work
      const ticking = Effect.flatMap(Clock.currentTimeMillis, (begun) => {
        const tick = Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.flatMap(told(now - begun), progress))
        return Effect.forever(Effect.delay(tick, "1 second"))
      })
      return Effect.raceFirst(work, ticking)
    })
