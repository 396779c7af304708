import { WalletModel } from "@btse-wallet/core"
import { LedgerStatus, Sync } from "@btse-wallet/ledger"
import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect, Exit, Random, TestClock } from "effect"
import * as Campaign from "../Campaign.ts"
import { decimal, type Exchange } from "./Bench.ts"
import { between, isAmountOf, isEqual, isPossible, type OwnPayment, pick, someWorld, type World } from "./RivalWorld.ts"
import { books, candidates, decide, get, list, lost, request, resolve, submit } from "./WithdrawalBench.ts"

/** The exchange may carry out a request so long after its sending. */
const givesUp = 35_000

const seeds = Campaign.size(24, 2_000)

/** Has history show what the exchange shows by now. */
const show = (state: Exchange["state"], { others, own }: World) =>
  Effect.map(Clock.currentTimeMillis, (now) => {
    const rows = [...own.flatMap(({ row }) => row ?? []), ...others]
    state.rows = rows.filter(({ shownAt }) => shownAt <= now).map(({ record }) => record)
  })

/** The payment of each row that history shows by now. */
const ownersOf = ({ own }: World, now: number): ReadonlyMap<string, string> =>
  new Map(
    own.flatMap(({ key, row }) =>
      row === undefined || row.shownAt > now ? [] : [[String(row.record.orderId), key] as const]
    )
  )

/** Every payment has its own row, or none. */
const check = Effect.fnUntraced(function* (world: World, seed: number) {
  const owners = ownersOf(world, yield* Clock.currentTimeMillis)
  const sent = new Set((yield* list).map(({ key }) => key))
  for (const { fate, key } of world.own) {
    if (!sent.has(key)) continue
    const payment = yield* get(key)
    if (payment.kind !== "withdraw" || payment.withdrawId === null || fate === "submitted") continue
    if (fate === "elsewhere" && payment.withdrawId === `unused ${key}`) continue
    expect(owners.get(payment.withdrawId), `seed ${seed}: ${key} has row ${payment.withdrawId}`).toBe(key)
  }
})

/** Tests whether nothing but its own row can be a payment's, and its own can be no other's. */
const isConclusive = (payment: OwnPayment, world: World): boolean => {
  const { fate, isLate, row } = payment
  if (fate !== "executed" || row === undefined || isLate || !isEqual(payment, row, world)) return false
  const near = 80_000 + 4 * world.within
  const rivals = world.own.some(
    (other) =>
      other !== payment &&
      other.fate !== "submitted" &&
      other.address === payment.address &&
      Math.abs(other.units - payment.units) <= 2 &&
      Math.abs(other.sentAt - payment.sentAt) <= near
  )
  const doubles = world.others.some(
    (other) => other.record.orderId === row.record.orderId || isPossible(payment, other, world)
  )
  const ownDoubles = world.own.some(
    (other) => other !== payment && other.row !== undefined && isPossible(payment, other.row, world)
  )
  return !rivals && !doubles && !ownDoubles
}

const send = Effect.fnUntraced(function* (state: Exchange["state"], payment: OwnPayment) {
  const { address, fate, key, sentAt, units } = payment
  const now = yield* Clock.currentTimeMillis
  yield* TestClock.adjust(Math.max(0, sentAt - now))
  const id = fate === "elsewhere" ? `unused ${key}` : (payment.row?.record.orderId ?? "")
  const isAnswered = fate === "submitted" || fate === "elsewhere"
  state.onWithdraw = isAnswered ? Effect.succeed(WalletModel.OrderId.make(id)) : lost
  const asked = { ...request, address, amount: decimal(`${units / 1_000}`) }
  const exit = yield* Effect.exit(submit({ key, request: asked }))
  expect(Exit.isSuccess(exit), `${key} is answered`).toBe(isAnswered)
  expect((yield* get(key)).sendingAt, `${key} is sent`).not.toBeNull()
})

/** What a person declares not sent though it was: its row raises an alarm when it shows up. */
const declare = Effect.fnUntraced(function* (state: Exchange["state"], world: World, payment: OwnPayment) {
  const known = yield* get(payment.key)
  // A row without its fee may show an amount that nobody can tell to be the payment's.
  if (known.status !== "UNKNOWN" || payment.row === undefined || !isAmountOf(payment, payment.row)) return 0
  const acknowledged = (yield* candidates(payment.key)).map(({ orderId }) => orderId)
  const orderId = String(payment.row?.record.orderId)
  // A row whose id another row repeats may be acknowledged with that.
  if (acknowledged.includes(orderId)) return 0
  yield* decide(payment.key, { _tag: "NotSent", reason: "support", acknowledged })
  yield* TestClock.adjust("5 hours")
  yield* show(state, world)
  const { alarms } = yield* Effect.flatMap(Sync.Sync, (sync) => sync.run())
  const raised = alarms.filter(({ key }) => key === payment.key).map(({ row }) => row.orderId)
  expect(raised, `the late row of ${payment.key}`).toContain(orderId)
  const status = yield* Effect.flatMap(LedgerStatus.LedgerStatus, (service) => service.get)
  expect(status.alarms).toEqual(alarms)
  return 1
})

const live = Effect.fnUntraced(function* (seed: number) {
  const world = yield* someWorld
  const settings = { clockSkew: world.within, historyLag: world.lag + givesUp }
  return yield* books(
    ({ state }) =>
      Effect.gen(function* () {
        const look = show(state, world).pipe(Effect.zipRight(resolve), Effect.zipRight(check(world, seed)))
        for (const payment of world.own) {
          yield* send(state, payment)
          if ((yield* between(0, 3)) === 0) yield* look
        }
        for (const wait of [yield* pick([1_000, 20_000]), 60_000, world.lag, 100_000]) {
          yield* TestClock.adjust(wait)
          yield* look
        }
        const conclusive = world.own.filter((payment) => isConclusive(payment, world))
        for (const { key, row } of conclusive) {
          const payment = yield* get(key)
          expect(payment, `seed ${seed}: ${key} is found`).toMatchObject({ withdrawId: row?.record.orderId })
        }
        const late = world.own.find(({ isLate }) => isLate)
        const declared = late === undefined ? 0 : yield* declare(state, world, late)
        yield* check(world, seed)
        return { found: conclusive.length, declared }
      }),
    settings,
    "in memory"
  )
})

describe("Unknown payments beside equal and similar ones", () => {
  it.effect(
    `never take another's row, and take their own where nothing else can be it, in ${seeds} worlds`,
    () =>
      Effect.gen(function* () {
        const first = Campaign.firstSeed("rivals")
        const met = { found: 0, declared: 0 }
        for (let seed = first; seed < first + seeds; seed++) {
          const { declared, found } = yield* Effect.withRandom(live(seed), Random.make(seed))
          met.found += found
          met.declared += declared
          yield* Campaign.breath
        }
        // The worlds are not empty of what they are to show.
        expect(met.found).toBeGreaterThan(seeds / 20)
        expect(met.declared).toBeGreaterThan(seeds / 60)
      }),
    Campaign.timeout
  )
})
