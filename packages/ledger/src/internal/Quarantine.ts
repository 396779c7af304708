/**
 * Rows that could not be decoded: put aside, and let go when they can be, or are shown no more.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { Effect } from "effect"
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
      SELECT id, raw FROM quarantine WHERE account_id = ${accountId} AND timestamp BETWEEN ${span.from} AND ${span.to}`
    if (held.length + rows.length === 0) return
    const shown = new Set(rows.map((row) => row.raw))
    const drafts = yield* release(held.filter((row) => !shown.has(row.raw)))
    for (const { raw, reason, timestamp } of rows) {
      const [known] = yield* sql<Held>`
        UPDATE quarantine SET run_id = ${place.runId} WHERE account_id = ${accountId} AND raw = ${raw} RETURNING id, raw`
      if (known !== undefined) continue
      const row = { account_id: accountId, run_id: place.runId, at: place.at, timestamp, raw, reason }
      yield* sql`INSERT INTO quarantine ${sql.insert(row)}`
      drafts.push(bookEvent("quarantined", { timestamp, reason }, raw))
    }
    yield* events.append(drafts, place)
  })

  /** Inside a transaction that writes: what a reading of everything did not meet again is no longer shown. */
  const releaseUnmet = Effect.fnUntraced(function* (place: Place) {
    const held = yield* sql<Held>`
      SELECT id, raw FROM quarantine
      WHERE account_id = ${accountId} AND timestamp IS NULL AND run_id <> ${place.runId}`
    yield* events.append(yield* release(held), place)
  })

  return { settle, releaseUnmet }
}
