import { WalletModel } from "@btse-wallet/core"
import { type Payment, Payments } from "@btse-wallet/ledger"
import { FileSystem } from "@effect/platform"
import { NodeFileSystem } from "@effect/platform-node"
import { SqlClient } from "@effect/sql"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { describe, expect, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Layer, Option, Scope, TestClock } from "effect"
import { decimal, ledger, origin } from "./Bench.ts"
import { books, get, lost, morning, request, stage, submit } from "./WithdrawalBench.ts"

const bitcoin = WalletModel.Currency.make("BTC")

const transferRequest: WalletModel.TransferRequest = {
  amount: decimal("0.3"),
  asset: bitcoin,
  toUser: "colleague",
  toUserMail: "colleague@example.com"
}

const convertRequest: WalletModel.ConvertRequest = {
  amount: decimal("0.2"),
  from: bitcoin,
  to: WalletModel.Currency.make("USDT")
}

const transfer = (options: Partial<Payments.PaymentOptions<WalletModel.TransferRequest>> = {}) =>
  Effect.flatMap(Payments.Payments, (service) => service.transfer({ key: "t", request: transferRequest, ...options }))

const convert = (options: Partial<Payments.PaymentOptions<WalletModel.ConvertRequest>> = {}) =>
  Effect.flatMap(Payments.Payments, (service) => service.convert({ key: "c", request: convertRequest, ...options }))

const checked = (payment: Payment.PaymentRequest) =>
  Effect.flatMap(Payments.Payments, (service) => service.check(payment)).pipe(
    Effect.map(({ checks }) => checks.map(({ check, outcome }) => `${check} ${outcome}`))
  )

const problemsOf = (error: Payments.PaymentError) => (error._tag === "PaymentBlocked" ? error.problems.join("; ") : "")

describe("Payments of every kind", () => {
  it.effect("are sent once for a key, and give the first outcome again", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const moved = yield* transfer({ note: "rent" })
        expect(moved).toMatchObject({
          kind: "transfer",
          status: "COMPLETED",
          orderId: null,
          toUser: "colleague",
          note: "rent"
        })
        expect(yield* transfer()).toEqual(moved)
        const converted = yield* convert()
        expect(converted).toMatchObject({ kind: "convert", status: "COMPLETED", toCurrency: "USDT" })
        expect([converted.received, converted.rate]).toEqual([decimal("0.4"), decimal("2")])
        expect(yield* convert()).toEqual(converted)
        expect([state.transfers.length, state.conversions.length]).toEqual([1, 1])
        const sql = yield* SqlClient.SqlClient
        expect(yield* sql`SELECT kind, key, status, currency, to_user, to_currency, received FROM payments`).toEqual([
          {
            kind: "transfer",
            key: "t",
            status: "COMPLETED",
            currency: "BTC",
            to_user: "colleague",
            to_currency: null,
            received: null
          },
          {
            kind: "convert",
            key: "c",
            status: "COMPLETED",
            currency: "BTC",
            to_user: null,
            to_currency: "USDT",
            received: "0.4"
          }
        ])
        expect(yield* sql`SELECT count(*) AS n FROM withdrawals`).toEqual([{ n: 0 }])
      })
    )
  )

  it.effect("share one space of keys: a key of one kind is no other's", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        yield* transfer({ key: "k" })
        expect((yield* Effect.flip(convert({ key: "k" })))._tag).toBe("KeyConflict")
        expect(yield* Effect.flip(submit())).toMatchObject({ _tag: "KeyConflict", key: "k", done: "nothing" })
        const elsewhere = { ...transferRequest, toUserMail: "other@example.com" }
        expect((yield* Effect.flip(transfer({ key: "k", request: elsewhere })))._tag).toBe("KeyConflict")
        expect([state.transfers.length, state.conversions.length, state.withdrawals.length]).toEqual([1, 0, 0])
      })
    )
  )

  it.effect("are unknown for ever where no answer came, with what is needed to look for them", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        state.onTransfer = lost
        state.onConvert = lost
        for (let run = 0; run < 3; run++) {
          expect(yield* Effect.flip(transfer())).toMatchObject({
            _tag: "OutcomeUnknown",
            key: "t",
            currency: "BTC",
            amount: "0.3",
            done: "unknown"
          })
          expect(yield* Effect.flip(convert())).toMatchObject({
            _tag: "OutcomeUnknown",
            key: "c",
            currency: "BTC",
            amount: "0.2",
            address: null
          })
          yield* TestClock.adjust("1 day")
        }
        expect([state.transfers.length, state.conversions.length]).toEqual([1, 1])
      })
    )
  )

  it.effect("keep the policy: receivers, the limit of one payment, and that of a day over all kinds", () =>
    books(
      ({ state }) =>
        Effect.gen(function* () {
          const stranger = { ...transferRequest, toUserMail: "colleague@example.org" }
          expect(problemsOf(yield* Effect.flip(transfer({ request: stranger })))).toContain("does not allow this user")
          const much = { ...convertRequest, amount: decimal("0.6") }
          expect(problemsOf(yield* Effect.flip(convert({ request: much })))).toContain("at most 0.5 BTC in one payment")
          yield* transfer()
          yield* convert()
          expect(problemsOf(yield* Effect.flip(submit()))).toContain("1.0 BTC with this in 24 hours, at most 0.9")
          expect(yield* checked({ kind: "transfer", ...transferRequest })).toEqual([
            "amount passed",
            "balance passed",
            "receiver passed",
            "limit passed",
            "limit per day passed"
          ])
          expect(yield* checked({ kind: "convert", ...convertRequest, amount: decimal("2000") })).toEqual([
            "amount passed",
            "balance failed",
            "limit failed",
            "limit per day failed"
          ])
          expect([state.transfers.length, state.conversions.length, state.withdrawals.length]).toEqual([1, 1, 0])
        }),
      {
        policy: {
          receivers: [{ user: "colleague", mail: "colleague@example.com" }],
          limits: { BTC: { perPayment: decimal("0.5"), perDay: decimal("0.9") } }
        }
      }
    )
  )
})

describe("A payment's text", () => {
  it.effect("is trimmed before it is stored, compared and sent", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const spaced = { ...request, address: ` ${request.address}\n`, tag: "77\n" }
        const first = yield* submit({ key: " k ", request: spaced })
        expect(first).toMatchObject({ key: "k", address: request.address, tag: "77" })
        expect(yield* submit({ request: { ...request, tag: "77" } })).toEqual(first)
        expect(state.withdrawals).toEqual([{ ...request, tag: "77" }])
      })
    )
  )

  it.effect(
    "with a character that nobody sees, or a field of another type, sends nothing and leaves the key free",
    () =>
      books(({ state }) =>
        Effect.gen(function* () {
          const unseen = ["a b", "a\u200bb", "a\u0007b", "a\u202eb", "a\u00adb", "a\nb"]
          for (const text of unseen) {
            const wrong: ReadonlyArray<Effect.Effect<Payment.Payment, Payments.PaymentError, Payments.Payments>> = [
              submit({ request: { ...request, address: text } }),
              submit({ request: { ...request, tag: text } }),
              submit({ key: text }),
              transfer({ request: { ...transferRequest, toUser: text } }),
              transfer({ request: { ...transferRequest, toUserMail: text } })
            ]
            for (const payment of wrong)
              expect(yield* Effect.flip(payment)).toMatchObject({ _tag: "InvalidRequest", done: "nothing" })
          }
          // As a caller in plain JavaScript may write them.
          const { network: _network, ...without } = request
          for (const other of [
            without,
            { ...request, amount: "0.01" },
            { ...request, feeOnTop: "yes" },
            { ...request, tag: 7 }
          ]) {
            const error = yield* Effect.flip(
              submit({ request: Object.assign({}, request, { network: undefined }, other) })
            )
            expect(error).toMatchObject({ _tag: "InvalidRequest", done: "nothing" })
          }
          expect([state.withdrawals.length, state.transfers.length]).toEqual([0, 0])
          expect(yield* submit({ request: Object.assign({}, request, { tag: undefined }) })).toMatchObject({
            status: "SUBMITTED"
          })
        })
      )
  )
})

describe("A payment's handle", () => {
  it.effect("is there before anything is sent, with the checks that a person should hear of, and in every error", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const seen: Array<string> = []
        const beforeSending = ({ checks, key }: Payments.ReadyPayment) =>
          Effect.sync(() => {
            const tag = checks.find(({ check }) => check === "tag")
            seen.push(key, `${state.withdrawals.length} sent`, tag?.detail ?? "")
          })
        state.networks = state.networks.map((network) => ({ ...network, needsTag: true, tagName: "memo" }))
        state.onWithdraw = lost
        const service = yield* Payments.Payments
        const error = yield* Effect.flip(service.withdraw({ request, beforeSending }))
        const [key = "", ...others] = seen
        expect(others).toEqual(["0 sent", "addresses of this network may need a memo, and none is given"])
        expect(error).toMatchObject({ _tag: "OutcomeUnknown", key })
        expect(yield* get(key)).toMatchObject({ status: "UNKNOWN" })
        // Nothing is about to be sent: nothing is said.
        yield* Effect.flip(service.withdraw({ key, request, beforeSending }))
        expect(seen.length).toBe(3)
      })
    )
  )

  it.effect("is in the errors of the ledger, which prove that nothing was done", () =>
    books(() =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const much = { ...request, amount: decimal("5000") }
        expect(yield* Effect.flip(submit({ request: much }))).toMatchObject({
          _tag: "PaymentBlocked",
          key: "k",
          done: "nothing"
        })
        yield* sql`CREATE TEMP TRIGGER full BEFORE INSERT ON payment BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`
        expect(yield* Effect.flip(submit())).toMatchObject({ _tag: "LedgerUnavailable", key: "k", done: "nothing" })
      })
    )
  )
})

describe("After the gate a payment", () => {
  it.effect("is waited for by the service that closes, and the row ends with the real outcome", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(morning)
      const { exchange, filename } = yield* stage
      const sending = yield* Deferred.make<void>()
      const answer = yield* Deferred.make<string>()
      exchange.state.onWithdraw = Effect.zipRight(Deferred.succeed(sending, undefined), Deferred.await(answer))
      const scope = yield* Scope.make()
      const services = yield* Layer.buildWithScope(ledger(exchange, filename), scope)
      const caller = yield* Effect.fork(Effect.provide(submit(), services))
      yield* Deferred.await(sending)
      yield* Fiber.interrupt(caller)
      const closing = yield* Effect.fork(Scope.close(scope, Exit.void))
      yield* Effect.yieldNow()
      expect(Option.isNone(yield* Fiber.poll(closing))).toBe(true)
      yield* Deferred.succeed(answer, "w9")
      yield* Fiber.join(closing)
      const row = yield* Effect.provide(get("k"), ledger(exchange, filename))
      expect(row).toMatchObject({ status: "SUBMITTED", withdrawId: "w9" })
    }).pipe(Effect.scoped)
  )

  it.effect("that meets a defect is unknown, and never sent again", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        state.onWithdraw = Effect.dieMessage("a body that cannot be held in memory")
        for (let run = 0; run < 3; run++) {
          expect(yield* Effect.flip(submit())).toMatchObject({ _tag: "OutcomeUnknown", key: "k", done: "unknown" })
        }
        expect(yield* get("k")).toMatchObject({ status: "UNKNOWN" })
        expect(state.withdrawals.length).toBe(1)
      })
    )
  )

  it.effect("that the exchange took and the ledger cannot store is carried out, with its id", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`CREATE TEMP TRIGGER full BEFORE UPDATE OF order_id ON payment BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`
        expect(yield* Effect.flip(submit())).toMatchObject({
          _tag: "PaymentUnrecorded",
          key: "k",
          orderId: "w1",
          done: "carried out"
        })
        expect(yield* Effect.flip(transfer())).toMatchObject({
          _tag: "PaymentUnrecorded",
          key: "t",
          orderId: null,
          done: "carried out"
        })
        yield* sql`DROP TRIGGER full`
        yield* TestClock.adjust("6 seconds")
        expect((yield* Effect.flip(submit()))._tag).toBe("OutcomeUnknown")
        expect((yield* Effect.flip(transfer()))._tag).toBe("OutcomeUnknown")
        expect([state.withdrawals.length, state.transfers.length]).toEqual([1, 1])
      })
    )
  )

  it.effect("whose unknown outcome the ledger cannot store is unknown all the same", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        state.onWithdraw = lost
        yield* sql`CREATE TEMP TRIGGER full BEFORE UPDATE OF status ON payment BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`
        expect(yield* Effect.flip(submit())).toMatchObject({ _tag: "OutcomeUnknown", key: "k" })
        yield* sql`DROP TRIGGER full`
        yield* TestClock.adjust("6 seconds")
        expect((yield* Effect.flip(submit()))._tag).toBe("OutcomeUnknown")
        expect(state.withdrawals.length).toBe(1)
      })
    )
  )
})

/** Copies the database without its log, and answers as the exchange. */
const copyMainFile = (filename: string, copy: string) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => fs.copyFile(filename, copy)).pipe(
    Effect.orDie,
    Effect.as("w1"),
    Effect.provide(NodeFileSystem.layer)
  )

describe("A ledger's file", () => {
  it.scoped("without its log still knows what may have left: a copy does not send a key again", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(morning)
      const { exchange, filename } = yield* stage
      const copy = `${filename}.copy`
      // Killed in the instant after the exchange took it: what the process leaves is what the copy is made of.
      exchange.state.onWithdraw = copyMainFile(filename, copy)
      yield* Effect.provide(submit(), ledger(exchange, filename))
      exchange.state.onWithdraw = Effect.succeed("w2")
      yield* TestClock.adjust("6 seconds")
      const again = yield* Effect.provide(Effect.flip(submit()), ledger(exchange, copy))
      expect(again).toMatchObject({ _tag: "OutcomeUnknown", key: "k" })
      expect(exchange.state.withdrawals.length).toBe(1)
    })
  )

  it.scopedLive("that a reader holds back sends nothing, says so, and gives its key back", () =>
    Effect.gen(function* () {
      const { exchange, filename } = yield* stage
      yield* Effect.gen(function* () {
        // Another program in the middle of a long query: it reads the ledger as it was.
        const reader = yield* Layer.build(SqliteClient.layer({ filename, disableWAL: true }))
        const sql = yield* Effect.provide(SqlClient.SqlClient, reader)
        yield* sql`BEGIN`
        yield* sql`SELECT count(*) FROM payment`
        const error = yield* Effect.flip(submit())
        expect(error).toMatchObject({ _tag: "LedgerBusy", key: "k", done: "nothing" })
        expect(error.message).toContain("another program reads it")
        expect(exchange.state.withdrawals.length).toBe(0)
        yield* sql`COMMIT`
        expect(yield* submit()).toMatchObject({ status: "SUBMITTED" })
        expect(exchange.state.withdrawals.length).toBe(1)
      }).pipe(Effect.provide(ledger(exchange, filename)))
    })
  )
})

describe("One key", () => {
  it.effect("sends once per ledger and API key, under whatever account", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(morning)
      const { exchange, filename } = yield* stage
      const under = (account: string) => Effect.provide(submit(), ledger(exchange, filename, origin, {}, account))
      const first = yield* under("a")
      expect(yield* under("b")).toEqual(first)
      expect(exchange.state.withdrawals.length).toBe(1)
    }).pipe(Effect.scoped)
  )
})
