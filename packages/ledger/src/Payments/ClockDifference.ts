/**
 * The difference between this machine's clock and the exchange's.
 *
 * @internal
 */

/** Milliseconds by which the exchange's clock is ahead of this one, and the exactness with which that was measured. */
export interface ClockDifference {
  readonly ahead: number
  readonly within: number
}

/** Clocks that were never compared, as when the wallet is no HTTP client: they may be minutes apart. */
export const unmeasured: ClockDifference = { ahead: 0, within: 300_000 }
