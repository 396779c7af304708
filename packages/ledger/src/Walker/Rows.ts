/**
 * Rows of a page.
 *
 * @internal
 */
import type { Row } from "../Walker.ts"

const counted = (rows: ReadonlyArray<Row>): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(row.content, (counts.get(row.content) ?? 0) + 1)
  return counts
}

/** The rows of `rows` that `known` does not have, or has fewer times: two equal rows that are shown are two records. */
export const beyond = <R extends Row>(rows: ReadonlyArray<R>, known: ReadonlyArray<Row>): ReadonlyArray<R> => {
  const left = counted(known)
  return rows.filter((row) => {
    const count = left.get(row.content) ?? 0
    left.set(row.content, count - 1)
    return count <= 0
  })
}

/** Whether the two have the same rows, each as often. */
export const same = (rows: ReadonlyArray<Row>, known: ReadonlyArray<Row>): boolean =>
  rows.length === known.length && beyond(rows, known).length === 0

/** How many of the rows are at a moment. */
export const countAt = (rows: ReadonlyArray<Row>, moment: number): number =>
  rows.reduce((count, row) => (row.timestamp === moment ? count + 1 : count), 0)

/** The first and the last millisecond with a row, or undefined where there is none. */
export const extent = (rows: ReadonlyArray<Row>): { readonly from: number; readonly to: number } | undefined => {
  const head = rows[0]
  if (head === undefined) return undefined
  let from = head.timestamp
  let to = head.timestamp
  for (const { timestamp } of rows) {
    if (timestamp < from) from = timestamp
    if (timestamp > to) to = timestamp
  }
  return { from, to }
}
