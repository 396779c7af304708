import { Account, Ledger, Reconciliation, Sync, Verify } from "@btse-wallet/ledger"
import { SqlClient } from "@effect/sql"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { describe, expect, it } from "@effect/vitest"
import { Data, Effect, Inspectable, Layer, Option, Random, TestClock } from "effect"
import * as Campaign from "../Campaign.ts"
import type { Exchange } from "./Bench.ts"
import { dawn, makeExchange, origin, row, temporaryFile } from "./Bench.ts"

const hour = 3_600_000

const sync = (options: Sync.SyncOptions = {}) => Effect.flatMap(Sync.Sync, (service) => service.run(options))

const verify = Effect.flatMap(Verify.Verify, (service) => service.run)

const account = (name: string, exchange: Exchange) =>
  Ledger.layer({ account: Account.AccountName.make(name), exchange: origin }).pipe(Layer.provide(exchange.layer))

/** Two accounts in one file, with everything that can happen to a row. */
const lived = Effect.gen(function* () {
  yield* TestClock.setTime(dawn + hour)
  const one = makeExchange()
  const rows = Array.from({ length: 40 }, (_, i) =>
    row({
      orderId: `${i - (i % 5 === 0 ? 1 : 0)}`,
      amount: `${i}.5`,
      fees: i % 3 === 0 ? null : "0.1",
      status: i % 4 === 0 ? "PENDING" : "COMPLETED",
      type: i % 2 === 0 ? "Withdraw" : "Deposit",
      timestamp: dawn - i * hour
    })
  )
  one.state.rows = rows
  one.state.balances = { BTC: "7", ETH: "1" }
  one.state.undecoded = [
    { raw: `{"orderId":"x","timestamp":${dawn},"amount":"many"}`, reason: "amount" },
    { raw: `{"orderId":"y"}`, reason: "timestamp" }
  ]
  const first = Effect.gen(function* () {
    yield* sync()
    yield* TestClock.adjust("1 day")
    one.state.rows = rows
      .slice(3)
      .map((record) => (record.status === "PENDING" ? { ...record, status: "COMPLETED", txid: "t" } : record))
    one.state.undecoded = one.state.undecoded.slice(1)
    yield* sync({ full: true })
    one.state.rows = rows
    yield* sync({ full: true })
    yield* Effect.flatMap(Reconciliation.Reconciliation, (service) => service.run())
  })
  yield* Effect.provide(first, account("one", one))
  const two = makeExchange()
  two.state.rows = Array.from({ length: 5 }, (_, i) => row({ orderId: `${i}`, timestamp: dawn - i }))
  yield* Effect.provide(sync(), account("two", two))
})

/** A ledger that has lived, and its verification. */
const books = <A, E>(body: Effect.Effect<A, E, SqlClient.SqlClient | Verify.Verify>) =>
  Effect.gen(function* () {
    const filename = yield* temporaryFile
    return yield* Effect.zipRight(lived, Effect.provide(body, Ledger.layerVerify)).pipe(
      Effect.provide(Ledger.opened(SqliteClient.layer({ filename, disableWAL: true })))
    )
  }).pipe(Effect.scoped)

type Row = Readonly<Record<string, unknown>>

/** Each table with the columns in which a change must be found, the first of them its key. */
const tables = {
  event: [
    "seq",
    "account_id",
    "run_id",
    "at",
    "kind",
    "record_id",
    "wallet",
    "order_id",
    "currency",
    "type",
    "line",
    "settled_after",
    "content",
    "raw",
    "hash"
  ],
  record: [
    "id",
    "account_id",
    "wallet",
    "order_id",
    "currency",
    "type",
    "line",
    "timestamp",
    "status",
    "amount",
    "fees",
    "description",
    "username",
    "txid",
    "currency_network",
    "to_address",
    "source_currency",
    "source_amount",
    "target_currency",
    "target_amount",
    "rate",
    "final",
    "settled_after",
    "posted_wallet",
    "posted_fees",
    "posted_counter",
    "counter",
    "first_seen",
    "last_changed",
    "vanished_at",
    "way",
    "amount_units",
    "amount_rest",
    "fees_units",
    "fees_rest"
  ],
  balance: ["rowid", "currency", "total", "available"],
  snapshot: ["id", "account_id", "run_id", "taken_at", "event_seq"],
  covered: ["rowid", "account_id", "first", "last"],
  account: ["id", "name", "exchange", "earliest", "keeps", "longest_page", "last_event"],
  head: ["id", "seq", "at", "hash"],
  quarantine: ["raw", "account_id", "at", "timestamp", "line", "reason"]
} as const

const integers: ReadonlySet<string> = new Set([
  "seq",
  "account_id",
  "run_id",
  "at",
  "record_id",
  "line",
  "settled_after",
  "id",
  "timestamp",
  "final",
  "first_seen",
  "last_changed",
  "vanished_at",
  "taken_at",
  "event_seq",
  "first",
  "last",
  "rowid",
  "earliest",
  "longest_page",
  "last_event"
])

const pick = <A>(choices: ReadonlyArray<A>) =>
  Effect.flatMap(Random.nextIntBetween(0, choices.length), (index) => Effect.fromNullable(choices[index]))

const otherValue = (column: string, value: unknown) =>
  Effect.map(Random.nextIntBetween(1, 9), (by) => {
    if (integers.has(column)) return Number(value ?? 0) + by
    const text = String(value ?? "")
    const at = text.length % by
    const letter = text[at] === "7" ? "8" : "7"
    return `${text.slice(0, at)}${letter}${text.slice(at + 1)}`
  })

class Undo extends Data.TaggedError("Undo")<{ readonly report: Verify.VerifyReport }> {}

/** One change behind the program's back; says what it was, and what verification found before it was taken back. */
const tamper = Effect.fnUntraced(function* (sql: SqlClient.SqlClient) {
  const table = yield* pick([
    "event",
    "event",
    "record",
    "record",
    "balance",
    "snapshot",
    "covered",
    "quarantine",
    "account",
    "head"
  ] as const)
  const columns: ReadonlyArray<string> = tables[table]
  const key = columns[0] ?? ""
  const all =
    yield* sql<Row>`SELECT ${sql.literal(key === "rowid" ? "rowid, *" : "*")} FROM ${sql(table)} ORDER BY ${sql.literal(key)}`
  const one = yield* pick(all)
  const others = all.filter((candidate) => candidate !== one)
  const other = others.length === 0 ? one : yield* pick(others)
  const where = (of: Row) => sql`${sql.literal(key)} = ${String(of[key])}`
  const acts = ["flip", "delete", "insert", "reorder"] as const
  // There is one head, and no second can be put in.
  const act = yield* pick(table === "head" ? (["flip", "delete"] as const) : acts)
  const column = yield* pick(columns.slice(1))
  const value = yield* otherValue(column, one[column])
  const changing = {
    flip: sql`UPDATE ${sql(table)} SET ${sql(column)} = ${value} WHERE ${where(one)}`,
    delete: sql`DELETE FROM ${sql(table)} WHERE ${where(one)}`,
    insert: Effect.gen(function* () {
      const { rowid: _, ...copy } = one
      const last = Number(all.at(-1)?.[key] ?? 0)
      const fresh =
        table === "balance"
          ? { currency: "NEW" }
          : table === "covered"
            ? { first: 1, last: 2 }
            : { [key]: table === "quarantine" ? "{}" : last + 1 }
      const told =
        table === "quarantine"
          ? { id: last + 99 }
          : table === "record"
            ? { line: 99 }
            : table === "account"
              ? { name: "new" }
              : {}
      yield* sql`INSERT INTO ${sql(table)} ${sql.insert({ ...copy, ...fresh, ...told })}`
    }),
    // Two rows change places; where a row has no place that means anything, it is changed.
    reorder: Effect.gen(function* () {
      if (table === "covered" || table === "quarantine" || table === "balance") {
        return yield* sql`UPDATE ${sql(table)} SET ${sql(column)} = ${value} WHERE ${where(one)}`
      }
      yield* sql`UPDATE ${sql(table)} SET ${sql.literal(key)} = -1 WHERE ${where(one)}`
      yield* sql`UPDATE ${sql(table)} SET ${sql.literal(key)} = ${Number(one[key])} WHERE ${where(other)}`
      yield* sql`UPDATE ${sql(table)} SET ${sql.literal(key)} = ${Number(other[key])} WHERE ${sql.literal(key)} = -1`
    })
  }
  const report = yield* sql
    .withTransaction(
      Effect.gen(function* () {
        yield* sql`DROP TRIGGER event_is_not_updated`
        yield* sql`DROP TRIGGER event_is_not_deleted`
        yield* sql`PRAGMA defer_foreign_keys = ON`
        yield* changing[act]
        yield* sql`CREATE TRIGGER event_is_not_updated BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'no'); END`
        yield* sql`CREATE TRIGGER event_is_not_deleted BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'no'); END`
        return yield* new Undo({ report: yield* verify })
      })
    )
    .pipe(Effect.catchTag("Undo", ({ report }) => Effect.succeed(report)))
  return { table, act, column, one, other, value, report }
})

describe("Verify", () => {
  it.effect("finds a ledger that has lived intact, and says how complete it is", () =>
    books(
      Effect.gen(function* () {
        const told: Array<Verify.VerifyProgress> = []
        const { runWith } = yield* Verify.Verify
        const report = yield* runWith({ onProgress: (progress) => Effect.sync(() => told.push(progress)) })
        expect(told.at(-1)).toEqual({ events: report.events, all: report.events })
        expect(report.findings).toEqual([])
        expect(report).toMatchObject({ status: "intact", records: 45, firstTouched: null })
        expect(report.head.event).toBe(report.events)
        expect(report.accounts).toMatchObject([
          { account: "one", records: 40, gaps: [], quarantined: 1 },
          { account: "two", records: 5, gaps: [], quarantined: 0 }
        ])
        // As a program of before the integers writes rows, which has the file open while another brings it to this version.
        const sql = yield* SqlClient.SqlClient
        const none = ["way", "amount_units", "amount_rest", "fees_units", "fees_rest"].map((name) => `${name} = NULL`)
        yield* sql.unsafe(`UPDATE record SET ${none.join(", ")} WHERE id % 2 = 0`)
        expect((yield* verify).findings).toEqual([])
      })
    )
  )

  it.effect(
    "finds whatever is flipped, deleted, inserted or reordered behind the program's back, and names the first event",
    () =>
      books(
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const first = Campaign.firstSeed("tampering")
          const found = new Map<string, number>()
          const enough = Campaign.size(200, 2_000)
          for (let seed = first, attempts = 0; attempts < enough; seed++) {
            // Now and then two rows would have one key, which SQLite itself refuses: that is no attempt.
            const attempt = yield* Effect.withRandom(tamper(sql), Random.make(seed)).pipe(
              Effect.asSome,
              Effect.catchTag("SqlError", () => Effect.succeedNone)
            )
            if (Option.isNone(attempt)) continue
            attempts++
            const { act, column, one, other, report, table, value } = attempt.value
            const context = `seed ${seed}: ${act} ${table}.${column} of ${Inspectable.toStringUnknown(one)} to ${value}`
            expect(report.status, context).toBe("touched")
            found.set(`${act} ${table}`, (found.get(`${act} ${table}`) ?? 0) + 1)
            if (table !== "event") continue
            const touched = act === "reorder" ? Math.min(Number(one["seq"]), Number(other["seq"])) : Number(one["seq"])
            expect(report.firstTouched, context).toBe(act === "insert" ? report.events : touched)
          }
          yield* Campaign.tell("tampering", "found", found)
          expect(found.size).toBe(4 * (Object.keys(tables).length - 1) + 2)
        })
      ),
    Campaign.timeout
  )

  it.effect("misses the triggers that guard the events", () =>
    books(
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`DROP TRIGGER event_is_not_updated`
        expect((yield* verify).status).toBe("touched")
      })
    )
  )

  it.effect("tells a chain that was cut at its end, even where the rows were cut with it", () =>
    books(
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`DROP TRIGGER event_is_not_deleted`
        yield* sql`DELETE FROM event WHERE seq > 20`
        yield* sql`DELETE FROM record WHERE id > 20`
        expect(yield* verify).toMatchObject({ status: "touched", firstTouched: 21 })
      })
    )
  )
})
