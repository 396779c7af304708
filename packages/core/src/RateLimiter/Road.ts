/**
 * When a permit comes back: a second after the request can have arrived.
 *
 * @since 0.1.0
 */

/**
 * How long a permit is out, in milliseconds: a second, and a little more, as a timer may fire a millisecond early and the
 * exchange's clock is not ours.
 *
 * @since 0.1.0
 * @category constants
 */
export const window = 1_010

/**
 * What is known of the road to the exchange: the quickest answer in milliseconds, and how many answers there have been.
 *
 * @since 0.1.0
 * @category models
 */
export interface Road {
  readonly quickest: number
  readonly answers: number
}

/**
 * The quickest answer, once two rounds of them have come: those of a cold start are all slow. 0 until then.
 *
 * @since 0.1.0
 * @category models
 */
export const quickestOf = (road: Road, requestsPerSecond: number): number =>
  road.answers >= 2 * requestsPerSecond ? road.quickest : 0

/**
 * When a permit that was taken at `sentAt` comes back. The exchange counts a request when it arrives, which a slow road
 * (a first connection, a busy machine) puts after the sending: what an answer took beyond the quickest one is added. The
 * first requests have nothing to compare with, so they count from their answer. All in epoch milliseconds, `quickest` in
 * milliseconds as it was known when the request was sent, 0 where it was not.
 *
 * @since 0.1.0
 * @category models
 */
export const returnsAt = (sentAt: number, answeredAt: number, quickest: number): number =>
  sentAt + window + Math.min(Math.max(0, answeredAt - sentAt - quickest), window)

/**
 * How long from `now` until a permit comes back, in milliseconds: never longer than a permit can be out, whatever the clock
 * did in between.
 *
 * @since 0.1.0
 * @category models
 */
export const outFor = (returnsAt: number, now: number): number => Math.min(Math.max(0, returnsAt - now), 2 * window)
