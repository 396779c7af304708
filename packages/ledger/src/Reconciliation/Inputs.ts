/**
 * What a reconciliation is made of, read from the books: snapshots, balances, records.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import type { SqlClient } from "@effect/sql"
import { SqlSchema } from "@effect/sql"
import { Schema } from "effect"
import type { Content } from "../internal/Sight.ts"
import { fields } from "../internal/Sight.ts"

const SnapshotRow = Schema.Struct({ id: Schema.Int, taken_at: Schema.Int })

export interface SnapshotRow extends Schema.Schema.Type<typeof SnapshotRow> {}

const BalanceRow = Schema.Struct({ currency: Schema.String, total: Decimal.FromText, available: Decimal.FromText })

export interface BalanceRow extends Schema.Schema.Type<typeof BalanceRow> {}

const RecordRow = Schema.Struct({
  orderId: Schema.String,
  type: Schema.String,
  currency: Schema.String,
  status: Schema.String,
  amount: Decimal.FromText,
  fees: Decimal.FromText,
  sourceCurrency: Schema.NullOr(Schema.String),
  targetCurrency: Schema.NullOr(Schema.String)
})

export interface RecordRow extends Schema.Schema.Type<typeof RecordRow> {}

const Until = Schema.Struct({ accountId: Schema.Int, until: Schema.Int })

export const storedInputs = (sql: SqlClient.SqlClient) => {
  const columns = sql.literal(
    `order_id AS "orderId", type, currency, status, amount, coalesce(fees, '0') AS fees, source_currency AS "sourceCurrency", target_currency AS "targetCurrency"`
  )
  /** A field's value in a first sight. */
  const first = (field: keyof Content) => sql.literal(`e.content ->> ${fields.indexOf(field)}`)
  return {
    firstSnapshot: SqlSchema.findOne({
      Request: Schema.Int,
      Result: SnapshotRow,
      execute: (accountId) => sql`SELECT id, taken_at FROM snapshot WHERE account_id = ${accountId} ORDER BY id LIMIT 1`
    }),
    lastSnapshot: SqlSchema.findOne({
      Request: Until,
      Result: SnapshotRow,
      execute: ({ accountId, until }) => sql`
        SELECT id, taken_at FROM snapshot WHERE account_id = ${accountId} AND taken_at <= ${until}
        ORDER BY id DESC LIMIT 1`
    }),
    balances: SqlSchema.findAll({
      Request: Schema.Int,
      Result: BalanceRow,
      execute: (snapshotId) => sql`SELECT currency, total, available FROM balance WHERE snapshot_id = ${snapshotId}`
    }),
    /** Records that settled after the one snapshot and by the other. */
    settled: SqlSchema.findAll({
      Request: Schema.Struct({ accountId: Schema.Int, opening: Schema.Int, closing: Schema.Int }),
      Result: RecordRow,
      execute: ({ accountId, closing, opening }) => sql`
        SELECT ${columns} FROM record
        WHERE account_id = ${accountId} AND settled_after >= ${opening} AND settled_after < ${closing}`
    }),
    /** Records that the events tell of and the books no longer hold. */
    lost: SqlSchema.findAll({
      Request: Schema.Int,
      Result: RecordRow,
      execute: (accountId) => sql`
        SELECT e.order_id AS "orderId", e.type, e.currency,
          ${first("status")} AS status,
          ${first("amount")} AS amount,
          coalesce(${first("fees")}, '0') AS fees,
          ${first("source_currency")} AS "sourceCurrency",
          ${first("target_currency")} AS "targetCurrency"
        FROM event e LEFT JOIN record r ON r.id = e.seq
        WHERE e.account_id = ${accountId} AND e.kind = 'seen' AND r.id IS NULL`
    }),
    notFinal: SqlSchema.findAll({
      Request: Schema.Int,
      Result: RecordRow,
      execute: (accountId) => sql`SELECT ${columns} FROM record WHERE account_id = ${accountId} AND final = 0`
    })
  }
}
