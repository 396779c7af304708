/**
 * One step of a walk: a request for what is left of a span, and what its answer proves.
 *
 * @internal
 */
import { Effect } from "effect"
import type { SaturatedMillisecond } from "../LedgerError.ts"
import type { Span } from "../Span.ts"
import type { ClosedWindow, Habits, Port, Row } from "../Walker.ts"
import { afterPage, mayBeCut } from "./Fullness.ts"
import * as Multiset from "./Multiset.ts"
import { makeResolve } from "./Saturation.ts"

/** A span still to be proven, and the rows already seen in it. */
interface Task<R extends Row> extends Span {
  readonly known: ReadonlyArray<R>
}

export interface State<R extends Row> {
  /** A stack: the last one is next. */
  readonly todo: ReadonlyArray<Task<R>>
  readonly habits: Habits
  /** Whether it has been tried to learn which rows the exchange keeps. */
  readonly probed: boolean
  /** Every currency met. */
  readonly currencies: ReadonlySet<string>
}

interface Done<R extends Row> {
  readonly closed: ReadonlyArray<ClosedWindow<R>>
  readonly next: State<R>
}

const within = <R extends Row>(rows: ReadonlyArray<R>, span: Span): ReadonlyArray<R> =>
  rows.filter((row) => row.timestamp >= span.from && row.timestamp <= span.to)

const at = <R extends Row>(rows: ReadonlyArray<R>, millisecond: number): ReadonlyArray<R> =>
  rows.filter((row) => row.timestamp === millisecond)

/** What a page with news proves closed, and what it leaves to ask. The cut millisecond is always asked again. */
const split = <R extends Row>(task: Task<R>, rows: ReadonlyArray<R>, first: number, last: number, habits: Habits) => {
  const older: Task<R> = { from: task.from, to: first, known: at(rows, first) }
  const newer: Task<R> = { from: last, to: task.to, known: at(rows, last) }
  if (habits.keeps === "newest") return { closed: { from: first + 1, to: task.to }, left: [older] }
  if (habits.keeps === "oldest") return { closed: { from: task.from, to: last - 1 }, left: [newer] }
  return first === last
    ? { closed: { from: 1, to: 0 }, left: [{ ...newer, from: last + 1, known: [] }, older] }
    : { closed: { from: first + 1, to: last - 1 }, left: [newer, older] }
}

export const makeStep = <R extends Row, E>(port: Port<R, E>, count: number) => {
  const resolve = makeResolve(port, count)

  /**
   * Asks one millisecond wider on both sides, since a bound may be exclusive. Where rows from outside fill the page, that
   * bound has shown itself to be inclusive and is asked as it is.
   */
  const ask = Effect.fnUntraced(function* (task: Task<R>, before: Habits) {
    const wide = yield* port.fetchPage({ from: task.from - 1, to: task.to + 1, count })
    const habits = afterPage(before, wide.length)
    const below = wide.some((row) => row.timestamp === task.from - 1)
    const above = wide.some((row) => row.timestamp === task.to + 1)
    const crowded = (below || above) && wide.length >= Math.min(count, habits.longestPage)
    if (!crowded || Multiset.beyond(within(wide, task), task.known).length > 0) return { page: wide, habits }
    const page = yield* port.fetchPage({
      from: below ? task.from : task.from - 1,
      to: above ? task.to : task.to + 1,
      count
    })
    return { page, habits: afterPage(habits, page.length) }
  })

  /** One row is asked for where many were shown: the one that comes tells which end is kept. */
  const probe = Effect.fnUntraced(function* (task: Task<R>, page: ReadonlyArray<R>) {
    const shown = Multiset.extent(page)
    const few = yield* port.fetchPage({ from: task.from - 1, to: task.to + 1, count: 1 })
    const kept = Multiset.extent(few)
    if (shown === undefined || kept === undefined || few.length >= page.length) return "unknown"
    if (kept.last >= shown.last && kept.first > shown.first) return "newest"
    if (kept.first <= shown.first && kept.last < shown.last) return "oldest"
    return "unknown"
  })

  return Effect.fnUntraced(function* (state: State<R>): Effect.fn.Return<Done<R>, E | SaturatedMillisecond> {
    const task = state.todo.at(-1)
    if (task === undefined) return { closed: [], next: state }
    const rest = state.todo.slice(0, -1)
    const { habits: shown, page } = yield* ask(task, state.habits)
    const rows = within(page, task)
    const currencies = new Set([...state.currencies, ...rows.map((row) => row.currency)])
    const extent = Multiset.extent(rows)
    const news = Multiset.beyond(rows, task.known).length > 0

    if (!news || extent === undefined) {
      const stuck = page.length > 0 && mayBeCut(page.length, count, shown)
      if (!stuck) {
        const window = { from: task.from, to: task.to, rows, habits: shown }
        return { closed: [window], next: { ...state, todo: rest, habits: shown, currencies } }
      }
      const full = extent?.first ?? (shown.keeps === "oldest" ? task.from : task.to)
      const whole = yield* resolve(full, rows, currencies, shown)
      const left = [
        { from: full + 1, to: task.to, known: [] },
        { from: task.from, to: full - 1, known: [] }
      ].filter((span) => span.from <= span.to)
      return {
        closed: [{ from: full, to: full, rows: whole, habits: shown }],
        next: { ...state, todo: [...rest, ...left], habits: shown, currencies }
      }
    }

    const learn = shown.keeps === "unknown" && !state.probed && extent.first < extent.last
    const habits: Habits = learn ? { ...shown, keeps: yield* probe(task, page) } : shown
    const { closed, left } = split(task, rows, extent.first, extent.last, habits)
    const todo = left
      .filter((span) => span.from <= span.to)
      .map((span) =>
        // No progress in time: the rows seen pile up, so that this ends even if each page shows other rows.
        span.from === task.from && span.to === task.to
          ? { ...span, known: Multiset.union(span.known, task.known) }
          : span
      )
    return {
      closed: closed.from <= closed.to ? [{ ...closed, rows: within(rows, closed), habits }] : [],
      next: { todo: [...rest, ...todo], habits, probed: state.probed || learn, currencies }
    }
  })
}
