/**
 * The wallet's history as the walker wants it: rows with a time and a content, undecodable ones included.
 *
 * @internal
 */
import type { Wallet, WalletError } from "@btse-wallet/core"
import { WalletModel } from "@btse-wallet/core"
import { Array as Arr, Clock, DateTime, Effect, Ref } from "effect"
import type { PageRequest, Port, Row } from "../Walker.ts"
import { implausible } from "./RowTime.ts"
import type { Sight } from "./Sight.ts"
import { contentOf, fromRecord } from "./Sight.ts"

/** A row that could not be decoded, with its time where that at least can be read. */
export interface Undecoded {
  readonly raw: string
  readonly reason: string
  readonly timestamp: number | null
}

/** Either of the two is there. */
export interface HistoryRow extends Row {
  readonly sight?: Sight
  readonly undecoded?: Undecoded
}

/**
 * Few rows are ever asked for their content: those of pages that are held against what is known, and of milliseconds too full
 * for a page.
 */
class SeenRow implements HistoryRow {
  readonly sight: Sight
  readonly timestamp: number
  readonly currency: string
  constructor(sight: Sight) {
    this.sight = sight
    this.timestamp = sight.timestamp
    this.currency = sight.currency
  }
  get content(): string {
    return contentOf(this.sight)
  }
}

/** Rows beyond this year have no readable time: 2100-01-01. */
const latest = 4_102_444_800_000

const timeOf = (raw: string): number | null => {
  const literal = /"timestamp"\s*:\s*"?(\d{12,13})"?\s*[,}]/.exec(raw)?.[1]
  const time = literal === undefined ? Number.NaN : Number.parseInt(literal, 10)
  return time < latest ? time : null
}

/** What two pages show may be the same rows: of equal ones those of the page that showed the most. */
const met = (before: ReadonlyArray<Undecoded>, page: ReadonlyArray<Undecoded>): ReadonlyArray<Undecoded> => {
  const known = Arr.groupBy(before, (row) => row.raw)
  const more = Object.entries(Arr.groupBy(page, (row) => row.raw)).flatMap(([raw, equal]) =>
    equal.slice(known[raw]?.length ?? 0)
  )
  return [...before, ...more]
}

export interface HistoryPort extends Port<HistoryRow, WalletError.ReadError> {
  /** How many requests went out. */
  readonly requests: Ref.Ref<number>
  /** The oldest moment with a row on any page, since {@link HistoryPort.forgetOldest}; infinite where there was none. */
  readonly oldestShown: Effect.Effect<number>
  readonly forgetOldest: Effect.Effect<void>
  /**
   * The undecodable rows without a time, or that were shown only where other times were asked for, since this was last asked;
   * of equal ones as many as one page showed.
   */
  readonly takeTimeless: Effect.Effect<ReadonlyArray<Undecoded>>
  /** The others, each once, whether or not their windows were closed. */
  readonly undecoded: Effect.Effect<ReadonlyArray<Undecoded>>
  /** The decoded rows that were shown only where other times than theirs were asked for. */
  readonly strays: Effect.Effect<ReadonlyArray<Sight>>
}

/** So many rows that nobody asked for are kept; an exchange that ignores the time it is asked for shows the same ones again. */
const mostStrays = 10_000

const actions: ReadonlyArray<WalletModel.WalletAction> = ["WITHDRAW", "CONVERT", "SEND"]

/** A list that the exchange does not give, to this key or at all, is left out; one that only failed is not. */
const unlessRefused = <A>(list: Effect.Effect<ReadonlyArray<A>, WalletError.ReadError>) =>
  Effect.catchIf(
    list,
    (error) => !error.retryable,
    () => Effect.succeed([])
  )

export const makeHistoryPort = Effect.fnUntraced(function* (reader: Wallet.Operations<"Read">) {
  const requests = yield* Ref.make(0)
  const oldest = yield* Ref.make(Number.POSITIVE_INFINITY)
  /** The undecodable rows that were shown for their own time. */
  const placed = new Map<string, Undecoded>()
  const timeless = yield* Ref.make<ReadonlyArray<Undecoded>>([])
  /** The rows that were shown only where other times than theirs were asked for, by their text. */
  const strays = new Map<string, Sight>()
  const fetchPage = Effect.fnUntraced(function* (request: PageRequest) {
    yield* Ref.update(requests, (count) => count + 1)
    const isAsked = (time: number): boolean => time >= request.from && time <= request.to
    const page = yield* reader.history({
      from: DateTime.unsafeMake(request.from),
      to: DateTime.unsafeMake(request.to),
      count: request.count,
      currency: request.currency === undefined ? undefined : WalletModel.Currency.make(request.currency)
    })
    const now = yield* Clock.currentTimeMillis
    const rows: Array<HistoryRow> = []
    const lost: Array<Undecoded> = []
    for (const record of page.records) {
      const row = new SeenRow(fromRecord(record))
      const reason = implausible(row.sight, now)
      if (reason !== undefined) lost.push({ raw: record.raw, reason, timestamp: null })
      else {
        rows.push(row)
        if (isAsked(row.timestamp)) strays.delete(record.raw)
        else if (strays.size < mostStrays) strays.set(record.raw, row.sight)
      }
    }
    for (const { raw, reason } of page.undecoded) {
      const time = timeOf(raw)
      if (time !== null && isAsked(time)) {
        const undecoded = { raw, reason, timestamp: time }
        placed.set(raw, undecoded)
        rows.push({ timestamp: time, currency: "", content: raw, unsure: true, undecoded })
        // What is shown only where other times are asked for has a time that tells nothing.
      } else if (!placed.has(raw)) lost.push({ raw, reason, timestamp: null })
    }
    yield* Ref.update(oldest, (before) =>
      rows.reduce((least, { timestamp }) => (isAsked(timestamp) ? Math.min(least, timestamp) : least), before)
    )
    if (lost.length > 0) yield* Ref.update(timeless, (before) => met(before, lost))
    return { rows, length: page.records.length + page.undecoded.length }
  })
  const currencies = Effect.gen(function* () {
    yield* Ref.update(requests, (count) => count + actions.length + 1)
    const lists = yield* Effect.forEach(actions, (action) => unlessRefused(reader.currencies(action)))
    const held = yield* unlessRefused(reader.balances)
    return [...lists.flat(), ...held.map((balance) => balance.currency)]
  })
  const port: HistoryPort = {
    fetchPage,
    currencies: yield* Effect.cached(currencies),
    isRefusal: (error) => error._tag === "BadRequest",
    requests,
    oldestShown: Ref.get(oldest),
    forgetOldest: Ref.set(oldest, Number.POSITIVE_INFINITY),
    undecoded: Effect.sync(() => [...placed.values()]),
    strays: Effect.sync(() => [...strays.values()]),
    takeTimeless: Effect.map(Ref.getAndSet(timeless, []), (rows) => rows.filter(({ raw }) => !placed.has(raw)))
  }
  return port
})
