/**
 * What is of a period by its date and counts only after its closing snapshot, and the reconciliation that proves it.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { type SqlClient, SqlSchema } from "@effect/sql"
import { BigDecimal, DateTime, Effect, Order, Schema } from "effect"
import { type AccountingPolicy, standard } from "../AccountingPolicy.ts"
import { makeStoredEntries } from "../Entries/Stored.ts"
import { CloseRefused } from "../LedgerError.ts"
import * as Movement from "../Movement.ts"
import type { Reconciliation, ReconciliationReport } from "../Reconciliation.ts"
import { columns, RecordRow } from "../Reconciliation/Inputs.ts"
import type { CutOffSum } from "./ClosedPeriod.ts"
import type { Period } from "./Period.ts"

export interface CutOff {
  readonly sums: ReadonlyArray<typeof CutOffSum.Type>
  /** From the closing snapshot to the first after the period's end. */
  readonly report: ReconciliationReport
}

interface Item {
  readonly currency: string
  readonly change: BigDecimal.BigDecimal
}

const sumsOf = (items: ReadonlyArray<Item>): CutOff["sums"] => {
  const sums = new Map<string, typeof CutOffSum.Type>()
  for (const { change, currency } of items) {
    const sum = sums.get(currency) ?? { currency, items: 0, change: Decimal.zero }
    sums.set(currency, {
      currency,
      items: sum.items + 1,
      change: BigDecimal.normalize(BigDecimal.sum(sum.change, change))
    })
  }
  return [...sums.values()].sort(Order.mapInput(Order.string, ({ currency }: typeof CutOffSum.Type) => currency))
}

export const makeCutOff = (
  sql: SqlClient.SqlClient,
  accountId: number,
  reconciliation: typeof Reconciliation.Service
) => {
  const entries = makeStoredEntries(sql, accountId)

  /** What the closing snapshot's sync showed as pending is left out: it settles when it settles. */
  const later = SqlSchema.findAll({
    Request: Schema.Struct({ from: Schema.Int, to: Schema.Int, closing: Schema.Int }),
    Result: RecordRow,
    execute: ({ closing, from, to }) => sql`
      SELECT ${sql.literal(columns)} FROM record
      WHERE account_id = ${accountId} AND timestamp BETWEEN ${from} AND ${to} AND settled_after >= ${closing}
        AND vanished_at IS NULL AND id > (SELECT event_seq FROM snapshot WHERE id = ${closing})`
  })

  /** Undefined where nothing is cut off. */
  return Effect.fnUntraced(function* (
    { from, name, to }: Period,
    policy: AccountingPolicy | undefined,
    { closingSnapshot, to: closedAt }: ReconciliationReport
  ) {
    const closing = Number(closingSnapshot)
    const records = (yield* later({ from, to, closing })).map((record) => ({
      currency: record.currency,
      change: Movement.change(Movement.of(policy ?? standard, record))
    }))
    const entered = (yield* entries.all)
      .filter(({ content, settled_after }) => settled_after >= closing && content.at >= from && content.at <= to)
      .map(({ content: { amount, currency, fees } }) => ({ currency, change: BigDecimal.subtract(amount, fees) }))
    const items = [...records, ...entered]
    if (items.length === 0) return undefined
    const [next] = yield* sql<{ readonly taken_at: number }>`
      SELECT taken_at FROM snapshot WHERE account_id = ${accountId} AND id > ${closing} AND taken_at > ${to}
      ORDER BY id LIMIT 1`
    if (next === undefined) {
      return yield* new CloseRefused({
        operation: "close",
        problem: `something of ${name} came after its last snapshot of balances, and no snapshot was taken since that proves it`,
        advice: "Run `btse sync` first."
      })
    }
    const report = yield* reconciliation.run({ from: closedAt, to: DateTime.unsafeMake(next.taken_at), policy })
    return { sums: sumsOf(items), report } satisfies CutOff
  })
}
