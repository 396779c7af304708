/**
 * Ages in words, in their largest unit.
 *
 * @since 0.1.0
 */
import { Duration } from "effect"

const units: ReadonlyArray<readonly [name: string, millis: number]> = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000]
]

const counted = (age: Duration.Duration): string | undefined => {
  const millis = Math.max(0, Duration.toMillis(age))
  const unit = units.find(([, length]) => millis >= length)
  if (unit === undefined) return undefined
  const count = Math.floor(millis / unit[1])
  return `${count} ${unit[0]}${count === 1 ? "" : "s"}`
}

/**
 * How long ago something was: `3 days ago`.
 *
 * @since 0.1.0
 * @category rendering
 */
export const ago = (age: Duration.Duration): string => {
  const text = counted(age)
  return text === undefined ? "just now" : `${text} ago`
}

/**
 * How old something is: `3 days`, or `new` in its first minute.
 *
 * @since 0.1.0
 * @category rendering
 */
export const old = (age: Duration.Duration): string =>
  Duration.lessThan(age, "1 minute") ? "new" : (counted(age) ?? "new")
