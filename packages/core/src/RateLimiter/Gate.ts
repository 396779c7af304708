/**
 * The gate that a 429 closes, and for how long.
 *
 * @since 0.1.0
 */
import { Option } from "effect"
import { horizons, isBelievable } from "../StoredInstant.ts"

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
export const memory = horizons.gate

/**
 * A closed gate: since when and until when, and which offence in a row closed it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Gate {
  readonly closedAt: number
  readonly closedUntil: number
  readonly offences: number
}

/**
 * A gate that nothing has closed.
 *
 * @since 0.1.0
 * @category models
 */
export const openGate: Gate = { closedAt: 0, closedUntil: 0, offences: 0 }

/**
 * The gate as it stands at `now`: one that was closed in the future, before the clock was put back, is closed from now on for
 * as long as it was to be.
 *
 * @since 0.1.0
 * @category models
 */
export const anchored = (gate: Gate, now: number): Gate =>
  gate.closedAt <= now ? gate : { ...gate, closedAt: now, closedUntil: now + gate.closedUntil - gate.closedAt }

/**
 * The gate after a 429 that arrived at `now`. Answers to requests that were under way when the gate closed are the same
 * offence; a gate that is closed for longer already stays so, unless a clock that ran ahead closed it: then this answer
 * alone says how long, and counts as one more offence.
 *
 * @since 0.1.0
 * @category models
 */
export const closeGate = (gate: Gate, now: number, unlockAt: Option.Option<number>): Gate => {
  const believed = isBelievable(gate.closedAt, now, 0) && isBelievable(gate.closedUntil, now, memory)
  const same = believed && now < gate.closedUntil
  const offences = same ? gate.offences : now < gate.closedUntil + memory ? gate.offences + 1 : 1
  const documented = blocks[Math.min(offences, blocks.length) - 1] ?? blocks[0]
  const until = Option.getOrElse(unlockAt, () => now + documented)
  return { closedAt: now, closedUntil: believed ? Math.max(gate.closedUntil, until) : until, offences }
}

/**
 * How long a closed gate keeps a request waiting at `now`, in milliseconds; 0 where it is open. No block lasts longer than
 * an hour: a gate that says so was closed before the clock was put back, and is open.
 *
 * @since 0.1.0
 * @category models
 */
export const waitAt = (closedUntil: number, now: number): number =>
  isBelievable(closedUntil, now, memory) ? Math.max(0, closedUntil - now) : 0
