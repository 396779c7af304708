/**
 * Whether a page may have been cut.
 *
 * @internal
 */
import type { Habits } from "../Walker.ts"

/** No exchange shows fewer rows than this on a page, so a shorter page of one millisecond is not taken for a cut one. */
const smallestCap = 5

/**
 * A page may have been cut if it has as many rows as were asked for, or as the longest page this exchange has shown. This
 * never closes a window; it only tells a millisecond that is too full from one that has been seen whole.
 */
export const mayBeCut = (rows: number, count: number, habits: Habits): boolean =>
  rows >= count || rows >= Math.max(habits.longestPage, smallestCap)

/** The habits after a page of so many rows. */
export const afterPage = (habits: Habits, rows: number): Habits =>
  rows > habits.longestPage ? { ...habits, longestPage: rows } : habits
