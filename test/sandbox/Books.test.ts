import { Exchange } from "@btse-wallet/sandbox"
import { describe, expect, it } from "@effect/vitest"
import { BigDecimal, Effect, Either, Random, TestClock } from "effect"
import * as Effects from "./Effects.ts"

const start = 1_790_000_000_000
const currencies = ["BTC", "ETH", "USDT", "XRP", "1INCH", "USD", "EUR", "JPY", "BTC-PERP"]
const pairs = ["BTC-Bitcoin", "BTC-LIQUID", "ETH-Ethereum", "USDT-ERC20", "USDT-TRC20", "XRP-Ripple", "1INCH-Ethereum"]

const pick = (from: ReadonlyArray<string>) => Effect.map(Random.nextIntBetween(0, from.length), (i) => from[i] ?? "")

const amount = Effect.gen(function* () {
  const scale = yield* Random.nextIntBetween(0, 11)
  return BigDecimal.format(BigDecimal.make(BigInt(yield* Random.nextIntBetween(0, 2_000_000_000)), scale))
})

/** One thing that a client, an operator or the clock does; most are possible, some are refused. */
const act = Effect.fnUntraced(function* (exchange: Exchange.Exchange["Type"]) {
  const text = yield* amount
  const currency = yield* pick(currencies)
  const other = yield* pick(currencies)
  switch (yield* Random.nextIntBetween(0, 6)) {
    case 0:
      return yield* exchange.deposit({ currency, amount: BigDecimal.unsafeFromString(`1${text}`) })
    case 1:
      return yield* exchange.convert({ amount: text, fromAsset: currency, toAsset: other })
    case 2:
      return yield* exchange.transfer({ amount: text, asset: currency, toUser: "jamesbond" })
    case 3:
      return yield* exchange.advance(yield* Random.nextIntBetween(0, 900))
    default:
      return yield* exchange.withdraw({
        currency: yield* pick(pairs),
        address: (yield* Random.nextBoolean) ? "address" : "cancelled",
        amount: text,
        includeWithdrawFee: yield* Random.nextBoolean
      })
  }
})

describe("the books", () => {
  it.effect("balances are always what the history says, held and all, and every currency sums to zero", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(start)
      const refused = new Set<number>()
      const statuses = new Set<string>()
      for (let seed = 0; seed < 40; seed++) {
        const exchange = yield* Exchange.make({ records: 150, seed })
        yield* Effect.gen(function* () {
          for (let step = 0; step < 60; step++) {
            const outcome = yield* Effect.either(act(exchange))
            if (Either.isLeft(outcome)) refused.add(outcome.left.errorCode)
            const rows = yield* exchange.rows
            const balances = yield* exchange.balances
            const where = `seed ${seed}, step ${step}`
            expect([where, Effects.texts(balances)]).toEqual([where, Effects.totals(rows).texts])
            expect([where, Effects.heldTexts(balances)]).toEqual([where, Effects.held(rows)])
            for (const [currency, sum] of yield* exchange.trialBalance) {
              expect([where, currency, sum.value]).toEqual([where, currency, 0n])
            }
            for (const row of rows) statuses.add(row.status)
          }
        }).pipe(Effect.withRandom(Random.make(seed)))
      }
      // The test has walked through every state and every refusal that it means to.
      expect([...statuses].toSorted()).toEqual(["CANCELLED", "COMPLETED", "PENDING", "PROCESSING"])
      expect([...refused].toSorted((a, b) => a - b)).toEqual([-2, 3506, 51523])
    })
  )

  it.effect("an adjustment moves a balance that no row explains", () =>
    Effect.gen(function* () {
      const exchange = yield* Exchange.make()
      yield* exchange.adjust("BTC", BigDecimal.unsafeFromString("0.1"))
      expect(Effects.texts(yield* exchange.balances)).toEqual(["BTC 0.1"])
      expect(yield* exchange.count).toBe(0)
    })
  )
})
