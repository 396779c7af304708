import { AccountingPolicy, Entries, Reconciliation, Sync } from "@btse-wallet/ledger"
import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Schema, TestClock } from "effect"
import type { Exchange, RowOptions } from "./Bench.ts"
import { at, dawn, decimal, ledger, makeExchange, row, temporaryFile } from "./Bench.ts"

const hour = 3_600_000

const books = <A, E>(
  body: (
    exchange: Exchange
  ) => Effect.Effect<A, E, Sync.Sync | Reconciliation.Reconciliation | Entries.Entries | SqlClient.SqlClient>
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

  it.effect("tell of records that came into the books only after a snapshot that has them already", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const first = at(dawn + 26 * hour)
        yield* next(exchange, [{ orderId: "d1", amount: "100" }], "105")
        const late = { orderId: "late", amount: "5", timestamp: dawn + 2 * hour }
        yield* next(exchange, [late], "105", true)
        const told = {
          kind: "record_late",
          orderIds: ["late"],
          explanation: expect.stringContaining("2026-02-02T04:40")
        }
        expect((yield* reconcile({ to: first })).lines).toMatchObject([{ difference: "5", candidates: [told] }])
        expect((yield* reconcile({ from: first })).lines).toMatchObject([{ difference: "-5", candidates: [told] }])
        expect((yield* reconcile()).status).toBe("matched")
        // Two at once, the one in and the other out.
        const second = at(dawn + 74 * hour)
        yield* next(exchange, [], "96")
        const out = { ...withdraw("out", "20"), timestamp: dawn + 51 * hour }
        yield* next(exchange, [{ orderId: "in", amount: "11", timestamp: dawn + 51 * hour }, out], "96", true)
        const both = { kind: "record_late", arithmetic: "-9 over 2 records", orderIds: ["in", "out"] }
        expect(firstOf(yield* reconcile({ to: second }))).toMatchObject(both)
        expect(firstOf(yield* reconcile({ from: second }))).toMatchObject({ ...both, arithmetic: "9 over 2 records" })
      })
    )
  )

  it.effect("tell of what the opening balance had moved by already, and of what it had not moved by yet", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const { state } = exchange
        const complete = (orderId: string) => {
          state.rows = state.rows.map((one) => (one.orderId === orderId ? { ...one, status: "COMPLETED" } : one))
        }
        const pending = ["10", "20"].map((amount, index) => withdraw(`w${index}`, amount, "0", "PENDING"))
        yield* next(exchange, [{ orderId: "d", amount: "100" }, ...pending], "90")
        complete("w0")
        complete("w1")
        yield* next(exchange, [], "70")
        expect(firstOf(yield* reconcile({ from: at(dawn + 26 * hour) }))).toMatchObject({
          kind: "pending_as_final",
          arithmetic: "10",
          orderIds: ["w0"],
          explanation: expect.stringContaining("at the opening snapshot")
        })
        yield* next(exchange, [withdraw("w2", "5", "0", "PENDING")], "70")
        complete("w2")
        yield* next(exchange, [], "70")
        yield* next(exchange, [], "65")
        expect(firstOf(yield* reconcile({ from: at(dawn + 98 * hour) }))).toMatchObject({
          kind: "final_as_pending",
          arithmetic: "-5",
          orderIds: ["w2"],
          explanation: expect.stringContaining("before the opening snapshot")
        })
      })
    )
  )

  it.effect("tell of an adjustment with the wrong sign, of the wrong time, in the wrong currency, or twice", () =>
    books((exchange) =>
      Effect.gen(function* () {
        const { state } = exchange
        const entries = yield* Entries.Entries
        const adjust = (currency: string, amount: string, millis?: number) =>
          entries.adjust({
            currency,
            amount: decimal(amount),
            reason: "air drop",
            at: millis === undefined ? undefined : at(millis)
          })
        const undo = ({ id }: Entries.LedgerEntry) => entries.reverse(id, "wrong")
        const record = { orderId: "d", amount: "100" }
        yield* next(exchange, [record, { ...record, currency: "ETH" }], "100.5")
        state.balances = { BTC: "100.5", ETH: "100" }
        yield* sync()
        /** The likeliest candidate of each line that breaks. */
        const told = Effect.fnUntraced(function* (options?: Reconciliation.ReconciliationOptions) {
          const { lines } = yield* reconcile(options)
          return lines.flatMap(({ candidates: [one], currency, status }) =>
            status === "break"
              ? [`${currency} ${one?.kind} ${one?.arithmetic} ${one?.entries} ${one?.explanation}`]
              : []
          )
        })
        const sign = yield* adjust("BTC", "-0.5")
        expect(yield* told()).toEqual([
          expect.stringMatching(`BTC entry 1 ${sign.id} adjustment ${sign.id} "air drop" .* wrong sign`)
        ])
        yield* undo(sign)
        const other = yield* adjust("ETH", "0.5")
        expect(yield* told()).toEqual([
          expect.stringMatching(`BTC entry 0.5 ${other.id} .* was entered in ETH`),
          expect.stringMatching(`ETH entry -0.5 ${other.id} .* that of BTC moved by just as much`)
        ])
        yield* undo(other)
        const right = yield* adjust("BTC", "0.5")
        expect(yield* told()).toEqual([])
        const twice = yield* adjust("BTC", "0.5")
        expect(yield* told()).toEqual([
          expect.stringMatching(`BTC entry -0.5 ${twice.id} .* what adjustment ${right.id} "air drop" says already`)
        ])
        yield* undo(twice)
        const needless = yield* adjust("BTC", "100")
        expect(yield* told()).toEqual([
          expect.stringMatching(`${needless.id} .* what Deposit d of history says already`)
        ])
        yield* undo(needless)
        const undone = yield* undo(right)
        expect(yield* told()).toEqual([expect.stringMatching(`BTC entry 0.5 ${undone.id} .* undoes entry ${right.id}`)])
        yield* next(exchange, [], "100.5")
        state.balances = { BTC: "100.5", ETH: "100" }
        yield* sync()
        const late = yield* adjust("BTC", "0.5", dawn + 40 * hour)
        const line = {
          at: at(dawn + 41 * hour),
          fees: decimal("0"),
          feeCurrency: null,
          type: "trade",
          raw: null
        } as const
        yield* entries.import({
          file: "f",
          rows: ["1", "2", "4"].map((id, index) => ({
            ...line,
            id,
            line: index,
            currency: "ETH",
            amount: decimal(id),
            description: null,
            reference: null
          }))
        })
        expect(yield* told()).toEqual([
          expect.stringMatching("ETH entry -7 over 3 entries .*all 3 entries of the imported file")
        ])
        expect(yield* told({ to: at(dawn + 26 * hour) })).toEqual([expect.stringMatching(`BTC entry 0.5 .*`)])
        expect(
          (yield* reconcile({ to: at(dawn + 26 * hour) })).lines[0]?.candidates.map((one) => one.explanation)
        ).toContainEqual(expect.stringMatching(`adjustment ${late.id} .* counts after the closing snapshot`))
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
