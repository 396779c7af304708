/**
 * Rows that could not be decoded: put aside, and let go when they can be, or are shown no more. Rows of the same
 * text are as many lines, for they may be as many records.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { Array as Arr, Effect } from "effect"
import type { Span } from "../Span.ts"
import type { Draft, Events, Place } from "./Events.ts"
import { bookEvent } from "./Events.ts"
import type { Undecoded } from "./HistoryPort.ts"

interface Held {
  readonly id: number
  readonly raw: string
}

export const makeQuarantine = (sql: SqlClient.SqlClient, events: typeof Events.Service, accountId: number) => {
  const release = Effect.fnUntraced(function* (rows: ReadonlyArray<Held>) {
    const drafts: Array<Draft> = []
    for (const { id, raw } of rows) {
      yield* sql`DELETE FROM quarantine WHERE id = ${id}`
      drafts.push(bookEvent("released", {}, raw))
    }
    return drafts
  })

  /** Inside a transaction that writes: these are the span's undecodable rows, and rows without a time that came with them. */
  const settle = Effect.fnUntraced(function* (rows: ReadonlyArray<Undecoded>, span: Span, place: Place) {
    const held = yield* sql<Held>`
      SELECT id, raw FROM quarantine WHERE account_id = ${accountId} AND timestamp BETWEEN ${span.from} AND ${span.to}
      ORDER BY line`
    if (held.length + rows.length === 0) return
    const shown = Arr.groupBy(rows, (row) => row.raw)
    // Of equal rows those go that came last.
    const gone = Object.entries(Arr.groupBy(held, (row) => row.raw)).flatMap(([raw, lines]) =>
      lines.slice(shown[raw]?.length ?? 0).toReversed()
    )
    const drafts = yield* release(gone)
    for (const [raw, equal] of Object.entries(shown)) {
      const met = yield* sql<Held>`
        UPDATE quarantine SET run_id = ${place.runId}
        WHERE account_id = ${accountId} AND raw = ${raw} AND line <= ${equal.length} RETURNING id, raw`
      for (const [index, { reason, timestamp }] of equal.entries()) {
        if (index < met.length) continue
        const [run_id, line] = [place.runId, index + 1]
        const row = { account_id: accountId, run_id, at: place.at, timestamp, raw, line, reason }
        yield* sql`INSERT INTO quarantine ${sql.insert(row)}`
        drafts.push(bookEvent("quarantined", { timestamp, reason }, raw))
      }
    }
    yield* events.append(drafts, place)
  })

  /** Inside a transaction that writes: what a reading of everything did not meet again is no longer shown. */
  const releaseUnmet = Effect.fnUntraced(function* (place: Place) {
    const held = yield* sql<Held>`
      SELECT id, raw FROM quarantine
      WHERE account_id = ${accountId} AND timestamp IS NULL AND run_id <> ${place.runId}
      ORDER BY raw, line DESC`
    yield* events.append(yield* release(held), place)
  })

  return { settle, releaseUnmet }
}
