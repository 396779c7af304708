/**
 * What a campaign of walks has met, kind by kind: a campaign that never met a kind says nothing about it.
 */
import type { HistoryRow } from "@btse-wallet/sandbox"
import { BigDecimal, Effect, Ref } from "effect"
import type { Hostility } from "./WalkExchange.ts"
import * as WalkExchange from "./WalkExchange.ts"

export type Met = Ref.Ref<ReadonlyMap<string, number>>

export const make: Effect.Effect<Met> = Ref.make<ReadonlyMap<string, number>>(new Map())

export const add = (met: Met, kind: string, times = 1) =>
  Ref.update(met, (all) => new Map(all).set(kind, (all.get(kind) ?? 0) + times))

/** Rows of one order that are told apart by what stands behind it. */
const shared = {
  "one orderId in two currencies": (a, b) => a.currency !== b.currency,
  "one orderId twice in a currency and type": (a, b) =>
    a.currency === b.currency && a.type === b.type && a.timestamp !== b.timestamp,
  "rows equal but for the amount": (a, b) => equal(a, b) && !BigDecimal.equals(a.amount, b.amount),
  "rows equal in every field": (a, b) => equal(a, b) && BigDecimal.equals(a.amount, b.amount)
} as const satisfies Record<string, (a: HistoryRow.HistoryRow, b: HistoryRow.HistoryRow) => boolean>

const equal = (a: HistoryRow.HistoryRow, b: HistoryRow.HistoryRow): boolean =>
  a.currency === b.currency && a.type === b.type && a.timestamp === b.timestamp && a.status === b.status

/** The kinds that depend on how the exchange answers, as a seed has them. */
const answers = ({ cap, crowdCurrencies, options, ties }: Hostility): ReadonlyArray<string> => {
  const { bounds, keeps, order, overCap } = options.history ?? {}
  const several = crowdCurrencies === 1 ? "one currency" : "several currencies"
  return [
    `cap ${cap}, keeps ${keeps}, ${order}, ${bounds}`,
    `keeps ${keeps}`,
    `a count over the cap: ${overCap}`,
    `ties at cap ${cap}: ${ties === "none" || ties === "two" ? ties : `${ties}, ${several}`}`
  ]
}

/** Notes what a life was given. */
export const life = Effect.fnUntraced(function* (
  met: Met,
  hostility: Hostility,
  rows: ReadonlyArray<HistoryRow.HistoryRow>
) {
  for (const kind of answers(hostility)) yield* add(met, kind)
  const orders = new Map<string, Array<HistoryRow.HistoryRow>>()
  for (const row of rows) orders.set(row.orderId, [...(orders.get(row.orderId) ?? []), row])
  for (const group of orders.values()) {
    for (const [at, a] of group.entries()) {
      for (const b of group.slice(at + 1)) {
        for (const [kind, is] of Object.entries(shared)) if (is(a, b)) yield* add(met, kind)
      }
    }
  }
})

const crowded: ReadonlyArray<WalkExchange.Ties> = [
  "all but one",
  "a page",
  "a page and one",
  "two pages",
  "two pages and one"
]

/** What even a part of the campaign has to meet. */
export const wanted: ReadonlyArray<string> = [
  ...WalkExchange.caps.flatMap((cap) =>
    WalkExchange.keeps.flatMap((keeps) =>
      WalkExchange.orders.flatMap((order) =>
        WalkExchange.bounds.map((bounds) => `cap ${cap}, keeps ${keeps}, ${order}, ${bounds}`)
      )
    )
  ),
  ...Object.keys(shared),
  ...WalkExchange.faultKinds.map((kind) => `fault ${kind}`),
  ...["between requests", "between syncs"].flatMap((when) => [`a late row ${when}`, `a change in place ${when}`]),
  ...["clip", "refuse"].map((over) => `a count over the cap: ${over}`),
  "keeps changing",
  "exact",
  "SaturatedMillisecond"
]

/** What the whole campaign has to meet besides. */
export const wantedWhole: ReadonlyArray<string> = WalkExchange.caps.flatMap((cap) =>
  [
    "none",
    "two",
    ...crowded.flatMap((ties) => ["one currency", "several currencies"].map((several) => `${ties}, ${several}`))
  ].map((ties) => `ties at cap ${cap}: ${ties}`)
)
