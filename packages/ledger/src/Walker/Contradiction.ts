/**
 * Answers that contradict what is known of the span they were asked for. Silence is not evidence: an answer that leaves out
 * rows that were shown a moment before, or that the books hold, is asked for again before it is believed.
 *
 * @internal
 */
import type { Row } from "../Walker.ts"
import type { Answer } from "./Judgement.ts"
import type { Knowledge } from "./Knowledge.ts"
import { isWhole } from "./Knowledge.ts"
import type { Task } from "./Task.ts"

/** An answer that leaves out known rows is believed when it comes for the third time in a row. */
const believedAfter = 2

/** An empty answer of which nothing is known is believed when it comes for the second time in a row. */
const emptyBelievedAfter = 1

/** The moments at which the answer has to show a row, unless the page was cut. */
const expectedMoments = <R extends Row>(task: Task<R>, { asked }: Answer<R>): ReadonlyArray<number> =>
  [
    ...task.shown,
    ...(task.known ?? []).map(({ timestamp }) => timestamp),
    ...(task.landmark === undefined ? [] : [task.landmark])
  ].filter((moment) => moment >= asked.from && moment <= asked.to)

/** True where the answer is too short to have been cut and leaves out known rows, so that the task is asked for again. */
export const isContradicted = <R extends Row>(
  task: Task<R>,
  answer: Answer<R>,
  knowledge: Knowledge,
  count: number
): boolean => {
  const { contradictions = 0 } = task
  if (contradictions >= believedAfter) return false
  if (answer.length > 0 && !isWhole(knowledge, answer.length, count)) return false
  const expected = expectedMoments(task, answer)
  if (expected.length === 0) return answer.length === 0 && contradictions < emptyBelievedAfter
  const moments = new Set(answer.page.map(({ timestamp }) => timestamp))
  return expected.some((moment) => !moments.has(moment))
}
