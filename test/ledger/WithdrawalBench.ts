/**
 * What the withdrawals' tests have in common: a request, a ledger on a file, and the services in short.
 */
import { WalletError, WalletModel } from "@btse-wallet/core"
import type { LedgerStatus, Sync } from "@btse-wallet/ledger"
import { Payments } from "@btse-wallet/ledger"
import type { SqlClient } from "@effect/sql"
import { Effect, TestClock } from "effect"
import type { Exchange } from "./Bench.ts"
import { dawn, decimal, ledger, makeExchange, origin, temporaryFile } from "./Bench.ts"

/** When the tests begin. */
export const morning = dawn + 3_600_000

export const request = WalletModel.WithdrawRequest.make({
  currency: WalletModel.Currency.make("BTC"),
  network: WalletModel.Network.make("BITCOIN"),
  address: "bc1q-somewhere",
  amount: decimal("0.5"),
  feeOnTop: false
})

export type Services =
  | Payments.Payments
  | Payments.PaymentBook
  | LedgerStatus.LedgerStatus
  | Sync.Sync
  | SqlClient.SqlClient

/** An exchange that holds 1000 BTC, and the file of a ledger. */
export const stage = Effect.gen(function* () {
  const exchange = makeExchange()
  exchange.state.balances = { BTC: "1000" }
  return { exchange, filename: yield* temporaryFile }
})

/** Runs a test over a ledger, on the test's clock. */
export const books = <A, E>(
  body: (exchange: Exchange) => Effect.Effect<A, E, Services>,
  settings: Payments.PaymentSettings = {},
  place: "on a disk" | "in memory" = "on a disk"
) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(morning)
    const { exchange, filename } = yield* stage
    const file = place === "in memory" ? ":memory:" : filename
    return yield* body(exchange).pipe(Effect.provide(ledger(exchange, file, origin, settings)))
  }).pipe(Effect.scoped)

export const submit = (options: Partial<Payments.PaymentOptions<WalletModel.WithdrawRequest>> = {}) =>
  Effect.flatMap(Payments.Payments, (service) => service.withdraw({ key: "k", request, ...options }))

export const check = (options: Partial<WalletModel.WithdrawRequest> = {}) =>
  Effect.flatMap(Payments.Payments, (service) => service.check({ kind: "withdraw", ...request, ...options }))

export const list = Effect.flatMap(Payments.PaymentBook, (book) => book.list)

export const get = (id: string) => Effect.flatMap(Payments.PaymentBook, (book) => book.get(id))

export const resolve = Effect.flatMap(Payments.PaymentBook, (book) => book.resolve)

export const candidates = (id: string) => Effect.flatMap(Payments.PaymentBook, (book) => book.candidates(id))

export const decide = (id: string, decision: Payments.Decision) =>
  Effect.flatMap(Payments.PaymentBook, (book) => book.decide(id, decision))

/** A request of which nobody knows whether it was carried out. */
export const lost = Effect.fail(
  new WalletError.OutcomeUnknown({ operation: "withdraw", request: "a withdrawal", reason: "a timeout" })
)
