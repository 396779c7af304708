/**
 * Closed periods as their events hold them, and what of them is not as it was.
 *
 * @internal
 */
import { type SqlClient, SqlSchema } from "@effect/sql"
import { Array as Arr, DateTime, Effect, Option, Schema } from "effect"
import { AccountingPolicy } from "../AccountingPolicy.ts"
import { makeStoredEntries } from "../Entries/Stored.ts"
import type { ChainedEvent } from "../EventChain.ts"
import { replay } from "../internal/Replay.ts"
import { type Closed, calledFor, changesOf, type Lived } from "./Changes.ts"
import type { ClosedPeriod } from "./ClosedPeriod.ts"
import { Statement } from "./ClosedPeriod.ts"

/** What the event of a close says beside the statement. */
export const Closing = Schema.Struct({
  period: Schema.String,
  from: Schema.Int,
  to: Schema.Int,
  /** 0 where everything since the first day is counted. */
  opening: Schema.Int,
  closing: Schema.Int,
  reconciliation: Schema.Int,
  status: Schema.String,
  reason: Schema.NullOr(Schema.String),
  /** Whole, so that what changes later is counted by the same rules whatever becomes of the stored reconciliation. */
  policy: AccountingPolicy,
  digest: Schema.String
})

const StoredClose = Schema.Struct({
  seq: Schema.Int,
  at: Schema.Int,
  content: Schema.parseJson(Closing),
  raw: Schema.String
})

export interface StoredClose extends Schema.Schema.Type<typeof StoredClose> {}

interface Id {
  readonly id: number
}

const readStatement = Schema.decode(Schema.parseJson(Statement))

export const makeStoredCloses = (sql: SqlClient.SqlClient, accountId: number, sha256: (text: string) => string) => {
  const entries = makeStoredEntries(sql, accountId)

  /** Every close, in order. */
  const all = SqlSchema.findAll({
    Request: Schema.Void,
    Result: StoredClose,
    // Spelled as the index that holds them has it.
    execute: () => sql`
      SELECT seq, at, content, raw FROM event
      WHERE account_id = ${accountId}
        AND kind IN ('adjusted', 'imported', 'reversed', 'break', 'closed') AND kind = 'closed' ORDER BY seq`
  })()

  /**
   * Records that came or changed since a close, and may be of its period: by their date, now or before, or by the snapshots
   * between which they count, now or then. What has left the period since is found by where its earlier events had it.
   */
  const touched = (after: number, { closing, from, opening, to }: Closed) => sql<Id>`
    SELECT id FROM record WHERE account_id = ${accountId} AND timestamp BETWEEN ${from} AND ${to} AND id > ${after}
    UNION SELECT id FROM record
      WHERE account_id = ${accountId} AND settled_after >= ${opening} AND settled_after < ${closing} AND id > ${after}
    UNION SELECT r.id FROM event e JOIN record r ON r.id = e.record_id
      WHERE e.kind <> 'seen' AND e.account_id = ${accountId} AND e.seq > ${after} AND e.record_id <= ${after} AND (
        r.timestamp BETWEEN ${from} AND ${to} OR e.content ->> '$.timestamp.old' BETWEEN ${from} AND ${to}
        OR (r.settled_after >= ${opening} AND r.settled_after < ${closing})
        OR EXISTS (SELECT 1 FROM event b
          WHERE b.seq = r.id AND b.settled_after >= ${opening} AND b.settled_after < ${closing})
        OR EXISTS (SELECT 1 FROM event b WHERE b.kind <> 'seen' AND b.record_id = r.id AND b.seq <= ${after}
          AND b.settled_after >= ${opening} AND b.settled_after < ${closing})
      )`

  /** As they were when that event was the last, and as they are. */
  const livesOf = Effect.fnUntraced(function* (ids: ReadonlyArray<number>, after: number) {
    const lives: Array<Lived> = []
    for (const some of Arr.chunksOf(ids, 500)) {
      const events = yield* sql<ChainedEvent>`
        SELECT * FROM event WHERE ${sql.in("seq", some)}
        UNION ALL SELECT * FROM event WHERE kind <> 'seen' AND ${sql.in("record_id", some)} ORDER BY seq`
      const stories = new Map<number, Array<ChainedEvent>>(some.map((id) => [id, []]))
      for (const event of events) stories.get(event.record_id ?? 0)?.push(event)
      for (const story of stories.values()) {
        const now = replay(story)
        const before = replay(story.filter(({ seq }) => seq <= after))
        const at = story.at(-1)?.at ?? 0
        if (Option.isSome(now)) lives.push({ before: Option.getOrUndefined(before), now: now.value, at })
      }
    }
    return lives
  })

  const takenAt = Effect.fnUntraced(function* () {
    const rows = yield* sql<{ readonly id: number; readonly taken_at: number }>`
      SELECT id, taken_at FROM snapshot WHERE account_id = ${accountId}`
    return new Map(rows.map(({ id, taken_at }) => [id, taken_at]))
  })

  const changes = Effect.fnUntraced(function* ({ content, seq }: StoredClose) {
    const ids = (yield* touched(seq, content)).map(({ id }) => id)
    const entered = (yield* entries.all).filter((entry) => entry.seq > seq)
    if (ids.length === 0 && entered.length === 0) return []
    return changesOf(content, { records: yield* livesOf(ids, seq), entries: entered, takenAt: yield* takenAt() })
  })

  /** A close with what has changed since. */
  const shown = Effect.fnUntraced(function* (close: StoredClose) {
    const found = yield* changes(close)
    return {
      id: String(close.seq),
      at: DateTime.unsafeMake(close.at),
      digest: close.content.digest,
      holds: sha256(close.raw) === close.content.digest,
      statement: yield* readStatement(close.raw),
      changes: found,
      callsFor: calledFor(found)
    } satisfies ClosedPeriod
  })

  /** The last close of each period, in order. */
  const last = Effect.map(all, (closes) => [...new Map(closes.map((close) => [close.content.period, close])).values()])

  return { all, last, shown }
}
