/**
 * All history since a time, as a stream with one page in memory.
 *
 * Nothing is documented of the exchange's paging: which rows a page keeps, in which order, whether the bounds of a range
 * belong to it, how many rows come at most. This walk needs none of it. It asks for range after range, oldest first, each
 * with a millisecond more at both ends, and gives the rows of a range only where its page is *whole*: where it holds fewer
 * rows than another page has held, so that the exchange had no reason to leave one out. A page that is not goes unused, and
 * half of its range is asked for.
 *
 * It takes for granted that the exchange's limit stays as it was during the walk, and that a page holds at least
 * `pageAtLeast` rows where there are as many. It cannot see a row that shows up late, a range before the exchange's
 * retention horizon that is answered with nothing, or a row that changes later: the ledger of `@btse-wallet/ledger`
 * measures these, keeps what it proved, and holds the records against the balances.
 *
 * @since 0.1.0
 */
import { Array as Arr, Chunk, Clock, DateTime, Duration, Effect, Option, Order, Schema, Stream } from "effect"
import type { HistoryPage, HistoryRecord } from "./HistoryRecord.ts"
import type { HistoryQuery } from "./Wallet/Operations.ts"
import type { HistoryError } from "./WalletError.ts"
import type { Currency } from "./WalletModel.ts"

/**
 * The history cannot be proven complete from `from` on. The records before it were given; none of what follows was.
 *
 * @since 0.1.0
 * @category errors
 */
export class HistoryUnproven extends Schema.TaggedError<HistoryUnproven>()("HistoryUnproven", {
  from: Schema.DateTimeUtc,
  to: Schema.DateTimeUtc,
  reason: Schema.String
}) {
  readonly retryable = false
  readonly done = "nothing"
  override get message(): string {
    const range = `from ${DateTime.formatIso(this.from)} to ${DateTime.formatIso(this.to)}`
    return `History ${range} cannot be proven complete: ${this.reason}. The records before it were given, none of it or after it was. Ask for each currency by itself, or synchronize a ledger, which can prove more.`
  }
}

/**
 * The part of history to stream.
 *
 * @since 0.1.0
 * @category models
 */
export interface Query {
  /** The first instant, inclusive. */
  readonly from: DateTime.Utc
  /** The last instant, inclusive. The time at which the stream starts by default; later rows are not part of it. */
  readonly to?: DateTime.Utc | undefined
  /** All currencies by default. */
  readonly currency?: Currency | undefined
  readonly useNewSymbolNaming?: boolean | undefined
  /** The `count` of each request: 500 by default, the most that the exchange takes. */
  readonly pageSize?: number | undefined
  /** The fewest rows that a page holds where there are as many: 10 by default. A page of fewer is whole. */
  readonly pageAtLeast?: number | undefined
}

/** A range in epoch milliseconds, both ends inclusive. */
interface Range {
  readonly from: number
  readonly to: number
}

interface Position {
  /** The range to ask for next. */
  readonly range: Range
  /** The most rows that any page has held. */
  readonly largest: number
}

/** The share of the largest page that a range is meant to bring. */
const aim = 0.7

const day = Duration.toMillis("1 day")

const byTime = Order.mapInput(Order.number, (record: HistoryRecord) => record.timestamp.epochMillis)

const within = (range: Range, spare: number) => (record: HistoryRecord) =>
  record.timestamp.epochMillis >= range.from - spare && record.timestamp.epochMillis <= range.to + spare

/** The range after a whole one: as long as is likely to bring a good part of a page. */
const next = ({ from, to }: Range, rows: number, largest: number, end: number): Range => {
  const factor = rows === 0 ? 4 : Math.min(4, Math.max(0.5, (aim * largest) / rows))
  const length = Math.max(1, Math.floor((to - from + 1) * factor))
  return { from: to + 1, to: Math.min(end, to + length) }
}

const firstHalf = ({ from, to }: Range): Range => ({ from, to: from + Math.floor((to - from) / 2) })

/**
 * Walks history with an operation that reads a page of it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const walk = (
  page: (query: HistoryQuery) => Effect.Effect<HistoryPage, HistoryError>,
  query: Query
): Stream.Stream<HistoryRecord, HistoryError | HistoryUnproven> => {
  const { pageAtLeast = 10, pageSize = 500 } = query

  const unproven = ({ from, to }: Range, reason: string) =>
    new HistoryUnproven({ from: DateTime.unsafeMake(from), to: DateTime.unsafeMake(to), reason })

  /** The page of a range with a millisecond more at both ends: whether they belong to a range is not documented. */
  const fetch = (range: Range) =>
    page({
      currency: query.currency,
      useNewSymbolNaming: query.useNewSymbolNaming,
      from: DateTime.unsafeMake(range.from - 1),
      to: DateTime.unsafeMake(range.to + 1),
      count: pageSize
    }).pipe(
      Effect.map(Option.some),
      // A range may be longer than the exchange takes: half of it is asked for instead.
      Effect.catchTag("BadRequest", (error) =>
        range.to - range.from > day ? Effect.succeed(Option.none<HistoryPage>()) : Effect.fail(error)
      )
    )

  const step = Effect.fnUntraced(function* ({ largest, range }: Position, end: number) {
    const again = (largest: number) =>
      [Arr.empty<HistoryRecord>(), Option.some({ range: firstHalf(range), largest })] as const
    const fetched = yield* fetch(range)
    if (Option.isNone(fetched)) return again(largest)
    const { records, undecoded } = fetched.value
    if (undecoded.length > 0) return yield* unproven(range, `a row cannot be read (${undecoded[0]?.reason})`)
    if (!records.every(within(range, 1))) {
      return yield* unproven(range, "the exchange answered with rows from outside the range that it was asked for")
    }
    const rows = records.length
    const mayBeCut = rows >= Math.min(pageSize, Math.max(largest, pageAtLeast))
    if (mayBeCut && range.from === range.to) {
      return yield* unproven(range, `the rows around a single millisecond fill a page (${rows})`)
    }
    if (mayBeCut) return again(Math.max(largest, rows))
    const given = Arr.sort(records.filter(within(range, 0)), byTime)
    const rest = next(range, rows, Math.max(largest, pageAtLeast), end)
    return [given, range.to >= end ? Option.none() : Option.some({ range: rest, largest })] as const
  })

  return Stream.unwrap(
    Effect.map(Clock.currentTimeMillis, (now) => {
      const start = DateTime.toEpochMillis(query.from)
      const end = query.to === undefined ? Math.floor(now) : DateTime.toEpochMillis(query.to)
      if (start > end) return Stream.empty
      const first: Position = { range: { from: start, to: end }, largest: 0 }
      return Stream.paginateChunkEffect(first, (position) =>
        Effect.map(step(position, end), ([given, rest]) => [Chunk.unsafeFromArray(given), rest] as const)
      )
    })
  )
}
