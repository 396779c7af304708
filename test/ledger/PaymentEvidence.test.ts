import { ClockSkew, WalletError, WalletModel } from "@btse-wallet/core"
import { LedgerStatus, Payments, Sync } from "@btse-wallet/ledger"
import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Clock, DateTime, Effect, TestClock } from "effect"
import { assumedLag, lagOf, type Sight } from "../../packages/ledger/src/Payments/HistoryLag.ts"
import { type Exchange, ledger, origin, row } from "./Bench.ts"
import { books, candidates, decide, get, lost, morning, request, resolve, stage, submit } from "./WithdrawalBench.ts"

const minute = 60_000

/** A row as 1.1.0 shows it: without a receiver. */
const bare = (orderId: string, at: number) =>
  row({ type: "Withdraw", amount: "0.5", timestamp: at, network: "Bitcoin", orderId })

/** A row as it is today. */
const whole = (orderId: string, at: number) =>
  row({ type: "Withdraw", amount: "0.5", timestamp: at, network: "BITCOIN", toAddress: "bc1q-somewhere", orderId })

const sync = Effect.flatMap(Sync.Sync, (service) => service.run())

const status = Effect.flatMap(LedgerStatus.LedgerStatus, (service) => service.get)

const notSent = (acknowledged?: ReadonlyArray<string>) =>
  decide("k", { _tag: "NotSent", reason: "the exchange's support says so", acknowledged })

/** A payment of which nobody knows, after history had time enough to show it. */
const unknown = Effect.fnUntraced(function* ({ state }: Exchange) {
  state.onWithdraw = lost
  yield* Effect.flip(submit())
  yield* TestClock.adjust("15 minutes")
})

const measured: Payments.PaymentSettings = { clockSkew: "2 seconds" }

describe("Rows without an address", () => {
  it.effect("are candidates for a person: a colleague's equal withdrawal of three minutes earlier", () =>
    books((exchange) =>
      Effect.gen(function* () {
        yield* unknown(exchange)
        exchange.state.rows = [bare("colleague", morning - 3 * minute)]
        const [resolution] = yield* resolve
        expect(resolution).toMatchObject({ status: "UNKNOWN", verdict: "ambiguous", withdrawId: null })
        expect(resolution?.candidates).toMatchObject([
          {
            orderId: "colleague",
            network: "Bitcoin",
            for: expect.arrayContaining(["its currency and amount fit", "it names the network"]),
            against: expect.arrayContaining(["it names no address"])
          }
        ])
        expect(yield* candidates("k")).toEqual(resolution?.candidates)
        yield* decide("k", { _tag: "IsNot", orderId: "colleague", reason: "she says so" })
        expect(yield* resolve).toMatchObject([{ verdict: "missing", candidates: [] }])
      })
    )
  )

  it.effect("nor with one, where it is older than the sending by more than the measured skew", () =>
    books(
      (exchange) =>
        Effect.gen(function* () {
          yield* unknown(exchange)
          exchange.state.rows = [whole("colleague", morning - 3 * minute)]
          expect(yield* resolve).toMatchObject([{ verdict: "ambiguous", candidates: [{ orderId: "colleague" }] }])
          exchange.state.rows.push(whole("own", morning + 1_000))
          expect(yield* resolve).toMatchObject([{ verdict: "found", withdrawId: "own" }])
        }),
      measured
    )
  )

  it.effect("nor where they were in the books before the sending", () =>
    books((exchange) =>
      Effect.gen(function* () {
        exchange.state.rows = [whole("colleague", morning)]
        yield* sync
        yield* unknown(exchange)
        expect(yield* resolve).toMatchObject([{ verdict: "missing", candidates: [] }])
      })
    )
  )
})

describe("Two rivals for one row", () => {
  it.effect("get it neither, both named, where one was submitted under an id that history does not use", () =>
    books((exchange) =>
      Effect.gen(function* () {
        yield* submit({ key: "submitted" })
        yield* unknown(exchange)
        exchange.state.rows = [whole("w77", morning + 1_000)]
        const resolved = yield* resolve
        expect(resolved).toMatchObject([
          { key: "k", verdict: "ambiguous", withdrawId: null },
          { key: "submitted", verdict: "ambiguous", withdrawId: "w1", status: "SUBMITTED" }
        ])
        expect(resolved[0]?.candidates[0]?.against).toEqual(["payment submitted could be it as well"])
        expect(resolved[1]?.candidates[0]?.against).toEqual([
          "it does not name w1, the exchange's id of the payment",
          "payment k could be it as well"
        ])
        yield* decide("submitted", { _tag: "Is", orderId: "w77", reason: "the exchange's support" })
        expect(yield* get("submitted")).toMatchObject({ status: "COMPLETED", withdrawId: "w77" })
        expect(yield* resolve).toMatchObject([{ key: "k", verdict: "missing" }])
      })
    )
  )
})

describe("A payment declared not sent", () => {
  it.effect("is so only over the rows that a person has acknowledged", () =>
    books((exchange) =>
      Effect.gen(function* () {
        yield* unknown(exchange)
        exchange.state.rows = [bare("a", morning - minute), bare("b", morning)]
        const refusal = yield* Effect.flip(notSent(["a"]))
        expect(refusal).toMatchObject({ _tag: "DecisionRefused", candidates: [{ orderId: "b" }] })
        expect(refusal.message).toContain("history shows a row that could be it: b")
        expect(yield* get("k")).toMatchObject({ status: "UNKNOWN" })
        expect(yield* notSent(["a", "b"])).toMatchObject({ status: "REFUSED" })
        // The acknowledged rows raise no alarm.
        yield* TestClock.adjust("1 minute")
        expect((yield* sync).alarms).toEqual([])
      })
    )
  )

  it.effect("raises an alarm with a row that shows up later, until a person says whose it is", () =>
    books((exchange) =>
      Effect.gen(function* () {
        yield* unknown(exchange)
        yield* notSent()
        exchange.state.rows = [bare("late", morning + 1_000), bare("other", morning + 60 * minute)]
        yield* TestClock.adjust("1 hour")
        const { alarms } = yield* sync
        expect(alarms).toMatchObject([
          { key: "k", kind: "withdraw", currency: "BTC", declared: "not sent", row: { orderId: "late" } }
        ])
        expect(alarms[0]?.row.against).toEqual(["it names no address"])
        // It does not depend on the run that met the row.
        expect((yield* sync).alarms).toEqual(alarms)
        expect((yield* status).alarms).toEqual(alarms)
        yield* decide("k", { _tag: "Is", orderId: "late", reason: "it was sent after all" })
        expect(yield* get("k")).toMatchObject({ status: "COMPLETED", withdrawId: "late" })
        expect((yield* status).alarms).toEqual([])
      })
    )
  )

  it.effect("is at rest again where the late row is ruled out, and takes no other decision", () =>
    books((exchange) =>
      Effect.gen(function* () {
        yield* unknown(exchange)
        yield* notSent()
        exchange.state.rows = [bare("late", morning + 1_000)]
        yield* TestClock.adjust("1 hour")
        expect((yield* sync).alarms.length).toBe(1)
        const other = yield* Effect.flip(decide("k", { _tag: "Is", orderId: "none", reason: "a guess" }))
        expect(other.message).toContain("history shows no row none")
        yield* decide("k", { _tag: "IsNot", orderId: "late", reason: "a colleague's" })
        expect((yield* status).alarms).toEqual([])
        expect(yield* get("k")).toMatchObject({ status: "REFUSED" })
        const again = yield* Effect.flip(notSent())
        expect(again.message).toContain("it is not unknown, it is REFUSED")
      })
    )
  )
})

describe("A payment that the exchange refused", () => {
  it.effect("raises an alarm with a row inside the measured time alone", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const answer = { status: 400, errorCode: 51523, exchangeMessage: null }
        state.onWithdraw = Effect.fail(new WalletError.InsufficientBalance({ operation: "withdraw", ...answer }))
        yield* Effect.flip(submit())
        expect(yield* get("k")).toMatchObject({ status: "REFUSED" })
        state.rows = [bare("earlier", morning - 6 * minute), bare("its own", morning + 500)]
        yield* TestClock.adjust("1 minute")
        expect((yield* sync).alarms).toMatchObject([{ declared: "refused", row: { orderId: "its own" } }])
      })
    )
  )
})

describe("An unknown transfer", () => {
  it.effect("is left to a person, with the row that names its receiver, and takes the decision", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        state.onTransfer = Effect.fail(
          new WalletError.OutcomeUnknown({ operation: "transfer", request: "a transfer", reason: "a timeout" })
        )
        const toBob = WalletModel.TransferRequest.make({
          asset: WalletModel.Currency.make("BTC"),
          amount: request.amount,
          toUser: "bob",
          toUserMail: "bob@example.com"
        })
        const payments = yield* Payments.Payments
        yield* Effect.flip(payments.transfer({ key: "t", request: toBob }))
        yield* TestClock.adjust("16 minutes")
        const sent = { type: "Transfer_Out", amount: "0.5", timestamp: morning + 500 }
        state.rows = [
          row({ ...sent, orderId: "to-bob", description: "To bob" }),
          row({ ...sent, orderId: "withdrawn", type: "Withdraw" })
        ]
        const [resolution] = yield* resolve
        expect(resolution).toMatchObject({
          kind: "transfer",
          verdict: "ambiguous",
          candidates: [{ orderId: "to-bob" }]
        })
        expect(resolution?.candidates[0]?.for).toContain("its description names the receiver")
        yield* decide("t", { _tag: "Is", orderId: "to-bob", reason: "bob has it" })
        expect(yield* get("t")).toMatchObject({ status: "COMPLETED", orderId: "to-bob" })
      })
    )
  )
})

describe("A payment sent by a clock that was five hours fast", () => {
  it.effect("has its row by the exchange's time, when the clock is right again", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        let ahead = 300 * minute
        const answered = Effect.flatMap(Clock.currentTimeMillis, (wall) => {
          const date = DateTime.toDate(DateTime.unsafeMake(wall - ahead)).toUTCString()
          return ClockSkew.observe(new URL(origin), { date }, wall, wall)
        })
        state.onBalances = answered
        state.onHistory = answered
        state.onWithdraw = lost
        yield* TestClock.setTime(morning + ahead)
        yield* Effect.flip(submit())
        ahead = 0
        yield* TestClock.setTime(morning + 17 * minute)
        // A sending is known to two seconds, whatever the clock was.
        state.rows = [whole("colleague", morning - 3 * minute)]
        expect(yield* resolve).toMatchObject([{ verdict: "ambiguous", candidates: [{ orderId: "colleague" }] }])
        state.rows.push(whole("own", morning + 1_000))
        expect(yield* resolve).toMatchObject([{ verdict: "found", withdrawId: "own" }])
      })
    )
  )
})

describe("The history's lag", () => {
  const sight = (lag: number, options: Partial<Sight> = {}): Sight => {
    const sent = morning
    return { sent, seen: sent + lag, opened: sent + lag, missed: sent + lag - 1_000, ...options }
  }

  it("is twice the longest that was seen, not less than a minute, and assumed where too few were", () => {
    expect(lagOf([])).toBe(assumedLag)
    expect(lagOf([sight(2_000), sight(3_000)])).toBe(assumedLag)
    const givesUp = 35_000
    expect(lagOf([sight(2_000), sight(3_000), sight(1_000)])).toBe(minute + givesUp)
    expect(lagOf([sight(2_000), sight(90_000), sight(1_000)])).toBe(3 * minute + givesUp)
  })

  it("is not what nobody looked for, and is at least what a look has proven", () => {
    const daily = sight(24 * 60 * minute - 1, { missed: null })
    expect(lagOf([daily, daily, daily])).toBe(assumedLag)
    const proven = sight(60 * minute, { missed: morning + 20 * minute })
    expect(lagOf([proven])).toBe(40 * minute + 35_000)
    // A tracker looks every second, however long ago it began.
    const tracked = sight(40_000, { opened: morning + 1_000, missed: null })
    expect(lagOf([tracked, tracked, tracked])).toBe(80_000 + 35_000)
  })

  it.effect("is measured by the payments that the ledger itself has submitted", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const { state } = exchange
        for (const id of ["w1", "w2", "w3"]) {
          state.onWithdraw = Effect.succeed(WalletModel.OrderId.make(id))
          yield* submit({ key: id })
          yield* TestClock.adjust("20 seconds")
          state.rows.push(whole(id, morning))
          yield* sync
        }
        yield* TestClock.adjust("1 hour")
        state.onWithdraw = lost
        yield* Effect.flip(submit())
        const sent = morning + 61 * minute
        yield* TestClock.adjust("94 seconds")
        expect(yield* resolve).toMatchObject([{ verdict: "waiting" }])
        yield* TestClock.adjust("1 second")
        expect(yield* resolve).toMatchObject([{ verdict: "missing" }])
        expect((yield* get("k")).sendingAt?.epochMillis).toBe(sent)
      })
    )
  )
})

describe("A sending", () => {
  it.effect("is stored with the books' state before it, and not where nothing left", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(morning)
      const { exchange, filename } = yield* stage
      const { state } = exchange
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        state.rows = [whole("before", morning - 1)]
        yield* sync
        state.onPermit = Effect.fail(new WalletError.MissingCredentials({ operation: "withdraw" }))
        yield* Effect.flip(submit())
        expect(yield* sql`SELECT * FROM sending`).toEqual([])
        state.onPermit = Effect.void
        yield* submit({ request })
        const [head] = yield* sql<{ readonly seq: number }>`SELECT max(seq) AS seq FROM event`
        expect(yield* sql`SELECT payment_id, at, last_event FROM sending`).toEqual([
          { payment_id: 1, at: morning, last_event: head?.seq }
        ])
      }).pipe(Effect.provide(ledger(exchange, filename, origin)))
    }).pipe(Effect.scoped)
  )
})
