/**
 * The gate that a 429 closes, and for how long.
 *
 * @since 0.1.0
 */
import { Option } from "effect"

/**
 * The documented blocks in milliseconds: a second, 5 minutes, 15 minutes, until an hour passes without an offence.
 *
 * @since 0.1.0
 * @category constants
 */
export const blocks: readonly [number, ...Array<number>] = [1_000, 300_000, 900_000]

/**
 * How long an offence is remembered, in milliseconds.
 *
 * @since 0.1.0
 * @category constants
 */
export const memory = 3_600_000

/**
 * A closed gate: until when, and which offence in a row closed it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Gate {
  readonly closedUntil: number
  readonly offences: number
}

/**
 * The gate after a 429 that arrived at `now`. Answers to requests that were under way when the gate closed are the same
 * offence; a gate that is closed for longer already stays so.
 *
 * @since 0.1.0
 * @category models
 */
export const closeGate = (gate: Gate, now: number, unlockAt: Option.Option<number>): Gate => {
  const offences = now < gate.closedUntil ? gate.offences : now < gate.closedUntil + memory ? gate.offences + 1 : 1
  const documented = blocks[Math.min(offences, blocks.length) - 1] ?? blocks[0]
  const until = Option.getOrElse(unlockAt, () => now + documented)
  return { closedUntil: Math.max(gate.closedUntil, until), offences }
}

/**
 * How long a closed gate keeps a request waiting at `now`, in milliseconds; 0 where it is open. No block lasts longer than
 * an hour: a gate that says so was closed before the clock was put back, and is open.
 *
 * @since 0.1.0
 * @category models
 */
export const waitAt = (closedUntil: number, now: number): number => {
  const wait = closedUntil - now
  return wait > memory ? 0 : Math.max(0, wait)
}
