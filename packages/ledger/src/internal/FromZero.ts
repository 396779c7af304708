/**
 * Whether the records from the account's first day add up to its balances. Where they do not, something moved the wallet that
 * the exchange has not shown: older history perhaps, which it leaves out without saying so.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import type { SqlClient } from "@effect/sql"
import { BigDecimal, Effect, Schema } from "effect"
import { standard } from "../AccountingPolicy.ts"
import { makeStoredEntries } from "../Entries/Stored.ts"
import * as Movement from "../Movement.ts"
import { makeGroups } from "../Reconciliation/Groups.ts"
import * as Totals from "../Reconciliation/Totals.ts"

const decodeBalances = Schema.decodeUnknown(
  Schema.Array(Schema.Struct({ currency: Schema.String, total: Decimal.FromText }))
)

export const makeFromZero = (sql: SqlClient.SqlClient, accountId: number) => {
  const groups = makeGroups(sql)
  const entries = makeStoredEntries(sql, accountId)

  /**
   * The currencies whose balances in the last snapshot are not what the records add up to, but for those with records that
   * may still change; undefined where there is no snapshot that tells a balance.
   */
  return Effect.fnUntraced(function* () {
    const [last] = yield* sql<{ readonly id: number | null }>`
      SELECT max(id) AS id FROM snapshot WHERE account_id = ${accountId}`
    const closing = last?.id ?? null
    if (closing === null) return undefined
    const balances = yield* decodeBalances(
      yield* sql`SELECT currency, total FROM balance WHERE snapshot_id = ${closing}`
    )
    // An exchange that tells no balance at all is nothing to hold the records against.
    if (balances.length === 0) return undefined
    const totals = Totals.of(standard, yield* groups({ accountId, opening: 0, closing }))
    const entered = yield* entries.between({ opening: 0, closing })
    const moving = yield* sql<{ readonly currency: string }>`
      SELECT DISTINCT currency FROM record WHERE account_id = ${accountId} AND final = 0`
    const held = new Map(balances.map(({ currency, total }) => [currency, total]))
    const mayChange = new Set(moving.map(({ currency }) => currency))
    return [...new Set([...held.keys(), ...totals.keys()])].sort().filter((currency) => {
      if (mayChange.has(currency)) return false
      const moved = Movement.change(totals.get(currency) ?? Totals.none)
      const added = BigDecimal.sum(moved, entered.get(currency) ?? Decimal.zero)
      return !BigDecimal.equals(added, held.get(currency) ?? Decimal.zero)
    })
  })
}
