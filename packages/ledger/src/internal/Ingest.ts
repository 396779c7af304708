/**
 * Writes a closed window into the books: its rows, their events and its coverage, in one transaction.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import type { ClosedWindow } from "../Walker.ts"
import { encodeKeeps, readHabits } from "./Habits.ts"
import { makeCoverage } from "./Coverage.ts"
import type { Events, Place } from "./Events.ts"
import type { HistoryRow, Undecoded } from "./HistoryPort.ts"
import { makeLearned } from "./Learned.ts"
import { decide } from "./Plan.ts"
import { makeQuarantine } from "./Quarantine.ts"
import { makeRecords } from "./Records.ts"
import type { Sight } from "./Sight.ts"
import { makePaymentAlarms } from "../Payments/PaymentAlarms.ts"
import { writing } from "./SqlFault.ts"
import { advancePayments } from "./Transitions.ts"

export interface IngestOptions {
  readonly accountId: number
  readonly runId: number
  /** Coverage is claimed no further than this, as it is known when a window is committed. */
  readonly claimUntil: Effect.Effect<number>
  /** The pieces that history is asked for in, to see whether they bring more; remembered with the first row that they do. */
  readonly pieces?: number | undefined
}

export const makeIngest = (sql: SqlClient.SqlClient, events: typeof Events.Service, options: IngestOptions) => {
  const { accountId, claimUntil, pieces, runId } = options
  const records = makeRecords(sql, events, accountId)
  const quarantine = makeQuarantine(sql, events, accountId)
  const { cover } = makeCoverage(sql, events, accountId)
  const learn = makeLearned(sql, events, accountId)
  const alarms = makePaymentAlarms(sql, accountId)

  /** Commits a closed window, and the rows without a readable time that came with it. Once begun it is not interrupted. */
  const commit = Effect.fnUntraced(function* (window: ClosedWindow<HistoryRow>, timeless: ReadonlyArray<Undecoded>) {
    const sights: Array<Sight> = []
    const undecoded: Array<Undecoded> = []
    for (const row of window.rows) {
      if (row.sight !== undefined) sights.push(row.sight)
      if (row.undecoded !== undefined) undecoded.push(row.undecoded)
    }
    return yield* writing(sql)(
      Effect.gen(function* () {
        const place: Place = { accountId, runId, at: yield* events.now }
        const [before] = yield* sql<{ readonly seq: number | null }>`SELECT max(seq) AS seq FROM event`
        const plan = decide(yield* records.within(window), sights)
        yield* records.apply(plan, place)
        yield* quarantine.settle([...undecoded, ...timeless], window, place)
        const claimed = { from: window.from, to: Math.min(window.to, yield* claimUntil) }
        if (claimed.from <= claimed.to) yield* cover(claimed, place)
        const { keeps, longestPage } = window.habits
        const { limits } = yield* readHabits(sql, accountId)
        const proven = pieces === undefined || plan.fresh.length === 0 ? limits : { ...limits, longestRange: pieces }
        yield* learn({ keeps: encodeKeeps(keeps, proven), longestPage }, place)
        yield* advancePayments(sql, accountId, place.at)
        if (plan.fresh.length > 0) yield* alarms.raise(place.at, before?.seq ?? 0)
        return {
          seen: window.rows.length,
          inserted: plan.fresh.length,
          updated: plan.changed.length,
          unchanged: plan.unchanged,
          vanished: plan.vanished.length
        }
      })
    )
  }, Effect.uninterruptible)

  return { commit }
}
