/**
 * The history's lag: the time after which a payment that was carried out has shown its row.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { SqlSchema } from "@effect/sql"
import { Effect, Schema } from "effect"
import { givesUpAfter } from "./RowEvidence.ts"

/** A payment that the exchange answered with an id, and the first sight of its row. Milliseconds. */
const Sight = Schema.Struct({
  sent: Schema.Int,
  seen: Schema.Int,
  /** The start of the run that saw it, and of the last one before that was made after the sending and did not. */
  opened: Schema.Int,
  missed: Schema.NullOr(Schema.Int)
})

export interface Sight extends Schema.Schema.Type<typeof Sight> {}

/** The time after a sending that is assumed where too little was measured. */
export const assumedLag = 900_000

/** A measured lag is doubled, and never taken for less or more than this, after the exchange has given up on a request. */
const least = 60_000
const most = 6 * 3_600_000

/** A sight is exact where history was read at least this often before it. */
const exact = 60_000

const enough = 3

/**
 * The time after a sending in which its row may still show up, by the lag that sights show. History that nobody read for a day shows nothing of its lag with the row it has by then; only
 * what was read shortly before does. A read that did not show a row proves that history lags, however rare sights are.
 */
export const lagOf = (sights: ReadonlyArray<Sight>): number => {
  const believable = sights.filter(({ seen, sent }) => seen >= sent && seen - sent <= most)
  const proven = believable.map(({ missed, sent }) => (missed === null ? 0 : missed - sent))
  const measured = believable.flatMap(({ missed, opened, seen, sent }) => {
    // A run that goes on for long, like that of a tracker, reads every second.
    const before = seen - opened > 5_000 ? seen - 5_000 : (missed ?? sent)
    return seen - before <= exact ? [seen - sent] : []
  })
  const doubled = givesUpAfter + Math.min(most, Math.max(least, 2 * Math.max(0, ...measured, ...proven)))
  return measured.length >= enough ? doubled : Math.max(assumedLag, doubled)
}

/** How many of the newest payments the lag is measured by. */
const newest = 50

/** Events are dated by the exchange's clock where this one is certainly off, sendings and runs by this one. */
const ahead = "CASE WHEN abs(s.clock_ahead) > 3000 THEN s.clock_ahead ELSE 0 END"

export const makeHistoryLag = (sql: SqlClient.SqlClient, accountId: number) => {
  const sights = SqlSchema.findAll({
    Request: Schema.Void,
    Result: Sight,
    execute: () => sql`
      SELECT s.at + ${sql.literal(ahead)} AS sent, r.first_seen AS seen, u.started_at + ${sql.literal(ahead)} AS opened,
        (SELECT max(o.started_at) FROM run o WHERE o.account_id = p.account_id AND o.id < u.id AND o.status = 'done'
          AND o.started_at > s.at) + ${sql.literal(ahead)} AS missed
      FROM payment p JOIN sending s ON s.payment_id = p.id AND s.at = p.sending_at
      JOIN record r ON r.id = p.record_id JOIN event e ON e.seq = r.id JOIN run u ON u.id = e.run_id
      WHERE p.account_id = ${accountId} AND p.claim IS NOT NULL
      ORDER BY p.id DESC LIMIT ${newest}`
  })
  return Effect.map(sights(), lagOf)
}
