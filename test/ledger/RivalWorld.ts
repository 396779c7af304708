/**
 * Worlds of payments by seed: the ledger's own, of which some were carried out unknown to it, and colleagues' equal and
 * similar ones in the same history.
 */
import type { HistoryRecord } from "@btse-wallet/core"
import { Effect, Random } from "effect"
import { row } from "./Bench.ts"
import { morning } from "./WithdrawalBench.ts"

const second = 1_000
const minute = 60_000

/** `elsewhere`: answered with an id that history does not use. */
export type Fate = "executed" | "not executed" | "submitted" | "elsewhere"

/** A row of the exchange, and when history begins to show it, by this machine's clock. */
export interface ShownRow {
  readonly record: HistoryRecord.HistoryRecord
  readonly units: number
  readonly shownAt: number
}

export interface OwnPayment {
  readonly key: string
  readonly fate: Fate
  readonly sentAt: number
  /** Thousandths of a bitcoin. */
  readonly units: number
  readonly address: string
  readonly row: ShownRow | undefined
  /** Its row comes long after history had time enough. */
  readonly isLate: boolean
}

export interface World {
  /** The exchange's clock is ahead of the ledger's by this, and the ledger knows it to be within that. */
  readonly ahead: number
  readonly within: number
  readonly lag: number
  readonly own: ReadonlyArray<OwnPayment>
  readonly others: ReadonlyArray<ShownRow>
}

export const between = (from: number, to: number) => Random.nextIntBetween(from, to + 1)

export const pick = <const A>(choices: readonly [A, ...Array<A>]) =>
  Effect.map(Random.nextIntBetween(0, choices.length), (index) => choices[index] ?? choices[0])

const addresses = ["bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"] as const

const fee = 1

const text = (units: number): string => `${units / 1_000}`

/** The exchange shows all rows with a receiver, none, or some. */
type Dialect = "whole" | "bare" | "mixed"

interface Shape {
  readonly orderId: string
  readonly units: number
  readonly at: number
  readonly address: string
  readonly network: string
}

const shown = Effect.fnUntraced(function* (shape: Shape, dialect: Dialect, shownAt: number) {
  const isWhole = dialect === "whole" || (dialect === "mixed" && (yield* between(0, 9)) < 7)
  const fees = (yield* between(0, 3)) === 0 ? null : text(fee)
  const record = row({
    orderId: shape.orderId,
    type: "Withdraw",
    amount: text(shape.units),
    fees,
    timestamp: shape.at,
    status: yield* pick(["PENDING", "PROCESSING", "COMPLETED"]),
    network: (yield* between(0, 11)) === 0 ? null : shape.network,
    toAddress: isWhole ? shape.address : null
  })
  return { record, units: shape.units, shownAt }
})

const someOwn = Effect.fnUntraced(function* (
  index: number,
  sentAt: number,
  { ahead, dialect, lag }: { readonly ahead: number; readonly dialect: Dialect; readonly lag: number }
) {
  const fate = yield* pick(["executed", "executed", "not executed", "not executed", "submitted", "elsewhere"])
  const units = yield* pick([500, 500, 500, 499, 600])
  const address = yield* pick([addresses[0], addresses[0], addresses[1]])
  const delay = (yield* between(0, 4)) === 0 ? yield* between(0, 30 * second) : yield* between(0, second)
  const isLate = fate === "executed" && (yield* between(0, 5)) === 0
  const lateness = isLate ? yield* between(60 * minute, 180 * minute) : yield* pick([0, second, lag])
  const own = { key: `own-${index}`, fate, sentAt, units, address, isLate }
  if (fate === "not executed") return { ...own, row: undefined }
  // The amount that is deducted, or the one that arrives.
  const amount = (yield* between(0, 3)) === 0 ? units - fee : units
  const shape = {
    orderId: fate === "elsewhere" ? `history ${index}` : `w ${index}`,
    units: amount,
    at: sentAt + ahead + delay,
    address: (yield* between(0, 1)) === 0 ? address : address === addresses[0] ? address.toUpperCase() : address,
    network: yield* pick(["BITCOIN", "Bitcoin", "BTC"])
  }
  return { ...own, row: yield* shown(shape, dialect, sentAt + delay + lateness) }
})

/** Tests whether a row's amount is the payment's, as asked or as it arrives. */
export const isAmountOf = ({ units: asked }: OwnPayment, { record, units }: ShownRow): boolean =>
  units === asked || (record.fees !== null && units + fee === asked)

type Clocks = Pick<World, "ahead" | "within">

/** Tests whether nothing that a row names contradicts that it is the payment's, in the time that the ledger has to allow for. */
export const isPossible = (payment: OwnPayment, other: ShownRow, { ahead, within }: Clocks): boolean => {
  const { record } = other
  const after = record.timestamp.epochMillis - ahead - payment.sentAt
  const isSameNetwork = ["BITCOIN", "Bitcoin", "BTC"].includes(record.currencyNetwork ?? "BTC")
  const address = record.toAddress ?? payment.address
  const margin = 2 * within + second
  return (
    isAmountOf(payment, other) &&
    isSameNetwork &&
    address.toLowerCase() === payment.address.toLowerCase() &&
    after >= -margin &&
    after <= 35 * second + margin
  )
}

/** Tests whether a row is, by all that rows tell, the payment's. */
export const isEqual = (payment: OwnPayment, other: ShownRow, clocks: Clocks): boolean =>
  other.record.toAddress !== null && other.record.currencyNetwork !== null && isPossible(payment, other, clocks)

/** Tests whether its own row shows up beside an equal one, so that there are two. */
const isWitnessed = (payment: OwnPayment, clocks: Clocks): boolean =>
  payment.row !== undefined && !payment.isLate && isPossible(payment, payment.row, clocks)

const someOther = Effect.fnUntraced(function* (
  index: number,
  own: ReadonlyArray<OwnPayment>,
  world: Pick<World, "ahead" | "lag" | "within">,
  dialect: Dialect
) {
  const beside = own[yield* between(0, own.length - 1)]
  if (beside === undefined) return undefined
  const { ahead, lag } = world
  const offset = (yield* between(0, 1)) === 0 ? yield* between(-6 * minute, 6 * minute) : yield* between(-3_000, 3_000)
  const taken = beside.row?.record.orderId
  const repeats = taken !== undefined && (yield* between(0, 9)) === 0
  const make = (at: number) =>
    Effect.gen(function* () {
      const shape = {
        orderId: repeats ? taken : `colleague ${index}`,
        units: yield* pick([beside.units, beside.units, beside.units, beside.units - fee, beside.units + fee, 600]),
        at,
        address: yield* pick([beside.address, beside.address, beside.address, addresses[0], addresses[1]]),
        network: yield* pick(["BITCOIN", "Bitcoin", "Bitcoin", "LIQUID"])
      }
      return yield* shown(shape, dialect, at - ahead + (yield* pick([0, second, lag])))
    })
  const other = yield* make(beside.sentAt + ahead + offset)
  // Nothing tells a row from the payment's own that is equal to it in all that rows tell, where the own one is not there.
  const isUndecidable = own.some((payment) => isEqual(payment, other, world) && !isWitnessed(payment, world))
  if (!isUndecidable) return other
  const earlier = yield* make(beside.sentAt + ahead - 30 * minute)
  return own.some((payment) => isEqual(payment, earlier, world)) ? undefined : earlier
})

export const someWorld = Effect.gen(function* () {
  const within = yield* pick([0, 2 * second, minute])
  const lag = yield* pick([minute, 15 * minute])
  const ahead = yield* between(-within, within)
  const dialect = yield* pick(["whole", "whole", "mixed", "bare"])
  const own: Array<OwnPayment> = []
  let at = morning + 60 * minute
  for (let index = 0, count = yield* between(1, 4); index < count; index++) {
    own.push(yield* someOwn(index, at, { ahead, dialect, lag }))
    at += (yield* pick([500, 5 * second, 20 * second, 3 * minute, 10 * minute])) + (yield* between(1, 500))
  }
  const others: Array<ShownRow> = []
  for (let index = 0, count = yield* between(0, 4); index < count; index++) {
    const other = yield* someOther(index, own, { ahead, lag, within }, dialect)
    if (other !== undefined) others.push(other)
  }
  return { ahead, within, lag, own, others } satisfies World
})
