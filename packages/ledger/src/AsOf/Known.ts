/**
 * What was known at a moment: what the events up to it add up to, where that is not what the tables hold now.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { Effect, Option } from "effect"
import type { ChainedEvent } from "../EventChain.ts"
import type { StoredRecord } from "../internal/Replay.ts"
import { replay } from "../internal/Replay.ts"
import { makeBooks, snapshotOf } from "../Verify/Books.ts"

export interface Known {
  /** The last event of the moment. */
  readonly cut: number
  /** The last snapshot of the moment. */
  readonly snapshot: number
  /** Records that changed since, or are gone, as they were. Those seen later are not among them. */
  readonly records: ReadonlyArray<StoredRecord>
  /** What was known of each account's exchange. */
  readonly learned: ReadonlyArray<{
    readonly account_id: number
    readonly earliest: number | null
    readonly keeps: string
    readonly longest_page: number
  }>
  readonly covered: ReadonlyArray<{ readonly account_id: number; readonly first: number; readonly last: number }>
  readonly quarantine: ReadonlyArray<{
    readonly account_id: number
    readonly at: number
    readonly timestamp: number | null
    readonly raw: string
    readonly reason: string
  }>
}

interface Id {
  readonly id: number
}

/** Records whose events are read at once. */
const atOnce = 500

export const makeKnown = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, moment: number, upTo: number) {
  // The events' time never falls, so that the last one of the moment divides them.
  const [last] = yield* sql<Id>`
    SELECT seq AS id FROM event WHERE at <= ${moment} AND seq <= ${upTo} ORDER BY seq DESC LIMIT 1`
  const cut = last?.id ?? 0

  const changedSince = yield* sql<Id>`
    SELECT DISTINCT record_id AS id FROM event
    WHERE kind <> 'seen' AND record_id <= ${cut} AND seq > ${cut} ORDER BY record_id`
  const gone = yield* sql<Id>`
    SELECT seq AS id FROM event WHERE kind = 'seen' AND seq <= ${cut} AND seq NOT IN (SELECT id FROM record)`
  const ids = [...new Set([...changedSince, ...gone].map(({ id }) => id))].sort((a, b) => a - b)

  const records: Array<StoredRecord> = []
  for (let at = 0; at < ids.length; at += atOnce) {
    const some = ids.slice(at, at + atOnce)
    const events = yield* sql<ChainedEvent>`
      SELECT * FROM event WHERE ${sql.in("seq", some)}
      UNION ALL SELECT * FROM event WHERE kind <> 'seen' AND ${sql.in("record_id", some)} AND seq <= ${cut}
      ORDER BY seq`
    const stories = new Map<number, Array<ChainedEvent>>(some.map((id) => [id, []]))
    for (const event of events) stories.get(event.record_id ?? 0)?.push(event)
    for (const story of stories.values()) records.push(...Option.toArray(replay(story)))
  }

  const books = makeBooks()
  let snapshot = 0
  const ofBooks = yield* sql<ChainedEvent>`
    SELECT * FROM event WHERE kind <> 'seen' AND record_id IS NULL AND seq <= ${cut} ORDER BY seq`
  for (const event of ofBooks) {
    books.take(event)
    if (event.kind === "snapshot")
      snapshot = Option.match(snapshotOf(event), { onNone: () => snapshot, onSome: ({ id }) => id })
  }
  const accounts = [...books.accounts]
  return {
    cut,
    snapshot,
    records,
    learned: accounts.map(([account_id, { learned }]) => ({
      account_id,
      earliest: learned.earliest,
      keeps: learned.keeps,
      longest_page: learned.longestPage
    })),
    covered: accounts.flatMap(([account_id, { covered }]) =>
      covered.map(({ from, to }) => ({ account_id, first: from, last: to }))
    ),
    quarantine: accounts.flatMap(([account_id, { quarantine }]) =>
      [...quarantine].flatMap(([raw, equal]) => equal.map((aside) => ({ account_id, raw, ...aside })))
    )
  } satisfies Known
})
