/**
 * What the books and their events know of the currencies that break.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { Array as Arr, BigDecimal, Effect, Option } from "effect"
import { makeStoredEntries, type StoredEntry } from "../Entries/Stored.ts"
import type { Content } from "../internal/Sight.ts"
import { fields } from "../internal/Sight.ts"
import type { RecordRow, SnapshotRow } from "./Inputs.ts"
import { storedInputs } from "./Inputs.ts"
import type { State, Story } from "./Story.ts"
import * as Stories from "./Story.ts"

/** A row of the books that is not what its events say: `stored` is undefined where the row is gone, `told` where no event tells of it. */
export interface Discord {
  readonly stored: RecordRow | undefined
  readonly told: State | undefined
}

/** A record whose row was another before it had settled for good. */
export interface Change {
  readonly before: State
  readonly after: State
}

/** A snapshot with what the currency stood at. */
export interface Standing {
  readonly id: number
  readonly at: number
  readonly event: number
  readonly total: BigDecimal.BigDecimal
}

/** Of one currency, between two snapshots. */
export interface Evidence {
  /** From the opening to the closing. The first is the account's first day where the opening is zero. */
  readonly standings: ReadonlyArray<Standing>
  readonly settled: ReadonlyArray<RecordRow>
  /** What adjustments and imports change, and after which snapshot. */
  readonly entries: ReadonlyArray<{ readonly after: number; readonly change: BigDecimal.BigDecimal }>
  /** Of all currencies, those that could be wrong. */
  readonly suspectEntries: ReadonlyArray<StoredEntry>
  /** Records that are COMPLETED, and dated between the two or settled just before: they count elsewhere. */
  readonly beside: ReadonlyArray<RecordRow>
  readonly discords: ReadonlyArray<Discord>
  readonly changes: ReadonlyArray<Change>
  /** Every record that was ever on its way, as it was. */
  readonly onTheirWay: ReadonlyArray<Story>
}

export interface Asked {
  readonly accountId: number
  /** Undefined where it is the account's first day. */
  readonly opening: SnapshotRow | undefined
  readonly from: number
  readonly closing: SnapshotRow
  readonly currencies: ReadonlyArray<string>
}

const nothing = BigDecimal.make(0n, 0)

/** Whether a row says what decides its movement as its events do. */
const agrees = (stored: RecordRow, told: State): boolean =>
  stored.type === told.type &&
  stored.currency === told.currency &&
  stored.status === told.status &&
  stored.settledAfter === told.settledAfter &&
  stored.sourceCurrency === told.sourceCurrency &&
  stored.targetCurrency === told.targetCurrency &&
  BigDecimal.equals(stored.amount, told.amount) &&
  BigDecimal.equals(stored.fees, told.fees)

interface Id {
  readonly id: number
}

export const makeEvidence = (sql: SqlClient.SqlClient) => {
  const inputs = storedInputs(sql)
  const stories = Stories.makeStories(sql)
  /** A field's value in a first sight. */
  const first = (field: keyof Content) => sql.literal(`e.content ->> ${fields.indexOf(field)}`)

  /** Rows that are not what their first sight says, by change or by hand, and first sights whose row is gone. */
  const otherwise = ({ accountId, currencies }: Asked) => sql<Id>`
    SELECT e.seq AS id FROM event e LEFT JOIN record r ON r.id = e.seq
    WHERE e.account_id = ${accountId} AND e.kind = 'seen' AND ${sql.in("e.currency", currencies)} AND (
      r.id IS NULL OR r.type <> e.type OR r.currency <> e.currency OR r.settled_after IS NOT e.settled_after
      OR r.status IS NOT ${first("status")} OR r.amount IS NOT ${first("amount")} OR r.fees IS NOT ${first("fees")}
      OR r.source_currency IS NOT ${first("source_currency")} OR r.target_currency IS NOT ${first("target_currency")})
    UNION SELECT r.id FROM record r LEFT JOIN event e ON e.seq = r.id AND e.kind = 'seen'
    WHERE r.account_id = ${accountId} AND ${sql.in("r.currency", currencies)}
      AND (e.seq IS NULL OR e.currency <> r.currency)
    UNION SELECT record_id FROM event
    WHERE kind <> 'seen' AND account_id = ${accountId} AND ${sql.in("currency", currencies)}`

  /** For each of the currencies. */
  const of = Effect.fnUntraced(function* (asked: Asked) {
    const { accountId, closing, currencies, from, opening } = asked
    const range = { accountId, opening: opening?.id ?? 0, closing: closing.id }
    const snapshots = yield* inputs.snapshots(range)
    const totals = new Map<string, BigDecimal.BigDecimal>()
    for (const one of yield* inputs.totals({ ...range, currencies })) {
      totals.set(`${one.snapshot} ${one.currency}`, one.total)
    }
    const ids = (yield* otherwise(asked)).map(({ id }) => id)
    const told = new Map((yield* stories(ids)).map((story) => [story[0].id, story]))
    const stored = new Map<number, RecordRow>()
    for (const some of Arr.chunksOf(ids, 500)) for (const row of yield* inputs.byId(some)) stored.set(row.id, row)
    const open = yield* inputs.open({ accountId, event: closing.event_seq })
    const settled = yield* inputs.settledIn({ ...range, currencies })
    const storedEntries = makeStoredEntries(sql, accountId)
    const entries = yield* storedEntries.changes(range)
    const suspectEntries = yield* storedEntries.suspect({ ...range, currencies })
    const beside = yield* inputs.beside({ ...range, currencies, from, to: closing.taken_at, event: closing.event_seq })
    return new Map(
      currencies.map((currency) => {
        const of = ids.filter(
          (id) => stored.get(id)?.currency === currency || told.get(id)?.some((state) => state.currency === currency)
        )
        const discords = of.flatMap((id): ReadonlyArray<Discord> => {
          const row = stored.get(id)
          const story = told.get(id)
          if (row !== undefined && story !== undefined && agrees(row, Stories.last(story))) return []
          return [{ stored: row, told: story && Stories.last(story) }]
        })
        const own = of.flatMap((id) => Option.toArray(Option.fromNullable(told.get(id))))
        const still = open
          .filter((row) => row.currency === currency && !told.has(row.id))
          .map((row): Story => [{ ...row, seq: row.id }])
        const standing = ({ event_seq, id, taken_at }: SnapshotRow): Standing => ({
          id,
          at: taken_at,
          event: event_seq,
          total: totals.get(`${id} ${currency}`) ?? nothing
        })
        const evidence: Evidence = {
          standings: [
            ...(opening === undefined ? [{ id: 0, at: from, event: 0, total: nothing }] : []),
            ...snapshots.map(standing)
          ],
          settled: settled.filter((row) => row.currency === currency),
          entries: entries.filter((entry) => entry.currency === currency),
          suspectEntries,
          beside: beside.filter((row) => row.currency === currency),
          discords,
          changes: own.flatMap((story) =>
            story.flatMap((after, index): ReadonlyArray<Change> => {
              const before = story[index - 1]
              return before === undefined || before.settledAfter === null || after.seq <= (opening?.event_seq ?? 0)
                ? []
                : [{ before, after }]
            })
          ),
          onTheirWay: [...own.filter((story) => story.some(Stories.isOpen)), ...still]
        }
        return [currency, evidence] as const
      })
    )
  })

  /** The records on their way when this event was the last, as they were then. */
  const openAt = Effect.fnUntraced(function* (accountId: number, event: number) {
    // The plus keeps SQLite to the few events since, by their number, where an index would offer all changes of older records.
    const later = yield* sql<Id>`
      SELECT DISTINCT record_id AS id FROM event
      WHERE kind <> 'seen' AND seq > ${event} AND +record_id <= ${event} AND account_id = ${accountId}`
    const rows = yield* inputs.open({ accountId, event })
    const moved = new Set(later.map(({ id }) => id))
    const before = (yield* stories([...moved])).flatMap((story) => Option.toArray(Stories.at(story, event)))
    return [...rows.filter(({ id }) => !moved.has(id)), ...before].filter(
      (row) => Stories.isOpen(row) && row.vanishedAt === null
    )
  })

  return { of, openAt }
}
