/**
 * A request for a task.
 *
 * @internal
 */
import { Effect } from "effect"
import type { Span } from "../Span.ts"
import type { PageRequest, Port, Row } from "../Walker.ts"
import type { Answer } from "./Judgement.ts"
import type { Knowledge } from "./Knowledge.ts"
import { isDoubtful } from "./Knowledge.ts"
import * as Rows from "./Rows.ts"
import type { Task } from "./Task.ts"
import { within } from "./Task.ts"

/** What is asked for: a task, or less of it. */
export type Wanted = Pick<Task<Row>, "from" | "to" | "shown" | "landmark">

/** Asked one millisecond wider on both sides, since a bound may be exclusive. */
const widest = ({ from, landmark, to }: Wanted): Span => ({
  from: Math.min(from, landmark ?? from) - 1,
  to: Math.max(to, landmark ?? to) + 1
})

/**
 * Where rows from outside fill a page and it says nothing new of the task, it is asked for more closely: without its
 * landmark, then up to the bounds that have shown themselves to be inclusive. Undefined where it cannot be.
 */
const closer = (wanted: Wanted, asked: Span, page: ReadonlyArray<Row>): Span | undefined => {
  const extent = Rows.extent(page)
  const outside = extent !== undefined && (extent.from < wanted.from || extent.to > wanted.to)
  const proven = extent !== undefined && extent.from < wanted.from && extent.to > wanted.to
  const news = Rows.sure(page).some(
    ({ timestamp }) => timestamp >= wanted.from && timestamp <= wanted.to && !wanted.shown.includes(timestamp)
  )
  if (!outside || proven || news) return undefined
  const wide = widest({ ...wanted, landmark: undefined })
  if (asked.from < wide.from || asked.to > wide.to) return wide
  const from = extent.from < wanted.from ? wanted.from : asked.from
  const to = extent.to > wanted.to ? wanted.to : asked.to
  return from === asked.from && to === asked.to ? undefined : { from, to }
}

export const makeAsk = <R extends Row, E>(port: Port<R, E>) => {
  const at = (
    wanted: Wanted,
    asked: Span,
    request: Pick<PageRequest, "count" | "currency">,
    knowledge: Knowledge
  ): Effect.Effect<Answer<R>, E> =>
    Effect.flatMap(port.fetchPage({ ...request, ...asked }), ({ length, rows }) => {
      // Rows that were not asked for say nothing of what was, but for the room that they take.
      const page = within(rows, asked)
      const next = isDoubtful(knowledge, length, request.count) ? closer(wanted, asked, page) : undefined
      return next === undefined ? Effect.succeed({ page, length, asked }) : at(wanted, next, request, knowledge)
    })
  return (wanted: Wanted, request: Pick<PageRequest, "count" | "currency">, knowledge: Knowledge) =>
    at(wanted, widest(wanted), request, knowledge)
}
