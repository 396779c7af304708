/**
 * A millisecond that fills a page: asked for currency by currency, each in larger pages where it fills one by itself, until
 * every part has been seen whole.
 *
 * @internal
 */
import { DateTime, Effect, Option } from "effect"
import { SaturatedMillisecond } from "../LedgerError.ts"
import type { Span } from "../Span.ts"
import type { PageRequest, Port, Row } from "../Walker.ts"
import { makeAsk } from "./Ask.ts"
import type { Knowledge } from "./Knowledge.ts"
import { isSuspect } from "./Knowledge.ts"
import * as Rows from "./Rows.ts"

/** Beyond this no exchange is asked to go. */
const largestCount = 16_000

interface Look<R extends Row> {
  /** The millisecond's own rows. */
  readonly rows: ReadonlyArray<R>
  /** How many rows the page had. */
  readonly length: number
  /** Whether all of the millisecond must be among them. */
  readonly whole: boolean
}

export const makeResolve = <R extends Row, E>(port: Port<R, E>, span: Span, count: number) => {
  const ask = makeAsk(port)

  const look = (moment: number, request: Pick<PageRequest, "count" | "currency">, knowledge: Knowledge) =>
    Effect.map(ask({ from: moment, to: moment, shown: [moment] }, request, knowledge), ({ page }): Look<R> => {
      const extent = Rows.extent(page)
      const between = extent !== undefined && extent.from < moment && extent.to > moment
      return {
        rows: page.filter((row) => row.timestamp === moment),
        length: page.length,
        whole: between || !isSuspect(knowledge, page.length, request.count)
      }
    })

  /** An exchange may refuse a count over its cap. */
  const unlessRefused = <A>(effect: Effect.Effect<A, E>) =>
    Effect.catchIf(
      Effect.asSome(effect),
      (error) => port.isRefusal?.(error) ?? false,
      () => Effect.succeedNone
    )

  /**
   * Larger pages for as long as they show more. A page that is shorter than it could be is whole only if the exchange shows
   * longer ones, which the whole span is asked for.
   */
  const grow = Effect.fnUntraced(function* (moment: number, currency: string | undefined, knowledge: Knowledge) {
    let longest = Math.min(count, knowledge.longest, knowledge.cut)
    for (let asked = count * 2; asked <= largestCount; asked *= 2) {
      const page = yield* unlessRefused(look(moment, { count: asked, currency }, knowledge))
      if (Option.isNone(page)) return undefined
      if (page.value.whole) return page.value
      if (page.value.length < asked) {
        const wide = yield* port.fetchPage({ from: span.from - 1, to: span.to + 1, count: asked })
        return wide.length > page.value.length ? page.value : undefined
      }
      if (page.value.length <= longest) return undefined
      longest = page.value.length
    }
    return undefined
  })

  /** Currency by currency; whether each part was seen whole, and every row of the page is in one. */
  const inParts = Effect.fnUntraced(function* (
    moment: number,
    shown: ReadonlyArray<R>,
    met: ReadonlySet<string>,
    knowledge: Knowledge
  ) {
    const listed = port.currencies === undefined ? [] : yield* port.currencies
    const currencies = new Set([...met, ...listed, ...shown.map((row) => row.currency)])
    const parts: Array<R> = []
    let most = shown.length
    let whole = true
    for (const currency of [...currencies].sort()) {
      // A row that cannot be decoded has no currency of its own, but is shown with those of its kind.
      if (currency === "") continue
      const page = yield* look(moment, { count, currency }, knowledge)
      const part = page.whole ? page : yield* grow(moment, currency, knowledge)
      most = Math.max(most, page.length)
      if (part === undefined) whole = false
      else for (const row of part.rows) if (row.currency === currency || row.currency === "") parts.push(row)
    }
    // A row that was shown and is in no currency's part means that the parts are not the whole.
    return { parts, most, whole, matched: Rows.beyond(shown, parts).length === 0 }
  })

  return Effect.fnUntraced(function* (
    moment: number,
    seen: ReadonlyArray<R>,
    met: ReadonlySet<string>,
    knowledge: Knowledge
  ): Effect.fn.Return<ReadonlyArray<R>, E | SaturatedMillisecond> {
    const shown = seen.filter((row) => row.timestamp === moment)
    const first = yield* inParts(moment, shown, met, knowledge)
    if (first.whole && first.matched) return first.parts
    if (first.whole) {
      // Or one of them changed after it was shown: then what is shown now is in the parts of now.
      const { rows } = yield* look(moment, { count }, knowledge)
      const second = yield* inParts(moment, rows, met, knowledge)
      if (second.whole && second.matched) return second.parts
    }
    const all = yield* grow(moment, undefined, knowledge)
    if (all !== undefined) return all.rows
    return yield* new SaturatedMillisecond({ operation: "sync", at: DateTime.unsafeMake(moment), rows: first.most })
  })
}
