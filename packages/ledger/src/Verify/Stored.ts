/**
 * The ledger as it is stored, read piece by piece.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import type { ChainedEvent } from "../EventChain.ts"
import type { Head } from "../internal/Events.ts"
import type { StoredRecord } from "../internal/Replay.ts"
import { recordColumns } from "../internal/Replay.ts"

/** Events a piece: memory is bounded by it, not by the history. */
export const aPiece = 1_000

export interface StoredAccount {
  readonly id: number
  readonly name: string
  readonly exchange: string
  readonly earliest: number | null
  readonly keeps: string
  readonly longestPage: number
  readonly lastEvent: number
}

export interface StoredSpan {
  readonly account_id: number
  readonly from: number
  readonly to: number
}

export interface StoredQuarantine {
  readonly account_id: number
  readonly at: number
  readonly timestamp: number | null
  readonly raw: string
  readonly line: number
  readonly reason: string
}

export interface StoredSnapshot {
  readonly id: number
  readonly account_id: number
  readonly run_id: number
  readonly taken_at: number
  readonly event_seq: number
}

export interface StoredBalance {
  readonly currency: string
  readonly total: string
  readonly available: string
}

export const makeStored = (sql: SqlClient.SqlClient) => ({
  head: Effect.map(sql<Head>`SELECT seq, at, hash FROM head`, ([head]) => head ?? { seq: -1, at: 0, hash: "" }),
  eventsAfter: (seq: number) => sql<ChainedEvent>`SELECT * FROM event WHERE seq > ${seq} ORDER BY seq LIMIT ${aPiece}`,
  /** What happened to the records of these numbers after their first sights. */
  laterEvents: (after: number, to: number) => sql<ChainedEvent>`
    SELECT * FROM event WHERE kind <> 'seen' AND record_id > ${after} AND record_id <= ${to} ORDER BY record_id, seq`,
  records: (after: number, to: number) => sql<StoredRecord>`
    SELECT ${sql.literal(recordColumns.join(", "))} FROM record WHERE id > ${after} AND id <= ${to} ORDER BY id`,
  accounts: sql<StoredAccount>`
    SELECT id, name, exchange, earliest, keeps, longest_page AS "longestPage", last_event AS "lastEvent"
    FROM account ORDER BY id`,
  covered: sql<StoredSpan>`SELECT account_id, first AS "from", last AS "to" FROM covered ORDER BY account_id, first`,
  quarantine: sql<StoredQuarantine>`SELECT account_id, at, timestamp, raw, line, reason FROM quarantine ORDER BY id`,
  snapshot: (id: number) => sql<StoredSnapshot>`
    SELECT id, account_id, run_id, taken_at, event_seq FROM snapshot WHERE id = ${id}`,
  balances: (snapshotId: number) => sql<StoredBalance>`
    SELECT currency, total, available FROM balance WHERE snapshot_id = ${snapshotId}`,
  /** Snapshots, and balances, of which no event tells. */
  counts: sql<{ readonly snapshots: number; readonly balances: number }>`
    SELECT (SELECT count(*) FROM snapshot) AS snapshots, (SELECT count(*) FROM balance) AS balances`
})
