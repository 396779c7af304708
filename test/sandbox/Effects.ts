/**
 * What rows do to balances, by the convention that the sandbox documents, reckoned without its books: in scaled integers.
 */
import type { Exchange, HistoryRow } from "@btse-wallet/sandbox"
import { BigDecimal } from "effect"

const scale = 30

const scaled = (amount: BigDecimal.BigDecimal): bigint => BigDecimal.scale(amount, scale).value

const direction = (row: HistoryRow.HistoryRow): bigint => {
  if (row.status !== "COMPLETED") return 0n
  if (row.type === "Convert fiat") return row.conversion?.sourceCurrency === row.currency ? -1n : 1n
  return row.type === "Withdraw" || row.type === "Transfer_Out" ? -1n : 1n
}

const text = (value: bigint): string => BigDecimal.format(BigDecimal.make(value, scale))

/** Totals per currency as sorted text, and the lowest that any of them ever was. */
export const totals = (rows: ReadonlyArray<HistoryRow.HistoryRow>) => {
  const sums = new Map<string, bigint>()
  let lowest = 0n
  for (const row of rows) {
    const sum = (sums.get(row.currency) ?? 0n) + direction(row) * scaled(row.amount)
    sums.set(row.currency, sum)
    if (sum < lowest) lowest = sum
  }
  return { texts: sorted(Array.from(sums, ([currency, sum]) => `${currency} ${text(sum)}`)), lowest: text(lowest) }
}

/** What withdrawals on their way keep from being available, per currency as sorted text. */
export const held = (rows: ReadonlyArray<HistoryRow.HistoryRow>): ReadonlyArray<string> => {
  const sums = new Map<string, bigint>()
  for (const row of rows) {
    if (row.status !== "PENDING" && row.status !== "PROCESSING") continue
    sums.set(row.currency, (sums.get(row.currency) ?? 0n) + scaled(row.amount))
  }
  return sorted(Array.from(sums, ([currency, sum]) => `${currency} ${text(sum)}`))
}

export const texts = (balances: ReadonlyArray<Exchange.Balance>): ReadonlyArray<string> =>
  sorted(balances.map(({ currency, total }) => `${currency} ${BigDecimal.format(total)}`))

export const heldTexts = (balances: ReadonlyArray<Exchange.Balance>): ReadonlyArray<string> =>
  sorted(
    balances
      .map(({ available, currency, total }) => [currency, BigDecimal.subtract(total, available)] as const)
      .filter(([, held]) => held.value !== 0n)
      .map(([currency, held]) => `${currency} ${BigDecimal.format(held)}`)
  )

const sorted = (lines: ReadonlyArray<string>): ReadonlyArray<string> => lines.toSorted()
