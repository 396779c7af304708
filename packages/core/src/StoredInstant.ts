/**
 * The one decision on stored instants: a clock that ran ahead leaves nonces, gates, leases and claims in the future, and
 * whoever reads them with the right clock would wait for that future to come.
 *
 * @since 0.1.0
 */

/**
 * The furthest that an instant of each use can honestly lie ahead of now, in milliseconds.
 *
 * `nonce`: nonces run ahead of the time only where the clock was put back or many requests share a millisecond; beyond half
 * a minute the exchange would refuse them. `gate`: a block lasts an hour at most. `record`: instants that say when a thing
 * happened (a run, a sign of life, a cached answer) are never ahead, but for clocks that are a little apart.
 *
 * @since 0.1.0
 * @category constants
 */
export const horizons: { readonly nonce: number; readonly gate: number; readonly record: number } = {
  nonce: 30_000,
  gate: 3_600_000,
  record: 5_000
}

/**
 * Decides on a stored instant: false where it lies further ahead of `now` than `horizon`, so that the clock that wrote it
 * was ahead, or this one was put back since. All in milliseconds.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isBelievable = (instant: number, now: number, horizon: number): boolean => instant <= now + horizon

/**
 * The nonce after `last` at `now`: the time, or one more than the last where that has come to it. A last nonce that cannot
 * be is not believed, and the next is now. A whole number also where `now` lies between two milliseconds, as on a test's clock.
 *
 * @since 0.1.0
 * @category nonces
 */
export const nonceAfter = (last: number, now: number): number =>
  isBelievable(last, now, horizons.nonce) ? Math.max(Math.floor(now), last + 1) : Math.floor(now)

/**
 * Decides on a sign of life: true where it was given within `lasts` before now, and not further ahead of it.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isRecent = (instant: number, now: number, lasts: number): boolean =>
  isBelievable(instant, now, lasts) && now - instant <= lasts
