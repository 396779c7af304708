/**
 * Depth of a plain sync's re-read of what is covered already.
 *
 * @internal
 */
import type { Limits } from "./Habits.ts"

const day = 86_400_000

/** Rows that come late, or change after they settled, are found by the first sync after this time, in milliseconds. */
export const deepReadEvery = 20 * 3_600_000

/** The length of a deep read, in milliseconds. */
export const deepReadBack = 35 * day

/** The time before the last explained snapshot that the second sync with unexplained balances reads, in milliseconds. */
const furtherBack = 30 * day

export interface Depth {
  /** The beginning of the re-read; undefined where only the lookback before the end of coverage is read. */
  readonly from: number | undefined
  /** True where this sync counts as a deep read. */
  readonly isDeep: boolean
}

/**
 * The depth that is due: once a day some weeks; while balances are unexplained further each time, from the last snapshot that
 * was explained to the beginning of history. That whole re-read is repeated once a day, not by every sync.
 */
export const depthDue = (
  { deepReadAt, unexplainedSince, unexplainedSyncs = 0 }: Limits,
  { beginning, covered, now }: { readonly beginning: number; readonly covered: number; readonly now: number }
): Depth => {
  const isDue = deepReadAt === undefined || now - deepReadAt >= deepReadEvery
  const regular = isDue ? covered - deepReadBack : undefined
  if (unexplainedSyncs === 0) return { from: regular, isDeep: isDue }
  const since = unexplainedSince ?? 0
  const steps = since === 0 ? [beginning] : [since - day, since - furtherBack, beginning]
  const step = steps[unexplainedSyncs - 1]
  const wanted = step ?? (isDue ? beginning : since === 0 ? undefined : since - day)
  if (wanted === undefined) return { from: regular, isDeep: isDue }
  return { from: Math.min(wanted, regular ?? wanted), isDeep: isDue || wanted === beginning }
}

/** After so many syncs with unexplained balances the depth no longer changes. */
const mostSteps = 4

export interface SyncEnd {
  readonly beginning: number
  readonly covered: number
  readonly now: number
  /** The time of the last snapshot before this sync's. */
  readonly snapshotBefore: number | undefined
  /** True where a balance is unexplained, or the time of a row cannot be read. */
  readonly isUnexplained: boolean
  /** True where balances were compared with the records, and all are explained. */
  readonly isExplained: boolean
}

/** Returns the limits after a sync that began at `now`: the time of the last deep read, and the syncs with unexplained balances. */
export const afterSync =
  (before: Limits, end: SyncEnd) =>
  ({ isExplained: _isExplained, unexplainedSince: _since, unexplainedSyncs: _syncs, ...limits }: Limits): Limits => {
    const snapshotBefore = before.isExplained === true ? end.snapshotBefore : undefined
    return {
      ...limits,
      ...(depthDue(before, end).isDeep ? { deepReadAt: end.now } : {}),
      ...(end.isUnexplained
        ? {
            unexplainedSince: before.unexplainedSince ?? snapshotBefore ?? 0,
            unexplainedSyncs: Math.min(mostSteps, (before.unexplainedSyncs ?? 0) + 1)
          }
        : {}),
      ...(end.isExplained ? { isExplained: true } : {})
    }
  }
