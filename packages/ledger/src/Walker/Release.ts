/**
 * What becomes of a page that was held back, when what lies beyond its far end has been asked for.
 *
 * @internal
 */
import type { Span } from "../Span.ts"
import type { Row } from "../Walker.ts"
import type { Knowledge } from "./Knowledge.ts"
import { afterCut, afterHint, isWhole } from "./Knowledge.ts"
import * as Rows from "./Rows.ts"
import type { Held, Task } from "./Task.ts"
import { isEmpty, opposite, turn, turnMoment, within } from "./Task.ts"

export interface Closed<R extends Row> extends Span {
  readonly rows: ReadonlyArray<R>
}

export interface Judgement<R extends Row> {
  readonly closed: ReadonlyArray<Closed<R>>
  /** A stack: the last one is next. */
  readonly left: ReadonlyArray<Task<R>>
  readonly knowledge: Knowledge
  /** A millisecond that may hold more than a page shows. */
  readonly saturated?: number | undefined
}

export const close = <R extends Row>(span: Span, rows: ReadonlyArray<R>): ReadonlyArray<Closed<R>> =>
  isEmpty(span) ? [] : [{ from: span.from, to: span.to, rows: within(rows, span) }]

/** What of a window the page proves by itself. */
const certain = <R extends Row>({ facing, near, window }: Held<R>): Span => {
  const [whole, left] = [turn(window, facing), turn(near, facing)]
  return turn({ from: whole.from, to: left.from - 1 }, facing)
}

/**
 * How many rows beyond its far end prove that a page was cut there: a single one may have come late, between the two
 * requests. It is enough where the exchange has shown before that it keeps the newest rows, and where its pages have no room
 * for another.
 */
const leastProofs = <R extends Row>({ edgeRows, facing, length }: Held<R>, { keeps }: Knowledge): number =>
  facing === "newest" && (keeps === "newest" || length - edgeRows < 2) ? 1 : 2

/** The page that was held back, after the answer to what lies beyond its far end. */
export const release = <R extends Row>(
  held: Held<R>,
  page: ReadonlyArray<R>,
  before: Knowledge,
  count: number
): Judgement<R> => {
  const { asked, edge, edgeRows, facing, length, near, rows, shown, window } = held
  const far = turnMoment(edge, facing)
  // A bound that was asked for may be exclusive.
  const hidden = Rows.sure(page).filter(
    ({ timestamp }) => turnMoment(timestamp, facing) < far && timestamp > asked.from && timestamp < asked.to
  )
  const more = Math.max(0, Rows.countAt(page, edge) - edgeRows)
  const proofs =
    hidden.filter(({ timestamp }) => timestamp < before.settled).length + (edge < before.settled ? more : 0)
  const wasCut = proofs >= leastProofs(held, before)
  const knowledge = more + hidden.length > 0 ? afterHint(before, length) : before
  if (wasCut) return { closed: close(window, rows), left: [], knowledge: afterCut(knowledge, facing, length) }
  if (isWhole(knowledge, length, count)) return { closed: close(window, rows), left: [], knowledge }
  const left = { ...near, shown, contrary: { keeps: opposite(facing), length } }
  return { closed: close(certain(held), rows), left: isEmpty(near) ? [] : [left], knowledge }
}
