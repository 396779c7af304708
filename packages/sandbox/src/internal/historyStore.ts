/**
 * The rows of wallet history in order of time, and the query over them.
 */
import type { Utils } from "effect"
import { Array as Arr, Duration, Order } from "effect"
import type { Query } from "../Exchange.ts"
import type { HistoryRow } from "../HistoryRow.ts"

export interface Behaviour {
  readonly cap: number
  readonly overCap: "clip" | "refuse"
  readonly defaultCount: number
  readonly order: "newest-first" | "oldest-first" | "shuffled"
  readonly keeps: "newest" | "oldest" | "changing"
  readonly bounds: "inclusive" | "exclusive" | "half-open"
  readonly reach: { readonly back: Duration.Duration; readonly beyond: "refuse" | "clip" }
  readonly late: { readonly share: number; readonly by: Duration.Duration }
}

export interface HistoryStore {
  readonly rows: () => ReadonlyArray<HistoryRow>
  /** After all rows of its millisecond and before, whenever it is put in: a late row takes its place in time. */
  readonly insert: (row: HistoryRow) => void
  /** Puts `next` where `row` stands, or takes `row` out. */
  readonly replace: (row: HistoryRow, next: HistoryRow | null) => void
  /** What a query at this instant (epoch milliseconds) is answered with. */
  readonly query: (query: Query, now: number) => ReadonlyArray<HistoryRow>
}

const byTime = Order.mapInput(Order.number, (row: HistoryRow) => row.timestamp)

export const make = (
  initial: ReadonlyArray<HistoryRow>,
  behaviour: Behaviour,
  random: Utils.PCGRandom
): HistoryStore => {
  const rows = Arr.sort(initial, byTime)
  /** When each order that comes late shows up, epoch milliseconds. */
  const late = new Map<string, number>()

  /** The index of the first row at or after the instant. */
  const lowerBound = (instant: number): number => {
    let low = 0
    let high = rows.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const row = rows[middle]
      if (row !== undefined && row.timestamp < instant) low = middle + 1
      else high = middle
    }
    return low
  }

  const shuffle = (page: Array<HistoryRow>): Array<HistoryRow> => {
    const keys = new Map(page.map((row) => [row, random.number()]))
    return Arr.sort(
      page,
      Order.mapInput(Order.number, (row: HistoryRow) => keys.get(row) ?? 0)
    )
  }

  const range = ({ endTime, startTime }: Query): readonly [from: number, to: number] => [
    startTime === undefined ? 0 : lowerBound(behaviour.bounds === "exclusive" ? startTime + 1 : startTime),
    endTime === undefined ? rows.length : lowerBound(behaviour.bounds === "inclusive" ? endTime + 1 : endTime)
  ]

  return {
    rows: () => rows,
    insert: (row) => {
      if (behaviour.late.share > 0 && random.number() < behaviour.late.share) {
        late.set(row.orderId, row.timestamp + Math.ceil(random.number() * Duration.toMillis(behaviour.late.by)))
      }
      const last = rows[rows.length - 1]
      if (last === undefined || last.timestamp <= row.timestamp) rows.push(row)
      else rows.splice(lowerBound(row.timestamp + 1), 0, row)
    },
    replace: (row, next) => {
      const index = rows.indexOf(row, lowerBound(row.timestamp))
      if (index === -1) return
      if (next !== null && next.timestamp === row.timestamp) rows[index] = next
      else {
        rows.splice(index, 1)
        if (next !== null) rows.splice(lowerBound(next.timestamp + 1), 0, next)
      }
    },
    query: (query, now) => {
      const count = Math.min(query.count ?? behaviour.defaultCount, behaviour.cap)
      const [from, to] = range(query)
      const newest = behaviour.keeps === "changing" ? random.number() < 0.5 : behaviour.keeps === "newest"
      const page: Array<HistoryRow> = []
      for (let offset = 0; offset < to - from && page.length < count; offset++) {
        const row = rows[newest ? to - 1 - offset : from + offset]
        if (row === undefined || now < (late.get(row.orderId) ?? now)) continue
        if (query.currency === undefined || row.currency === query.currency) page.push(row)
      }
      if (behaviour.order === "shuffled") return shuffle(page)
      return (behaviour.order === "newest-first") === newest ? page : Arr.reverse(page)
    }
  }
}
