/**
 * What is left of a walk and who asks for it. Once it is known which end the exchange keeps, those who have nothing to do
 * leap ahead: they part off the far end of the longest stretch. A leap costs up to a page where the stretches meet, so leaps
 * are few, and far.
 *
 * @internal
 */
import type { Span } from "../Span.ts"
import type { Row } from "../Walker.ts"
import type { Answer } from "./Judgement.ts"
import { judge } from "./Judgement.ts"
import type { Knowledge } from "./Knowledge.ts"
import { afterPage, isSuspect } from "./Knowledge.ts"
import type { Closed } from "./Release.ts"
import * as Rows from "./Rows.ts"
import type { Full } from "./Saturation.ts"
import type { Facing, Task } from "./Task.ts"
import { isEmpty, turn, turnMoment } from "./Task.ts"

export interface Frontier<R extends Row> {
  /** A stack: the last one is next. */
  readonly todo: ReadonlyArray<Task<R>>
  readonly asked: ReadonlyMap<number, Task<R>>
  readonly nextId: number
  readonly pages: number
  /** How much time is left to ask for, the least there was left so far, and how many answers there have been since then. */
  readonly open: number
  readonly least: number
  readonly idle: number
  readonly leaps: number
  readonly knowledge: Knowledge
  /** Every currency met. */
  readonly currencies: ReadonlySet<string>
}

export type Turn<R extends Row> =
  | { readonly _tag: "Ask"; readonly id: number; readonly task: Task<R> }
  /** A millisecond that may hold more than a page shows. */
  | { readonly _tag: "Resolve"; readonly id: number; readonly full: Full<R> }
  | { readonly _tag: "Close"; readonly closed: Closed<R> }
  | { readonly _tag: "Wait" }
  | { readonly _tag: "Done" }

/** How many pages a leap leaves to who is behind it, and how many answers there are to a leap. */
const leapPages = 12
const pagesALeap = 12
/** The first leap comes so many answers sooner. */
const pagesAhead = 9
/** Stretches of fewer pages are not worth a leap, and a walk of fewer than the first not its cost. */
const leastPages = 4
const leastForTheFirst = 16

const facingOf = ({ keeps }: Knowledge): Facing => (keeps === "oldest" ? "oldest" : "newest")

/** The task with the most left, in two: what stays, and the far end that is parted off. */
const leap = <R extends Row>(frontier: Frontier<R>): readonly [number, Task<R>, Task<R>] | undefined => {
  const { asked, knowledge, leaps, pages } = frontier
  if (knowledge.keeps === "unknown" || leaps >= Math.floor((pages + pagesAhead) / pagesALeap)) return undefined
  const facing = facingOf(knowledge)
  const least = leaps === 0 ? leastForTheFirst : leastPages
  let best: { readonly id: number; readonly task: Task<R>; readonly pace: number; readonly length: number } | undefined
  for (const [id, task] of asked) {
    const pace = Math.max(1, task.pace ?? Number.POSITIVE_INFINITY)
    const length = task.to - task.from
    if (length / pace >= least && (best === undefined || length > best.length)) best = { id, task, pace, length }
  }
  if (best === undefined) return undefined
  const { id, length, pace, task } = best
  const span = turn(task, facing)
  const at = Math.ceil(span.to - Math.min(leapPages * pace, length / 2))
  const [stays, parted] = [turn({ from: at, to: span.to }, facing), turn({ from: span.from, to: at - 1 }, facing)]
  if (isEmpty(stays) || isEmpty(parted)) return undefined
  const within = (some: typeof stays) => task.shown.filter((moment) => moment >= some.from && moment <= some.to)
  return [
    id,
    { ...task, ...stays, shown: within(stays), landmark: undefined },
    { ...parted, shown: within(parted), landmark: task.landmark, pace, opens: turnMoment(at, facing) }
  ]
}

const ask = <R extends Row>(frontier: Frontier<R>, task: Task<R>): readonly [Turn<R>, Frontier<R>] => {
  const id = frontier.nextId
  const asked = new Map(frontier.asked).set(id, task)
  return [
    { _tag: "Ask", id, task },
    { ...frontier, asked, nextId: id + 1 }
  ]
}

/** What to do next. */
export const take = <R extends Row>(frontier: Frontier<R>, count: number): readonly [Turn<R>, Frontier<R>] => {
  const { asked, knowledge } = frontier
  // As long as it is not known which end is kept, each answer decides what is asked next.
  if (asked.size > 0 && knowledge.keeps === "unknown") return [{ _tag: "Wait" }, frontier]
  const task = frontier.todo.at(-1)
  if (task !== undefined) {
    const rest = { ...frontier, todo: frontier.todo.slice(0, -1) }
    if (task.seen === undefined) return ask(rest, task)
    const { from: moment, seen } = task
    if (!isSuspect(knowledge, seen.length, count)) {
      return [{ _tag: "Close", closed: { from: moment, to: moment, rows: seen.rows } }, rest]
    }
    const [, next] = ask(rest, task)
    return [{ _tag: "Resolve", id: frontier.nextId, full: { moment, rows: seen.rows, others: seen.others } }, next]
  }
  if (asked.size === 0) return [{ _tag: "Done" }, frontier]
  const parts = leap(frontier)
  if (parts === undefined) return [{ _tag: "Wait" }, frontier]
  const [id, stays, parted] = parts
  const leapt = { ...frontier, asked: new Map(asked).set(id, stays), leaps: frontier.leaps + 1 }
  return ask(leapt, parted)
}

/** The landmark that a leap's first page is to who is behind it. */
const marked = <R extends Row>(task: Task<R>, opens: number, landmark: number): Task<R> =>
  task.from === opens || task.to === opens ? { ...task, landmark: task.landmark ?? landmark } : task

const length = ({ from, to }: Span): number => to - from + 1

export const answered = <R extends Row>(
  frontier: Frontier<R>,
  id: number,
  answer: Answer<R>,
  count: number
): readonly [Turn<R> | undefined, ReadonlyArray<Closed<R>>, Frontier<R>] => {
  const task = frontier.asked.get(id)
  if (task === undefined) return [undefined, [], frontier]
  const { page } = answer
  const { closed, knowledge, left, saturated } = judge(
    task,
    answer,
    afterPage(frontier.knowledge, answer.length),
    count
  )
  const asked = new Map(frontier.asked)
  if (saturated === undefined) asked.delete(id)
  const open = frontier.open - length(task) + left.reduce((sum, one) => sum + (one.seen ? 0 : length(one)), 0)
  const moved = closed.length > 0 || open < frontier.least
  const idle = moved ? 0 : frontier.idle + 1
  const met = page.filter((row) => !frontier.currencies.has(row.currency))
  const next = {
    ...frontier,
    todo: [...frontier.todo, ...left],
    asked,
    knowledge,
    pages: frontier.pages + 1,
    open,
    least: Math.min(open, frontier.least),
    idle,
    currencies:
      met.length === 0 ? frontier.currencies : new Set([...frontier.currencies, ...met.map((row) => row.currency)])
  }
  const { opens } = task
  const facing = facingOf(knowledge)
  const extent = Rows.extent(page)
  const landmark = extent === undefined ? undefined : turnMoment(turn(extent, facing).to, facing)
  const behind =
    opens !== undefined && landmark !== undefined && turnMoment(landmark, facing) < turnMoment(opens, facing)
      ? {
          ...next,
          todo: next.todo.map((one) => marked(one, opens, landmark)),
          asked: new Map([...asked].map(([key, one]) => [key, marked(one, opens, landmark)]))
        }
      : next
  if (saturated === undefined) return [undefined, closed, behind]
  const full = { moment: saturated, rows: page, others: Rows.othersThan(page, saturated, answer.length) }
  return [{ _tag: "Resolve", id, full }, closed, behind]
}

/** A millisecond has been seen whole, or never will be; and what that has told of the exchange. */
export const resolved = <R extends Row>(frontier: Frontier<R>, id: number, knowledge: Knowledge): Frontier<R> => {
  const asked = new Map(frontier.asked)
  asked.delete(id)
  return { ...frontier, asked, knowledge }
}
