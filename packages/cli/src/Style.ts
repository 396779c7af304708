/**
 * How text for eyes may look.
 *
 * @since 0.1.0
 */
import type { DateTime } from "effect"

/**
 * How text for eyes may look.
 *
 * @since 0.1.0
 * @category models
 */
export interface Style {
  /** Whether there is a terminal that wants colour. */
  readonly colored: boolean
  /** How wide the terminal is; `undefined` where there is none. */
  readonly columns: number | undefined
  /** Where its reader is; `undefined` for UTC. */
  readonly timeZone?: DateTime.TimeZone | undefined
}

/**
 * What of a stream tells how text on it may look.
 *
 * @since 0.1.0
 * @category models
 */
export interface Screen {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

/**
 * The style of a stream; `color` is false where the environment has NO_COLOR.
 *
 * @since 0.1.0
 * @category constructors
 */
export const of = ({ columns, isTTY }: Screen, color: boolean): Style => ({
  colored: color && isTTY === true,
  // A terminal that does not know its width says 0.
  columns: isTTY === true ? (columns === undefined || columns === 0 ? 80 : columns) : undefined
})
