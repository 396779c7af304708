import type { AccountingPolicy } from "@btse-wallet/ledger"
import { AsOf, Sync } from "@btse-wallet/ledger"
import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { BigDecimal, DateTime, Effect, Number as Num, Random, TestClock } from "effect"
import { integerColumns, integersOf } from "../../packages/ledger/src/internal/Integers.ts"
import { makeGroups, summed } from "../../packages/ledger/src/Reconciliation/Groups.ts"
import * as Totals from "../../packages/ledger/src/Reconciliation/Totals.ts"
import * as Campaign from "../Campaign.ts"
import { dawn, decimal, ledger, makeExchange, row, temporaryFile } from "./Bench.ts"

const hour = 3_600_000

interface Row {
  readonly id: number
  readonly account_id: number
  readonly currency: string
  readonly type: string
  readonly amount: string
  readonly fees: string | null
  readonly source_currency: string | null
  readonly target_currency: string | null
  readonly settled_after: number | null
}

const pick = <const A>(choices: readonly [A, ...Array<A>]) =>
  Effect.map(Random.nextIntBetween(0, choices.length), (index) => choices[index] ?? choices[0])

const digits = (count: number) =>
  Effect.map(
    Effect.all(Array.from({ length: count }, () => Random.nextIntBetween(0, 10))),
    (all) => all.join("") || "0"
  )

/** Decimals of every length around what the integers hold, and as only a person would write them. */
const someDecimal = Effect.gen(function* () {
  const sign = yield* pick(["", "", "", "-"])
  const odd = yield* Random.nextIntBetween(0, 40)
  if (odd < 4)
    return yield* pick(["0", "-0", "-0.00", "007", "00000000001.5", "1e5", "-2E-9", "1.50", "0.000000000000000000"])
  if (odd < 7) return `${sign}9999999999.99999999`
  if (odd < 9) return `${sign}${yield* digits(15)}.${yield* digits(18)}`
  const whole = String(BigInt(yield* digits(yield* Random.nextIntBetween(1, 13))))
  const places = yield* pick([0, 1, 2, 8, 8, 8, 9, 17, 18, 19, 33])
  return `${sign}${whole}${places === 0 ? "" : `.${yield* digits(places)}`}`
})

const currencies = ["BTC", "ETH", "a'b"] as const

const types = ["Deposit", "Withdraw", "Convert fiat", "something new"] as const

const someRow = Effect.fnUntraced(function* (id: number) {
  const legs = [null, ...currencies] as const
  const row: Row = {
    id,
    account_id: yield* pick([1, 1, 1, 2]),
    currency: yield* pick(currencies),
    type: yield* pick(types),
    amount: yield* someDecimal,
    fees: yield* pick([null, "0", yield* someDecimal]),
    source_currency: yield* pick(legs),
    target_currency: yield* pick(legs),
    settled_after: yield* pick([null, 0, 0, 1, 2, 3])
  }
  return row
})

const rules: ReadonlyArray<AccountingPolicy.Rule> = (["in", "out", "signed", "legs"] as const).flatMap((direction) =>
  (["included", "extra", "none"] as const).map((fees) => ({ direction, fees }))
)

/** Policies in which each type has had each rule. */
const policies = rules.map((unknown, at): AccountingPolicy.AccountingPolicy => ({
  name: `policy ${at}`,
  types: Object.fromEntries(
    types.slice(0, 3).map((type, of) => [type, rules[(at + 5 * of) % rules.length] ?? unknown])
  ),
  unknown,
  pending: "held"
}))

const plain = (totals: Iterable<readonly [string, Totals.Total]>) =>
  Object.fromEntries(
    Array.from(totals, ([currency, { fees, in: came, out }]) => [
      currency,
      { in: BigDecimal.format(came), out: BigDecimal.format(out), fees: BigDecimal.format(fees) }
    ])
  )

/** One row after the other, each decimal read as it stands. */
const folded = (policy: AccountingPolicy.AccountingPolicy, rows: ReadonlyArray<Row>) =>
  Totals.of(
    policy,
    rows.map((one) => ({
      type: one.type,
      currency: one.currency,
      amount: decimal(one.amount),
      fees: decimal(one.fees ?? "0"),
      sourceCurrency: one.source_currency,
      targetCurrency: one.target_currency
    }))
  )

/** As the program writes them; of rows that somebody else has written the integers are not known. */
const store = Effect.fnUntraced(function* (rows: ReadonlyArray<Row>, byHand: (row: Row) => boolean = () => false) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`INSERT INTO account (id, name, exchange) VALUES (2, 'other', 'other')`
  const inserting = Effect.forEach(rows, (one) => {
    const rest = {
      wallet: "@SPOT",
      order_id: `${one.id}`,
      line: 1,
      timestamp: 0,
      status: "",
      final: 1,
      first_seen: 0,
      last_changed: 0
    }
    return sql`INSERT INTO record ${sql.insert({ ...one, ...rest, ...(byHand(one) ? {} : integersOf(one)) })}`
  })
  yield* sql.withTransaction(inserting)
})

const inBooks = <A, E>(use: Effect.Effect<A, E, SqlClient.SqlClient>) =>
  Effect.gen(function* () {
    return yield* Effect.provide(use, ledger(makeExchange(), yield* temporaryFile))
  }).pipe(Effect.scoped)

describe("Totals", () => {
  const first = Campaign.firstSeed("Totals")
  for (let seed = first; seed < first + Campaign.size(8, 200); seed++) {
    it.effect(`are what the rows add up to under every policy, seed ${seed}`, () =>
      inBooks(
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const size = yield* Random.nextIntBetween(0, 300)
          const rows = yield* Effect.forEach(
            Array.from({ length: size }, (_, at) => at + 1),
            someRow
          )
          yield* store(rows, ({ id }) => id % 5 === 0)
          const groups = makeGroups(sql)
          for (const [opening, closing] of [
            [0, 9],
            [1, 3]
          ] as const) {
            const counted = rows.filter(
              ({ account_id, settled_after }) =>
                account_id === 1 && settled_after !== null && settled_after >= opening && settled_after < closing
            )
            const found = yield* groups({ accountId: 1, opening, closing })
            const apart = yield* groups({ accountId: 1, opening, closing, bySnapshot: true })
            expect(Num.sumAll(found.map(({ records }) => records))).toBe(counted.length)
            for (const policy of policies) {
              expect(plain(Totals.of(policy, found))).toEqual(plain(folded(policy, counted)))
              for (let at = opening; at < closing; at++) {
                const ofOne = apart.filter(({ settledAfter }) => settledAfter === at)
                const rowsOfOne = counted.filter(({ settled_after }) => settled_after === at)
                expect(plain(Totals.of(policy, ofOne))).toEqual(plain(folded(policy, rowsOfOne)))
              }
            }
          }
        })
      ).pipe(Effect.withRandom(Random.make(seed)))
    )
  }

  it.effect("are of integers that say what the text says, whoever wrote it", () =>
    inBooks(
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const ids = Array.from({ length: 2_000 }, (_, at) => at + 1)
        const rows = yield* Effect.forEach(ids, someRow)
        yield* store(rows, () => true)
        yield* sql`UPDATE record SET amount = amount`
        const text = integerColumns.map((column) => `CAST(${column} AS TEXT) AS ${column}`).join(", ")
        const said = yield* sql.unsafe<Record<string, string | null>>(`SELECT ${text} FROM record ORDER BY id`)
        for (const [at, row] of rows.entries()) {
          const integers = Object.entries(integersOf(row)).map(([name, value]) => [name, value?.toString() ?? null])
          expect(said[at], `${row.amount}, ${row.fees}`).toEqual(Object.fromEntries(integers))
        }
      })
    ).pipe(Effect.withRandom(Random.make("integers")))
  )

  it.effect("come from the index alone, and do not overflow", () =>
    inBooks(
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const one = { account_id: 1, currency: "BTC", type: "Deposit", fees: "9999999999", source_currency: null }
        const rows = Array.from({ length: 40 }, (_, at): Row => ({
          ...one,
          id: at + 1,
          amount: "9999999999.999999999999999999",
          target_currency: null,
          settled_after: 0
        }))
        yield* store(rows)
        const options = { accountId: 1, opening: 0, closing: 1 }
        const [text, parameters] = summed(sql, options).compile()
        const plan = yield* sql.unsafe<{ readonly detail: string }>(`EXPLAIN QUERY PLAN ${text}`, parameters)
        expect(plan.map(({ detail }) => detail)).toEqual([expect.stringContaining("record_totals")])
        expect((yield* Effect.flip(summed(sql, options))).cause).toMatchObject({ message: "integer overflow" })
        expect(yield* makeGroups(sql)(options)).toHaveLength(1)
        for (const policy of policies) {
          expect(plain(Totals.of(policy, yield* makeGroups(sql)(options)))).toEqual(plain(folded(policy, rows)))
        }
      })
    )
  )

  it.effect("are refused where an amount is none, however many others there are", () =>
    inBooks(
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const good: Row = {
          id: 1,
          account_id: 1,
          currency: "BTC",
          type: "Deposit",
          amount: "1",
          fees: null,
          source_currency: null,
          target_currency: null,
          settled_after: 0
        }
        yield* store([good])
        for (const amount of [
          "",
          "-",
          ".",
          "1.",
          ".5",
          "--1",
          "1-",
          "1..5",
          "1.5.5",
          "+1",
          " 1",
          "1,5",
          "0x1",
          "1_0",
          "NaN"
        ]) {
          for (const bad of [{ amount }, { amount: "1", fees: amount }]) {
            yield* sql`UPDATE record SET ${sql.update(bad)}`
            const outcome = yield* Effect.exit(makeGroups(sql)({ accountId: 1, opening: 0, closing: 1 }))
            expect(outcome._tag, Object.entries(bad).join()).toBe("Failure")
          }
        }
      })
    )
  )

  it.effect("are those of an earlier moment as of then", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(dawn + hour)
      const exchange = makeExchange()
      const { state } = exchange
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const sync = Effect.flatMap(Sync.Sync, (service) => service.run({ full: true }))
        const groups = makeGroups(sql)({ accountId: 1, opening: 0, closing: 9, bySnapshot: true })
        const totals = Effect.map(groups, (found) => policies.map((policy) => plain(Totals.of(policy, found))))
        state.rows = [
          row({ orderId: "1", amount: "-1.123456789012345678", fees: "0.1", type: "something new" }),
          row({ orderId: "2", amount: "12345678901234567890.5" }),
          row({ orderId: "3", amount: "5", type: "Convert fiat", source: "BTC", target: "USD" }),
          row({ orderId: "4", amount: "7", status: "PENDING" })
        ]
        yield* sync
        const then = yield* totals
        const moment = yield* DateTime.now
        yield* TestClock.adjust("1 hour")
        state.rows = state.rows
          .slice(1)
          .map((one) => ({ ...one, status: "COMPLETED", amount: BigDecimal.sum(one.amount, decimal("0.5")) }))
        yield* sync
        expect(yield* totals).not.toEqual(then)
        for (const { params, sql: text } of yield* AsOf.statements(moment)) yield* sql.unsafe(text, params)
        expect(yield* totals).toEqual(then)
      }).pipe(Effect.provide(ledger(exchange, yield* temporaryFile)))
    }).pipe(Effect.scoped)
  )
})
