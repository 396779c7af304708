/**
 * Walks a span of history to its end, and tells which spans it has proven complete. Knows neither SQL nor HTTP.
 *
 * The exchange promises no order, no inclusive bound and no page size, so none is assumed: a window is closed only when a
 * request for what is left of it brought nothing new. What is learned of the exchange ({@link Habits}) saves requests.
 *
 * @since 0.1.0
 */
import { Chunk, Effect, Option, Stream } from "effect"
import type { SaturatedMillisecond } from "./LedgerError.ts"
import type { Span } from "./Span.ts"
import { makeStep, type State } from "./Walker/Step.ts"

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
 * The exchange as the walker sees it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Port<R extends Row, E> {
  readonly fetchPage: (request: PageRequest) => Effect.Effect<ReadonlyArray<R>, E>
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
}

/**
 * The most rows that are asked for on one page, unless told otherwise.
 *
 * @since 0.1.0
 * @category constants
 */
export const defaultCount = 500

/**
 * The closed windows of a span; together they cover it, and no two overlap. Fails with `SaturatedMillisecond` rather than
 * skip a row.
 *
 * @since 0.1.0
 * @category streams
 */
export const walk = <R extends Row, E>(
  port: Port<R, E>,
  options: WalkOptions
): Stream.Stream<ClosedWindow<R>, E | SaturatedMillisecond> => {
  const step = makeStep(port, options.count ?? defaultCount)
  const start: State<R> = {
    todo: options.span.from > options.span.to ? [] : [{ ...options.span, known: [] }],
    habits: options.habits ?? noHabits,
    probed: false,
    currencies: new Set(options.currencies)
  }
  return Stream.paginateChunkEffect(start, (state) =>
    Effect.map(step(state), (done) => [
      Chunk.fromIterable(done.closed),
      done.next.todo.length === 0 ? Option.none() : Option.some(done.next)
    ])
  )
}
