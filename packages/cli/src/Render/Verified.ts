/**
 * The last verification of a ledger, in a phrase.
 *
 * @since 0.1.0
 */
import type { Verify } from "@btse-wallet/ledger"
import { DateTime } from "effect"
import * as Instant from "../Instant.ts"
import type { Style } from "../Style.ts"
import type * as Table from "../Table.ts"

/**
 * A verification that is over, with the time written by `at`.
 *
 * @since 0.1.0
 * @category rendering
 */
export const phrase = (
  last: Verify.LastVerification | null,
  at: (time: DateTime.Utc) => string = DateTime.formatIso
): string => {
  if (last === null) return "none, run `btse verify`"
  const { event, hash } = last.head
  if (!last.holds) return `at ${at(last.at)}, up to a head that is not in the chain now: run \`btse verify\``
  if (last.problems > 0) {
    const problems = last.problems === 1 ? "1 problem" : `${last.problems} problems`
    return `at ${at(last.at)}, with ${problems}: run \`btse verify\``
  }
  return `intact at ${at(last.at)} up to event ${event}, ${hash}`
}

/**
 * The same as a cell.
 *
 * @since 0.1.0
 * @category rendering
 */
export const cell = (last: Verify.LastVerification | null, style: Style): Table.Cell => ({
  text: phrase(last, (time) => Instant.text(time, style)),
  color: last === null ? "yellow" : last.holds && last.problems === 0 ? undefined : "red"
})
