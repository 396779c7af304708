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
 * What is known of the road to the exchange: the quickest and the slowest answer in milliseconds, and how many answers there
 * have been. A slow answer is forgotten little by little.
 *
 * @since 0.1.0
 * @category models
 */
export interface Road {
  readonly quickest: number
  readonly slowest: number
  readonly answers: number
}

/**
 * A road of which nothing is known.
 *
 * @since 0.1.0
 * @category models
 */
export const unknownRoad: Road = { quickest: 0, slowest: 0, answers: 0 }

/** An answer that was slow once counts for less with each that follows, by this part. */
const forgetting = 50

/**
 * The road after one more answer, which took so many milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export const afterAnswer = ({ answers, quickest, slowest }: Road, took: number): Road => ({
  answers: answers + 1,
  quickest: answers === 0 ? took : Math.min(quickest, took),
  slowest: Math.max(took, slowest - Math.ceil((slowest - quickest) / forgetting))
})

/**
 * What any answer surely takes, once two rounds of them have come: those of a cold start are all slow. 0 until then.
 *
 * The quickest answer of a few is not yet the quickest that there can be. Where answers vary, some of their spread is taken
 * off: eight times what it is likely to be wrong by, so less with each answer.
 *
 * @since 0.1.0
 * @category models
 */
export const quickestOf = ({ answers, quickest, slowest }: Road, requestsPerSecond: number): number => {
  if (answers < 2 * requestsPerSecond) return 0
  const spread = slowest - quickest
  return Math.max(0, quickest - Math.min(spread, Math.ceil((8 * spread) / answers)))
}

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
