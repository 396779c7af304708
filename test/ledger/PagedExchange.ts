/**
 * What the walker's tests stand on: an exchange in memory that shows its rows page by page, as badly as told.
 */
import { Walker } from "@btse-wallet/ledger"
import { Chunk, Effect, Random, Stream } from "effect"

export interface Behaviour {
  readonly cap: number
  /** `changing` draws it for each answer; `turned` is the oldest from the fourth answer on. */
  readonly keeps: "newest" | "oldest" | "changing" | "turned"
  readonly order: "ascending" | "descending" | "shuffled"
  readonly fromInclusive: boolean
  readonly toInclusive: boolean
  readonly heedsCount: boolean
}

export const wellBehaved: Behaviour = {
  cap: 500,
  keeps: "newest",
  order: "descending",
  fromInclusive: true,
  toInclusive: true,
  heedsCount: true
}

export const row = (timestamp: number, content: string, currency = "BTC"): Walker.Row => ({
  timestamp,
  content,
  currency
})

/** A row that takes up room on its page, and whose time cannot be read. */
export const timeless = (timestamp: number, content: string): Walker.Row => row(timestamp, `timeless ${content}`)

export const isTimeless = ({ content }: Walker.Row): boolean => content.startsWith("timeless")

export const pageOf = (rows: ReadonlyArray<Walker.Row>): Walker.Page<Walker.Row> => ({
  rows: rows.filter((row) => !isTimeless(row)),
  length: rows.length
})

/** Counts its requests. */
export const exchange = (rows: ReadonlyArray<Walker.Row>, behaviour: Behaviour) => {
  const ascending = [...rows].sort((a, b) => a.timestamp - b.timestamp)
  const requests: Array<Walker.PageRequest> = []
  /** The first row at or after the moment. */
  const lowerBound = (moment: number): number => {
    let low = 0
    let high = ascending.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((ascending[middle]?.timestamp ?? 0) < moment) low = middle + 1
      else high = middle
    }
    return low
  }
  const fetchRows = Effect.fnUntraced(function* (request: Walker.PageRequest) {
    requests.push(request)
    const { cap, fromInclusive, heedsCount, keeps, order, toInclusive } = behaviour
    const newest =
      keeps === "changing" ? yield* Random.nextBoolean : keeps === "turned" ? requests.length < 4 : keeps === "newest"
    const asked = ascending
      .slice(
        lowerBound(fromInclusive ? request.from : request.from + 1),
        lowerBound(toInclusive ? request.to + 1 : request.to)
      )
      .filter(({ currency }) => request.currency === undefined || currency === request.currency)
    const most = heedsCount ? Math.min(cap, request.count) : cap
    const page = newest ? asked.slice(-most) : asked.slice(0, most)
    if (order === "shuffled") return Chunk.toReadonlyArray(yield* Random.shuffle(page))
    return order === "ascending" ? page : page.toReversed()
  })
  const fetchPage = (request: Walker.PageRequest) => Effect.map(fetchRows(request), pageOf)
  return { port: { fetchPage, currencies: Effect.succeed(["BTC", "ETH", "USD"]) }, requests }
}

/** All windows, also where the walk fails in the end. */
export const collect = <E>(port: Walker.Port<Walker.Row, E>, options: Walker.WalkOptions) =>
  Effect.gen(function* () {
    const windows: Array<Walker.ClosedWindow<Walker.Row>> = []
    const outcome = yield* Effect.either(
      Stream.runForEach(Walker.walk(port, options), (window) => Effect.sync(() => windows.push(window)))
    )
    return { windows, outcome, rows: windows.flatMap((window) => window.rows), habits: windows.at(-1)?.habits }
  })

export const contents = (rows: ReadonlyArray<Walker.Row>) => rows.map((row) => row.content).sort()
