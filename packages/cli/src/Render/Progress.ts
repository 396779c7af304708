/**
 * How far a sync is, in a line.
 *
 * @since 0.1.0
 */
import type { Sync } from "@btse-wallet/ledger"

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
