/**
 * What a page proves. Of a page that may have been cut only what lies between its first and its last millisecond is certain:
 * it was cut at one end, and the exchange may change which. The rest is asked for again, or proven by a later page.
 *
 * @internal
 */
import type { Span } from "../Span.ts"
import type { Row } from "../Walker.ts"
import { isContradicted } from "./Contradiction.ts"
import type { Knowledge } from "./Knowledge.ts"
import { afterCut, afterHint, isDoubtful, isSuspect, isWhole } from "./Knowledge.ts"
import type { Closed, Judgement } from "./Release.ts"
import { close, release } from "./Release.ts"
import * as Rows from "./Rows.ts"
import type { Facing, Held, Task } from "./Task.ts"
import { isEmpty, opposite, turn, turnMoment, within } from "./Task.ts"

const slower = (pace: number | undefined, time: number): number => (pace === undefined ? time : (pace + time) / 2)

/** What of a page is of the time that was asked for, how many rows came in all, and what was asked for. */
export interface Answer<R extends Row> {
  readonly page: ReadonlyArray<R>
  readonly length: number
  readonly asked: Span
}

/** A page of one millisecond, which may be more than the page shows: it and what lies around it are asked for apart. */
const apart = <R extends Row>(
  task: Task<R>,
  moment: number,
  { asked, length, page }: Answer<R>,
  facing: Facing
): ReadonlyArray<Task<R>> => {
  const [span, at] = [turn(task, facing), turnMoment(moment, facing)]
  const far = turn({ from: span.from, to: at - 1 }, facing)
  const near = turn({ from: at + 1, to: span.to }, facing)
  const rows = page.filter((row) => row.timestamp === moment)
  const seen = { rows, length, others: Rows.othersThan(page, moment, length) }
  const single = { from: moment, to: moment, shown: [moment], seen }
  const shown = task.shown.filter((one) => one >= near.from && one <= near.to)
  const proof = { edge: moment, edgeRows: Rows.countAt(page, moment), asked, length }
  const held = isEmpty(near) || shown.length > 0 ? undefined : { facing, window: near, near, shown, rows: [], ...proof }
  const beyond = { ...far, shown: [], landmark: task.landmark, pace: task.pace, held }
  const beside = { ...near, shown, contrary: { keeps: opposite(facing), length } }
  return [
    single,
    ...(isEmpty(near) || (held !== undefined && !isEmpty(far)) ? [] : [beside]),
    ...(isEmpty(far) ? [] : [beyond])
  ]
}

/**
 * A page without a row of what was asked for, yet so long that others may have been left out for those that it shows: each
 * half is asked for by itself, down to a millisecond; but where one has been found too full to be seen, no further.
 */
const halves = <R extends Row>(task: Task<R>, { crowded, keeps }: Knowledge): Omit<Judgement<R>, "knowledge"> => {
  if (task.from === task.to) return { closed: [], left: [], saturated: task.from }
  if (crowded) return { closed: [], left: [] }
  const middle = Math.floor((task.from + task.to) / 2)
  const parts = [
    { from: task.from, to: middle },
    { from: middle + 1, to: task.to }
  ].map((span) => ({ ...span, shown: task.shown.filter((one) => one >= span.from && one <= span.to) }))
  return { closed: [], left: keeps === "oldest" ? parts.toReversed() : parts }
}

/** What the page says of the task itself. */
const read = <R extends Row>(
  task: Task<R>,
  answer: Answer<R>,
  knowledge: Knowledge,
  count: number
): Omit<Judgement<R>, "knowledge"> => {
  const { asked, length, page } = answer
  const all: Judgement<R>["closed"] = [{ from: task.from, to: task.to, rows: within(page, task) }]
  const extent = Rows.extent(page)
  if (extent === undefined) {
    return isSuspect(knowledge, length, count) ? halves(task, knowledge) : { closed: all, left: [] }
  }
  const facing = knowledge.keeps === "oldest" ? "oldest" : "newest"
  const span = turn(task, facing)
  const { from: far, to: near } = turn(extent, facing)
  const [farDone, nearDone] = [far < span.from, near > span.to]
  const whole = isWhole(knowledge, length, count)
  if ((farDone && nearDone) || (whole && task.known !== undefined && Rows.same(within(page, task), task.known))) {
    return { closed: all, left: [] }
  }
  const doubtful = isDoubtful(knowledge, length, count)
  if (near < span.from || far > span.to) {
    // Only rows from outside: they may crowd out those that are asked for.
    if (!doubtful) return { closed: all, left: [] }
    return task.from === task.to
      ? { closed: [], left: [], saturated: task.from }
      : { closed: [], left: apart(task, turnMoment(span.to, facing), answer, facing) }
  }
  if (task.from === task.to) {
    return isSuspect(knowledge, length, count)
      ? { closed: [], left: [], saturated: task.from }
      : { closed: all, left: [] }
  }
  const edge = turnMoment(far, facing)
  const news = within(Rows.sure(page), task).some((row) => !task.shown.includes(row.timestamp))
  if (!news && !doubtful) return { closed: all, left: [] }
  if (far === near && doubtful) return { closed: [], left: apart(task, edge, answer, facing) }
  const rest = { ...turn({ from: near, to: span.to }, facing), shown: [turnMoment(near, facing)] }
  if (farDone) {
    if (whole) return { closed: all, left: [] }
    const inner = turn({ from: span.from, to: near - 1 }, facing)
    const asBefore = isEmpty(inner) && task.shown.includes(turnMoment(near, facing))
    return {
      closed: close(inner, page),
      left: asBefore
        ? apart(task, turnMoment(near, facing), answer, facing)
        : [{ ...rest, contrary: { keeps: opposite(facing), length } }]
    }
  }
  const window = turn({ from: far + 1, to: span.to }, facing)
  const beyond = {
    ...turn({ from: span.from, to: far }, facing),
    shown: [edge],
    landmark: task.landmark,
    pace: slower(task.pace, near - far)
  }
  if (nearDone) {
    const asBefore = isEmpty(window) && task.shown.includes(edge)
    return { closed: close(window, page), left: asBefore ? apart(task, edge, answer, facing) : [beyond] }
  }
  if (!whole && near < span.to && task.shown.includes(turnMoment(span.to, facing))) {
    // It lacks what was shown at the near end: the exchange keeps the other one now.
    const between = turn({ from: far + 1, to: near - 1 }, facing)
    return {
      closed: close(between, page),
      left: [beyond, { ...rest, contrary: { keeps: opposite(facing), length } }]
    }
  }
  const held: Held<R> = {
    facing,
    window,
    near: far === near ? window : { from: rest.from, to: rest.to },
    shown: far === near ? [] : rest.shown,
    rows: within(page, window),
    edge,
    edgeRows: Rows.countAt(page, edge),
    asked,
    length
  }
  return { closed: [], left: [isEmpty(window) ? beyond : { ...beyond, held }] }
}

/** Windows that touch are one. */
const joined = <R extends Row>(closed: ReadonlyArray<Closed<R>>): ReadonlyArray<Closed<R>> => {
  const [first, ...others] = [...closed].sort((a, b) => a.from - b.from)
  if (first === undefined) return []
  const windows: Array<Closed<R>> = []
  let last = first
  for (const one of others) {
    if (one.from === last.to + 1) last = { from: last.from, to: one.to, rows: [...last.rows, ...one.rows] }
    else {
      windows.push(last)
      last = one
    }
  }
  return [...windows, last]
}

/** `knowledge` already counts the page. */
export const judge = <R extends Row>(
  task: Task<R>,
  answer: Answer<R>,
  knowledge: Knowledge,
  count: number
): Judgement<R> => {
  const { page } = answer
  const { contradictions = 0, contrary, held } = task
  if (isContradicted(task, answer, knowledge, count)) {
    return { closed: [], left: [{ ...task, contradictions: contradictions + 1 }], knowledge }
  }
  const news = within(Rows.sure(page), task).filter(({ timestamp }) => !task.shown.includes(timestamp))
  const hinted = contrary !== undefined && news.length > 0 ? afterHint(knowledge, contrary.length) : knowledge
  const told =
    contrary !== undefined && news.some(({ timestamp }) => timestamp < knowledge.settled)
      ? afterCut(hinted, contrary.keeps, contrary.length)
      : hinted
  const before = held === undefined ? undefined : release(held, page, told, count)
  const learned = before?.knowledge ?? told
  const now = read(task, answer, learned, count)
  return {
    closed: joined([...(before?.closed ?? []), ...now.closed]),
    left: [...(before?.left ?? []), ...now.left],
    knowledge: learned,
    saturated: now.saturated
  }
}
