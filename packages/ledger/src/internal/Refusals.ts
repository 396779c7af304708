/**
 * Finds out what an exchange refuses with a 400: times too old, ranges too long, or counts too large.
 *
 * @internal
 */
import type { WalletError } from "@btse-wallet/core"
import { Effect } from "effect"
import { defaultCount } from "../Walker.ts"
import type { Limits } from "./Habits.ts"
import type { HistoryPort } from "./HistoryPort.ts"

const second = 1_000
const minute = 60_000

/** How much longer the shortest range that is refused may be than the longest that is not. */
const near = 1.05

export const makeRefusals = (port: HistoryPort) => {
  const accepts = (from: number, to: number, count: number): Effect.Effect<boolean, WalletError.ReadError> =>
    port.fetchPage({ from, to, count }).pipe(
      Effect.as(true),
      Effect.catchTag("BadRequest", () => Effect.succeed(false))
    )

  /** The largest value that is accepted, between one that is and one that is not. */
  const largest = Effect.fnUntraced(function* (
    accepted: number,
    refused: number,
    middle: (accepted: number, refused: number) => number,
    accepts: (value: number) => Effect.Effect<boolean, WalletError.ReadError>
  ) {
    const bounds = yield* Effect.iterate(
      { accepted, refused },
      {
        while: (bounds) => middle(bounds.accepted, bounds.refused) > bounds.accepted,
        body: (bounds) => {
          const value = middle(bounds.accepted, bounds.refused)
          return Effect.map(accepts(value), (yes) =>
            yes ? { ...bounds, accepted: value } : { ...bounds, refused: value }
          )
        }
      }
    )
    return bounds.accepted
  })

  const halfway = (accepted: number, refused: number) =>
    refused - accepted > minute ? Math.floor((accepted + refused) / 2) : accepted

  const inProportion = (accepted: number, refused: number) =>
    refused / accepted > near ? Math.floor(Math.sqrt(accepted) * Math.sqrt(refused)) : accepted

  /** What explains that a request from `first` until `now` was refused; undefined where nothing does. */
  return Effect.fnUntraced(function* (first: number, now: number) {
    const recent = (count: number) => accepts(now - minute, now, count)
    if (!(yield* recent(1))) return undefined
    const count = (yield* recent(defaultCount))
      ? defaultCount
      : yield* largest(1, defaultCount, (accepted, refused) => Math.floor((accepted + refused) / 2), recent)
    const counted: Limits = count === defaultCount ? {} : { largestCount: count }
    if (yield* accepts(first, now, count)) return count === defaultCount ? undefined : counted
    if (yield* accepts(first, first + second, count)) {
      const longestRange = yield* largest(minute, now - first, inProportion, (length) =>
        accepts(first, first + length, count)
      )
      return { ...counted, longestRange }
    }
    const refusesBeyond = yield* largest(minute, now - first, halfway, (age) =>
      accepts(now - age, now - age + second, count)
    )
    if (yield* accepts(now - refusesBeyond + minute, now, count)) return { ...counted, refusesBeyond }
    const longestRange = yield* largest(minute, refusesBeyond, inProportion, (length) =>
      accepts(now - length, now, count)
    )
    return { ...counted, refusesBeyond, longestRange }
  })
}
