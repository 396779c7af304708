import { Decimal } from "@btse-wallet/core"
import { Account, Entries, Ledger, Reconciliation, Sync, Verify } from "@btse-wallet/ledger"
import { SqlClient } from "@effect/sql"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { describe, expect, it } from "@effect/vitest"
import { BigDecimal, DateTime, Effect, Layer, Schema, TestClock } from "effect"
import { at, dawn, decimal, ledger, makeExchange, origin, row, temporaryFile } from "./Bench.ts"

const hour = 3_600_000

const sync = Effect.flatMap(Sync.Sync, (service) => service.run())

const reconcile = (options?: Reconciliation.ReconciliationOptions) =>
  Effect.flatMap(Reconciliation.Reconciliation, (service) => service.run(options)).pipe(
    Effect.flatMap(Schema.encode(Reconciliation.ReconciliationReport))
  )

/** The exchange holds half a bitcoin that its history does not explain. */
const books = <A, E>(
  body: Effect.Effect<
    A,
    E,
    Sync.Sync | Reconciliation.Reconciliation | Entries.Entries | Verify.Verify | SqlClient.SqlClient
  >,
  file = temporaryFile
) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(dawn + hour)
    const { layer, state } = makeExchange()
    state.rows = [row({ orderId: "1", amount: "2.25" })]
    state.balances = { BTC: "2.75" }
    const filename = yield* file
    return yield* Effect.zipRight(sync, body).pipe(Effect.provide(ledger({ layer, state }, filename)))
  }).pipe(Effect.scoped)

const imported = (options: Partial<Entries.ImportRow>): Entries.ImportRow => ({
  line: 2,
  id: "t1",
  at: at(dawn),
  currency: "BTC",
  amount: decimal("0.75"),
  fees: decimal("0"),
  feeCurrency: null,
  type: "trade",
  description: null,
  reference: null,
  raw: null,
  ...options
})

const trade = [
  imported({}),
  imported({ line: 3, currency: "USDT", amount: decimal("-1000"), fees: decimal("0.25"), feeCurrency: "BTC" })
]

describe("An adjustment", () => {
  it.effect("counts in the last reconciliation, is balanced in the postings, and is proved by the chain", () =>
    books(
      Effect.gen(function* () {
        const entries = yield* Entries.Entries
        expect(yield* reconcile()).toMatchObject({ status: "broken", lines: [{ difference: "0.5" }] })
        const entry = yield* entries.adjust({
          currency: "BTC",
          amount: decimal("0.5"),
          reason: "air drop",
          reference: "mail of 3 May"
        })
        expect(yield* reconcile()).toMatchObject({
          status: "matched",
          lines: [{ in: "2.25", adjustments: "0.5", expected: "2.75", actual: "2.75" }]
        })
        const sql = yield* SqlClient.SqlClient
        expect(
          yield* sql`SELECT ledger_account, amount FROM postings WHERE order_id = 'entry ' || ${entry.id}`
        ).toEqual([
          { ledger_account: "wallet", amount: "0.5" },
          { ledger_account: "adjustment", amount: "-0.5" }
        ])
        expect(yield* sql`SELECT kind, amount, reason, reference FROM entries`).toEqual([
          { kind: "adjustment", amount: "0.5", reason: "air drop", reference: "mail of 3 May" }
        ])
        const verify = yield* Verify.Verify
        expect(yield* verify.run).toMatchObject({ status: "intact" })
        yield* sql`DROP TRIGGER event_is_not_updated`
        yield* sql`UPDATE event SET content = replace(content, 'air drop', 'bonus') WHERE seq = ${Number(entry.id)}`
        expect(yield* verify.run).toMatchObject({ status: "touched", firstTouched: Number(entry.id) })
      })
    )
  )

  it.effect("is in the sums of the view of movements, as is an import, and what was reversed nets to nothing", () =>
    books(
      Effect.gen(function* () {
        const entries = yield* Entries.Entries
        yield* entries.adjust({ currency: "BTC", amount: decimal("0.25"), reason: "air drop" })
        const wrong = yield* entries.adjust({ currency: "BTC", amount: decimal("9"), reason: "typed twice" })
        yield* entries.reverse(wrong.id, "typed twice")
        yield* entries.import({ file: "f", rows: trade })
        yield* entries.import({ file: "f", rows: [imported({ id: "t2", type: "fee", amount: decimal("-0.5") })] })
        const sql = yield* SqlClient.SqlClient
        const moved = yield* sql<Readonly<Record<string, string>>>`
          SELECT type, currency, counter, amount, fee FROM movements
          WHERE source = 'entry' ORDER BY type, currency, CAST(amount AS REAL)`
        expect(moved.map((one) => Object.values(one).join(" "))).toEqual([
          "adjustment BTC adjustment 0.25 0",
          "adjustment BTC adjustment 9 0",
          "import fee BTC fees -0.5 0.5",
          "import fee BTC fees -0.25 0.25",
          "import trade BTC conversion 0.75 0",
          "import trade USDT conversion -1000 0",
          "reversal BTC adjustment -9 0"
        ])
        const expected = (yield* reconcile()).lines.map(({ currency, expected }) => ({ currency, expected }))
        const sums = yield* sql<{ readonly currency: string; readonly amounts: string }>`
          SELECT currency, json_group_array(amount) AS amounts FROM movements GROUP BY currency ORDER BY currency`
        const summed = yield* Effect.forEach(sums, ({ amounts, currency }) =>
          Effect.map(Schema.decode(Schema.parseJson(Schema.Array(Decimal.FromText)))(amounts), (all) => ({
            currency,
            expected: Decimal.toText(BigDecimal.normalize(BigDecimal.sumAll(all)))
          }))
        )
        expect(summed).toEqual(expected)
      })
    )
  )

  it.effect("counts between the snapshots that its time stands between, a snapshot's own moment included", () =>
    books(
      Effect.gen(function* () {
        const entries = yield* Entries.Entries
        yield* TestClock.adjust("1 hour")
        yield* sync
        yield* TestClock.adjust("1 hour")
        yield* sync
        const second = { from: at(dawn + 2 * hour), to: at(dawn + 3 * hour) }
        const adjustments = (options: Reconciliation.ReconciliationOptions) =>
          Effect.map(reconcile(options), ({ lines }) => lines.map((line) => line.adjustments))
        yield* entries.adjust({ currency: "BTC", amount: decimal("0.1"), reason: "first", at: second.from })
        expect(yield* adjustments(second)).toEqual(["0"])
        expect(yield* adjustments({ from: at(dawn + hour), to: second.from })).toEqual(["0.1"])
        yield* entries.adjust({ currency: "BTC", amount: decimal("0.01"), reason: "then", at: at(dawn + 2 * hour + 1) })
        expect(yield* adjustments(second)).toEqual(["0.01"])
      })
    )
  )

  it.effect("is undone by its reversal, once, and both stay", () =>
    books(
      Effect.gen(function* () {
        const entries = yield* Entries.Entries
        const entry = yield* entries.adjust({ currency: "BTC", amount: decimal("0.5"), reason: "wrong" })
        const reversal = yield* entries.reverse(entry.id, "it was no air drop")
        expect(yield* reconcile()).toMatchObject({ status: "broken", lines: [{ adjustments: "0", difference: "0.5" }] })
        expect(yield* entries.list).toMatchObject([
          { id: entry.id, reversedBy: reversal.id },
          { kind: "reversal", reverses: entry.id }
        ])
        for (const id of [entry.id, reversal.id, "999"]) {
          expect(yield* Effect.flip(entries.reverse(id, "again"))).toMatchObject({ _tag: "EntryRefused" })
        }
        expect(yield* entries.list).toHaveLength(2)
      })
    )
  )

  it.effect("of nothing, of a currency that nobody knows, or of the future is refused", () =>
    books(
      Effect.gen(function* () {
        const entries = yield* Entries.Entries
        const one = { currency: "BTC", amount: decimal("1"), reason: "r" }
        const refused = (change: Partial<Entries.Adjustment>) =>
          Effect.map(Effect.flip(entries.adjust({ ...one, ...change })), ({ message }) => message)
        expect(yield* refused({ amount: decimal("0.00") })).toMatch(/^Nothing was entered: an adjustment of zero/)
        expect(yield* refused({ currency: "BTCC" })).toMatch(/the books know no currency "BTCC"/)
        expect(yield* refused({ at: at(dawn + 9 * hour) })).toMatch(/in the future/)
        expect(yield* entries.list).toEqual([])
      })
    )
  )

  it.effect("is not there as of a moment before it", () =>
    Effect.gen(function* () {
      const filename = yield* temporaryFile
      const before = yield* books(
        Effect.gen(function* () {
          const entries = yield* Entries.Entries
          const before = yield* DateTime.now
          yield* TestClock.adjust("1 minute")
          yield* entries.adjust({ currency: "BTC", amount: decimal("0.5"), reason: "air drop" })
          return before
        }),
        Effect.succeed(filename)
      )
      const then = (asOf: DateTime.Utc | undefined) =>
        reconcile().pipe(
          Effect.provide(
            Ledger.layerBooks({ account: Account.AccountName.make("default"), exchange: origin, asOf }).pipe(
              Layer.provide(Ledger.opened(SqliteClient.layer({ filename, disableWAL: true })))
            )
          )
        )
      expect(yield* then(before)).toMatchObject({ status: "broken", lines: [{ adjustments: "0" }] })
      expect(yield* then(undefined)).toMatchObject({ status: "matched", lines: [{ adjustments: "0.5" }] })
    }).pipe(Effect.scoped)
  )
})

describe("An import", () => {
  it.effect(
    "enters each row once, its fee in another currency beside it, and changes nothing when it comes again",
    () =>
      books(
        Effect.gen(function* () {
          const entries = yield* Entries.Entries
          const dry = yield* entries.import({ file: "f", rows: trade, dryRun: true })
          expect(yield* entries.list).toEqual([])
          const done = yield* entries.import({ file: "f", rows: trade })
          expect({ ...done, dryRun: true }).toEqual(dry)
          expect(yield* Schema.encode(Entries.ImportReport)(done)).toEqual({
            dryRun: false,
            file: "f",
            rows: 2,
            inserted: 3,
            unchanged: 0,
            changes: [
              { currency: "BTC", change: "0.5", entries: 2 },
              { currency: "USDT", change: "-1000", entries: 1 }
            ]
          })
          expect(yield* reconcile()).toMatchObject({
            lines: [
              { currency: "BTC", adjustments: "0.5", status: "matched" },
              { currency: "USDT", adjustments: "-1000", expected: "-1000", status: "break" }
            ]
          })
          const sql = yield* SqlClient.SqlClient
          const legs = yield* sql`SELECT currency, ledger_account, amount FROM postings WHERE order_id = 't1'`
          expect(legs).toEqual([
            { currency: "BTC", ledger_account: "wallet", amount: "0.75" },
            { currency: "BTC", ledger_account: "conversion", amount: "-0.75" },
            { currency: "USDT", ledger_account: "wallet", amount: "-1000" },
            { currency: "USDT", ledger_account: "conversion", amount: "1000" },
            { currency: "BTC", ledger_account: "wallet", amount: "-0.25" },
            { currency: "BTC", ledger_account: "fees", amount: "0.25" }
          ])
          const events = yield* sql`SELECT count(*) AS n FROM event`
          const more = [...trade, imported({ line: 4, id: "t2", amount: decimal("0.10") })]
          expect(yield* entries.import({ file: "g", rows: more })).toMatchObject({ inserted: 1, unchanged: 3 })
          expect(yield* entries.import({ file: "g", rows: more })).toMatchObject({ inserted: 0, unchanged: 4 })
          const [now] = yield* sql<{ readonly n: number }>`SELECT count(*) AS n FROM event`
          expect(now?.n).toBe(Number(events[0]?.["n"]) + 1)
        })
      )
  )

  it.effect("writes nothing where a row says something else than before, or twice, or of the future", () =>
    books(
      Effect.gen(function* () {
        const entries = yield* Entries.Entries
        yield* entries.import({ file: "f", rows: trade })
        const rows = [
          imported({ line: 2, id: "new" }),
          imported({ line: 3, amount: decimal("0.76") }),
          imported({ line: 4, id: "new" }),
          imported({ line: 5, id: "later", at: at(dawn + 9 * hour) })
        ]
        const { message } = yield* Effect.flip(entries.import({ file: "g", rows }))
        expect(message).toMatch(/^Nothing was imported: line 3 \(id t1, BTC\) was imported before as entry \d+/)
        expect(message).toContain("its amount there is 0.75, here 0.76")
        expect(message).toContain("line 4 (id new, BTC) has the id and currency of line 2")
        expect(message).toContain("line 5, column time: 2026-02-02T")
        expect(yield* entries.list).toHaveLength(3)
      })
    )
  )

  it.effect("is refused for what an adjustment is refused for, with the line and the column", () =>
    books(
      Effect.gen(function* () {
        const entries = yield* Entries.Entries
        const kinds: ReadonlyArray<readonly [Partial<Entries.Adjustment>, column: string, problem: string]> = [
          [{ amount: decimal("0") }, "amount", "of zero changes nothing"],
          [{ amount: decimal("0.000") }, "amount", "of zero changes nothing"],
          [{ at: at(dawn + 9 * hour) }, "time", "is in the future"],
          [{ at: at(1_791_019) }, "time", "1970-01-01T00:29:51.019Z is before 2009"],
          [{ at: at(20_261_031) }, "time", "is before 2009"],
          [{ at: at(1_791_019_800) }, "time", "is before 2009"],
          [{ currency: "btc" }, "currency", 'the books know "BTC", not "btc"'],
          [{ currency: "Btc" }, "currency", 'the books know "BTC", not "Btc"']
        ]
        for (const [change, column, problem] of kinds) {
          const one = { currency: "BTC", amount: decimal("1"), reason: "r", at: at(dawn), ...change }
          for (const work of [Effect.asVoid(entries.adjust(one)), Effect.asVoid(entries.check(one))]) {
            const refused = yield* Effect.flip(work)
            expect(refused).toMatchObject({ _tag: "EntryRefused", message: expect.stringContaining(problem) })
          }
          const moved = { currency: one.currency, amount: one.amount, at: one.at ?? at(dawn) }
          for (const dryRun of [true, false]) {
            const refused = yield* Effect.flip(
              entries.import({ file: "f", rows: [imported({ ...moved, line: 7 })], dryRun })
            )
            expect(refused).toMatchObject({
              _tag: "ImportRefused",
              message: expect.stringMatching(new RegExp(`line 7, column ${column}: [^\n]*${problem}`))
            })
          }
        }
        const fee = imported({ fees: decimal("1"), feeCurrency: "btc" })
        expect((yield* Effect.flip(entries.import({ file: "f", rows: [fee] }))).message).toContain(
          "column fee_currency"
        )
        expect(
          yield* Effect.flip(entries.adjust({ currency: "BTC", amount: decimal("1"), reason: " " }))
        ).toMatchObject({
          message: expect.stringContaining("it has no reason")
        })
        expect(yield* entries.list).toEqual([])
        expect((yield* entries.check({ currency: "BTC", amount: decimal("1"), reason: "r" })).epochMillis).toBe(
          dawn + hour
        )
        expect(yield* entries.list).toEqual([])
      })
    )
  )

  it.effect("holds a row's fee to the row, whatever the fee's currency", () =>
    books(
      Effect.gen(function* () {
        const entries = yield* Entries.Entries
        const paid = imported({ fees: decimal("0.25"), feeCurrency: "USDT" })
        yield* entries.import({ file: "f", rows: [paid] })
        const refused = (change: Partial<Entries.ImportRow>) =>
          Effect.map(
            Effect.flip(entries.import({ file: "g", rows: [{ ...paid, ...change }] })),
            ({ message }) => message
          )
        expect(yield* refused({ feeCurrency: "USDC" })).toContain("its fee currency there is USDT, here USDC")
        expect(yield* refused({ fees: decimal("0"), feeCurrency: null })).toContain("its fee there is 0.25, here 0")
        expect(yield* refused({ fees: decimal("0.3") })).toContain("its fee there is 0.25, here 0.3")
        expect(yield* refused({ id: "t2", fees: decimal("-1") })).toContain("a fee below zero")
        expect(yield* entries.import({ file: "g", rows: [paid] })).toMatchObject({ inserted: 0, unchanged: 2 })
        // Both sides of a trade may pay in the same third currency.
        const sides = [
          { ...paid, id: "t3" },
          { ...paid, id: "t3", line: 3, currency: "ETH" }
        ]
        expect(yield* entries.import({ file: "h", rows: sides })).toMatchObject({ inserted: 4 })
        expect(yield* entries.import({ file: "h", rows: sides })).toMatchObject({ inserted: 0, unchanged: 4 })
      })
    )
  )
})
