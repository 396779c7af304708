/**
 * What a stretch in which nothing was shown means: that nothing is there, or that the exchange does not reach back so far and
 * does not say so. Records that were shown there before and are not now, while nothing older is, tell the one from the other.
 *
 * @internal
 */
import type { Span } from "../Span.ts"

export interface Unshown {
  /** The stretch, older than every row that was shown. */
  readonly span: Span
  /** When the newest records that the books hold there are, newest first, two moments at most. */
  readonly known: ReadonlyArray<number>
  readonly oldestShown: number | undefined
  readonly now: number
  /** The end of coverage when the run began: by then its newest records were still shown. */
  readonly coveredUntil: number | undefined
  /** Up to which age rows are known to be shown, where it is known already that older ones are not. */
  readonly showsUntil: number | undefined
}

export interface Verdict {
  /** What of the stretch is known to hold nothing but what was shown. */
  readonly claim: Span
  /** Up to which age rows are shown, if that was learned now. */
  readonly learned: number | undefined
}

export const judgeUnshown = (unshown: Unshown): Verdict => {
  const { coveredUntil, known, now, oldestShown, showsUntil, span } = unshown
  const [newest] = known
  // One record that is gone has vanished; where it is several in a row, the end of what is shown has moved.
  const clipped = newest !== undefined && known.length > 1 && (showsUntil === undefined || now - newest <= showsUntil)
  if (!clipped) {
    const from = showsUntil === undefined ? span.from : Math.max(span.from, now - showsUntil)
    return { claim: { from, to: span.to }, learned: undefined }
  }
  const learned = Math.max(0, (coveredUntil ?? 0) - newest, oldestShown === undefined ? 0 : now - oldestShown)
  return { claim: { from: Math.max(span.from, newest + 1, now - learned), to: span.to }, learned }
}
