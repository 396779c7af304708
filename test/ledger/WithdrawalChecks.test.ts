import { Decimal, WalletError } from "@btse-wallet/core"
import { Sync, PaymentPolicy } from "@btse-wallet/ledger"
import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect, Either, TestClock } from "effect"
import { bitcoin, decimal, ledger, origin, row } from "./Bench.ts"
import { books, check, get, request, stage, submit } from "./WithdrawalBench.ts"

const failures = (preview: Effect.Effect.Success<ReturnType<typeof check>>) =>
  preview.checks.filter(({ outcome }) => outcome === "failed").map(({ check }) => check)

const blocked = (error: unknown) => {
  expect(error).toMatchObject({ _tag: "PaymentBlocked" })
  return error instanceof Error ? error.message : ""
}

const policy = (json: unknown) => PaymentPolicy.fromJson(JSON.stringify(json))

const text = (amount: Parameters<typeof Decimal.toText>[0] | null) => (amount === null ? null : Decimal.toText(amount))

describe("The checks before a withdrawal is sent", () => {
  it.effect("show the fee and what arrives, inside the amount and on top of it", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const inside = yield* check({ amount: decimal("2") })
        expect([inside.fee, inside.deducted, inside.received].map(text)).toEqual(["0.002", "2", "1.998"])
        const onTop = yield* check({ amount: decimal("0.1"), feeOnTop: true })
        expect([onTop.fee, onTop.deducted, onTop.received].map(text)).toEqual(["0.0005", "0.1005", "0.1"])
        expect(onTop.checks.map(({ check, outcome }) => `${check} ${outcome}`)).toEqual([
          "amount passed",
          "network passed",
          "minimum passed",
          "fee passed",
          "balance passed"
        ])
        expect(state.withdrawals).toEqual([])
      })
    )
  )

  it.effect("fail for an unknown network, too little, nothing after the fee, and a balance that lacks the fee", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        expect(failures(yield* check({ network: request.network }))).toEqual([])
        const liquid = { ...request, network: bitcoin.network, amount: decimal("0.0004") }
        expect(failures(yield* check(liquid))).toEqual(["minimum", "fee"])
        state.networks = [{ ...bitcoin, withdraw: { ...bitcoin.withdraw, enabled: false } }]
        yield* TestClock.adjust("11 minutes")
        expect(failures(yield* check())).toEqual(["network"])
        state.networks = []
        expect(blocked(yield* Effect.flip(submit()))).toContain("does not know BTC on BITCOIN")
        state.networks = [bitcoin]
        state.balances = { BTC: "0.5" }
        expect(failures(yield* check())).toEqual([])
        expect(failures(yield* check({ feeOnTop: true }))).toEqual(["balance"])
        const short = yield* Effect.flip(submit({ request: { ...request, feeOnTop: true } }))
        expect(blocked(short)).toContain("0.5 BTC available, 0.5005 needed")
        expect(state.withdrawals).toEqual([])
        // Its key is free: the request can be corrected.
        expect((yield* Effect.flip(get("k")))._tag).toBe("PaymentNotFound")
        expect(yield* submit()).toMatchObject({ status: "SUBMITTED" })
      })
    )
  )

  it.effect("ask for the networks again when they are old, or refuse something", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        yield* check()
        yield* check()
        expect(state.asked).toBe(1)
        yield* TestClock.adjust("11 minutes")
        yield* check()
        expect(state.asked).toBe(2)
        state.networks = [{ ...bitcoin, withdraw: { ...bitcoin.withdraw, minimum: decimal("0.0001") } }]
        expect(failures(yield* check({ amount: decimal("0.0006") }))).toEqual([])
        expect(state.asked).toBe(3)
      })
    )
  )

  it.effect("hold nothing up where the exchange or the key does not tell", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const answer = { errorCode: null, exchangeMessage: null }
        state.onNetworks = Effect.fail(new WalletError.NotFound({ ...answer, operation: "networks", status: 404 }))
        state.onBalances = Effect.fail(
          new WalletError.Forbidden({ ...answer, operation: "balance", status: 403, permission: "Read" })
        )
        const { checks, fee } = yield* check()
        expect(fee).toBeNull()
        expect(checks.filter(({ outcome }) => outcome === "unchecked").map(({ check }) => check)).toEqual([
          "network",
          "minimum",
          "fee",
          "balance"
        ])
        expect(yield* submit()).toMatchObject({ status: "SUBMITTED" })
      })
    )
  )

  it.effect("send nothing where they cannot be made, and leave the key free", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const error = new WalletError.ExchangeUnavailable({
          operation: "balance",
          status: 503,
          errorCode: null,
          exchangeMessage: null
        })
        state.onBalances = Effect.fail(error)
        expect(yield* Effect.flip(submit())).toEqual(error)
        expect(state.withdrawals).toEqual([])
        expect((yield* Effect.flip(get("k")))._tag).toBe("PaymentNotFound")
      })
    )
  )

  it.effect("say that a tag may be missing", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        state.networks = [{ ...bitcoin, needsTag: true, tagName: "memo" }]
        const { checks } = yield* check()
        expect(checks.find(({ check }) => check === "tag")).toMatchObject({ outcome: "unchecked" })
        expect((yield* check({ tag: "7" })).checks.some(({ check }) => check === "tag")).toBe(false)
      })
    )
  )
})

describe("A withdrawal policy", () => {
  it.effect("allows the addresses it names, with their tags, and no others", () =>
    Effect.gen(function* () {
      const allowed = yield* policy({
        allow: [
          { address: "bc1q-somewhere", currency: "BTC", network: "Bitcoin", label: "cold store" },
          { address: "r-exchange", tag: "77" }
        ]
      })
      yield* books(
        ({ state }) =>
          Effect.gen(function* () {
            expect(failures(yield* check())).toEqual([])
            expect(failures(yield* check({ address: "bc1q-Somewhere" }))).toEqual(["address"])
            expect(failures(yield* check({ address: "r-exchange" }))).toEqual(["address"])
            expect(failures(yield* check({ address: "r-exchange", tag: "77" }))).toEqual([])
            expect(failures(yield* check({ tag: "77" }))).toEqual(["address"])
            const elsewhere = { ...request, address: "elsewhere" }
            expect(blocked(yield* Effect.flip(submit({ request: elsewhere })))).toContain("policy does not allow")
            expect(state.withdrawals).toEqual([])
            expect(state.asked).toBeLessThan(2)
          }),
        { policy: allowed }
      )
    })
  )

  it.effect("limits a withdrawal, and those of any 24 hours, not counting what was not done", () =>
    Effect.gen(function* () {
      const limits = yield* policy({ limits: { btc: { perWithdrawal: "0.7", perDay: "1.2" } } })
      yield* books(
        ({ state }) =>
          Effect.gen(function* () {
            state.onWithdraw = Effect.sync(() => `w${state.withdrawals.length}`)
            const of = (key: string, amount: string) =>
              submit({ key, request: { ...request, amount: decimal(amount) } })
            expect(blocked(yield* Effect.flip(of("a", "0.8")))).toContain("at most 0.7 BTC in one withdrawal")
            yield* of("b", "0.7")
            expect(blocked(yield* Effect.flip(of("c", "0.6")))).toContain("1.3 BTC with this in 24 hours")
            yield* of("d", "0.5")
            expect(failures(yield* check({ amount: decimal("0.001") }))).toEqual(["limit per day"])
            // The first is cancelled: its amount is free again.
            const timestamp = yield* Clock.currentTimeMillis
            state.rows = [row({ orderId: "w1", type: "Withdraw", status: "CANCELLED", amount: "0.7", timestamp })]
            yield* TestClock.adjust("1 hour")
            yield* Effect.flatMap(Sync.Sync, (sync) => sync.run())
            yield* of("e", "0.7")
            yield* TestClock.adjust("22 hours")
            expect(failures(yield* check({ amount: decimal("0.1") }))).toEqual(["limit per day"])
            yield* TestClock.adjust("61 minutes")
            expect(failures(yield* check({ amount: decimal("0.5") }))).toEqual([])
            expect(failures(yield* check({ amount: decimal("0.6") }))).toEqual(["limit per day"])
          }),
        { policy: limits }
      )
    })
  )

  it.live("lets no two at a time both have what is left of a day", () =>
    Effect.gen(function* () {
      const limits = yield* policy({ limits: { BTC: { perDay: "1.9" } } })
      const { exchange, filename } = yield* stage
      exchange.state.onWithdraw = Effect.sync(() => `w${exchange.state.withdrawals.length}`)
      yield* Effect.provide(Effect.void, ledger(exchange, filename))
      const each = (name: string) =>
        Effect.forEach(["1", "2", "3", "4"], (key) => Effect.either(submit({ key: name + key })), {
          concurrency: "unbounded"
        }).pipe(Effect.provide(ledger(exchange, filename, origin, { policy: limits })))
      const outcomes = (yield* Effect.all([each("a"), each("b")], { concurrency: "unbounded" })).flat()
      expect(outcomes.filter(Either.isLeft).length).toBe(5)
      expect(exchange.state.withdrawals.length).toBe(3)
    }).pipe(Effect.scoped)
  )

  it.effect("is refused where a field is misspelt or an amount is not one", () =>
    Effect.gen(function* () {
      for (const wrong of [
        { limits: { BTC: { perDays: "1" } } },
        { limit: {} },
        { allow: [{ adress: "a" }] },
        { limits: { BTC: { perDay: 1 } } }
      ]) {
        expect((yield* Effect.flip(policy(wrong)))._tag).toBe("ParseError")
      }
      expect(yield* policy({})).toEqual(PaymentPolicy.none)
    })
  )
})
