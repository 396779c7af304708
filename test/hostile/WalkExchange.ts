/**
 * An exchange that behaves as badly as a seed says, the history it holds, and what happens to it between and during requests.
 */
import type { Fault, HistoryRow, SandboxOptions } from "@btse-wallet/sandbox"
import { BigDecimal, Effect, Random } from "effect"
import { type Engine, pick } from "./Place.ts"

const day = 86_400_000

/** No later change comes to a row that is older than this, for a sync reads no further back what is final. */
const lookback = 3_600_000

/** Faults that end a read at worst; those that close the limiter's gate take seconds. */
export const faultKinds = [
  "latency",
  "reset-before",
  "reset-after",
  "truncated",
  "malformed",
  "empty",
  "html-502",
  "error-500",
  "error-503",
  "timeout-408",
  "system-error",
  "failure-in-200"
] as const satisfies ReadonlyArray<Fault.FaultKind>

const currencies = ["BTC", "ETH", "USDT", "XRP", "1INCH", "USD", "EUR", "JPY", "BTC-PERP"] as const

export const caps = [7, 50, 500] as const
export const keeps = ["newest", "oldest"] as const
export const orders = ["newest-first", "oldest-first", "shuffled"] as const
export const bounds = ["inclusive", "exclusive", "half-open"] as const

/** How many rows share a millisecond, by the exchange's cap. */
export const ties = {
  none: () => 0,
  two: () => 2,
  "all but one": (cap: number) => cap - 1,
  "a page": (cap: number) => cap,
  "a page and one": (cap: number) => cap + 1,
  "two pages": (cap: number) => 2 * cap,
  "two pages and one": (cap: number) => 2 * cap + 1
} as const

export type Ties = keyof typeof ties

const tieNames: ReadonlyArray<Ties> = [
  "none",
  "two",
  "all but one",
  "a page",
  "a page and one",
  "two pages",
  "two pages and one"
]

/** In how many currencies they are: all of them in one is what no request brings to light. */
const crowdCurrencies = [1, 2, 3, 5, 1] as const

export interface Hostility {
  readonly seed: number
  readonly options: SandboxOptions.SandboxOptions
  readonly cap: number
  /** How long ago the history began, in milliseconds. */
  readonly spread: number
  readonly size: number
  readonly ties: Ties
  readonly crowdCurrencies: number
  /** How many changes there are during the first sync. */
  readonly meanwhile: number
  /** How many of the requests meet a fault. */
  readonly faults: number
}

/** Every so many seeds one is of an exchange beyond those that are told below: tiny pages, or another end kept each time. */
const oneInSo = 8

/**
 * So many seeds in a row meet every combination of cap, kept end, order, bounds, ties and currencies of the ties: each is
 * the remainder of one counter by another number, and 18, 7 and 5 have no divisor in common.
 */
export const wholeRound = (caps.length * 18 * 7 * 5 * oneInSo) / (oneInSo - 1)

const at = <A>(choices: ReadonlyArray<A>, index: number): Effect.Effect<A> =>
  Effect.orDie(Effect.fromNullable(choices[index % choices.length]))

export const draw = (seed: number): Effect.Effect<Hostility> =>
  Effect.gen(function* () {
    const beyond = seed % oneInSo === oneInSo - 1
    const counted = seed - Math.floor(seed / oneInSo)
    const turn = Math.floor(counted / caps.length)
    const cap = beyond ? yield* pick([2, 3, 7, 50]) : yield* at(caps, counted)
    const most = cap < 50 ? 60 : cap === 50 ? 160 : 1_100
    return {
      seed,
      cap,
      spread: yield* pick([30, 3_000, 600_000, 30 * day, 700 * day]),
      size: yield* Random.nextIntBetween(0, most),
      ties: yield* at(tieNames, turn),
      crowdCurrencies: yield* at(crowdCurrencies, turn),
      meanwhile: yield* pick([0, 0, 1, 3]),
      faults: yield* pick([0, 0, 0.1, 0.25]),
      options: {
        seed,
        rateLimits: { requestsPerSecond: 100_000 },
        dialect: yield* pick(["1.1.0", "today"]),
        orderIds: yield* pick(["string", "number"]),
        history: {
          cap,
          overCap: yield* pick(["clip", "clip", "clip", "refuse"]),
          keeps: beyond ? yield* pick(["newest", "oldest", "changing", "changing"]) : yield* at(keeps, turn),
          order: yield* at(orders, Math.floor(turn / 2)),
          bounds: yield* at(bounds, Math.floor(turn / 6))
        },
        faults: { latency: "3 millis" }
      }
    } satisfies Hostility
  }).pipe(Effect.withRandom(Random.make(seed)))

export const show = ({ options, ...drawn }: Hostility): string =>
  JSON.stringify({ ...drawn, ...options.history, dialect: options.dialect })

const amount = Effect.map(Random.nextIntBetween(1, 1_000_000_000), (units) =>
  BigDecimal.make(BigInt(units) * 7n + 1n, 8)
)

/** The sandbox moves a withdrawal that is pending on by itself, and these are to rest. */
const atRest = (row: HistoryRow.HistoryRow): HistoryRow.HistoryRow =>
  row.type === "Withdraw" ? { ...row, status: "COMPLETED" } : row

/** Rows as they come: some share an id with another currency, type or amount, some are equal in every field. */
const someRow = Effect.fnUntraced(function* (
  timestamp: number,
  others: ReadonlyArray<HistoryRow.HistoryRow>,
  currency?: string
) {
  const type = yield* pick(["Deposit", "Withdraw", "Transfer_In", "Transfer_Out", "ReferralEarning", "Airdrop"])
  const row: HistoryRow.HistoryRow = {
    orderId: `${9_007_199_254_740_993n + BigInt(yield* Random.nextIntBetween(0, 1_000_000_000))}`,
    currency: currency ?? (yield* pick(currencies)),
    type,
    status: type === "Airdrop" ? yield* pick(["PENDING", "PROCESSING", "COMPLETED"]) : "COMPLETED",
    amount: yield* amount,
    fees: BigDecimal.make(BigInt(yield* Random.nextIntBetween(0, 3)), 4),
    timestamp,
    description: yield* pick(["", "paid", "To jamesbond"]),
    username: "btseUser",
    txid: "",
    currencyNetwork: yield* pick(["", "BITCOIN"]),
    toAddress: "",
    conversion: null
  }
  const other = others[yield* Random.nextIntBetween(0, Math.max(1, others.length))]
  if (other === undefined) return row
  switch (yield* Random.nextIntBetween(0, 16)) {
    case 0:
      return { ...row, orderId: other.orderId }
    case 1:
      return atRest({ ...row, orderId: other.orderId, currency: currency ?? other.currency, type: other.type })
    case 2:
      return { ...other, currency: currency ?? other.currency, amount: row.amount, timestamp }
    case 3:
      return { ...other, amount: row.amount }
    case 4:
      return { ...other }
    default:
      return row
  }
})

/** The history at the beginning. */
export const fill = Effect.fnUntraced(function* (engine: Engine, hostility: Hostility) {
  const { cap, crowdCurrencies, size, spread } = hostility
  const crowd = ties[hostility.ties](cap)
  // Whatever moves out is there to be moved.
  for (const currency of currencies) yield* engine.adjust(currency, BigDecimal.make(1_000_000_000n, 0))
  const now = (yield* engine.now) - 50
  const rows: Array<HistoryRow.HistoryRow> = []
  for (let i = 0; i < size; i++) rows.push(yield* someRow(now - (yield* Random.nextIntBetween(0, spread)), rows))
  const moment = now - (yield* Random.nextIntBetween(0, spread))
  for (let i = 0; i < crowd; i++) rows.push(yield* someRow(moment, [], currencies[i % crowdCurrencies]))
  for (const row of rows) yield* engine.record(row)
})

/** A row comes, late or new; or one changes in place that is read again: it is recent, or not final. Says which. */
export const happen = Effect.fnUntraced(function* (engine: Engine, hostility: Hostility) {
  const now = (yield* engine.now) - 50
  const rows = yield* engine.rows
  if (yield* Random.nextBoolean) {
    const back = yield* Random.nextIntBetween(0, Math.min(lookback / 2, hostility.spread))
    const row = yield* someRow(now - back, [])
    yield* engine.record(row)
    return rows.some(({ timestamp }) => timestamp > row.timestamp) ? "a late row" : "a new row"
  }
  const open = rows.filter((row) => row.timestamp > now - lookback / 2 || row.status === "PENDING")
  const row = open[yield* Random.nextIntBetween(0, Math.max(1, open.length))]
  if (row === undefined) return "nothing"
  const change = yield* pick(["status", "txid", "fees", "amount"])
  const fees = BigDecimal.make(5n, 3)
  yield* engine.rewrite(row.orderId, (one) => {
    if (one.timestamp !== row.timestamp || one.amount !== row.amount) return one
    switch (change) {
      case "status":
        return { ...one, status: one.status === "COMPLETED" ? "COMPLETED" : "CANCELLED", description: "changed" }
      case "txid":
        return { ...one, txid: `tx${now}` }
      case "fees":
        return { ...one, fees }
      case "amount":
        return { ...one, amount: BigDecimal.sum(one.amount, fees) }
    }
  })
  return "a change in place"
})
