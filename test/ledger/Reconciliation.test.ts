import { Decimal } from "@btse-wallet/core"
import { Reconciliation, Sync } from "@btse-wallet/ledger"
import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Schema, TestClock } from "effect"
import type { Exchange } from "./Bench.ts"
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

const sync = Effect.flatMap(Sync.Sync, (service) => service.run())

const reconcile = (options?: Reconciliation.ReconciliationOptions) =>
  Effect.flatMap(Reconciliation.Reconciliation, (service) => service.run(options)).pipe(
    Effect.flatMap(Schema.encode(Reconciliation.ReconciliationReport))
  )

const large = "123456789012345.123456789012345678"

describe("Reconciliation", () => {
  it.effect("matches to the last digit, with fees inside, conversions and every direction", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        state.rows = [
          row({ orderId: "90071992547409931", amount: large }),
          row({ orderId: "2", type: "Withdraw", amount: "0.000000000000000001", fees: "0.0000000000000000001" }),
          row({ orderId: "3", type: "Convert fiat", amount: "1", source: "BTC", target: "USD" }),
          row({ orderId: "3", type: "Convert fiat", amount: "60000.5", currency: "USD", source: "BTC", target: "USD" }),
          row({ orderId: "4", type: "Withdraw", amount: "5", status: "CANCELLED" }),
          row({ orderId: "5", type: "Transfer_Out", amount: "-0.5", currency: "USD" })
        ]
        state.balances = { BTC: "123456789012344.123456789012345677", USD: "60000", JPY: "0" }
        yield* sync
        const report = yield* reconcile()
        expect(report).toMatchObject({
          status: "matched",
          opening: "zero",
          from: "2018-01-01T00:00:00.000Z",
          unknownTypes: [],
          quarantined: 0
        })
        expect(report.lines).toEqual([
          {
            currency: "BTC",
            opening: "0",
            in: large,
            out: "1.0000000000000000009",
            fees: "0.0000000000000000001",
            adjustments: "0",
            expected: "123456789012344.123456789012345677",
            actual: "123456789012344.123456789012345677",
            difference: "0",
            status: "matched",
            available: "123456789012344.123456789012345677",
            held: "0",
            inFlight: "0",
            warnings: [],
            birthday: null,
            candidates: []
          },
          {
            currency: "USD",
            opening: "0",
            in: "60000.5",
            out: "0.5",
            fees: "0",
            adjustments: "0",
            expected: "60000",
            actual: "60000",
            difference: "0",
            status: "matched",
            available: "60000",
            held: "0",
            inFlight: "0",
            warnings: [],
            birthday: null,
            candidates: []
          }
        ])
      })
    )
  )

  it.effect("shows a break of exactly the amount of a row that was deleted by hand", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        state.rows = [
          row({ orderId: "1", amount: large }),
          row({ orderId: "2", amount: "0.1" }),
          row({ orderId: "3", amount: "7", currency: "ETH" })
        ]
        state.balances = { BTC: "123456789012345.223456789012345678", ETH: "7" }
        yield* sync
        const sql = yield* SqlClient.SqlClient
        yield* sql`DELETE FROM record WHERE order_id = '1'`
        const report = yield* reconcile()
        expect(report.status).toBe("broken")
        expect(report.lines.map((line) => [line.currency, line.difference, line.status])).toEqual([
          ["BTC", large, "break"],
          ["ETH", "0", "matched"]
        ])
        expect(report.lines[0]?.candidates).toMatchObject([{ kind: "row_lost", arithmetic: large, orderIds: ["1"] }])
        const stored = yield* sql`SELECT currency, difference FROM reconciliation_lines WHERE status = 'break'`
        expect(stored).toEqual([{ currency: "BTC", difference: large }])
      })
    )
  )

  it.effect("can be broken through the public view too, as a person with the sqlite3 shell would", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        state.rows = [row({ orderId: "1", amount: "3" }), row({ orderId: "2", amount: "4" })]
        state.balances = { BTC: "7" }
        yield* sync
        yield* Effect.flatMap(SqlClient.SqlClient, (sql) => sql`DELETE FROM wallet_history WHERE order_id = '2'`)
        expect((yield* reconcile()).lines).toMatchObject([{ difference: "4", status: "break" }])
      })
    )
  )

  it.effect("names the record that is counted and did not move the balance", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        state.rows = [row({ orderId: "1", amount: "3" }), row({ orderId: "2", amount: "0.25" })]
        state.balances = { BTC: "3" }
        yield* sync
        const [line] = (yield* reconcile()).lines
        expect(line).toMatchObject({ difference: "-0.25", status: "break" })
        expect(line?.candidates[0]).toMatchObject({ kind: "record_twice", arithmetic: "-0.25", orderIds: ["2"] })
      })
    )
  )

  it.effect("explains a balance that a pending withdrawal has already left", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        state.rows = [
          row({ orderId: "1", amount: "10" }),
          row({ orderId: "2", type: "Withdraw", amount: "4", fees: "0.5", status: "PROCESSING" })
        ]
        state.balances = { BTC: "6" }
        yield* sync
        expect(yield* reconcile()).toMatchObject({
          status: "matched",
          lines: [{ difference: "-4", status: "in_flight" }]
        })
        state.balances = { BTC: "10" }
        yield* sync
        expect((yield* reconcile()).lines).toMatchObject([{ difference: "0", status: "matched" }])
      })
    )
  )

  it.effect("takes no record of an undocumented status for one in transit, and names the status", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        for (const status of ["17", "CANCELED", "FAILED"]) {
          state.rows = [
            row({ orderId: "1", amount: "10" }),
            row({ orderId: "2", type: "Withdraw", amount: "1", status })
          ]
          state.balances = { BTC: "9" }
          yield* sync
          const report = yield* reconcile()
          expect(report, status).toMatchObject({
            status: "broken",
            lines: [{ difference: "-1", status: "break", inFlight: "0" }],
            inFlight: []
          })
          expect(report.lines[0]?.warnings.join(), status).toContain(`the status ${status}, which is not documented`)
        }
      })
    )
  )

  it.effect("counts a record between two snapshots by when it became final, not by its timestamp", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const withdrawal = { orderId: "2", type: "Withdraw", amount: "4" }
        state.rows = [row({ orderId: "1", amount: "10" }), row({ ...withdrawal, status: "PENDING" })]
        state.balances = { BTC: "10" }
        yield* sync
        yield* TestClock.adjust("2 days")
        state.rows = [row({ orderId: "1", amount: "10" }), row(withdrawal)]
        state.balances = { BTC: "6" }
        yield* sync
        const between = yield* reconcile({ from: at(dawn + 2 * hour) })
        expect(between).toMatchObject({
          opening: "snapshot",
          from: "2026-02-02T03:40:00.000Z",
          status: "matched",
          lines: [{ opening: "10", in: "0", out: "4", expected: "6", actual: "6", difference: "0" }]
        })
        expect((yield* reconcile({ to: at(dawn + 2 * hour) })).lines).toMatchObject([{ in: "10", out: "0" }])
      })
    )
  )

  it.effect("does not count history that was read in later as if it had happened later", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        state.rows = [row({ orderId: "old", amount: "5", timestamp: dawn - 90 * 24 * hour }), row({ orderId: "new" })]
        state.balances = { BTC: "6" }
        yield* Effect.flatMap(Sync.Sync, (service) => service.run({ since: at(dawn - hour) }))
        yield* TestClock.adjust("1 day")
        state.rows.push(row({ orderId: "newer", timestamp: dawn + 2 * hour }))
        state.balances = { BTC: "7" }
        yield* Effect.flatMap(Sync.Sync, (service) => service.run({ since: at(dawn - hour) }))
        expect(yield* reconcile()).toMatchObject({ opening: "snapshot", lines: [{ opening: "6", in: "1" }] })
        yield* TestClock.adjust("1 day")
        yield* sync
        expect(yield* reconcile()).toMatchObject({ opening: "zero", lines: [{ in: "7", status: "matched" }] })
        expect(yield* reconcile({ from: at(dawn + hour) })).toMatchObject({
          opening: "snapshot",
          lines: [{ opening: "6", in: "1", difference: "0" }]
        })
      })
    )
  )

  it.effect("is incomplete, whatever the numbers say, while a row could not be read", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        state.rows = [row({ orderId: "1" })]
        state.undecoded = [{ raw: "{}", reason: "no orderId" }]
        state.balances = { BTC: "1" }
        yield* sync
        expect(yield* reconcile()).toMatchObject({ status: "incomplete", quarantined: 1 })
      })
    )
  )

  it.effect("takes an unknown type by the sign of its amount, and flags it", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        state.rows = [row({ orderId: "1", amount: "9" }), row({ orderId: "2", amount: "-2", type: "Airlift" })]
        state.balances = { BTC: "7" }
        yield* sync
        expect(yield* reconcile()).toMatchObject({ status: "matched", unknownTypes: ["Airlift"] })
      })
    )
  )

  it.effect("says what to do where no snapshot was taken", () =>
    books(() =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(reconcile())
        expect(error._tag).toBe("NoSnapshot")
        expect(error.message).toContain("Run a sync")
      })
    )
  )

  it.effect("posts every settled record as legs that sum to zero", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        state.rows = [
          row({ orderId: "1", amount: large, fees: "0.3" }),
          row({ orderId: "2", type: "Withdraw", amount: "4.125", fees: "0.0000000000000000005" }),
          row({ orderId: "3", type: "Airlift", amount: "-1" }),
          row({ orderId: "4", type: "Withdraw", amount: "4", status: "PENDING" })
        ]
        yield* sync
        const sql = yield* SqlClient.SqlClient
        const legs = yield* sql<{ readonly order_id: string; readonly amount: string }>`SELECT * FROM postings`
        expect(new Set(legs.map((leg) => leg.order_id))).toEqual(new Set(["1", "2", "3"]))
        for (const orderId of ["1", "2", "3"]) {
          const amounts = legs.filter((leg) => leg.order_id === orderId).map((leg) => leg.amount)
          const units = yield* Effect.forEach(amounts, (amount) => Decimal.fromText(amount))
          const total = units.reduce((sum, unit) => sum + unit.value * 10n ** BigInt(30 - unit.scale), 0n)
          expect(total).toBe(0n)
          expect(amounts.length).toBeGreaterThan(1)
        }
      })
    )
  )
})
