import { WalletError, type WalletModel } from "@btse-wallet/core"
import { Payments } from "@btse-wallet/ledger"
import { describe, expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { decimal, row } from "./Bench.ts"
import { books, get, morning, request, submit } from "./WithdrawalBench.ts"

const unproven = [401, 403, 404, 405, 429, 451]

/** A refusal that may be the answer to a repetition. */
const refusal = (operation: string, status: number) =>
  Effect.fail(
    new WalletError.OutcomeUnknown({
      operation,
      request: "a payment",
      reason: `the exchange answered HTTP ${status}, which may be the answer to a repetition`,
      refusal: { status, errorCode: null, exchangeMessage: null }
    })
  )

const lag = { historyLag: "10 minutes" } as const

/** The row of the payment that the proxy's first request made. */
const carriedOut = (orderId: string, type = "Withdraw") =>
  row({ orderId, type, amount: "0.5", status: "PENDING", timestamp: morning, toAddress: null })

const transfer: Payments.PaymentOptions<WalletModel.TransferRequest> = {
  key: "t",
  request: { amount: decimal("0.5"), asset: request.currency, toUser: "colleague", toUserMail: "c@example.com" }
}

const transferred = Effect.flatMap(Payments.Payments, (service) => service.transfer(transfer))

const unknownReason = Effect.fnUntraced(function* <A, E, R>(payment: Effect.Effect<A, E, R>) {
  const error = yield* Effect.flip(payment)
  expect(error).toMatchObject({ _tag: "OutcomeUnknown", done: "unknown" })
  return error instanceof WalletError.OutcomeUnknown ? error.reason : ""
})

describe("A payment refused without proof", () => {
  it.effect("is not sent again before the history's lag is over", () =>
    Effect.forEach(unproven, (status) =>
      books(
        ({ state }) =>
          Effect.gen(function* () {
            state.onWithdraw = refusal("withdraw", status)
            expect(yield* unknownReason(submit())).toContain(`HTTP ${status}`)
            expect(yield* get("k")).toMatchObject({ status: "UNKNOWN" })
            for (let run = 0; run < 3; run++) {
              yield* TestClock.adjust("3 minutes")
              expect(yield* unknownReason(submit())).toContain("may be sent again after 2026-02-02T03:50:00.000Z")
            }
            expect(state.withdrawals.length).toBe(1)
          }),
        lag
      )
    )
  )

  it.effect("is sent again after it, where history shows no row that could be it", () =>
    Effect.forEach(unproven, (status) =>
      books(
        ({ state }) =>
          Effect.gen(function* () {
            state.onWithdraw = refusal("withdraw", status)
            yield* unknownReason(submit())
            // Others' rows are no reason to wait for ever.
            state.rows = [
              row({ orderId: "other amount", type: "Withdraw", amount: "0.7", timestamp: morning }),
              row({ orderId: "other currency", type: "Withdraw", amount: "0.5", currency: "ETH", timestamp: morning })
            ]
            state.onWithdraw = Effect.succeed("w2")
            yield* TestClock.adjust("11 minutes")
            expect(yield* submit()).toMatchObject({ id: "1", status: "SUBMITTED", withdrawId: "w2", reason: null })
            expect(state.withdrawals.length).toBe(2)
          }),
        lag
      )
    )
  )

  it.effect("stays unknown where a row could be it, which is named", () =>
    Effect.forEach(unproven, (status) =>
      books(
        ({ state }) =>
          Effect.gen(function* () {
            state.onWithdraw = refusal("withdraw", status)
            state.onTransfer = refusal("transfer", status)
            yield* unknownReason(submit())
            yield* unknownReason(transferred)
            state.rows = [carriedOut("w77"), carriedOut("t77", "Transfer_Out")]
            for (let run = 0; run < 3; run++) {
              yield* TestClock.adjust("11 minutes")
              expect(yield* unknownReason(submit())).toContain("a row that could be it: w77")
              expect(yield* unknownReason(transferred)).toContain("a row that could be it: t77")
            }
            expect([state.withdrawals.length, state.transfers.length]).toEqual([1, 1])
          }),
        lag
      )
    )
  )

  it.effect("stays unknown where history cannot be read, and where one answer alone shows no row", () =>
    books(
      ({ state }) =>
        Effect.gen(function* () {
          state.onWithdraw = refusal("withdraw", 401)
          yield* unknownReason(submit())
          const answer = { operation: "history", status: 401, errorCode: null, exchangeMessage: null }
          state.onHistory = Effect.fail(new WalletError.Unauthorized(answer))
          yield* TestClock.adjust("11 minutes")
          expect(yield* unknownReason(submit())).toContain("history has to be read")
          state.onHistory = Effect.sync(() => {
            state.rows = [carriedOut("w77")]
          })
          expect(yield* unknownReason(submit())).toContain("a row that could be it: w77")
          expect(state.withdrawals.length).toBe(1)
        }),
      lag
    )
  )

  it.effect("waits anew after each refusal, and is unknown as before where the next attempt never left", () =>
    books(
      ({ state }) =>
        Effect.gen(function* () {
          state.onWithdraw = refusal("withdraw", 404)
          yield* unknownReason(submit())
          yield* TestClock.adjust("11 minutes")
          expect(yield* unknownReason(submit())).toContain("HTTP 404")
          expect(yield* unknownReason(submit())).toContain("may be sent again after 2026-02-02T04:01:00.000Z")
          yield* TestClock.adjust("11 minutes")
          state.onWithdraw = Effect.fail(
            new WalletError.Unreachable({ operation: "withdraw", host: "h", sent: false, reason: "refused" })
          )
          expect(yield* unknownReason(submit())).toContain("HTTP 404")
          // The first attempt's row shows up late: it is looked for as well.
          state.rows = [carriedOut("w77")]
          expect(yield* unknownReason(submit())).toContain("w77")
          expect(state.withdrawals.length).toBe(3)
        }),
      lag
    )
  )
})

describe("A payment without any answer that could be a refusal", () => {
  it.effect("is never sent again, however long history shows no row", () =>
    books(
      ({ state }) =>
        Effect.gen(function* () {
          // Codes -1 and -11, bare and HTML 400s, and a failure without a known code come as an outcome without a refusal.
          state.onWithdraw = Effect.fail(
            new WalletError.OutcomeUnknown({
              operation: "withdraw",
              request: "a withdrawal",
              reason: "HTTP 400, code -1"
            })
          )
          for (let run = 0; run < 3; run++) {
            expect(yield* unknownReason(submit())).toContain("code -1")
            expect(yield* get("k")).toMatchObject({ status: "UNKNOWN" })
            yield* TestClock.adjust("1 day")
          }
          expect(state.withdrawals.length).toBe(1)
        }),
      lag
    )
  )
})
