/**
 * Walks a span of history to its end, and tells which spans it has proven complete. Knows neither SQL nor HTTP.
 *
 * The exchange promises no order, no inclusive bound and no page size, so none is assumed: a window is closed only when a
 * request for what is left of it brought nothing new. Which rows are kept where a page cannot hold all is learned, and
 * learned again where it changes. What is assumed: a page holds the newest or the oldest rows of what was asked for, and as
 * many as the exchange would show of any other time.
 *
 * @since 0.1.0
 */
import { Chunk, DateTime, Deferred, Effect, Option, Ref, Stream } from "effect"
import { HistoryUnproven, SaturatedMillisecond } from "./LedgerError.ts"
import type { Span } from "./Span.ts"
import { makeAsk } from "./Walker/Ask.ts"
import * as Frontier from "./Walker/Frontier.ts"
import { afterPage, fromHabits, toHabits } from "./Walker/Knowledge.ts"
import type { Closed } from "./Walker/Release.ts"
import type { Full } from "./Walker/Saturation.ts"
import { makeResolve } from "./Walker/Saturation.ts"

/**
 * What the walker has to know of a row: when it is, in which currency, and its `content`, equal for rows that are equal in
 * every field.
 *
 * @since 0.1.0
 * @category models
 */
export interface Row {
  readonly timestamp: number
  readonly currency: string
  readonly content: string
  /** The time is hearsay, read from a text that could not be decoded: it says where the row belongs, and proves nothing. */
  readonly unsure?: boolean | undefined
}

/**
 * What is asked of the exchange: epoch milliseconds, the most rows to return, and one currency or all.
 *
 * @since 0.1.0
 * @category models
 */
export interface PageRequest {
  readonly from: number
  readonly to: number
  readonly count: number
  readonly currency?: string | undefined
}

/**
 * An answer: the rows that have a place in time, and how many rows came in all. One without a readable time takes up room
 * on a page like any other, so a page's length, not the rows that can be placed, tells whether it may have been cut.
 *
 * @since 0.1.0
 * @category models
 */
export interface Page<R extends Row> {
  readonly rows: ReadonlyArray<R>
  readonly length: number
}

/**
 * The exchange as the walker sees it. Rows of a page that are of another time than was asked for prove nothing, and are left
 * to the request for theirs. `currencies` are those it may hold rows in, asked for only where a millisecond is too
 * full for one page; `isRefusal` tells the errors that refuse a request from those that pass.
 *
 * @since 0.1.0
 * @category models
 */
export interface Port<R extends Row, E> {
  readonly fetchPage: (request: PageRequest) => Effect.Effect<Page<R>, E>
  readonly currencies?: Effect.Effect<ReadonlyArray<string>, E> | undefined
  readonly isRefusal?: ((error: E) => boolean) | undefined
}

/**
 * What has been learned of the exchange: which rows it keeps when a page cannot hold all, and the most rows it has shown on
 * one page.
 *
 * @since 0.1.0
 * @category models
 */
export interface Habits {
  readonly keeps: "newest" | "oldest" | "unknown"
  readonly longestPage: number
}

/**
 * What is known of an exchange that was never asked.
 *
 * @since 0.1.0
 * @category models
 */
export const noHabits: Habits = { keeps: "unknown", longestPage: 0 }

/**
 * A span that is proven complete, with every row in it, and what is known of the exchange by then.
 *
 * @since 0.1.0
 * @category models
 */
export interface ClosedWindow<R extends Row> extends Span {
  readonly rows: ReadonlyArray<R>
  readonly habits: Habits
}

/**
 * What to walk, and what is known before.
 *
 * @since 0.1.0
 * @category models
 */
export interface WalkOptions {
  readonly span: Span
  readonly habits?: Habits | undefined
  /** How many rows to ask for; 500 by default, the most that sibling endpoints take. */
  readonly count?: number | undefined
  /** The currencies the account is known to have met, for a millisecond too full for one page. */
  readonly currencies?: ReadonlyArray<string> | undefined
  /** The rows of the span that are known already: where a page shows these and no others, nothing is new. */
  readonly known?: ReadonlyArray<Row> | undefined
  /**
   * A moment before which no new rows are expected while the walk lasts: what comes after it proves nothing of an earlier
   * page. By default the end of the span.
   */
  readonly settled?: number | undefined
  /** How many requests may be under way at once; 4 by default. */
  readonly concurrency?: number | undefined
}

/**
 * Why a walk may end before its span is proven, besides what the port fails with.
 *
 * @since 0.1.0
 * @category errors
 */
export type WalkError = SaturatedMillisecond | HistoryUnproven

/**
 * The most rows that are asked for on one page, unless told otherwise.
 *
 * @since 0.1.0
 * @category constants
 */
export const defaultCount = 500

/**
 * How many requests are under way at once, unless told otherwise: enough for five a second at 700 ms each.
 *
 * @since 0.1.0
 * @category constants
 */
export const defaultConcurrency = 4

/** So many answers in a row leave no less to ask for only where they contradict each other. */
const mostIdle = 500

interface State<R extends Row> {
  readonly frontier: Frontier.Frontier<R>
  /** Done when the frontier changes. */
  readonly changed: Deferred.Deferred<void>
  readonly saturated: Option.Option<SaturatedMillisecond>
}

const unproven = ({ from, to }: Span, answers: number) =>
  new HistoryUnproven({
    operation: "sync",
    from: DateTime.unsafeMake(from),
    to: DateTime.unsafeMake(to),
    answers
  })

const makeWalk = Effect.fnUntraced(function* <R extends Row, E>(port: Port<R, E>, options: WalkOptions) {
  const count = options.count ?? defaultCount
  const ask = makeAsk(port)
  const { span } = options
  const resolve = makeResolve(port, span, count)
  const state = yield* Ref.make<State<R>>({
    frontier: {
      todo: span.from > span.to ? [] : [{ ...span, shown: [], known: options.known }],
      asked: new Map(),
      nextId: 0,
      pages: 0,
      open: span.to - span.from + 1,
      least: Number.POSITIVE_INFINITY,
      idle: 0,
      leaps: 0,
      knowledge: fromHabits(options.habits ?? noHabits, options.settled ?? Number.POSITIVE_INFINITY),
      currencies: new Set(options.currencies)
    },
    changed: yield* Deferred.make<void>(),
    saturated: Option.none()
  })

  const windows = (closed: ReadonlyArray<Closed<R>>, { knowledge }: Frontier.Frontier<R>) =>
    Chunk.fromIterable(closed.map((one): ClosedWindow<R> => ({ ...one, habits: toHabits(knowledge) })))

  /** Changes the frontier, and wakes those who wait for it. */
  const change = Effect.fnUntraced(function* <A>(f: (state: State<R>) => readonly [A, State<R>]) {
    const next = yield* Deferred.make<void>()
    const [result, changed] = yield* Ref.modify(state, (before) => {
      const [result, after] = f(before)
      return [[result, before.changed] as const, { ...after, changed: next }]
    })
    yield* Deferred.succeed(changed, undefined)
    return result
  })

  const settle = Effect.fnUntraced(function* (id: number, full: Full<R>) {
    const { currencies, knowledge } = (yield* Ref.get(state)).frontier
    // What is left is read before the walk fails.
    const outcome = yield* Effect.catchIf(
      resolve(full, currencies, knowledge),
      (error) => error instanceof SaturatedMillisecond,
      Effect.succeed
    )
    return yield* change((before) => {
      const { knowledge } = before.frontier
      if (outcome instanceof SaturatedMillisecond) {
        const crowded = knowledge.crowded || outcome.others > 0
        const frontier = Frontier.resolved(before.frontier, id, { ...knowledge, crowded })
        const saturated = Option.orElseSome(before.saturated, () => outcome)
        return [Chunk.empty<ClosedWindow<R>>(), { ...before, frontier, saturated }]
      }
      const frontier = Frontier.resolved(before.frontier, id, afterPage(knowledge, outcome.longest))
      const closed = [{ from: full.moment, to: full.moment, rows: outcome.rows }]
      return [windows(closed, frontier), { ...before, frontier }]
    })
  })

  const turn: Effect.Effect<Chunk.Chunk<ClosedWindow<R>>, Option.Option<E | WalkError>> = Effect.gen(function* () {
    const [next, changed] = yield* Ref.modify(state, (before) => {
      const [next, frontier] = Frontier.take(before.frontier, count)
      return [[next, before.changed] as const, { ...before, frontier }]
    })
    switch (next._tag) {
      case "Done":
        return yield* Effect.fail(Option.none())
      case "Wait":
        return yield* Effect.zipRight(Deferred.await(changed), turn)
      case "Close":
        return yield* change((before) => [windows([next.closed], before.frontier), before])
      case "Resolve":
        return yield* Effect.mapError(settle(next.id, next.full), Option.some)
      case "Ask": {
        const { knowledge } = (yield* Ref.get(state)).frontier
        const answer = yield* Effect.mapError(ask(next.task, { count }, knowledge), Option.some)
        const [full, closed, idle] = yield* change((before) => {
          const [full, closed, frontier] = Frontier.answered(before.frontier, next.id, answer, count)
          return [[full, windows(closed, frontier), frontier.idle] as const, { ...before, frontier }]
        })
        if (idle > mostIdle) return yield* Effect.fail(Option.some(unproven(next.task, idle)))
        return full?._tag === "Resolve"
          ? Chunk.appendAll(closed, yield* Effect.mapError(settle(full.id, full.full), Option.some))
          : closed
      }
    }
  })

  const workers = Array.from({ length: options.concurrency ?? defaultConcurrency }, () =>
    Stream.repeatEffectChunkOption(turn)
  )
  const ended = Effect.map(Ref.get(state), ({ saturated }) =>
    Option.match(saturated, { onNone: () => Stream.empty, onSome: Stream.fail })
  )
  return Stream.concat(Stream.mergeAll(workers, { concurrency: "unbounded", bufferSize: 1 }), Stream.unwrap(ended))
})

/**
 * The closed windows of a span; together they cover it, and no two overlap. What of it can be read is read before it fails
 * with `SaturatedMillisecond` rather than skip a row. Where the answers contradict each other it ends with `HistoryUnproven`.
 *
 * @since 0.1.0
 * @category streams
 */
export const walk = <R extends Row, E>(
  port: Port<R, E>,
  options: WalkOptions
): Stream.Stream<ClosedWindow<R>, E | WalkError> => Stream.unwrap(makeWalk(port, options))
