/**
 * What the pages have told of the exchange, and what a page's length says in the light of it.
 *
 * @internal
 */
import type { Habits } from "../Walker.ts"

export interface Knowledge {
  readonly keeps: Habits["keeps"]
  /** The most rows on one page, ever. */
  readonly longest: number
  /** The most rows on one page of this walk: the exchange may have changed since the others. */
  readonly longestHere: number
  /** The length of the last page that has been proven cut; infinite where none has. */
  readonly cut: number
  /** A page of so few rows is not taken for a cut one where nothing else can tell. */
  readonly smallestCap: number
  /** Rows from this moment on may come while the walk lasts, so they prove nothing of an earlier page. */
  readonly settled: number
  /** Whether some millisecond could not be seen for rows that are not of it. */
  readonly crowded: boolean
}

/**
 * No exchange is taken to show fewer rows than this on a page before a page was proven cut: an account whose whole history
 * is a few rows of one millisecond could not be told from an exchange that shows no more than these.
 */
const smallestCap = 5

export const fromHabits = ({ keeps, longestPage }: Habits, settled: number): Knowledge => ({
  keeps,
  longest: longestPage,
  longestHere: 0,
  cut: Number.POSITIVE_INFINITY,
  smallestCap: keeps === "unknown" ? smallestCap : 1,
  settled,
  crowded: false
})

export const toHabits = ({ cut, keeps, longest }: Knowledge): Habits => ({
  keeps,
  longestPage: Math.min(longest, cut)
})

export const afterPage = (knowledge: Knowledge, rows: number): Knowledge =>
  rows <= knowledge.longestHere
    ? knowledge
    : { ...knowledge, longest: Math.max(knowledge.longest, rows), longestHere: rows }

/** A page of so many rows hid others, beyond the end that is not kept. */
export const afterCut = (knowledge: Knowledge, keeps: "newest" | "oldest", rows: number): Knowledge => ({
  ...knowledge,
  keeps,
  smallestCap: 1,
  // A shorter page than others that hid rows tells of rows that came late, not of the cap.
  cut: rows >= knowledge.longestHere ? rows : knowledge.cut
})

/**
 * A page of so many rows may have hidden others: that is enough to take pages of this length for cut ones. But a single row
 * is more likely to have been alone when it was shown.
 */
export const afterHint = (knowledge: Knowledge, rows: number): Knowledge =>
  rows > 1 && rows < knowledge.smallestCap ? { ...knowledge, smallestCap: rows } : knowledge

/** The most rows that the count allows: where a page has more, the exchange does not heed it. */
const allowed = (rows: number, count: number): number => (rows > count ? Number.POSITIVE_INFINITY : count)

/** Whether a page is too short to have been cut, on an exchange that keeps its cap. */
export const isWhole = (knowledge: Knowledge, rows: number, count: number): boolean =>
  rows < Math.min(allowed(rows, count), knowledge.longest, knowledge.cut)

/** Whether no page of this walk shows that this one could have been longer. */
export const isDoubtful = (knowledge: Knowledge, rows: number, count: number): boolean =>
  rows > 0 && rows >= Math.min(allowed(rows, count), knowledge.longestHere, knowledge.cut)

/** Whether a page is to be taken for a cut one where nothing else can tell. */
export const isSuspect = (knowledge: Knowledge, rows: number, count: number): boolean =>
  rows > 0 && !isWhole(knowledge, rows, count) && rows >= Math.min(knowledge.smallestCap, count)
