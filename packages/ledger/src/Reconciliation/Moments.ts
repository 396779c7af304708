/**
 * Every snapshot between two, with what was on its way then.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import type { BigDecimal } from "effect"
import { Effect } from "effect"
import type { Moment } from "./Cells.ts"
import type { RecordRow, SnapshotRow } from "./Inputs.ts"
import { storedInputs } from "./Inputs.ts"
import type { Story } from "./Story.ts"
import * as Stories from "./Story.ts"

interface Id {
  readonly id: number
}

/** The first snapshot that knows of an event. */
const firstFrom = (snapshots: ReadonlyArray<SnapshotRow>, event: number): number => {
  let low = 0
  let high = snapshots.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((snapshots[middle]?.event_seq ?? event) < event) low = middle + 1
    else high = middle
  }
  return low
}

export const makeMoments = (sql: SqlClient.SqlClient) => {
  const inputs = storedInputs(sql)
  const stories = Stories.makeStories(sql)

  /** What was on its way at each snapshot. */
  const onTheirWay = Effect.fnUntraced(function* (accountId: number, snapshots: ReadonlyArray<SnapshotRow>) {
    const changed = yield* sql<Id>`
      SELECT DISTINCT record_id AS id FROM event
      WHERE kind <> 'seen' AND record_id IS NOT NULL AND account_id = ${accountId}`
    const ids = changed.map(({ id }) => id)
    const known = new Set(ids)
    const last = snapshots.at(-1)?.event_seq ?? 0
    const still = (yield* inputs.open({ accountId, event: last })).filter(({ id }) => !known.has(id))
    const found = snapshots.map((): Array<RecordRow> => [])
    const all: ReadonlyArray<Story> = [
      ...(yield* stories(ids)),
      ...still.map((row): Story => [{ ...row, seq: row.id }])
    ]
    for (const story of all) {
      for (const [index, state] of story.entries()) {
        if (!Stories.isOpen(state) || state.vanishedAt !== null) continue
        const until = story[index + 1]?.seq ?? Number.POSITIVE_INFINITY
        for (let at = firstFrom(snapshots, state.seq); (snapshots[at]?.event_seq ?? until) < until; at++) {
          found[at]?.push(state)
        }
      }
    }
    return found
  })

  /** From the opening, undefined for the account's first day, to the closing. */
  return Effect.fnUntraced(function* (accountId: number, opening: SnapshotRow | undefined, closing: SnapshotRow) {
    const range = { accountId, opening: opening?.id ?? 0, closing: closing.id }
    const snapshots = yield* inputs.snapshots(range)
    const totals = new Map<number, Map<string, BigDecimal.BigDecimal>>(snapshots.map(({ id }) => [id, new Map()]))
    for (const { currency, snapshot, total } of yield* inputs.allTotals(range)) {
      totals.get(snapshot)?.set(currency, total)
    }
    const open = yield* onTheirWay(accountId, snapshots)
    const moments = snapshots.map(({ id }, index): Moment => ({
      id,
      totals: totals.get(id) ?? new Map(),
      onTheirWay: open[index] ?? []
    }))
    return opening === undefined ? [{ id: 0, totals: new Map(), onTheirWay: [] }, ...moments] : moments
  })
}
