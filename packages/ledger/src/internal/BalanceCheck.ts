/**
 * Comparison of the last snapshot with the records: the balances that the records do not explain. A difference means that
 * something moved the wallet that the exchange has not shown.
 *
 * Records add up from zero where coverage begins at the account's first day, else from the first snapshot. A record that is
 * still pending may have moved its balance already, or not: it explains its own amount and no other.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import type { SqlClient } from "@effect/sql"
import { BigDecimal, Effect, Schema } from "effect"
import { standard } from "../AccountingPolicy.ts"
import { makeStoredEntries } from "../Entries/Stored.ts"
import { UnexplainedBalance } from "../Sync/Report.ts"
import * as Movement from "../Movement.ts"
import { someAddUp } from "../Reconciliation/Combinations.ts"
import { makeGroups } from "../Reconciliation/Groups.ts"
import * as Totals from "../Reconciliation/Totals.ts"
import { makeExtent } from "./Extent.ts"

const decodeBalances = Schema.decodeUnknown(
  Schema.Array(Schema.Struct({ currency: Schema.String, total: Decimal.FromText }))
)

const decodePending = Schema.decodeUnknown(
  Schema.Array(
    Schema.Struct({
      type: Schema.String,
      currency: Schema.String,
      amount: Decimal.FromText,
      fees: Decimal.FromText,
      sourceCurrency: Schema.NullOr(Schema.String),
      targetCurrency: Schema.NullOr(Schema.String)
    })
  )
)

export const makeBalanceCheck = (sql: SqlClient.SqlClient, accountId: number, firstDay: number) => {
  const groups = makeGroups(sql)
  const entries = makeStoredEntries(sql, accountId)
  const extent = makeExtent(sql, accountId)

  const balancesOf = (snapshot: number) =>
    Effect.map(
      Effect.flatMap(sql`SELECT currency, total FROM balance WHERE snapshot_id = ${snapshot}`, decodeBalances),
      (rows) => new Map(rows.map(({ currency, total }) => [currency, total]))
    )

  /** The effects, by currency, of the records that are pending. A status that is not documented explains nothing. */
  const pendingEffects = Effect.fnUntraced(function* () {
    const rows = yield* Effect.flatMap(
      sql`SELECT type, currency, amount, coalesce(fees, '0') AS fees, source_currency AS "sourceCurrency",
          target_currency AS "targetCurrency"
        FROM record WHERE account_id = ${accountId} AND status IN ('PENDING', 'PROCESSING') AND vanished_at IS NULL`,
      decodePending
    )
    const effects = new Map<string, Array<BigDecimal.BigDecimal>>()
    for (const row of rows) {
      const effect = Movement.change(Movement.of(standard, row))
      effects.set(row.currency, [...(effects.get(row.currency) ?? []), effect])
    }
    return effects
  })

  /** The first and the last snapshot. */
  const ends = Effect.fnUntraced(function* () {
    const [row] = yield* sql<{ readonly first: number | null; readonly last: number | null }>`
      SELECT min(id) AS first, max(id) AS last FROM snapshot WHERE account_id = ${accountId}`
    return { first: row?.first ?? null, last: row?.last ?? null }
  })

  /**
   * The balances that the records do not explain; undefined where nothing can be compared: without a snapshot that holds a
   * balance, or with a single one and history that does not reach the account's first day.
   */
  return Effect.fnUntraced(function* () {
    const { first, last } = yield* ends()
    if (first === null || last === null) return undefined
    const actual = yield* balancesOf(last)
    // An exchange that returns no balance at all leaves nothing to compare the records with.
    if (actual.size === 0) return undefined
    const [oldest] = yield* extent.coverage()
    const fromZero = yield* extent.beginsAtZero(oldest?.from, firstDay)
    if (!fromZero && first === last) return undefined
    const opening = fromZero ? 0 : first
    const start: ReadonlyMap<string, BigDecimal.BigDecimal> = fromZero ? new Map() : yield* balancesOf(first)
    const totals = Totals.of(standard, yield* groups({ accountId, opening, closing: last }))
    const entered = yield* entries.between({ opening, closing: last })
    const pending = yield* pendingEffects()
    const zero = Decimal.zero
    return [...new Set([...actual.keys(), ...totals.keys(), ...start.keys()])].sort().flatMap((currency) => {
      const moved = Movement.change(totals.get(currency) ?? Totals.none)
      const expected = BigDecimal.sumAll([start.get(currency) ?? zero, moved, entered.get(currency) ?? zero])
      const difference = BigDecimal.subtract(actual.get(currency) ?? zero, expected)
      const explained = BigDecimal.isZero(difference) || someAddUp(pending.get(currency) ?? [], difference)
      return explained ? [] : [UnexplainedBalance.make({ currency, difference })]
    })
  })
}
