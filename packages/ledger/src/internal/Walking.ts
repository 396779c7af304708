/**
 * Reads a span of history into the books, window by window, and claims no more than the exchange has shown.
 *
 * @internal
 */
import { ClockSkew, type WalletError } from "@btse-wallet/core"
import type { SqlClient, SqlError } from "@effect/sql"
import type { ParseResult } from "effect"
import { DateTime, Effect, Ref, Stream } from "effect"
import type { LedgerBusy, LedgerUnavailable } from "../LedgerError.ts"
import type { Span } from "../Span.ts"
import * as Spans from "../Span.ts"
import type { ClosedWindow } from "../Walker.ts"
import * as Walker from "../Walker.ts"
import type { Counts } from "./Counts.ts"
import { addCounts, noCounts } from "./Counts.ts"
import { makeCoverage } from "./Coverage.ts"
import type { Events } from "./Events.ts"
import { makeExtent } from "./Extent.ts"
import { encodeKeeps, readHabits } from "./Habits.ts"
import type { HistoryPort, HistoryRow } from "./HistoryPort.ts"
import { makeIngest } from "./Ingest.ts"
import { makeLearned } from "./Learned.ts"
import type { Known } from "./Plan.ts"
import { makeQuarantine } from "./Quarantine.ts"
import { judgeUnshown } from "./Reach.ts"
import { recordColumns } from "./Replay.ts"
import { contentOf } from "./Sight.ts"
import { writing } from "./SqlFault.ts"

export interface WalkingOptions {
  readonly accountId: number
  /** The exchange's origin. */
  readonly exchange: string
  readonly runId: number
  readonly port: HistoryPort
  readonly counts: Ref.Ref<Counts>
  /** The end of coverage when the run began. */
  readonly coveredUntil: number | undefined
}

export interface WalkingHow {
  readonly onWindow?: ((window: Span) => Effect.Effect<void>) | undefined
  /** Asks in pieces of so many milliseconds, and remembers that it must where they bring something. */
  readonly pieces?: number | undefined
}

/** So many known rows are held against a page; beyond, a page cannot show them all anyway. */
const mostKnown = Walker.defaultCount

/** Rows of the last minutes may come while they are read, in milliseconds. */
const stillArriving = 300_000

/** How far from the end of what is refused requests stay, which moves while they are made, in milliseconds. */
const margin = 60_000

const nothing: Span = { from: 0, to: -1 }

/** A window in parts: what is before a moment, the moment, and what is after it. */
const around = (window: ClosedWindow<HistoryRow>, moment: number): ReadonlyArray<ClosedWindow<HistoryRow>> =>
  [
    { from: window.from, to: moment - 1 },
    { from: moment, to: moment },
    { from: moment + 1, to: window.to }
  ].flatMap(({ from, to }) =>
    from > to
      ? []
      : [{ ...window, from, to, rows: window.rows.filter(({ timestamp }) => timestamp >= from && timestamp <= to) }]
  )

const cut = (span: Span, longest: number | undefined): ReadonlyArray<Span> => {
  if (longest === undefined) return [span]
  // Requests go a millisecond beyond at both ends.
  const length = Math.max(1, longest - 3)
  return Array.from({ length: Math.ceil((span.to - span.from + 1) / length) }, (_, index) => ({
    from: span.from + index * length,
    to: Math.min(span.from + (index + 1) * length - 1, span.to)
  })).toReversed()
}

export const makeWalking = (sql: SqlClient.SqlClient, events: typeof Events.Service, options: WalkingOptions) => {
  const { accountId, counts, coveredUntil, exchange, port, runId } = options
  const { cover, uncover } = makeCoverage(sql, events, accountId)
  const quarantine = makeQuarantine(sql, events, accountId)
  const learn = makeLearned(sql, events, accountId)
  const { coverage } = makeExtent(sql, accountId)

  const currencies = Effect.fnUntraced(function* () {
    const rows = yield* sql<{ readonly currency: string }>`
      SELECT DISTINCT currency FROM balance b JOIN snapshot s ON s.id = b.snapshot_id WHERE s.account_id = ${accountId}`
    return rows.map((row) => row.currency)
  })

  const knownIn = Effect.fnUntraced(function* (span: Span) {
    const rows = yield* sql<Known>`
      SELECT ${sql.literal(recordColumns.join(", "))} FROM record WHERE account_id = ${accountId} AND vanished_at IS NULL
        AND timestamp BETWEEN ${span.from} AND ${span.to} LIMIT ${mostKnown + 1}`
    if (rows.length > mostKnown) return undefined
    return rows.map((row) => ({ timestamp: row.timestamp, currency: row.currency, content: contentOf(row) }))
  })

  /** When the newest two of the records were that are known in a span, and when the oldest of all is. */
  const knownMoments = Effect.fnUntraced(function* (span: Span) {
    const newest = yield* sql<{ readonly timestamp: number }>`
      SELECT DISTINCT timestamp FROM record WHERE account_id = ${accountId} AND vanished_at IS NULL
        AND timestamp BETWEEN ${span.from} AND ${span.to} ORDER BY timestamp DESC LIMIT 2`
    const [oldest] = yield* sql<{ readonly timestamp: number | null }>`
      SELECT min(timestamp) AS timestamp FROM record WHERE account_id = ${accountId}`
    return { newest: newest.map((row) => row.timestamp), oldest: oldest?.timestamp ?? span.to }
  })

  /**
   * Stores that the exchange leaves out rows that are older than `showsUntil`. One run's evidence is a suspicion: the second
   * run with the same evidence makes it a limit, and the time before the oldest record is no longer covered.
   */
  const limit = Effect.fnUntraced(function* (showsUntil: number, oldest: number) {
    const { habits, limits } = yield* readHabits(sql, accountId)
    const { suspectedBy, suspectedUntil: _suspectedUntil, ...known } = limits
    const isBelieved = limits.showsUntil !== undefined || (suspectedBy !== undefined && suspectedBy !== runId)
    yield* writing(sql)(
      Effect.gen(function* () {
        const place = { accountId, runId, at: yield* events.now }
        if (!isBelieved) {
          const suspected = { ...known, suspectedUntil: showsUntil, suspectedBy: runId }
          return yield* learn({ keeps: encodeKeeps(habits.keeps, suspected) }, place)
        }
        yield* learn({ earliest: oldest, keeps: encodeKeeps(habits.keeps, { ...known, showsUntil }) }, place)
        yield* uncover({ from: 0, to: oldest - 1 }, place)
      })
    )
  })

  /** A time that cannot be read whole, though perhaps it once was; and the rows that could not be decoded by then. */
  const doubt = Effect.fnUntraced(function* (from: DateTime.Utc, to: DateTime.Utc) {
    yield* writing(sql)(
      Effect.gen(function* () {
        const place = { accountId, runId, at: yield* events.now }
        yield* uncover({ from: from.epochMillis, to: to.epochMillis }, place)
        yield* quarantine.settle([...(yield* port.takeTimeless), ...(yield* port.undecoded)], nothing, place)
      })
    )
  })

  type WalkError =
    | WalletError.ReadError
    | SqlError.SqlError
    | ParseResult.ParseError
    | LedgerUnavailable
    | LedgerBusy
    | Walker.WalkError

  return Effect.fnUntraced(function* (
    wanted: Span,
    claimUntil: Effect.Effect<number>,
    { onWindow, pieces }: WalkingHow = {}
  ): Effect.fn.Return<Counts, WalkError> {
    const now = yield* ClockSkew.now(exchange)
    const { habits, limits } = yield* readHabits(sql, accountId)
    const accepted = limits.refusesBeyond === undefined ? wanted.from : now - limits.refusesBeyond + margin
    const span = { from: Math.max(wanted.from, accepted), to: wanted.to }
    if (span.from > span.to) return noCounts
    const ingest = makeIngest(sql, events, { accountId, runId, claimUntil, pieces })
    const storing = makeIngest(sql, events, { accountId, runId, claimUntil: Effect.succeed(-1), pieces })
    const total = yield* Ref.make(noCounts)
    const unshown = yield* Ref.make<ReadonlyArray<Span>>([])
    /** What a walk that failed for a millisecond left out: that one, others like it, and what was not asked for after it. */
    const unread = yield* Ref.make<ReadonlyArray<Span>>([])
    yield* port.forgetOldest

    // The first moments after what is covered, where that is read again too: each is claimed only when all has been read.
    // A sync that ends before that leaves a gap there, and the next one reads again what is before it.
    const seams = (yield* coverage()).flatMap(({ to }) => (to >= span.from && to < span.to ? [to + 1] : []))
    const held = yield* Ref.make<ReadonlyArray<number>>([])

    const count = (done: Counts) =>
      Effect.zipRight(
        Ref.update(total, (all) => addCounts(all, done)),
        Ref.update(counts, (all) => addCounts(all, done))
      )

    const commit = Effect.fnUntraced(function* (window: ClosedWindow<HistoryRow>) {
      const seam = seams.find((moment) => moment >= window.from && moment <= window.to && window.from > span.from)
      const parts = seam === undefined ? [window] : around(window, seam)
      for (const part of parts) {
        const isSeam = part.from === seam
        if (isSeam) yield* Ref.update(held, (all) => [...all, part.from])
        yield* count(yield* (isSeam ? storing : ingest).commit(part, yield* port.takeTimeless))
      }
      if (onWindow !== undefined) yield* onWindow(window)
    })

    const commitShown = Effect.fnUntraced(function* (window: ClosedWindow<HistoryRow>) {
      const oldest = yield* port.oldestShown
      const shown = { ...window, from: Math.max(window.from, oldest) }
      const rest = { from: window.from, to: Math.min(window.to, oldest - 1) }
      if (rest.from > rest.to) return yield* commit(window)
      const older = yield* knownMoments({ from: span.from, to: Math.min(span.to, oldest - 1) })
      const isLimited = limits.showsUntil !== undefined || limits.suspectedUntil !== undefined
      if (older.newest.length === 0 && !isLimited) return yield* commit(window)
      yield* Ref.update(unshown, (spans) => Spans.union([...spans, rest]))
      if (shown.from <= shown.to) yield* commit(shown)
    })

    const walkPiece = Effect.fnUntraced(function* (piece: Span) {
      const walked = Walker.walk(port, {
        span: piece,
        habits: (yield* readHabits(sql, accountId)).habits,
        known: yield* knownIn(piece),
        currencies: yield* currencies(),
        count: limits.largestCount,
        settled: now - stillArriving
      })
      const closed = yield* Ref.make<ReadonlyArray<Span>>([])
      yield* Stream.runForEach(walked, (window) =>
        Effect.zipRight(
          Ref.update(closed, (spans) => Spans.union([...spans, { from: window.from, to: window.to }])),
          commitShown(window)
        )
      ).pipe(
        Effect.tapErrorTag("SaturatedMillisecond", () =>
          Effect.flatMap(Ref.get(closed), (spans) => Ref.set(unread, Spans.gaps(piece, spans)))
        )
      )
    })

    /** What nothing was shown in is judged when all else is known. */
    const settle = Effect.gen(function* () {
      const oldestShown = yield* port.oldestShown
      const { habits: learned } = yield* readHabits(sql, accountId)
      const closed = { rows: [], habits: learned.longestPage >= habits.longestPage ? learned : habits }
      for (const stretch of (yield* Ref.get(unshown)).toReversed()) {
        const [within, older] = [
          { from: Math.max(stretch.from, oldestShown), to: stretch.to },
          { from: stretch.from, to: Math.min(stretch.to, oldestShown - 1) }
        ]
        if (within.from <= within.to) yield* commit({ ...within, ...closed })
        if (older.from > older.to) continue
        const { newest, oldest } = yield* knownMoments(older)
        const { claim, learned } = judgeUnshown({
          span: older,
          known: newest,
          oldestShown: Number.isFinite(oldestShown) ? oldestShown : undefined,
          now,
          coveredUntil,
          showsUntil: limits.showsUntil ?? limits.suspectedUntil
        })
        if (claim.from <= claim.to) yield* commit({ ...claim, ...closed })
        // Known rows that are left out again are a second run's evidence for what one run has suspected.
        const again = limits.showsUntil === undefined && newest.length > 0 ? limits.suspectedUntil : undefined
        const showsUntil = learned ?? again
        if (showsUntil !== undefined) yield* limit(showsUntil, oldest)
      }
    })

    /** All that was to be read has been, so that what was held back can be claimed. */
    const join = Effect.flatMap(Effect.all([Ref.get(held), claimUntil]), ([moments, last]) =>
      Effect.forEach(
        moments.filter((moment) => moment <= last),
        (moment) =>
          writing(sql)(
            Effect.flatMap(events.now, (at) => cover({ from: moment, to: moment }, { accountId, runId, at }))
          ),
        { discard: true }
      )
    )

    // What was read before it failed is claimed like the rest.
    yield* Effect.forEach(cut(span, pieces ?? limits.longestRange), walkPiece, { discard: true }).pipe(
      Effect.catchTags({
        SaturatedMillisecond: (error) =>
          Effect.gen(function* () {
            yield* settle
            for (const { from, to } of yield* Ref.get(unread)) {
              yield* doubt(DateTime.unsafeMake(from), DateTime.unsafeMake(to))
            }
            yield* join
            return yield* error
          }),
        HistoryUnproven: (error) => Effect.zipRight(doubt(error.from, error.to), error)
      })
    )
    yield* settle
    yield* join
    return yield* Ref.get(total)
  })
}
