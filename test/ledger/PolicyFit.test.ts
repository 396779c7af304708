import { AccountingPolicy, Reconciliation, Sync } from "@btse-wallet/ledger"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Random, Schema, TestClock } from "effect"
import type { Exchange, RowOptions } from "./Bench.ts"
import { dawn, ledger, makeExchange, row, temporaryFile } from "./Bench.ts"

const hour = 3_600_000

const books = <A, E>(body: (exchange: Exchange) => Effect.Effect<A, E, Sync.Sync | Reconciliation.Reconciliation>) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(dawn + hour)
    const exchange = makeExchange()
    const filename = yield* temporaryFile
    return yield* body(exchange).pipe(Effect.provide(ledger(exchange, filename)))
  }).pipe(Effect.scoped)

/** A day passes, this was in it, these are the balances, and the ledger looks. */
const next = Effect.fnUntraced(function* (
  { state }: Exchange,
  rows: ReadonlyArray<RowOptions>,
  balances: Record<string, string>
) {
  yield* TestClock.adjust("1 day")
  const now = dawn + hour + 1000 * state.rows.length
  state.rows.push(...rows.map((one, index) => row({ timestamp: now + index, ...one })))
  state.balances = balances
  yield* Effect.flatMap(Sync.Sync, (service) => service.run())
})

const fit = (options?: Reconciliation.ReconciliationOptions) =>
  Effect.flatMap(Reconciliation.Reconciliation, (service) => service.fit(options))

const ofType = (found: Reconciliation.PolicyFit, type: string) => found.types.find((one) => one.type === type)

type Day = Omit<RowOptions, "orderId">

const day = (...rows: ReadonlyArray<Day>): ReadonlyArray<RowOptions> =>
  rows.map((one, index) => ({ orderId: `x${index}`, ...one }))

describe("A fit", () => {
  it.effect("leaves a policy as it is where it fits, and says what the snapshots do not decide", () =>
    books((exchange) =>
      Effect.gen(function* () {
        yield* next(
          exchange,
          [
            { orderId: "a", amount: "5" },
            { orderId: "b", amount: "2", type: "Withdraw" }
          ],
          { BTC: "3" }
        )
        const found = yield* fit()
        expect(found).toMatchObject({ fits: "every", changed: false, complete: true, snapshots: 1 })
        expect(found.policy).toBe(AccountingPolicy.standard)
        // No fee was seen, so nothing tells where it would sit.
        expect(ofType(found, "Deposit")).toMatchObject({
          changed: false,
          decided: false,
          rule: { direction: "in", fees: "included" }
        })
        expect(ofType(found, "Deposit")?.equal).toContainEqual({ direction: "in", fees: "extra" })
        expect(found.pending).toMatchObject({ value: "held", decided: false })
      })
    )
  )

  it.effect(
    "finds that fees are on top, that an unknown type goes out, and says in which currencies else would fail",
    () =>
      books((exchange) =>
        Effect.gen(function* () {
          yield* next(
            exchange,
            [
              { orderId: "a", amount: "100" },
              { orderId: "b", amount: "10", fees: "0.25", type: "Withdraw" },
              { orderId: "c", amount: "50", currency: "ETH" },
              { orderId: "d", amount: "20", fees: "0.5", currency: "ETH", type: "Withdraw" },
              { orderId: "e", amount: "3", type: "Airlift" }
            ],
            { BTC: "86.75", ETH: "29.5" }
          )
          yield* next(exchange, [{ orderId: "f", amount: "1", fees: "0.125", type: "Withdraw" }], {
            BTC: "85.625",
            ETH: "29.5"
          })
          const found = yield* fit()
          expect(found).toMatchObject({ fits: "every", changed: true, policy: { name: "standard fitted" } })
          expect(ofType(found, "Withdraw")).toMatchObject({
            currencies: 2,
            rule: { direction: "out", fees: "extra" },
            before: { direction: "out", fees: "included" },
            changed: true,
            decided: true,
            equal: [{ direction: "out", fees: "extra" }]
          })
          expect(ofType(found, "Withdraw")?.tried).toContainEqual({
            direction: "out",
            fees: "included",
            fits: 0,
            failsIn: ["BTC", "ETH"]
          })
          expect(found.policy.types["Airlift"]).toEqual({ direction: "out", fees: "included" })
          expect(found.currencies).toEqual([
            { currency: "BTC", intervals: 2, fitting: 2, fittingBefore: 0 },
            { currency: "ETH", intervals: 1, fitting: 1, fittingBefore: 0 }
          ])
          const report = yield* Effect.flatMap(Reconciliation.Reconciliation, (service) =>
            service.run({ policy: found.policy })
          )
          expect(report).toMatchObject({ status: "matched", policy: "standard fitted", unknownTypes: [] })
          // The file that it is written into holds the same policy.
          expect(yield* AccountingPolicy.fromJson(AccountingPolicy.toJson(found.policy))).toEqual(found.policy)
        })
      )
  )

  it.effect("finds that withdrawals leave the total when they are requested", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const { state } = exchange
        yield* next(
          exchange,
          [
            { orderId: "a", amount: "100" },
            { orderId: "b", amount: "10", type: "Withdraw", status: "PENDING" }
          ],
          { BTC: "90" }
        )
        yield* next(exchange, [{ orderId: "c", amount: "5" }], { BTC: "95" })
        state.rows = state.rows.map((one) => ({ ...one, status: "COMPLETED" }))
        yield* next(exchange, [], { BTC: "95" })
        expect(yield* fit()).toMatchObject({
          fits: "every",
          pending: { value: "deducted", before: "held", decided: true },
          policy: { pending: "deducted" }
        })
      })
    )
  )

  it.effect("keeps the rules where two sets of them explain the same, and says which they are", () =>
    books((exchange) =>
      Effect.gen(function* () {
        // Both types always come together: which of them goes out cannot be told.
        const both = (amount: string) => day({ amount, type: "A" }, { amount, type: "B" })
        yield* next(exchange, [{ orderId: "d", amount: "9" }], { BTC: "9" })
        yield* next(
          exchange,
          both("5").map((one) => ({ ...one, orderId: `1${one.orderId}` })),
          { BTC: "9" }
        )
        yield* next(
          exchange,
          both("7").map((one) => ({ ...one, orderId: `2${one.orderId}` })),
          { BTC: "9" }
        )
        const found = yield* fit()
        expect(found.fits).toBe("every")
        for (const type of ["A", "B"]) {
          expect(ofType(found, type)?.decided).toBe(false)
          expect(ofType(found, type)?.equal.map(({ direction }) => direction)).toEqual(
            expect.arrayContaining(["in", "out"])
          )
        }
      })
    )
  )

  it.effect("says which currency no rule explains, and fits the others all the same", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const rows = [
          { orderId: "a", amount: "100", fees: "0.5" },
          { orderId: "b", amount: "40", currency: "ETH", fees: "0.25" },
          { orderId: "c", amount: "7", currency: "USD", fees: "0.125" }
        ]
        yield* next(exchange, rows, { BTC: "99.5", ETH: "39.75", USD: "6.875" })
        yield* next(exchange, [], { BTC: "99.5", ETH: "39.75", USD: "5" })
        const found = yield* fit()
        expect(found).toMatchObject({ fits: "some", complete: true })
        expect(ofType(found, "Deposit")).toMatchObject({ rule: { direction: "in", fees: "extra" }, decided: true })
        expect(found.currencies.filter(({ fitting, intervals }) => fitting < intervals)).toEqual([
          { currency: "USD", intervals: 2, fitting: 1, fittingBefore: 0 }
        ])
      })
    )
  )

  it.effect("is quick and exact where every type has a rule of its own, over many currencies and days", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const types = Object.keys(AccountingPolicy.standard.types)
        const truth = new Map<string, AccountingPolicy.Rule>()
        for (const type of types) {
          truth.set(type, {
            direction: (yield* Random.nextBoolean) ? "in" : "out",
            fees: (yield* Random.nextBoolean) ? "extra" : "included"
          })
        }
        const currencies = Array.from({ length: 12 }, (_, index) => `C${index}`)
        const units = new Map<string, bigint>()
        for (let days = 0; days < 6; days++) {
          const rows: Array<RowOptions> = []
          for (const currency of currencies) {
            for (const type of types) {
              if ((yield* Random.nextIntBetween(0, 3)) > 0) continue
              const amount = BigInt(yield* Random.nextIntBetween(1_000, 1_000_000_000))
              const fees = BigInt(yield* Random.nextIntBetween(1, 900))
              const rule = truth.get(type)
              const moved = (rule?.direction === "in" ? amount : -amount) - (rule?.fees === "extra" ? fees : 0n)
              units.set(currency, (units.get(currency) ?? 0n) + moved)
              const text = plain
              rows.push({
                orderId: `${days}-${currency}-${type}`,
                currency,
                type,
                amount: text(amount),
                fees: text(fees)
              })
            }
          }
          const balances = [...units].map(([currency, value]) => [currency, plain(value)] as const)
          yield* next(exchange, rows, Object.fromEntries(balances))
        }
        const found = yield* fit()
        expect(found).toMatchObject({ fits: "every", complete: true })
        for (const { decided, rule, type } of found.types) {
          const { direction, fees } = truth.get(type) ?? {}
          expect({ type, out: rule.direction === "out", extra: rule.fees === "extra", decided }).toEqual({
            type,
            out: direction === "out",
            extra: fees === "extra",
            decided: true
          })
        }
        yield* Schema.encode(Reconciliation.PolicyFit)(found)
      }).pipe(Effect.withRandom(Random.make("fit")))
    )
  )
})

/** A whole number of the fifth decimal. */
const plain = (value: bigint): string => {
  const digits = (value < 0n ? -value : value).toString().padStart(6, "0")
  return `${value < 0n ? "-" : ""}${digits.slice(0, -5)}.${digits.slice(-5)}`
}
