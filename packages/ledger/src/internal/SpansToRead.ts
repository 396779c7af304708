/**
 * The spans of time that a sync reads: what coverage lacks, and again what may have changed since it was read.
 *
 * @internal
 */
import type { DateTime } from "effect"
import { Effect } from "effect"
import type { Span } from "../Span.ts"
import * as Spans from "../Span.ts"
import type { Extent } from "./Extent.ts"
import { readTogether } from "./Extent.ts"
import type { Limits } from "./Habits.ts"
import { clockAhead } from "./Intake.ts"
import { deepReadEvery, depthDue } from "./ReadDepth.ts"

export interface Reading {
  /** The beginning of history, as far as it is known. */
  readonly earliest: number
  readonly now: number
  readonly limits: Limits
  readonly since?: DateTime.Utc | undefined
  readonly until?: DateTime.Utc | undefined
  readonly full?: boolean | undefined
}

/** `lookback`: how far before the end of coverage history is read again for rows that came late, in milliseconds. */
export const makeSpansToRead = (extent: Extent, lookback: number) => {
  return Effect.fnUntraced(function* ({ earliest, full, limits, now, since, until }: Reading) {
    const { longestRange, showsUntil } = limits
    const from = since?.epochMillis ?? earliest
    const to = Math.min(until?.epochMillis ?? now, now)
    const beyond = to === now ? to + clockAhead : to
    if (full === true) return [{ from, to: beyond }]
    const covered = yield* extent.coverage()
    const end = covered.at(-1)?.to
    const again: Array<Span> = []
    if (end !== undefined) {
      const shown = now - Math.min(showsUntil ?? now, longestRange ?? now)
      const landmark = Math.max(shown, yield* extent.landmark(end))
      const recent = end - readTogether
      const oldest = yield* extent.oldestNotFinal(recent)
      const depth = depthDue(limits, { beginning: earliest, covered: end, now })
      const start = Math.max(earliest, Math.min(end - lookback, oldest ?? end, landmark, depth.from ?? end))
      again.push({ from: Math.max(0, start), to: beyond })
      const single = yield* extent.olderNotFinal(Math.min(start, recent), depth.isDeep)
      again.push(...single.map((moment) => ({ from: moment, to: moment })))
      again.push(...(yield* extent.vanishedSince(now - deepReadEvery)))
    }
    // What came late just before a gap has not been looked for: a sync that looks for it closes the gap, or ends before that.
    const missing = Spans.gaps({ from, to: beyond }, covered).map((gap) => ({
      from: gap.from === from ? from : Math.max(from, gap.from - lookback),
      to: gap.to
    }))
    // Milliseconds beyond now belong to the span that reaches it, not to one of their own.
    return Spans.union([...missing, ...again]).filter((span) => span.from <= span.to)
  })
}
