import { WaitNotice, WalletModel } from "@btse-wallet/core"
import { expect, it } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"
import { books, submit } from "./WithdrawalBench.ts"

it.effect("who waits for a payment that another sends is told of it after a second, and shares its outcome", () =>
  books((exchange) =>
    Effect.gen(function* () {
      exchange.state.onWithdraw = Effect.delay(Effect.succeed(WalletModel.OrderId.make("w1")), "4 seconds")
      const notices: Array<WaitNotice.Wait> = []
      const noted = Effect.provideService(WaitNotice.WaitNotice, {
        waiting: (wait) => Effect.sync(() => void notices.push(wait))
      })
      const first = yield* Effect.fork(submit())
      yield* TestClock.adjust("100 millis")
      const second = yield* Effect.fork(noted(submit()))
      yield* TestClock.adjust("900 millis")
      expect(notices).toEqual([])
      for (let step = 0; step < 8; step++) yield* TestClock.adjust("500 millis")
      expect(yield* Fiber.join(second)).toEqual(yield* Fiber.join(first))
      expect(exchange.state.withdrawals).toHaveLength(1)
      expect(notices).toEqual([
        { kind: "claim", reason: 'Waiting for another program or fiber, which is sending the payment with key "k".' }
      ])
    })
  )
)
