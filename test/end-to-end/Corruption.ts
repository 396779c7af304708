/**
 * One thing that goes wrong with the books of a life: in the file by hand, in what people enter, or at the exchange so that
 * the ledger sees it.
 * Each tells by how much its currency must break, from the sandbox's own rows, and what is the cause.
 */
import { Decimal } from "@btse-wallet/core"
import { Entries, type Reconciliation } from "@btse-wallet/ledger"
import { SqlClient } from "@effect/sql"
import type { HistoryRow } from "@btse-wallet/sandbox"
import { BigDecimal, DateTime, Effect, Random, TestClock } from "effect"
import * as BookLife from "./BookLife.ts"

export interface Corruption {
  readonly name: string
  readonly currency: string
  /** What the balance then has more than the books say. */
  readonly difference: BigDecimal.BigDecimal
  /** The true cause, as a candidate names it. */
  readonly kind: Reconciliation.CandidateKind
  readonly orderId: string | null
  readonly entry?: string
  /** Where an adjustment is in the wrong currency: that one breaks by the opposite. */
  readonly wrongly?: string
  /** The snapshot of which it is true; by default the last. */
  readonly to?: DateTime.Utc
}

/** A record of the books that counts, and the row at the exchange that it is. */
interface Victim {
  readonly id: number
  readonly row: HistoryRow.HistoryRow
  readonly amount: BigDecimal.BigDecimal
  readonly fees: BigDecimal.BigDecimal
}

const victims = Effect.fnUntraced(function* ({ engine }: BookLife.Life) {
  const sql = yield* SqlClient.SqlClient
  const records = yield* sql<{
    readonly id: number
    readonly order_id: string
    readonly currency: string
    readonly amount: string
    readonly fees: string
  }>`SELECT id, order_id, currency, amount, fees FROM record WHERE settled_after IS NOT NULL AND vanished_at IS NULL ORDER BY id`
  const rows = yield* engine.rows
  return yield* Effect.forEach(records, ({ amount, currency, fees, id, order_id }) =>
    Effect.gen(function* () {
      const row = rows.find((one) => one.orderId === order_id && one.currency === currency)
      if (row === undefined) return yield* Effect.dieMessage(`the exchange has no ${order_id}`)
      const victim: Victim = { id, row, amount: yield* Decimal.fromText(amount), fees: yield* Decimal.fromText(fees) }
      return victim
    })
  ).pipe(Effect.orDie)
})

const negative = BigDecimal.negate

/** What a row does more to its balance, where its amount is this much more. */
const way = (row: HistoryRow.HistoryRow, more: BigDecimal.BigDecimal) =>
  BookLife.incoming(row) ? more : negative(more)

const kinds = [
  "row dropped by hand",
  "row duplicated by hand",
  "amount altered by hand",
  "fee lost by hand",
  "shown twice by the exchange",
  "amount altered by the exchange",
  "fee lost at the exchange",
  "never shown by the exchange",
  "shown late by the exchange",
  "adjustment of the wrong sign",
  "adjustment entered twice",
  "adjustment of nothing",
  "adjustment in the wrong currency"
] as const

const columns = `account_id, wallet, order_id, currency, type, line, timestamp, status, amount, fees, description, username, txid,
  currency_network, to_address, source_currency, source_amount, target_currency, target_amount, rate, final, settled_after,
  first_seen, last_changed`

/** A person adjusts the books. */
const adjusted = (currency: string, amount: BigDecimal.BigDecimal) =>
  Effect.flatMap(Entries.Entries, (entries) => entries.adjust({ currency, amount, reason: "a mistake" })).pipe(
    Effect.map(({ id }) => id),
    Effect.orDie
  )

/** Does it, and syncs where it was done at the exchange. */
export const corrupt = Effect.fnUntraced(function* (life: BookLife.Life) {
  const { convention, engine } = life
  const sql = yield* SqlClient.SqlClient
  const all = yield* victims(life)
  const withFee = all.filter(({ fees, row }) => fees.value > 0n && convention.onTop.has(row.type))
  const [first, ...others] = kinds
  // Where no fee counts, none can be lost.
  const possible = others.filter((one) => withFee.length > 0 || !one.startsWith("fee lost"))
  const name = yield* BookLife.pick([first, ...possible])
  const from = name.startsWith("fee lost") ? withFee : all
  const victim = from[yield* Random.nextIntBetween(0, Math.max(1, from.length))]
  if (victim === undefined) return undefined
  const { amount, fees, id, row } = victim
  const { currency, orderId } = row
  const more = BigDecimal.make(BigInt(yield* Random.nextIntBetween(1, 100_000)) * 104_729n + 1n, 11)
  const own = { name, currency, orderId }
  const effect = BookLife.moved(row)
  switch (name) {
    case "row dropped by hand": {
      yield* sql`DELETE FROM record WHERE id = ${id}`
      return { ...own, difference: effect, kind: "row_lost" } satisfies Corruption
    }
    case "row duplicated by hand": {
      yield* sql`INSERT INTO record (${sql.literal(columns)}) SELECT ${sql.literal(columns)} FROM record WHERE id = ${id}`
      return { ...own, difference: negative(effect), kind: "row_unknown" } satisfies Corruption
    }
    case "amount altered by hand": {
      yield* sql`UPDATE record SET amount = ${Decimal.toText(BigDecimal.sum(amount, more))} WHERE id = ${id}`
      return { ...own, difference: negative(way(row, more)), kind: "row_altered" } satisfies Corruption
    }
    case "fee lost by hand": {
      yield* sql`UPDATE record SET fees = '0' WHERE id = ${id}`
      return { ...own, difference: negative(fees), kind: "row_altered" } satisfies Corruption
    }
    case "shown twice by the exchange": {
      yield* engine.adjust(currency, BigDecimal.abs(effect))
      yield* engine.record(row)
      yield* engine.adjust(currency, negative(BigDecimal.sum(BigDecimal.abs(effect), effect)))
      yield* BookLife.syncAll
      return { ...own, difference: negative(effect), kind: "record_twice" } satisfies Corruption
    }
    case "amount altered by the exchange": {
      yield* engine.rewrite(orderId, (one) =>
        one.currency === currency ? { ...one, amount: BigDecimal.sum(one.amount, more) } : one
      )
      yield* BookLife.syncAll
      return { ...own, difference: negative(way(row, more)), kind: "record_changed" } satisfies Corruption
    }
    case "fee lost at the exchange": {
      // The amount stays as it is shown.
      yield* engine.rewrite(orderId, (one) => ({
        ...one,
        fees: Decimal.zero,
        amount: BookLife.incoming(one) ? BigDecimal.sum(one.amount, fees) : BigDecimal.subtract(one.amount, fees)
      }))
      yield* BookLife.syncAll
      return { ...own, difference: negative(fees), kind: "record_changed" } satisfies Corruption
    }
    case "never shown by the exchange": {
      yield* engine.adjust(currency, more)
      yield* life.sync
      return { name, currency, orderId: null, difference: more, kind: "unrecorded" } satisfies Corruption
    }
    case "shown late by the exchange": {
      yield* engine.adjust(currency, more)
      yield* life.sync
      const to = DateTime.unsafeMake(yield* engine.now)
      yield* TestClock.adjust("1 minute")
      const late = { ...row, orderId: "late", type: "Deposit", amount: more, fees: Decimal.zero, conversion: null }
      yield* engine.record({ ...late, timestamp: to.epochMillis - 1 })
      yield* engine.adjust(currency, negative(more))
      // By then the exchange shows whatever it shows late.
      yield* TestClock.adjust("11 minutes")
      yield* BookLife.syncAll
      return { name, currency, orderId: "late", difference: more, kind: "record_late", to } satisfies Corruption
    }
    case "adjustment of the wrong sign": {
      yield* engine.adjust(currency, more)
      yield* life.sync
      const entry = yield* adjusted(currency, negative(more))
      return { ...own, difference: BigDecimal.sum(more, more), entry, kind: "entry" } satisfies Corruption
    }
    case "adjustment entered twice": {
      yield* engine.adjust(currency, more)
      yield* life.sync
      yield* adjusted(currency, more)
      const entry = yield* adjusted(currency, more)
      return { ...own, difference: negative(more), entry, kind: "entry" } satisfies Corruption
    }
    case "adjustment of nothing": {
      const entry = yield* adjusted(currency, more)
      return { ...own, difference: negative(more), entry, kind: "entry" } satisfies Corruption
    }
    case "adjustment in the wrong currency": {
      yield* engine.adjust(currency, more)
      yield* life.sync
      const wrongly = currency === "BTC" ? "ETH" : "BTC"
      const entry = yield* adjusted(wrongly, more)
      return { ...own, difference: more, entry, wrongly, kind: "entry" } satisfies Corruption
    }
  }
})
