/**
 * A millisecond that fills a page: asked for in larger pages, then currency by currency, until every part has been seen
 * whole.
 *
 * @internal
 */
import { DateTime, Effect, Option } from "effect"
import { SaturatedMillisecond } from "../LedgerError.ts"
import type { Habits, PageRequest, Port, Row } from "../Walker.ts"
import { mayBeCut } from "./Fullness.ts"
import * as Multiset from "./Multiset.ts"

/** Beyond this no exchange is asked to go. */
const largestCount = 16_000

export const makeResolve = <R extends Row, E>(port: Port<R, E>, count: number) => {
  /** The widest look that is not crowded by the neighbouring milliseconds. */
  const look = Effect.fnUntraced(function* (moment: number, request: Pick<PageRequest, "count" | "currency">) {
    const wide = yield* port.fetchPage({ ...request, from: moment - 1, to: moment + 1 })
    const below = wide.some((row) => row.timestamp === moment - 1)
    const above = wide.some((row) => row.timestamp === moment + 1)
    return below || above
      ? yield* port.fetchPage({ ...request, from: below ? moment : moment - 1, to: above ? moment : moment + 1 })
      : wide
  })

  /** Larger pages for as long as they show more. An exchange that refuses the larger count is left at what it shows. */
  const grow = Effect.fnUntraced(function* (moment: number, shown: number) {
    let best: ReadonlyArray<R> = []
    let largest = count
    for (let asked = count * 2; asked <= largestCount; asked *= 2) {
      const page = Option.getOrElse(yield* Effect.option(look(moment, { count: asked })), (): ReadonlyArray<R> => [])
      if (page.length <= Math.max(shown, best.length)) break
      best = page
      largest = asked
      if (page.length < asked) break
    }
    return { best, largest }
  })

  return Effect.fnUntraced(function* (
    moment: number,
    seen: ReadonlyArray<R>,
    currencies: ReadonlySet<string>,
    habits: Habits
  ): Effect.fn.Return<ReadonlyArray<R>, E | SaturatedMillisecond> {
    const fail = (rows: number) =>
      new SaturatedMillisecond({ operation: "sync", at: DateTime.unsafeMake(moment), rows })
    const { best, largest } = yield* grow(moment, habits.longestPage)
    const longest = { ...habits, longestPage: Math.max(habits.longestPage, best.length) }
    const known = new Set([...currencies, ...best.map((row) => row.currency)])
    const whole: Array<R> = []
    for (const currency of [...known].sort()) {
      const page = yield* look(moment, { count: largest, currency })
      if (mayBeCut(page.length, largest, longest)) return yield* fail(page.length)
      for (const row of page) if (row.timestamp === moment && row.currency === currency) whole.push(row)
    }
    // A row that was shown and is in no currency's part means that the parts are not the whole.
    const shown = [...seen, ...Multiset.beyond(best, seen)].filter((row) => row.timestamp === moment)
    return Multiset.beyond(shown, whole).length > 0 ? yield* fail(whole.length) : whole
  })
}
