import { Breaks, Closes, Digest, Entries, LedgerStatus, type Reconciliation, Sync, Verify } from "@btse-wallet/ledger"
import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { DateTime, Effect, Option, Schema, TestClock } from "effect"
import type { Exchange } from "./Bench.ts"
import { at, decimal, ledger, makeExchange, row, temporaryFile } from "./Bench.ts"

const instant = (text: string): number => DateTime.unsafeMake(text).epochMillis

const until = (text: string) => TestClock.setTime(instant(text))

const sync = Effect.flatMap(Sync.Sync, (service) => service.run())

const october = Option.getOrThrow(Closes.Period.fromText("2026-10"))

const close = (options: Partial<Closes.CloseOptions> = {}) =>
  Effect.flatMap(Closes.Closes, (service) => service.close({ period: october, ...options }))

const show = Effect.flatMap(Closes.Closes, (service) => service.get("2026-10")).pipe(
  Effect.flatMap(Schema.encode(Closes.ClosedPeriod))
)

const deposit = row({ orderId: "1", amount: "2", timestamp: instant("2026-10-05") })

/** Synced on the first of October, at its end, and on the second of November. */
const books = <A, E>(
  body: (
    exchange: Exchange
  ) => Effect.Effect<
    A,
    E,
    | Sync.Sync
    | Reconciliation.Reconciliation
    | Entries.Entries
    | Breaks.Breaks
    | Closes.Closes
    | LedgerStatus.LedgerStatus
    | Verify.Verify
    | SqlClient.SqlClient
  >
) =>
  Effect.gen(function* () {
    const exchange = makeExchange()
    const { state } = exchange
    const lived = Effect.gen(function* () {
      yield* until("2026-09-30T22:00:00Z")
      state.rows = [row({ orderId: "0", amount: "1", timestamp: instant("2026-09-01") })]
      state.balances = { BTC: "1" }
      yield* sync
      yield* until("2026-10-31T23:00:00Z")
      state.rows.push(
        deposit,
        row({ orderId: "2", type: "Withdraw", status: "PENDING", timestamp: instant("2026-10-31T21:00:00Z") })
      )
      state.balances = { BTC: "3" }
      yield* sync
      yield* until("2026-11-02T08:00:00Z")
      yield* sync
    })
    return yield* Effect.zipRight(lived, body(exchange)).pipe(Effect.provide(ledger(exchange, yield* temporaryFile)))
  }).pipe(Effect.scoped)

describe("A period", () => {
  it("is a month, a year, a day or days, and nothing else", () => {
    const span = (text: string) =>
      Option.match(Closes.Period.fromText(text), {
        onNone: () => "none",
        onSome: ({ from, to }) => `${DateTime.formatIso(at(from))} ${DateTime.formatIso(at(to))}`
      })
    expect(span("2026-10")).toBe("2026-10-01T00:00:00.000Z 2026-10-31T23:59:59.999Z")
    expect(span("2024-02")).toBe("2024-02-01T00:00:00.000Z 2024-02-29T23:59:59.999Z")
    expect(span("2025")).toBe("2025-01-01T00:00:00.000Z 2025-12-31T23:59:59.999Z")
    expect(span("2026-10-01..2026-10-02")).toBe("2026-10-01T00:00:00.000Z 2026-10-02T23:59:59.999Z")
    for (const text of ["", "2026-13", "2026-02-30", "26-10", "2026-10..2026-09", "2026-10..", "2026-1", "x"]) {
      expect(`${text}: ${span(text)}`).toBe(`${text}: none`)
    }
  })

  it.effect("is closed between the snapshots at its ends, with a digest that anyone can compute", () =>
    books(() =>
      Effect.gen(function* () {
        const closed = yield* close()
        expect(yield* show).toMatchObject({
          holds: true,
          changes: [],
          callsFor: [],
          statement: {
            period: "2026-10",
            status: "matched",
            reason: null,
            from: "2026-10-01T00:00:00.000Z",
            to: "2026-10-31T23:59:59.999Z",
            opening: { snapshot: "1", at: "2026-09-30T22:00:00.000Z" },
            closing: { snapshot: "2", at: "2026-10-31T23:00:00.000Z" },
            lines: [{ currency: "BTC", opening: "1", in: "2", expected: "3", actual: "3", difference: "0" }]
          }
        })
        const sql = yield* SqlClient.SqlClient
        const { sha256 } = yield* Digest.Digest
        const [one] = yield* sql<{
          readonly statement: string
          readonly digest: string
        }>`SELECT statement, digest FROM closes`
        expect(sha256(one?.statement ?? "")).toBe(one?.digest)
        expect(one?.digest).toBe(closed.digest)
        const again = yield* Effect.flip(close())
        expect(again.message).toContain(
          `2026-10 is closed already, at 2026-11-02T08:00:00.000Z, with the digest ${closed.digest}`
        )
        yield* close({ again: true })
        expect(yield* Effect.flatMap(Closes.Closes, (service) => service.list)).toHaveLength(2)
        expect(yield* Effect.flatMap(Verify.Verify, (service) => service.run)).toMatchObject({ status: "intact" })
      })
    )
  )

  it.effect("tells what came late, changed, vanished or was entered after its close, and what that calls for", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        yield* close()
        yield* TestClock.adjust("1 day")
        // What was pending at the close and settles now is November's; the second deposit is October's by its date.
        state.rows = [
          ...state.rows.slice(0, 1),
          { ...deposit, amount: decimal("2.5") },
          row({ orderId: "2", type: "Withdraw", timestamp: instant("2026-10-31T21:00:00Z") }),
          row({ orderId: "late", amount: "0.25", timestamp: instant("2026-10-30") }),
          row({ orderId: "next", amount: "7", timestamp: instant("2026-11-03") })
        ]
        yield* Effect.flatMap(Sync.Sync, (service) => service.run({ full: true }))
        const told = (yield* show).changes.map(({ after, before, id, what }) => `${what} ${id}: ${before} to ${after}`)
        expect(told.sort()).toEqual(["changed 1: 2 to 2.5", "inserted late: 0 to 0.25"])
        expect((yield* show).callsFor).toEqual([{ currency: "BTC", amount: "0.5" }])
        const status = yield* Effect.flatMap(LedgerStatus.LedgerStatus, (service) => service.get)
        expect(status.changedAfterClose).toMatchObject([{ period: "2026-10", changes: 2 }])

        yield* TestClock.adjust("1 day")
        state.rows = state.rows.filter(({ orderId }) => orderId !== "1")
        yield* Effect.flatMap(Sync.Sync, (service) => service.run({ full: true }))
        const entries = yield* Entries.Entries
        yield* entries
          .adjust({ currency: "USD", amount: decimal("1"), reason: "r", at: at(october.from) })
          .pipe(Effect.flip)
        yield* entries.adjust({ currency: "BTC", amount: decimal("0.1"), reason: "r", at: at(october.from) })
        const last = yield* show
        expect(last.changes.map(({ what }) => what).sort()).toEqual(["entered", "inserted", "vanished"])
        expect(last.callsFor).toEqual([{ currency: "BTC", amount: "-1.9" }])

        // Closed again it is as it is.
        yield* close({ again: true, withBreaks: "October is settled with the exchange" })
        expect((yield* show).changes).toEqual([])
      })
    )
  )

  it.effect("is not closed before its end, before history is read to it, or with breaks and no reason", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const november = Option.getOrThrow(Closes.Period.fromText("2026-11"))
        const refusal = (options: Partial<Closes.CloseOptions>) =>
          Effect.map(Effect.flip(close(options)), ({ _tag, message }) => `${_tag}: ${message}`)
        expect(yield* refusal({ period: november })).toMatch(
          /^CloseRefused: Nothing was closed: 2026-11 has not ended yet/
        )
        yield* until("2026-12-01T08:00:00Z")
        expect(yield* refusal({ period: november })).toMatch(/only to 2026-11-02.*Run `btse sync` first/)
        state.balances = { BTC: "3.5" }
        yield* until("2026-11-30T20:00:00Z")
        yield* sync
        yield* until("2026-12-01T08:00:00Z")
        yield* sync
        expect(yield* refusal({ period: november })).toMatch(
          /^PeriodBroken: Nothing was closed: the reconciliation of 2026-11 breaks in BTC/
        )
        yield* Effect.flatMap(Breaks.Breaks, (service) => service.get("1"))
        const closed = yield* close({ period: november, withBreaks: "the exchange looks into it" })
        expect(closed.statement).toMatchObject({ status: "broken", reason: "the exchange looks into it" })
        const before = Option.getOrThrow(Closes.Period.fromText("2026-08"))
        expect(yield* refusal({ period: before })).toMatch(/no snapshot of balances was taken by the end of 2026-08/)
        const missing = yield* Effect.flip(Effect.flatMap(Closes.Closes, (service) => service.get("2026-09")))
        expect(missing.message).toBe("2026-09 has not been closed. `btse closes list` shows what has.")
      })
    )
  )
})
