/**
 * Closed periods as their events hold them, and what of them is not as it was.
 *
 * @internal
 */
import { type SqlClient, SqlSchema } from "@effect/sql"
import { Array as Arr, DateTime, Effect, Option, Schema } from "effect"
import { AccountingPolicy, standard } from "../AccountingPolicy.ts"
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
  digest: Schema.String
})

const StoredClose = Schema.Struct({
  seq: Schema.Int,
  at: Schema.Int,
  content: Schema.parseJson(Closing),
  raw: Schema.String,
  policy: Schema.NullOr(Schema.parseJson(AccountingPolicy))
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
      SELECT e.seq, e.at, e.content, e.raw, c.policy_content AS policy
      FROM event e LEFT JOIN reconciliation c ON c.id = e.content ->> 'reconciliation'
      WHERE e.account_id = ${accountId}
        AND e.kind IN ('adjusted', 'imported', 'reversed', 'break', 'closed') AND e.kind = 'closed' ORDER BY e.seq`
  })()

  /** Records that came or changed since a close, and may be of its period. */
  const touched = (after: number, { closing, from, opening, to }: Closed) => sql<Id>`
    SELECT id FROM record WHERE account_id = ${accountId} AND timestamp BETWEEN ${from} AND ${to} AND id > ${after}
    UNION SELECT id FROM record
      WHERE account_id = ${accountId} AND settled_after >= ${opening} AND settled_after < ${closing} AND id > ${after}
    UNION SELECT r.id FROM event e JOIN record r ON r.id = e.record_id
      WHERE e.kind <> 'seen' AND e.account_id = ${accountId} AND e.seq > ${after} AND e.record_id <= ${after}
        AND (r.settled_after IS NULL OR (r.settled_after >= ${opening} AND r.settled_after < ${closing}))`

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

  const changes = Effect.fnUntraced(function* ({ content, policy, seq }: StoredClose) {
    const ids = (yield* touched(seq, content)).map(({ id }) => id)
    const entered = (yield* entries.all).filter((entry) => entry.seq > seq)
    return changesOf(content, policy ?? standard, yield* livesOf(ids, seq), entered)
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
