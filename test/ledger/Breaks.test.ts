import { AccountingPolicy, Breaks, Entries, LedgerStatus, Reconciliation, Sync, Verify } from "@btse-wallet/ledger"
import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Either, Schema, TestClock, TestServices } from "effect"
import type { Exchange } from "./Bench.ts"
import { at, dawn, decimal, ledger, makeExchange, row, temporaryFile } from "./Bench.ts"

const hour = 3_600_000

const sync = Effect.flatMap(Sync.Sync, (service) => service.run())

const reconcile = (options?: Reconciliation.ReconciliationOptions) =>
  Effect.flatMap(Reconciliation.Reconciliation, (service) => service.run(options))

const list = Effect.flatMap(Breaks.Breaks, (service) => service.list).pipe(
  Effect.flatMap(Schema.encode(Schema.Array(Breaks.Break)))
)

const steps = (breaks: ReadonlyArray<typeof Breaks.Break.Encoded>) =>
  breaks.map((one) => `${one.id} ${one.status}: ${one.steps.map(({ step }) => step).join(" ")}`)

const stage = Effect.gen(function* () {
  yield* TestClock.setTime(dawn + hour)
  const exchange = makeExchange()
  exchange.state.rows = [row({ orderId: "1", amount: "2" })]
  return { exchange, filename: yield* temporaryFile }
})

/** Three snapshots an hour apart; something comes in before the second of which history knows nothing. */
const lived = Effect.fnUntraced(function* ({ state }: Exchange) {
  for (const total of ["2", "2.5", "2.5"]) {
    if (total !== "2") yield* TestClock.adjust("1 hour")
    state.balances = { BTC: total }
    yield* sync
  }
})

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
    | LedgerStatus.LedgerStatus
    | Verify.Verify
    | SqlClient.SqlClient
  >
) =>
  Effect.gen(function* () {
    const { exchange, filename } = yield* stage
    return yield* Effect.zipRight(lived(exchange), body(exchange)).pipe(Effect.provide(ledger(exchange, filename)))
  }).pipe(Effect.scoped)

describe("A break", () => {
  it.effect("is opened once, worked on, resolved where it was born, and seen to be gone", () =>
    books(() =>
      Effect.gen(function* () {
        const breaks = yield* Breaks.Breaks
        yield* reconcile()
        yield* reconcile()
        yield* breaks.assign("1", "maria")
        yield* breaks.note("1", "asked the exchange")
        const open = yield* list
        expect(steps(open)).toEqual(["1 open: opened assigned noted"])
        expect(open[0]).toMatchObject({ difference: "0.5", assignee: "maria", opening: "zero", policy: "standard" })
        expect(open[0]?.born).toEqual({ from: "2026-02-02T03:40:00.000Z", to: "2026-02-02T04:40:00.000Z" })
        const status = yield* LedgerStatus.LedgerStatus
        expect((yield* status.get).openBreaks).toMatchObject([{ id: "1", currency: "BTC", assignee: "maria" }])

        const resolved = yield* breaks.resolve("1", { reason: "air drop", reference: "ticket 812" })
        expect(resolved.status).toBe("matched")
        const entries = yield* Entries.Entries
        expect(yield* entries.list).toMatchObject([
          { currency: "BTC", reason: "air drop", reference: "ticket 812", break: "1", at: at(dawn + 2 * hour) }
        ])
        expect(steps(yield* list)).toEqual(["1 matched: opened assigned noted resolved matched"])
        // It counts in its own interval, so that every interval matches by itself.
        for (const [from, to] of [
          [1, 2],
          [2, 3]
        ] as const) {
          const report = yield* reconcile({ from: at(dawn + from * hour), to: at(dawn + to * hour) })
          expect(report.status).toBe("matched")
        }
        expect((yield* status.get).openBreaks).toEqual([])
        expect(yield* Effect.flatMap(Verify.Verify, (service) => service.run)).toMatchObject({ status: "intact" })
        const sql = yield* SqlClient.SqlClient
        expect(yield* sql`SELECT id, currency, difference, status, assignee FROM breaks`).toEqual([
          { id: 1, currency: "BTC", difference: "0.5", status: "matched", assignee: "maria" }
        ])
        expect(yield* sql`SELECT step, text FROM break_steps WHERE text IS NOT NULL`).toEqual([
          { step: "noted", text: "asked the exchange" },
          { step: "resolved", text: "air drop" }
        ])
      })
    )
  )

  it.effect("is gone when a sync brings what was missing, and the same one when it comes again", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        yield* reconcile()
        const late = row({ orderId: "late", amount: "0.5", timestamp: dawn + hour + 1 })
        state.rows.push(late)
        yield* TestClock.adjust("1 hour")
        yield* sync
        yield* reconcile()
        expect(steps(yield* list)).toEqual(["1 matched: opened matched"])
        const sql = yield* SqlClient.SqlClient
        yield* sql`DELETE FROM wallet_history WHERE order_id = 'late'`
        yield* reconcile()
        expect(steps(yield* list)).toEqual(["1 open: opened matched reopened"])
      })
    )
  )

  it.effect(
    "is told from another of its currency, changes with its difference, and a shorter span says nothing of it",
    () =>
      books(({ state }) =>
        Effect.gen(function* () {
          yield* reconcile()
          yield* TestClock.adjust("1 hour")
          state.balances = { BTC: "2.75", ETH: "1" }
          yield* sync
          yield* reconcile({ from: at(dawn + 3 * hour) })
          const two = ["1 open: opened", "2 open: opened"]
          expect(steps(yield* list)).toEqual(two)
          // The whole span shows both together, and what another currency has had from the first.
          yield* reconcile()
          expect(steps(yield* list)).toEqual([...two, "3 open: opened"])
          expect((yield* list).map(({ currency, difference }) => `${difference} ${currency}`)).toEqual([
            "0.5 BTC",
            "0.25 BTC",
            "1 ETH"
          ])
          yield* reconcile({ from: at(dawn + 2 * hour) })
          yield* reconcile({ from: at(dawn + hour), to: at(dawn + 2 * hour) })
          expect(steps(yield* list)).toHaveLength(3)
          yield* TestClock.adjust("1 hour")
          state.balances = { BTC: "2.9", ETH: "1" }
          yield* sync
          yield* reconcile()
          const [, second] = yield* list
          expect(second?.steps.map(({ difference, step }) => `${step} ${difference}`)).toEqual([
            "opened 0.25",
            "changed 0.4"
          ])
          state.balances = { BTC: "2.5", ETH: "1" }
          yield* TestClock.adjust("1 hour")
          yield* sync
          yield* reconcile()
          expect(steps(yield* list).slice(0, 2)).toEqual(["1 open: opened", "2 matched: opened changed matched"])
        })
      )
  )

  it.effect("is not resolved where it is gone or another by now, and reopens when its adjustment is reversed", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const breaks = yield* Breaks.Breaks
        const entries = yield* Entries.Entries
        yield* reconcile()
        const by = yield* entries.adjust({ currency: "BTC", amount: decimal("0.2"), reason: "part of it" })
        const refusal = yield* Effect.flip(breaks.resolve("1", { reason: "all of it" }))
        expect(refusal.message).toMatch(/break 1 has another difference by now.*btse breaks show 1/)
        yield* entries.reverse(by.id, "no")
        yield* reconcile()
        const { id } = yield* entries.adjust({ currency: "BTC", amount: decimal("0.5"), reason: "all of it" })
        expect((yield* Effect.flip(breaks.resolve("1", { reason: "again" }))).message).toMatch(
          /its span matches by now/
        )
        yield* entries.reverse(id, "it was not")
        yield* reconcile()
        expect(steps(yield* list)).toEqual(["1 open: opened changed changed matched reopened"])
        expect(yield* entries.list).toHaveLength(4)
        for (const wrong of [breaks.note("7", "n"), breaks.reopen("1", "r"), breaks.get("x")]) {
          expect(yield* Effect.flip(wrong)).toMatchObject({ _tag: "EntryRefused" })
        }
        expect(state.rows).toHaveLength(1)
      })
    )
  )

  it.effect("is resolved once where two resolve it at the same time over connections of their own", () =>
    Effect.gen(function* () {
      const { exchange, filename } = yield* stage
      const reconciled = Effect.zipRight(lived(exchange), reconcile())
      yield* Effect.provide(reconciled, ledger(exchange, filename))
      const resolving = Effect.flatMap(Breaks.Breaks, (breaks) => breaks.resolve("1", { reason: "air drop" })).pipe(
        Effect.either,
        Effect.provide(ledger(exchange, filename)),
        // Each comes to its turn after a few steps of the other.
        Effect.withMaxOpsBeforeYield(20)
      )
      const ended = yield* TestServices.provideLive(Effect.all([resolving, resolving], { concurrency: 2 }))
      expect(ended.flatMap((end) => (Either.isLeft(end) ? [end.left.message] : []))).toEqual([
        expect.stringMatching(/break 1 is matched already/)
      ])
      const entered = Effect.flatMap(Entries.Entries, ({ list }) => list)
      expect(yield* Effect.provide(entered, ledger(exchange, filename))).toHaveLength(1)
    }).pipe(Effect.scoped)
  )

  it.effect("is opened beside another, of whose time its reconciliation shows a part", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const breaks = yield* Breaks.Breaks
        const holds = Effect.fnUntraced(function* (total: string) {
          yield* TestClock.adjust("1 hour")
          state.balances = { BTC: total }
          yield* sync
        })
        const told = Effect.map(list, (all) => all.map(({ difference, id, status }) => `${id} ${status} ${difference}`))
        yield* reconcile()
        yield* holds("2.75")
        yield* reconcile({ from: at(dawn + 2 * hour) })
        expect(yield* told).toEqual(["1 open 0.5", "2 open 0.25"])
        yield* reconcile()
        expect(yield* told).toEqual(["1 open 0.5", "2 open 0.25"])
        expect((yield* breaks.resolve("2", { reason: "air drop" })).status).toBe("matched")
        yield* holds("2.85")
        yield* reconcile()
        expect(yield* told).toEqual(["1 open 0.6", "2 matched 0.25"])
        // The last tenth of the first, and what is new.
        yield* holds("2.89")
        yield* reconcile({ from: at(dawn + 4 * hour) })
        expect(yield* told).toEqual(["1 open 0.6", "2 matched 0.25", "3 open 0.04"])
        expect((yield* list).at(-1)?.born).toEqual({ from: "2026-02-02T07:40:00.000Z", to: "2026-02-02T08:40:00.000Z" })
        expect((yield* breaks.resolve("3", { reason: "air drop" })).status).toBe("resolved")
        yield* reconcile()
        expect(yield* told).toEqual(["1 open 0.6", "2 matched 0.25", "3 resolved 0.04"])
        // One like an earlier one, in a time of its own, is another.
        yield* holds("3.14")
        yield* reconcile({ from: at(dawn + 6 * hour) })
        expect((yield* told).at(-1)).toBe("4 open 0.25")
      })
    )
  )

  it.effect("is left alone by a reconciliation under another policy, unless that is adopted", () =>
    books(({ state }) =>
      Effect.gen(function* () {
        const { types } = AccountingPolicy.standard
        const policy: AccountingPolicy.AccountingPolicy = {
          ...AccountingPolicy.standard,
          name: "fees on top",
          types: { ...types, Deposit: { direction: "in", fees: "extra" } }
        }
        state.rows.push(row({ orderId: "2", amount: "1", fees: "0.5", timestamp: dawn + hour + 1 }))
        yield* TestClock.adjust("1 hour")
        yield* sync
        yield* reconcile()
        expect((yield* reconcile({ policy })).status).toBe("matched")
        expect(steps(yield* list)).toEqual(["1 open: opened"])
        yield* reconcile({ policy, adopt: true })
        expect(steps(yield* list)).toEqual(["1 matched: opened matched"])
        expect((yield* list)[0]?.steps.at(-1)?.text).toBe("by policy fees on top")
        yield* reconcile()
        expect(steps(yield* list)).toEqual(["1 open: opened matched reopened"])
        // What both policies see is one break; what only the other sees is its own.
        state.balances = { BTC: "2.6", ETH: "1" }
        yield* TestClock.adjust("1 hour")
        yield* sync
        yield* reconcile()
        yield* reconcile({ policy })
        expect((yield* list).map(({ difference, policy, status }) => `${difference} ${policy} ${status}`)).toEqual([
          "-0.4 standard open",
          "1 standard open",
          "0.1 fees on top open"
        ])
        yield* reconcile({ policy, adopt: true })
        expect((yield* list).map(({ difference, status }) => `${difference} ${status}`)).toEqual([
          "-0.4 matched",
          "1 open",
          "0.1 open"
        ])
      })
    )
  )

  it.effect("is not resolved by a difference that nobody has seen", () =>
    books(() =>
      Effect.gen(function* () {
        const breaks = yield* Breaks.Breaks
        const entries = yield* Entries.Entries
        const { lines } = yield* reconcile()
        yield* entries.adjust({ currency: "BTC", amount: decimal("0.2"), reason: "part of it" })
        yield* reconcile()
        const refusal = yield* Effect.flip(
          breaks.resolve("1", { reason: "what I confirmed", difference: lines[0]?.difference })
        )
        expect(refusal.message).toMatch(/break 1 has another difference by now/)
        expect(yield* entries.list).toHaveLength(1)
      })
    )
  )

  it.effect("is not resolved by an adjustment outside its span", () =>
    books(() =>
      Effect.gen(function* () {
        const breaks = yield* Breaks.Breaks
        const entries = yield* Entries.Entries
        yield* reconcile({ from: at(dawn + hour) })
        const refused = (millis: number) =>
          Effect.map(Effect.flip(breaks.resolve("1", { reason: "r", at: at(millis) })), ({ message }) => message)
        for (const early of [dawn, dawn + hour]) {
          expect(yield* refused(early)).toMatch(/its time is before the break's span.*later --at/)
        }
        expect(yield* refused(dawn + 3 * hour + 1)).toMatch(/its time is after the break's/)
        expect(yield* entries.list).toEqual([])
        const { status } = yield* breaks.resolve("1", { reason: "r", at: at(dawn + hour + 1) })
        expect(status).toBe("matched")
        expect((yield* reconcile()).status).toBe("matched")
      })
    )
  )
})
