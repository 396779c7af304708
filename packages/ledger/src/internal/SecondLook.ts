/**
 * Rows in quarantine, read again: a version of the program that understands them takes them in from the text that was kept,
 * however long ago the exchange showed them.
 *
 * @internal
 */
import { HistoryRow } from "@btse-wallet/core"
import type { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import type { Counts } from "./Counts.ts"
import { addCounts, noCounts } from "./Counts.ts"
import type { Events, Place } from "./Events.ts"
import { bookEvent } from "./Events.ts"
import { decide } from "./Plan.ts"
import { makeRecords } from "./Records.ts"
import { implausible } from "./RowTime.ts"
import { fromRecord } from "./Sight.ts"

interface Aside {
  readonly id: number
  readonly at: number
  readonly raw: string
}

export const makeSecondLook = (sql: SqlClient.SqlClient, events: typeof Events.Service, accountId: number) => {
  const records = makeRecords(sql, events, accountId)

  const takeIn = Effect.fnUntraced(function* ({ at, id, raw }: Aside, place: Place) {
    const record = HistoryRow.fromText(raw)
    if (record._tag === "None") return noCounts
    const sight = fromRecord(record.value)
    if (implausible(sight, place.at) !== undefined) return noCounts
    const moment = sight.timestamp
    // The row of before, if there was one: it was taken for vanished when it could no longer be read.
    const gone = (yield* records.within({ from: moment, to: moment })).filter((known) => known.vanished_at !== null)
    const { changed, fresh } = decide(gone, [sight])
    const [last] = yield* sql<{ readonly id: number | null }>`
      SELECT max(id) AS id FROM snapshot WHERE account_id = ${accountId} AND taken_at < ${at}`
    yield* sql`DELETE FROM quarantine WHERE id = ${id}`
    yield* events.append([bookEvent("released", {}, raw)], place)
    // It had settled by the time that it was put aside.
    yield* records.apply({ fresh, changed, vanished: [], unchanged: 0 }, place, () => last?.id ?? 0)
    return { ...noCounts, seen: 1, inserted: fresh.length, updated: changed.length }
  })

  /** Inside a transaction that writes. */
  return Effect.fnUntraced(function* (place: Place) {
    const aside = yield* sql<Aside>`SELECT id, at, raw FROM quarantine WHERE account_id = ${accountId} ORDER BY id`
    const done = yield* Effect.forEach(aside, (row) => takeIn(row, place))
    return done.reduce<Counts>(addCounts, noCounts)
  })
}
