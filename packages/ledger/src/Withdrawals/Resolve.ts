/**
 * Which row of history an unknown withdrawal became, decided without writing anything.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { BigDecimal, Schema } from "effect"
import type { StoredWithdrawal } from "./Rows.ts"

export const Claimable = Schema.Struct({
  orderId: Schema.String,
  currency: Schema.String,
  timestamp: Schema.Int,
  amount: Decimal.FromText,
  fees: Decimal.FromText,
  toAddress: Schema.NullOr(Schema.String)
})

export interface Claimable extends Schema.Schema.Type<typeof Claimable> {}

/** The exchange's clock may be behind ours by this much. */
const clockBehind = 300_000

/** Whether the amount of a row includes its fees is not documented, so each reading fits. */
const fits = (withdrawal: StoredWithdrawal, row: Claimable): boolean =>
  row.currency === withdrawal.currency &&
  row.timestamp >= withdrawal.createdAt.epochMillis - clockBehind &&
  (row.toAddress === null || row.toAddress === withdrawal.address) &&
  [row.amount, BigDecimal.subtract(row.amount, row.fees), BigDecimal.sum(row.amount, row.fees)].some((amount) =>
    BigDecimal.equals(BigDecimal.abs(amount), withdrawal.amount)
  )

export interface Verdict {
  readonly withdrawal: StoredWithdrawal
  /** The row it is, where exactly one fits it and that one fits no other. */
  readonly orderId: string | undefined
  readonly reason: string
}

/** `rows` are the withdrawals in history that no withdrawal of the ledger has claimed. */
export const resolveAll = (
  unknown: ReadonlyArray<StoredWithdrawal>,
  rows: ReadonlyArray<Claimable>
): ReadonlyArray<Verdict> => {
  const fitting = unknown.map((withdrawal) => ({
    withdrawal,
    orderIds: [...new Set(rows.filter((row) => fits(withdrawal, row)).map((row) => row.orderId))]
  }))
  return fitting.map(({ orderIds, withdrawal }) => {
    const [only] = orderIds
    if (only === undefined) {
      return { withdrawal, orderId: undefined, reason: "history shows no row for it yet" }
    }
    const rivals = fitting.filter((other) => other.orderIds.includes(only)).length
    return orderIds.length === 1 && rivals === 1
      ? { withdrawal, orderId: only, reason: "found in history" }
      : {
          withdrawal,
          orderId: undefined,
          reason: `history has ${orderIds.length} rows and the ledger ${rivals} withdrawals that fit each other; a person must tell which is which`
        }
  })
}
