/**
 * Ledgers of random lives, over several syncs: every kind of record, currencies that no commodity syntax takes as they are,
 * records that settle late, and what the wallet must hold by the test's own arithmetic.
 */
import type { HistoryRecord } from "@btse-wallet/core"
import { Sync } from "@btse-wallet/ledger"
import { Effect, Layer, Random, TestClock } from "effect"
import { dawn, ledger, makeExchange, row, temporaryFile } from "./Bench.ts"

const hour = 3_600_000

const one = 10n ** 18n

export const currencies = [
  "BTC",
  "USD",
  "1INCH",
  "BTC-PERP",
  "S",
  "mETH",
  "TRUE",
  "X-Y",
  'a;"b%',
  "BABYDOGE2.0"
] as const

type Units = bigint

/** An amount in units of the 18th decimal, as shortest text. */
export const textOf = (units: Units): string => {
  const digits = (units < 0n ? -units : units).toString().padStart(19, "0")
  const decimals = digits.slice(-18).replace(/0+$/, "")
  return `${units < 0n ? "-" : ""}${digits.slice(0, -18)}${decimals === "" ? "" : `.${decimals}`}`
}

/** The units of any decimal of at most 18 places, exponent form included. */
export const unitsOf = (text: string): Units => {
  const match = /^(-?)(\d*)(?:\.(\d*))?(?:E([+-]?\d+))?$/.exec(text.trim())
  if (match === null) throw new Error(`${text} is no decimal`)
  const [, sign, whole = "", decimals = "", exponent = "0"] = match
  const places = 18 - decimals.length + Number(exponent)
  const digits = BigInt(`${whole}${decimals}`)
  const units = places >= 0 ? digits * 10n ** BigInt(places) : digits / 10n ** BigInt(-places)
  return sign === "-" ? -units : units
}

export interface Kept {
  record: HistoryRecord.HistoryRecord
  /** By how much the wallet changes when it is COMPLETED. */
  readonly change: Units
}

const pick = <const A>(choices: readonly [A, ...Array<A>]) =>
  Effect.map(Random.nextIntBetween(0, choices.length), (index) => choices[index] ?? choices[0])

const someUnits = Effect.gen(function* () {
  const whole = BigInt(yield* Random.nextIntBetween(0, 1_000_000))
  const places = yield* pick([1n, 10n ** 10n, one])
  return (whole * one + BigInt(yield* Random.nextIntBetween(1, 2 ** 31)) * 123_456_789n) / places
})

const kinds = [
  { type: "Deposit", sign: 1n },
  { type: "Deposit", sign: 1n },
  { type: "Withdraw", sign: -1n },
  { type: "Withdraw", sign: -1n },
  { type: "Transfer_In", sign: 1n },
  { type: "Transfer_Out", sign: -1n },
  { type: "ReferralEarning", sign: 1n },
  { type: "spot trading fee rebate", sign: 1n },
  { type: "Strategy Pay", sign: -1n },
  { type: "something new", sign: 1n },
  { type: "something new", sign: -1n }
] as const

const someStatus = pick(["PENDING", "PROCESSING", "COMPLETED", "COMPLETED", "COMPLETED", "CANCELLED"])

const somePlain = Effect.fnUntraced(function* (orderId: string, timestamp: number) {
  const { sign, type } = yield* pick(kinds)
  const units = (yield* Random.nextIntBetween(0, 40)) === 0 ? 0n : yield* someUnits
  const fees = yield* pick([null, 0n, units / 3n, units / 1000n])
  const record = row({
    orderId,
    amount: textOf(type === "something new" ? sign * units : units),
    fees: fees === null ? null : textOf(fees),
    currency: yield* pick(currencies),
    type,
    status: yield* someStatus,
    timestamp,
    txid: yield* pick([null, `0x${orderId}`]),
    description: yield* pick([null, 'To "Ann"; [2020-01-01], date:2020-01-01\n| x', "übrig, \\ 5%"])
  })
  return [{ record, change: sign * units }]
})

const someConversion = Effect.fnUntraced(function* (orderId: string, timestamp: number) {
  const source = yield* pick(currencies)
  const target = yield* pick(currencies)
  if (source === target) return yield* somePlain(orderId, timestamp)
  const shared = { orderId, type: "Convert fiat", status: yield* someStatus, source, target }
  const legs: Array<Kept> = []
  for (const [currency, sign] of [
    [source, -1n],
    [target, 1n]
  ] as const) {
    const units = yield* someUnits
    const fees = yield* pick([0n, units / 50n])
    const at = timestamp + (yield* Random.nextIntBetween(0, 3))
    const record = row({ ...shared, currency, amount: textOf(units), fees: textOf(fees), timestamp: at })
    legs.push({ record, change: sign * units })
  }
  return legs
})

const totalsOf = (kept: ReadonlyArray<Kept>, counts: (one: Kept) => boolean): Map<string, Units> => {
  const totals = new Map<string, Units>()
  for (const { change, record } of kept.filter(counts)) {
    totals.set(record.currency, (totals.get(record.currency) ?? 0n) + change)
  }
  return totals
}

const settled = ({ record }: Kept) => record.status === "COMPLETED"

const pending = ({ record }: Kept) => record.status === "PENDING" || record.status === "PROCESSING"

export interface Books {
  readonly context: string
  /** What the wallet holds once every COMPLETED record counts; currencies of nothing left out. */
  readonly holds: ReadonlyMap<string, Units>
  readonly records: ReadonlyArray<HistoryRecord.HistoryRecord>
  readonly kept: ReadonlyArray<Kept>
  /** What the exchange held at the last snapshot. */
  readonly balances: Readonly<Record<string, string>>
  readonly filename: string
  /** Whether the exchange takes what is on its way out of the total at once. */
  readonly withholds: boolean
  /** Whether it shows some records only after a snapshot whose balances have them. */
  readonly hides: boolean
}

const live = Effect.fnUntraced(function* (seed: number) {
  yield* TestClock.setTime(dawn)
  const exchange = makeExchange()
  const { state } = exchange
  const withholds = (yield* Random.nextIntBetween(0, 4)) === 0
  const hides = (yield* Random.nextIntBetween(0, 3)) === 0
  const kept: Array<Kept> = []
  const filename = yield* temporaryFile
  const books = yield* Layer.build(ledger(exchange, filename))
  let now = dawn
  let last = dawn - 400 * 24 * hour
  for (let round = 0; round < 4; round++) {
    yield* TestClock.setTime(now)
    const size = yield* Random.nextIntBetween(0, 25)
    for (let i = 0; i < size; i++) {
      const orderId = (yield* Random.nextIntBetween(0, 8)) === 0 ? `o (${kept.length >> 2}) ;é` : `n${kept.length}`
      const timestamp = yield* Random.nextIntBetween(Math.max(last, dawn - 400 * 24 * hour), now)
      const make = (yield* Random.nextIntBetween(0, 6)) === 0 ? someConversion : somePlain
      kept.push(...(yield* make(orderId, timestamp)))
    }
    for (const one of kept.filter(pending)) {
      if (yield* Random.nextBoolean) {
        one.record = { ...one.record, status: yield* pick(["COMPLETED", "COMPLETED", "CANCELLED"]) }
      }
    }
    const hidden = new Set<Kept>()
    const later = hides && round < 3 ? yield* Random.nextIntBetween(0, 3) : 0
    for (let i = 0; i < later; i++) {
      const timestamp = yield* Random.nextIntBetween(now - hour / 4, now)
      for (const one of yield* somePlain(`hidden${kept.length}`, timestamp)) {
        one.record = { ...one.record, status: "COMPLETED" }
        kept.push(one)
        hidden.add(one)
      }
    }
    state.rows = kept.filter((one) => !hidden.has(one)).map(({ record }) => record)
    const out = (one: Kept) => withholds && pending(one) && one.change < 0n
    state.balances = Object.fromEntries(
      [...totalsOf(kept, (one) => settled(one) || out(one))].map(([currency, units]) => [currency, textOf(units)])
    )
    yield* Effect.provide(
      Effect.flatMap(Sync.Sync, (service) => service.run()),
      books
    )
    // Half an hour late at most, which the lookback covers.
    last = now - hour / 2
    now += (yield* Random.nextIntBetween(1, 40)) * hour
  }
  const holds = new Map([...totalsOf(kept, settled)].filter(([, units]) => units !== 0n))
  const records = kept.map(({ record }) => record)
  const told: Books = {
    context: `seed ${seed}`,
    holds,
    records,
    kept,
    balances: state.balances,
    filename,
    withholds,
    hides
  }
  return { told, books }
})

/** Runs something on the books of a seed. */
export const withBooks = <A, E, R>(seed: number, use: (books: Books) => Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const { books, told } = yield* Effect.withRandom(live(seed), Random.make(seed))
    return yield* Effect.provide(use(told), books)
  }).pipe(Effect.scoped)
