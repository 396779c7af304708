/**
 * What a reconciliation is made of, read from the books: snapshots, balances, records.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import type { SqlClient } from "@effect/sql"
import { SqlSchema } from "@effect/sql"
import { Schema } from "effect"
import { makeGroups } from "./Groups.ts"

const SnapshotRow = Schema.Struct({ id: Schema.Int, taken_at: Schema.Int, event_seq: Schema.Int })

export interface SnapshotRow extends Schema.Schema.Type<typeof SnapshotRow> {}

const BalanceRow = Schema.Struct({ currency: Schema.String, total: Decimal.FromText, available: Decimal.FromText })

export interface BalanceRow extends Schema.Schema.Type<typeof BalanceRow> {}

export const RecordRow = Schema.Struct({
  id: Schema.Int,
  orderId: Schema.String,
  type: Schema.String,
  currency: Schema.String,
  status: Schema.String,
  timestamp: Schema.Int,
  amount: Decimal.FromText,
  fees: Decimal.FromText,
  sourceCurrency: Schema.NullOr(Schema.String),
  targetCurrency: Schema.NullOr(Schema.String),
  settledAfter: Schema.NullOr(Schema.Int),
  vanishedAt: Schema.NullOr(Schema.Int)
})

export interface RecordRow extends Schema.Schema.Type<typeof RecordRow> {}

const Until = Schema.Struct({ accountId: Schema.Int, until: Schema.Int })

/** From one snapshot to another; an opening of 0 is the account's first day. */
const Between = Schema.Struct({ accountId: Schema.Int, opening: Schema.Int, closing: Schema.Int })

const { fields: between } = Between

const Total = Schema.Struct({ snapshot: Schema.Int, currency: Schema.String, total: Decimal.FromText })

export const columns = `id, order_id AS "orderId", type, currency, status, timestamp, amount, coalesce(fees, '0') AS fees,
  source_currency AS "sourceCurrency", target_currency AS "targetCurrency", settled_after AS "settledAfter",
  vanished_at AS "vanishedAt"`

export const storedInputs = (sql: SqlClient.SqlClient) => {
  const record = sql.literal(columns)
  return {
    firstSnapshot: SqlSchema.findOne({
      Request: Schema.Int,
      Result: SnapshotRow,
      execute: (accountId) =>
        sql`SELECT id, taken_at, event_seq FROM snapshot WHERE account_id = ${accountId} ORDER BY id LIMIT 1`
    }),
    lastSnapshot: SqlSchema.findOne({
      Request: Until,
      Result: SnapshotRow,
      execute: ({ accountId, until }) => sql`
        SELECT id, taken_at, event_seq FROM snapshot WHERE account_id = ${accountId} AND taken_at <= ${until}
        ORDER BY id DESC LIMIT 1`
    }),
    /** The snapshots from the one to the other, both included. */
    snapshots: SqlSchema.findAll({
      Request: Between,
      Result: SnapshotRow,
      execute: ({ accountId, closing, opening }) => sql`
        SELECT id, taken_at, event_seq FROM snapshot WHERE account_id = ${accountId} AND id BETWEEN ${opening} AND ${closing}
        ORDER BY id`
    }),
    balances: SqlSchema.findAll({
      Request: Schema.Int,
      Result: BalanceRow,
      execute: (snapshotId) => sql`SELECT currency, total, available FROM balance WHERE snapshot_id = ${snapshotId}`
    }),
    /** What currencies stood at in the snapshots from the one to the other. */
    allTotals: SqlSchema.findAll({
      Request: Between,
      Result: Total,
      execute: ({ accountId, closing, opening }) => sql`
        SELECT s.id AS snapshot, b.currency, b.total FROM snapshot s JOIN balance b ON b.snapshot_id = s.id
        WHERE s.account_id = ${accountId} AND s.id BETWEEN ${opening} AND ${closing}`
    }),
    /** Those of some. */
    totals: SqlSchema.findAll({
      Request: Schema.Struct({ ...between, currencies: Schema.Array(Schema.String) }),
      Result: Total,
      execute: ({ accountId, closing, currencies, opening }) => sql`
        SELECT s.id AS snapshot, b.currency, b.total FROM snapshot s JOIN balance b ON b.snapshot_id = s.id
        WHERE s.account_id = ${accountId} AND s.id BETWEEN ${opening} AND ${closing} AND ${sql.in("b.currency", currencies)}`
    }),
    /** Records that settled after the one snapshot and by the other, as totals are made of them. */
    groups: makeGroups(sql),
    /** The same one by one, of some currencies. */
    settledIn: SqlSchema.findAll({
      Request: Schema.Struct({ ...between, currencies: Schema.Array(Schema.String) }),
      Result: RecordRow,
      execute: ({ accountId, closing, currencies, opening }) => sql`
        SELECT ${record} FROM record
        WHERE account_id = ${accountId} AND settled_after >= ${opening} AND settled_after < ${closing}
          AND ${sql.in("currency", currencies)}
        ORDER BY id`
    }),
    /**
     * Records that came after the closing snapshot and are dated before it, or settled right before the opening one. The plus
     * keeps SQLite to the few that came after, by their number.
     */
    beside: SqlSchema.findAll({
      Request: Schema.Struct({
        ...between,
        currencies: Schema.Array(Schema.String),
        from: Schema.Int,
        to: Schema.Int,
        event: Schema.Int
      }),
      Result: RecordRow,
      execute: ({ accountId, closing, currencies, event, from, opening, to }) => sql`
        SELECT ${record} FROM record
        WHERE +account_id = ${accountId} AND id > ${event} AND +timestamp BETWEEN ${from} AND ${to}
          AND settled_after >= ${closing} AND vanished_at IS NULL AND ${sql.in("currency", currencies)}
        UNION ALL SELECT ${record} FROM record
        WHERE account_id = ${accountId} AND settled_after < ${opening} AND settled_after >= coalesce(
            (SELECT max(id) FROM snapshot WHERE account_id = ${accountId} AND id < ${opening}), 0)
          AND vanished_at IS NULL AND ${sql.in("currency", currencies)}
        ORDER BY id`
    }),
    /** As many as a statement takes. */
    byId: SqlSchema.findAll({
      Request: Schema.Array(Schema.Int),
      Result: RecordRow,
      execute: (ids) => sql`SELECT ${record} FROM record WHERE ${sql.in("id", ids)}`
    }),
    /** The undocumented statuses of each currency's records, and how many records have each. */
    undocumented: SqlSchema.findAll({
      Request: Schema.Int,
      Result: Schema.Struct({ currency: Schema.String, status: Schema.String, records: Schema.Int }),
      execute: (accountId) => sql`
        SELECT currency, status, count(*) AS records FROM record
        WHERE account_id = ${accountId} AND final = 0 AND status NOT IN ('PENDING', 'PROCESSING') AND vanished_at IS NULL
        GROUP BY currency, status ORDER BY currency, status`
    }),
    /** Records that an event up to this one told of, and that are not final now. */
    open: SqlSchema.findAll({
      Request: Schema.Struct({ accountId: Schema.Int, event: Schema.Int }),
      Result: RecordRow,
      execute: ({ accountId, event }) => sql`
        SELECT ${record} FROM record WHERE account_id = ${accountId} AND final = 0 AND id <= ${event}`
    })
  }
}
