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
  /** The longest page that was shown to find that out, 0 where none was. */
  readonly longest: number
}

/** A millisecond whose page was full: the rows of the time that was asked for, and how many others there were. */
export interface Full<R extends Row> {
  readonly moment: number
  readonly rows: ReadonlyArray<R>
  readonly others: number
}

/** A millisecond that was seen whole, and the longest page that was shown to find that out. */
export type Resolved<R extends Row> = Pick<Look<R>, "rows" | "longest">

export const makeResolve = <R extends Row, E>(port: Port<R, E>, span: Span, count: number) => {
  const ask = makeAsk(port)

  const look = (moment: number, request: Pick<PageRequest, "count" | "currency">, knowledge: Knowledge) =>
    Effect.map(ask({ from: moment, to: moment, shown: [moment] }, request, knowledge), ({ length, page }): Look<R> => {
      const extent = Rows.extent(page)
      const between = extent !== undefined && extent.from < moment && extent.to > moment
      return {
        rows: page.filter((row) => row.timestamp === moment),
        length,
        whole: between || !isSuspect(knowledge, length, request.count),
        longest: 0
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
        return wide.length > page.value.length ? { ...page.value, longest: wide.length } : undefined
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
    /** Rows that cannot be decoded have no currency: they are shown with those of theirs, or with any. */
    let nameless: ReadonlyArray<R> = []
    let most = shown.length
    let whole = true
    for (const currency of [...currencies].sort()) {
      if (currency === "") continue
      const page = yield* look(moment, { count, currency }, knowledge)
      const part = page.whole ? page : yield* grow(moment, currency, knowledge)
      most = Math.max(most, page.rows.length)
      if (part === undefined) {
        whole = false
        continue
      }
      for (const row of part.rows) if (row.currency === currency) parts.push(row)
      const others = part.rows.filter((row) => row.currency === "")
      nameless = [...nameless, ...Rows.beyond(others, nameless)]
    }
    parts.push(...nameless)
    // A row that was shown and is in no currency's part means that the parts are not the whole.
    return { parts, most, whole, matched: Rows.beyond(shown, parts).length === 0 }
  })

  return Effect.fnUntraced(function* (
    { moment, others, rows: seen }: Full<R>,
    met: ReadonlySet<string>,
    knowledge: Knowledge
  ): Effect.fn.Return<Resolved<R>, E | SaturatedMillisecond> {
    const shown = seen.filter((row) => row.timestamp === moment)
    // Where none of its rows is shown, no part of it would be.
    const first = shown.length === 0 ? undefined : yield* inParts(moment, shown, met, knowledge)
    if (first?.whole === true) {
      if (first.matched) return { rows: first.parts, longest: 0 }
      // Or one of them changed after it was shown: then what is shown now is in the parts of now.
      const { rows } = yield* look(moment, { count }, knowledge)
      const second = yield* inParts(moment, rows, met, knowledge)
      if (second.whole && second.matched) return { rows: second.parts, longest: 0 }
    }
    const all = yield* grow(moment, undefined, knowledge)
    if (all !== undefined) return { rows: all.rows, longest: all.longest }
    return yield* new SaturatedMillisecond({
      operation: "sync",
      at: DateTime.unsafeMake(moment),
      rows: first?.most ?? 0,
      others
    })
  })
}
