/**
 * Times at which a row of wallet history can be: epoch milliseconds, neither before the exchange was founded nor in the
 * future. A row at another time was written in another unit, and cannot be placed.
 *
 * @internal
 */
import type { Sight } from "./Sight.ts"

/** 2012-01-01, years before the exchange opened. */
const earliest = 1_325_376_000_000

/** The most that the exchange's clock may be ahead of this machine's, in milliseconds. */
const mostAhead = 2 * 86_400_000

/** The reason why the row cannot be placed; undefined where it can. */
export const implausible = ({ timestamp }: Pick<Sight, "timestamp">, now: number): string | undefined =>
  timestamp < earliest || timestamp > now + mostAhead
    ? `timestamp ${timestamp} is no time in milliseconds at which the exchange can have made it`
    : undefined
