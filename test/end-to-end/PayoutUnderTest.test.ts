import { Decimal, Wallet, WalletModel } from "@btse-wallet/core"
import { Sandbox } from "@btse-wallet/sandbox"
import { expect, it } from "@effect/vitest"
import { Array as Arr, Cause, DateTime, Effect, Fiber, Layer, Option, Schedule, TestClock } from "effect"

/** The code under test: sends a withdrawal, and returns its status once that is final. */
const payOut = Effect.fn("payOut")(function* (address: string) {
  const wallet = yield* Wallet.Wallet
  const from = yield* DateTime.now
  const id = yield* wallet.withdraw({
    currency: WalletModel.Currency.make("BTC"),
    network: WalletModel.Network.make("Bitcoin"),
    address,
    amount: Option.getOrThrow(Decimal.fromText("0.25")),
    feeOnTop: false
  })
  const final = Effect.flatMap(wallet.history({ from }), ({ records }) =>
    Arr.findFirst(
      records,
      ({ orderId, status }) => orderId === id && (status === "COMPLETED" || status === "CANCELLED")
    )
  )
  const { status } = yield* Effect.retry(final, {
    schedule: Schedule.spaced("1 seconds"),
    while: Cause.isNoSuchElementException
  })
  return status
})

/** The wallet on an exchange in this process: no port, no network, on whatever clock the test has. */
const layerTest = Layer.unwrapEffect(Effect.map(Sandbox.Sandbox, ({ config }) => Wallet.layer(config))).pipe(
  Layer.provideMerge(Sandbox.layerInProcess())
)

const funded = Effect.gen(function* () {
  yield* TestClock.setTime(Date.UTC(2026, 9, 1))
  const sandbox = yield* Sandbox.Sandbox
  yield* sandbox.engine.deposit({ currency: "BTC", amount: Option.getOrThrow(Decimal.fromText("1")) })
  return sandbox
})

it.effect("a payout is followed until it is completed", () =>
  Effect.gen(function* () {
    yield* funded
    const payout = yield* Effect.fork(payOut("bc1qcustomer"))
    yield* TestClock.adjust("3 seconds")
    expect(yield* Fiber.join(payout)).toBe("COMPLETED")
  }).pipe(Effect.provide(layerTest))
)

it.effect("a payout whose answer is lost is not known, and was made once", () =>
  Effect.gen(function* () {
    const { engine, inject } = yield* funded
    yield* inject({ kind: "reset-after", method: "POST", path: "/api/v3.2/user/wallet/withdraw" })
    const error = yield* Effect.flip(payOut("bc1qcustomer"))
    expect(error._tag).toBe("OutcomeUnknown")
    expect((yield* engine.rows).filter(({ type }) => type === "Withdraw").length).toBe(1)
  }).pipe(Effect.provide(layerTest))
)

it.effect("a hundred reads at once keep to the rate limit", () =>
  Effect.gen(function* () {
    const { received } = yield* funded
    const wallet = yield* Wallet.Wallet
    const reads = yield* Effect.fork(Effect.all(Effect.replicate(wallet.balances, 100), { concurrency: "unbounded" }))
    yield* TestClock.adjust("25 seconds")
    yield* Fiber.join(reads)
    expect((yield* received).filter(({ status }) => status === 429)).toEqual([])
  }).pipe(Effect.provide(layerTest))
)
