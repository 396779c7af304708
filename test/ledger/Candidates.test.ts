import { AccountingPolicy, Reconciliation, Sync } from "@btse-wallet/ledger"
import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Schema, TestClock } from "effect"
import type { Exchange, RowOptions } from "./Bench.ts"
import { at, dawn, ledger, makeExchange, row, temporaryFile } from "./Bench.ts"

const hour = 3_600_000

const books = <A, E>(
  body: (exchange: Exchange) => Effect.Effect<A, E, Sync.Sync | Reconciliation.Reconciliation | SqlClient.SqlClient>
) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(dawn + hour)
    const exchange = makeExchange()
    const filename = yield* temporaryFile
    return yield* body(exchange).pipe(Effect.provide(ledger(exchange, filename)))
  }).pipe(Effect.scoped)

const sync = (full = false) => Effect.flatMap(Sync.Sync, (service) => service.run(full ? { full } : {}))

const reconcile = (options?: Reconciliation.ReconciliationOptions) =>
  Effect.flatMap(Reconciliation.Reconciliation, (service) => service.run(options)).pipe(
    Effect.flatMap(Schema.encode(Reconciliation.ReconciliationReport))
  )

/** A day passes, history and balance are these, and the ledger looks. */
const next = Effect.fnUntraced(function* (
  { state }: Exchange,
  rows: ReadonlyArray<RowOptions>,
  balance: string,
  full = false
) {
  yield* TestClock.adjust("1 day")
  const now = dawn + hour + 1000 * state.requests.length
  state.rows.push(...rows.map((one, index) => row({ timestamp: now + index, ...one })))
  state.balances = { BTC: balance }
  yield* sync(full)
})

const firstOf = (report: { readonly lines: ReadonlyArray<{ readonly candidates: ReadonlyArray<unknown> }> }) =>
  report.lines[0]?.candidates[0]

const withdraw = (orderId: string, amount: string, fees = "0", status = "COMPLETED"): RowOptions => ({
  orderId,
  type: "Withdraw",
  amount,
  fees,
  status
})

describe("The candidates of a break", () => {
  it.effect("name a pair and a triple of records with their sum", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const deposits = ["100", "3.01", "7.0003", "11.5", "19.25"].map((amount, index) => ({
          orderId: `d${index}`,
          amount
        }))
        yield* next(exchange, deposits, "130.75")
        const pair = yield* reconcile()
        expect(pair.lines).toMatchObject([{ difference: "-10.0103", status: "break" }])
        expect(firstOf(pair)).toMatchObject({
          kind: "pair",
          arithmetic: "-3.01 - 7.0003 = -10.0103",
          orderIds: ["d1", "d2"]
        })
        yield* next(exchange, [], "119.25")
        // The difference grew: what appeared in the first interval is not all of it.
        expect((yield* reconcile()).lines[0]).toMatchObject({
          difference: "-21.5103",
          birthday: { fromSnapshot: null, toSnapshot: "1", difference: "-10.0103" },
          candidates: [
            { kind: "triple", arithmetic: "-3.01 - 7.0003 - 11.5 = -21.5103", orderIds: ["d1", "d2", "d3"] },
            {}
          ]
        })
      })
    )
  )

  it.effect("say when a difference was born, and look for its cause there", () =>
    books((exchange) =>
      Effect.gen(function* () {
        yield* next(exchange, [{ orderId: "early", amount: "5" }], "5")
        yield* next(exchange, [{ orderId: "culprit", amount: "2" }], "5")
        yield* next(exchange, [{ orderId: "late", amount: "2" }], "7")
        const [line] = (yield* reconcile()).lines
        expect(line).toMatchObject({
          difference: "-2",
          birthday: { fromSnapshot: "1", toSnapshot: "2", from: "2026-02-03T03:40:00.000Z", difference: "-2" }
        })
        expect(line?.candidates[0]).toMatchObject({ kind: "record_twice", orderIds: ["culprit"] })
        const sql = yield* SqlClient.SqlClient
        const [stored] = yield* sql<{ readonly birthday: string; readonly candidates: string }>`
          SELECT birthday, candidates FROM reconciliation_lines`
        const read = Schema.decode(Schema.parseJson(Schema.Unknown))
        expect(yield* read(stored?.birthday ?? "")).toEqual(line?.birthday)
        expect(yield* read(stored?.candidates ?? "")).toEqual(line?.candidates)
      })
    )
  )

  it.effect("find the fee of one withdrawal on top of its amount, and the fees of all of them", () =>
    books((exchange) =>
      Effect.gen(function* () {
        yield* next(exchange, [{ orderId: "d", amount: "100" }, withdraw("w1", "10", "0.25")], "89.75")
        expect(firstOf(yield* reconcile())).toMatchObject({ kind: "fees", arithmetic: "-0.25", orderIds: ["w1"] })
        yield* next(exchange, [withdraw("w2", "20", "0.125")], "69.625")
        yield* next(exchange, [withdraw("w3", "30", "0.5")], "39.125")
        expect(firstOf(yield* reconcile())).toMatchObject({
          kind: "fees",
          arithmetic: "-0.875 over 3 records",
          explanation: expect.stringContaining("at every snapshot")
        })
      })
    )
  )

  it.effect("read an amount the other way", () =>
    books((exchange) =>
      Effect.gen(function* () {
        yield* next(
          exchange,
          [
            { orderId: "d", amount: "100" },
            { orderId: "t", type: "Airlift", amount: "3" }
          ],
          "97"
        )
        const report = yield* reconcile()
        expect(report.lines).toMatchObject([{ difference: "-6" }])
        expect(firstOf(report)).toMatchObject({ kind: "direction", arithmetic: "-6", orderIds: ["t"] })
        expect(report.lines[0]?.candidates.map(({ kind }) => kind)).toContain("unknown_type")
      })
    )
  )

  it.effect("take one of several pending withdrawals as gone, and one that is COMPLETED as not gone yet", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const { state } = exchange
        yield* next(
          exchange,
          [{ orderId: "d", amount: "100" }, withdraw("w1", "10", "0", "PENDING"), withdraw("w2", "20", "0", "PENDING")],
          "80"
        )
        expect(firstOf(yield* reconcile())).toMatchObject({
          kind: "pending_as_final",
          arithmetic: "-20",
          orderIds: ["w2"]
        })
        state.rows = state.rows.map((one) => (one.orderId === "w1" ? { ...one, status: "COMPLETED" } : one))
        yield* next(exchange, [], "100")
        expect(firstOf(yield* reconcile())).toMatchObject({
          kind: "final_as_pending",
          arithmetic: "10",
          orderIds: ["w1"]
        })
      })
    )
  )

  it.effect("name a withdrawal that had left the opening balance already, and a policy that says so", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const { state } = exchange
        yield* next(exchange, [{ orderId: "d", amount: "100" }, withdraw("w1", "10", "0.5", "PENDING")], "90")
        state.rows = state.rows.map((one) => (one.orderId === "w1" ? { ...one, status: "COMPLETED" } : one))
        yield* next(exchange, [], "90")
        const from = at(dawn + 26 * hour)
        const report = yield* reconcile({ from })
        expect(report.lines).toMatchObject([{ opening: "90", difference: "10", status: "break" }])
        expect(report.lines[0]?.candidates.map(({ kind }) => kind)).toContain("pending_policy")
        const policy: AccountingPolicy.AccountingPolicy = { ...AccountingPolicy.standard, pending: "deducted" }
        expect(yield* reconcile({ from, policy })).toMatchObject({
          status: "matched",
          lines: [{ opening: "90", out: "0", fees: "0", difference: "0", status: "matched" }]
        })
        expect(yield* reconcile({ to: from, policy })).toMatchObject({
          lines: [{ in: "100", out: "9.5", fees: "0.5", expected: "90", status: "matched", inFlight: "10" }]
        })
      })
    )
  )

  it.effect("tell of a record that the exchange changed, before and after the opening", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const { state } = exchange
        yield* next(
          exchange,
          [
            { orderId: "d1", amount: "100" },
            { orderId: "d2", amount: "5" }
          ],
          "105"
        )
        const rows = state.rows
        state.rows = rows.map((one) =>
          one.orderId === "d2" ? row({ orderId: "d2", amount: "6.5", timestamp: one.timestamp.epochMillis }) : one
        )
        yield* next(exchange, [], "105", true)
        expect(firstOf(yield* reconcile())).toMatchObject({
          kind: "record_changed",
          arithmetic: "-1.5",
          orderIds: ["d2"]
        })
        yield* next(exchange, [], "106.5")
        expect((yield* reconcile()).status).toBe("matched")
        // The balance followed, and between these two snapshots nothing settled.
        const since = yield* reconcile({ from: at(dawn + 26 * hour) })
        expect(since.lines).toMatchObject([{ difference: "1.5", status: "break" }])
        expect(firstOf(since)).toMatchObject({ kind: "record_changed", orderIds: ["d2"] })
      })
    )
  )

  it.effect("tell of a record that vanished, and of one that is shown twice", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const { state } = exchange
        yield* next(
          exchange,
          [
            { orderId: "d1", amount: "100" },
            { orderId: "d2", amount: "5" }
          ],
          "105"
        )
        state.rows = state.rows.filter((one) => one.orderId !== "d2")
        yield* next(exchange, [], "100", true)
        expect(firstOf(yield* reconcile())).toMatchObject({
          kind: "record_vanished",
          arithmetic: "-5",
          orderIds: ["d2"]
        })
        yield* next(
          exchange,
          [
            { orderId: "d3", amount: "7" },
            { orderId: "d3", amount: "7" }
          ],
          "112"
        )
        expect(firstOf(yield* reconcile())).toMatchObject({ kind: "record_twice", arithmetic: "-7", orderIds: ["d3"] })
      })
    )
  )

  it.effect(
    "point to a gap where records may be missing, and to a movement outside history where nothing else fits",
    () =>
      books((exchange) =>
        Effect.gen(function* () {
          yield* next(exchange, [{ orderId: "d1", amount: "100" }], "100")
          yield* next(exchange, [], "101.25")
          const report = yield* reconcile()
          expect(report.lines[0]?.candidates).toMatchObject([
            { kind: "unrecorded", arithmetic: "1.25", orderIds: [], explanation: expect.stringContaining("2026-02-03") }
          ])
          const sql = yield* SqlClient.SqlClient
          yield* sql`INSERT INTO covered SELECT account_id, last - ${hour}, last FROM covered`
          yield* sql`UPDATE covered SET last = ${dawn + 2 * hour} WHERE first < ${dawn}`
          const gap = yield* reconcile()
          expect(gap).toMatchObject({ status: "incomplete", gaps: [{}] })
          expect(firstOf(gap)).toMatchObject({ kind: "coverage_gap", arithmetic: null })
        })
      )
  )
})

describe("What the exchange holds back", () => {
  it.effect("is held against the withdrawals on their way, and a line says where they disagree", () =>
    books((exchange) =>
      Effect.gen(function* () {
        yield* next(exchange, [{ orderId: "d", amount: "100" }, withdraw("w1", "10", "0", "PENDING")], "100")
        expect((yield* reconcile()).lines).toMatchObject([
          {
            status: "matched",
            available: "100",
            held: "0",
            inFlight: "10",
            warnings: [expect.stringContaining("withdrawals on their way account for 10")]
          }
        ])
      })
    )
  )

  it.effect("is told as of the closing snapshot, whatever happened since", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const { state } = exchange
        yield* next(exchange, [{ orderId: "d", amount: "100" }, withdraw("w1", "10", "0", "PENDING")], "90")
        state.rows = state.rows.map((one) => (one.orderId === "w1" ? { ...one, status: "COMPLETED" } : one))
        yield* next(exchange, [], "90")
        expect((yield* reconcile({ to: at(dawn + 26 * hour) })).lines).toMatchObject([
          { status: "in_flight", difference: "-10", inFlight: "10" }
        ])
        expect((yield* reconcile()).lines).toMatchObject([{ status: "matched", inFlight: "0" }])
      })
    )
  )
})

describe("A currency without a baseline", () => {
  it.effect("leaves a reconciliation incomplete, because nothing of it is known", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        state.rows = [row({ orderId: "1" })]
        state.balances = { BTC: "1" }
        yield* Effect.flatMap(Sync.Sync, (service) => service.run({ since: at(dawn - hour) }))
        yield* TestClock.adjust("1 day")
        state.balances = { BTC: "1", ETH: "3" }
        yield* Effect.flatMap(Sync.Sync, (service) => service.run({ since: at(dawn - hour) }))
        expect(yield* reconcile()).toMatchObject({
          status: "incomplete",
          lines: [{ status: "matched" }, { currency: "ETH", status: "no_baseline", difference: "3" }]
        })
      })
    )
  )
})
