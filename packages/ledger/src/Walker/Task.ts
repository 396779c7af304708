/**
 * What is left to prove: spans of time, and what is known about their ends.
 *
 * @internal
 */
import type { Span } from "../Span.ts"
import type { Row } from "../Walker.ts"

/** Which end of a span the exchange shows where a page cannot hold all. It is the near end, the other is the far one. */
export type Facing = "newest" | "oldest"

/**
 * A page whose near end is proven only when what lies beyond its far end has been asked for: if there are rows, the page was
 * cut there and not at its near end.
 */
export interface Held<R extends Row> {
  readonly facing: Facing
  /** What the page closes if it was cut at its far end, or nowhere. */
  readonly window: Span
  /** What of that is left to ask for if it was not, and the milliseconds of it that were shown. */
  readonly near: Span
  readonly shown: ReadonlyArray<number>
  readonly rows: ReadonlyArray<R>
  /** The far end's millisecond, and how many of its rows the page showed. */
  readonly edge: number
  readonly edgeRows: number
  /** What the page was asked for, and its length. */
  readonly asked: Span
  readonly length: number
}

export interface Task<R extends Row> extends Span {
  /** The milliseconds in it that have been shown, perhaps not whole. */
  readonly shown: ReadonlyArray<number>
  /** A moment outside with a row: a page that reaches it has shown all between. */
  readonly landmark?: number | undefined
  readonly held?: Held<R> | undefined
  /** What is learned if it has rows that have not been shown: a page of this length was cut at this end. */
  readonly contrary?: { readonly keeps: Facing; readonly length: number } | undefined
  /** Of a single millisecond: what was shown of it. It is asked for again only if more is suspected. */
  readonly seen?: { readonly rows: ReadonlyArray<R>; readonly length: number; readonly others: number } | undefined
  /** The rows the books hold there: a page that shows these and no others says that nothing is new. */
  readonly known?: ReadonlyArray<Row> | undefined
  /** How much time a page of this stretch spans, in milliseconds. */
  readonly pace?: number | undefined
  /** The end of another task that begins where this one ends: its first page gives that one a landmark. */
  readonly opens?: number | undefined
  /** The number of answers so far that contradicted what is known of the span: see `Contradiction.ts`. */
  readonly contradictions?: number | undefined
}

export const opposite = (facing: Facing): Facing => (facing === "newest" ? "oldest" : "newest")

/** Time as it is seen from the near end: later is nearer. Turned twice it is as it was. */
export const turn = (span: Span, facing: Facing): Span =>
  facing === "newest" ? { from: span.from, to: span.to } : { from: -span.to, to: -span.from }

export const turnMoment = (moment: number, facing: Facing): number => (facing === "newest" ? moment : -moment)

export const isEmpty = (span: Span): boolean => span.from > span.to

export const within = <R extends Row>(rows: ReadonlyArray<R>, span: Span): ReadonlyArray<R> =>
  rows.filter((row) => row.timestamp >= span.from && row.timestamp <= span.to)
