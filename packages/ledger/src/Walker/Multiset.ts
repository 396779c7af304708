/**
 * Rows as a multiset: equal rows are counted, not merged, because two rows the exchange shows are two records.
 *
 * @internal
 */
import type { Row } from "../Walker.ts"

const counted = (rows: ReadonlyArray<Row>): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(row.content, (counts.get(row.content) ?? 0) + 1)
  return counts
}

/** The rows of `rows` that `known` does not have, or has fewer times. */
export const beyond = <R extends Row>(rows: ReadonlyArray<R>, known: ReadonlyArray<R>): ReadonlyArray<R> => {
  const left = counted(known)
  return rows.filter((row) => {
    const count = left.get(row.content) ?? 0
    left.set(row.content, count - 1)
    return count <= 0
  })
}

/** Every row as often as the one of the two that has it most often. */
export const union = <R extends Row>(rows: ReadonlyArray<R>, known: ReadonlyArray<R>): ReadonlyArray<R> => [
  ...known,
  ...beyond(rows, known)
]

/** The first and the last millisecond with a row, or undefined where there is none. */
export const extent = (rows: ReadonlyArray<Row>): { readonly first: number; readonly last: number } | undefined => {
  const head = rows[0]
  if (head === undefined) return undefined
  let first = head.timestamp
  let last = head.timestamp
  for (const { timestamp } of rows) {
    if (timestamp < first) first = timestamp
    if (timestamp > last) last = timestamp
  }
  return { first, last }
}
