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

/** Those that prove something. */
export const sure = <R extends Row>(rows: ReadonlyArray<R>): ReadonlyArray<R> =>
  rows.some((row) => row.unsure) ? rows.filter((row) => row.unsure !== true) : rows

/** How many of the rows are at a moment, of those that prove something. */
export const countAt = (rows: ReadonlyArray<Row>, moment: number): number =>
  rows.reduce((count, row) => (row.timestamp === moment && row.unsure !== true ? count + 1 : count), 0)

/** How many of so many rows on a page neither prove something nor are at a moment. */
export const othersThan = (rows: ReadonlyArray<Row>, moment: number, length: number): number =>
  length - rows.reduce((count, row) => (row.timestamp === moment || row.unsure !== true ? count + 1 : count), 0)

/** The first and the last millisecond with a row that proves something, or undefined where there is none. */
export const extent = (rows: ReadonlyArray<Row>): { readonly from: number; readonly to: number } | undefined => {
  const proofs = sure(rows)
  const head = proofs[0]
  if (head === undefined) return undefined
  let from = head.timestamp
  let to = head.timestamp
  for (const { timestamp } of proofs) {
    if (timestamp < from) from = timestamp
    if (timestamp > to) to = timestamp
  }
  return { from, to }
}
