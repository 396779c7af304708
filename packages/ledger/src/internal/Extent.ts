/**
 * How far the books reach in time.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import type { Span } from "../Span.ts"
import * as Spans from "../Span.ts"
import { readHabits } from "./Habits.ts"

/** Old records that are not final are read one by one, so many at most. */
const mostSingleReads = 20

/** Records that are not final are read together with all that follows, up to this age, in milliseconds. */
export const readTogether = 7 * 86_400_000

export const makeExtent = (sql: SqlClient.SqlClient, accountId: number) => {
  const coverage = Effect.fnUntraced(function* () {
    const rows = yield* sql<Span>`
      SELECT first AS "from", last AS "to" FROM covered WHERE account_id = ${accountId} ORDER BY first`
    return Spans.union(rows)
  })

  /** The moment of the oldest record since `since` that will still change. */
  const oldestNotFinal = Effect.fnUntraced(function* (since: number) {
    const [row] = yield* sql<{ readonly oldest: number | null }>`
      SELECT min(timestamp) AS oldest FROM record
      WHERE account_id = ${accountId} AND final = 0 AND vanished_at IS NULL AND timestamp >= ${since}`
    return row?.oldest ?? undefined
  })

  /**
   * The moments, newest first, of the records before `before` that will still change: those that are pending, and on request
   * those whose status is not documented, which may never change.
   */
  const olderNotFinal = Effect.fnUntraced(function* (before: number, undocumented: boolean) {
    const rows = yield* sql<{ readonly timestamp: number }>`
      SELECT DISTINCT timestamp FROM record
      WHERE account_id = ${accountId} AND final = 0 AND vanished_at IS NULL AND timestamp < ${before}
        AND (status IN ('PENDING', 'PROCESSING') OR ${undocumented ? 1 : 0} = 1)
      ORDER BY timestamp DESC LIMIT ${mostSingleReads}`
    return rows.map(({ timestamp }) => timestamp)
  })

  /** The time in which records have vanished since `since`: they are asked for again before that is believed. */
  const vanishedSince = Effect.fnUntraced(function* (since: number) {
    const [row] = yield* sql<{ readonly from: number | null; readonly to: number | null }>`
      SELECT min(timestamp) AS "from", max(timestamp) AS "to" FROM record
      WHERE account_id = ${accountId} AND vanished_at >= ${since}`
    return row === undefined || row.from === null || row.to === null ? [] : [{ from: row.from, to: row.to }]
  })

  /** The moment of the oldest record. */
  const oldest = Effect.fnUntraced(function* () {
    const [row] = yield* sql<{ readonly oldest: number | null }>`
      SELECT min(timestamp) AS oldest FROM record WHERE account_id = ${accountId} AND vanished_at IS NULL`
    return row?.oldest ?? undefined
  })

  const newest = Effect.fnUntraced(function* () {
    const [row] = yield* sql<{ readonly newest: number | null }>`
      SELECT max(timestamp) AS newest FROM record WHERE account_id = ${accountId}`
    return row?.newest ?? undefined
  })

  /** The moment of the last record but one that was known by then: where it is not shown any more, nothing older is. */
  const landmark = Effect.fnUntraced(function* (until: number) {
    const rows = yield* sql<{ readonly timestamp: number }>`
      SELECT DISTINCT timestamp FROM record WHERE account_id = ${accountId} AND vanished_at IS NULL
        AND timestamp <= ${until} ORDER BY timestamp DESC LIMIT 2`
    return rows.at(-1)?.timestamp ?? until
  })

  /** The number of the last event of a record: as long as it stands, the books have learned nothing new. */
  const lastEvent = Effect.fnUntraced(function* () {
    const [row] = yield* sql<{ readonly seq: number }>`SELECT last_event AS seq FROM account WHERE id = ${accountId}`
    return row?.seq ?? 0
  })

  /** Where history begins, as far as the exchange lets one ask; undefined before the first sync. */
  const earliest = Effect.fnUntraced(function* () {
    const [row] = yield* sql<{ readonly earliest: number | null }>`SELECT earliest FROM account WHERE id = ${accountId}`
    return row?.earliest ?? undefined
  })

  /**
   * Whether what is older than the first moment that is covered is known to be nothing: coverage begins where history does,
   * and the exchange is not known to refuse or leave out what is older.
   */
  const beginsAtZero = Effect.fnUntraced(function* (firstCovered: number | undefined, firstDay: number) {
    const { limits } = yield* readHabits(sql, accountId)
    const hidden = limits.refusesBeyond !== undefined || limits.showsUntil !== undefined
    return !hidden && firstCovered !== undefined && firstCovered <= ((yield* earliest()) ?? firstDay)
  })

  /** The stretches of a span that are longer than so many milliseconds and hold no record. */
  const silences = Effect.fnUntraced(function* (span: Span, longerThan: number) {
    return yield* sql<Span>`
      SELECT at + 1 AS "from", next - 1 AS "to" FROM (
        SELECT at, lead(at, 1, ${span.to + 1}) OVER (ORDER BY at) AS next FROM (
          SELECT ${span.from - 1} AS at
          UNION ALL SELECT timestamp FROM record
          WHERE account_id = ${accountId} AND timestamp BETWEEN ${span.from} AND ${span.to}
        )
      ) WHERE next - at > ${longerThan} ORDER BY at`
  })

  /** The number of rows in quarantine whose time cannot be read. */
  const timeless = Effect.fnUntraced(function* () {
    const [row] = yield* sql<{ readonly count: number }>`
      SELECT count(*) AS count FROM quarantine WHERE account_id = ${accountId} AND timestamp IS NULL`
    return row?.count ?? 0
  })

  /** The time of the last snapshot that an earlier run took. */
  const lastSnapshotBefore = Effect.fnUntraced(function* (runId: number) {
    const [row] = yield* sql<{ readonly at: number | null }>`
      SELECT max(taken_at) AS at FROM snapshot WHERE account_id = ${accountId} AND run_id < ${runId}`
    return row?.at ?? undefined
  })

  const quarantined = Effect.fnUntraced(function* () {
    const [row] = yield* sql<{ readonly count: number }>`
      SELECT count(*) AS count FROM quarantine WHERE account_id = ${accountId}`
    return row?.count ?? 0
  })

  return {
    coverage,
    oldestNotFinal,
    olderNotFinal,
    vanishedSince,
    oldest,
    newest,
    landmark,
    lastEvent,
    lastSnapshotBefore,
    timeless,
    earliest,
    beginsAtZero,
    silences,
    quarantined
  }
}

export type Extent = ReturnType<typeof makeExtent>
