/**
 * What a row of history means in the books. Rows and legs come from one place, so that they cannot disagree.
 */
import { BigDecimal } from "effect"
import type { HistoryRow } from "../HistoryRow.ts"
import type { Account } from "../Exchange.ts"
import { type Leg, move } from "./books.ts"

/** An outgoing amount includes its fees: they go to the exchange, the rest goes on. */
const outgoing = (row: HistoryRow, from: Account, to: Account): ReadonlyArray<Leg> => [
  ...move(row.currency, from, to, BigDecimal.subtract(row.amount, row.fees)),
  ...(row.fees.value === 0n ? [] : move(row.currency, from, "fees", row.fees))
]

/** An incoming amount is what was credited; its fees were taken before. */
const incoming = (row: HistoryRow, from: Account): ReadonlyArray<Leg> => [
  ...move(row.currency, from, "available", row.amount),
  ...(row.fees.value === 0n ? [] : move(row.currency, from, "fees", row.fees))
]

const completed: Readonly<Record<string, (row: HistoryRow) => ReadonlyArray<Leg>>> = {
  Deposit: (row) => incoming(row, "external"),
  Withdraw: (row) => outgoing(row, "available", "external"),
  Transfer_In: (row) => incoming(row, "users"),
  Transfer_Out: (row) => outgoing(row, "available", "users"),
  ReferralEarning: (row) => incoming(row, "income"),
  "Convert fiat": (row) =>
    row.conversion?.sourceCurrency === row.currency
      ? outgoing(row, "available", "conversion")
      : incoming(row, "conversion")
}

/** The legs that a row stands for as it is; none where its type is unknown or nothing has moved. */
export const legsOf = (row: HistoryRow): ReadonlyArray<Leg> => {
  if (row.status === "COMPLETED") return completed[row.type]?.(row) ?? []
  const held = row.type === "Withdraw" && (row.status === "PENDING" || row.status === "PROCESSING")
  return held ? move(row.currency, "available", "hold", row.amount) : []
}

/** What completes a withdrawal that was on hold. */
export const withdrawalCompleted = (row: HistoryRow): ReadonlyArray<Leg> => outgoing(row, "hold", "external")

/** What gives a cancelled withdrawal back. */
export const withdrawalCancelled = (row: HistoryRow): ReadonlyArray<Leg> =>
  move(row.currency, "hold", "available", row.amount)
