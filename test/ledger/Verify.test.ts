import { Account, Closes, Ledger, LedgerStatus, Reconciliation, Sync, Verify } from "@btse-wallet/ledger"
import { SqlClient } from "@effect/sql"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { expect, layer } from "@effect/vitest"
import { Context, Effect, Either, Layer, Option, Random, TestClock } from "effect"
import { readFileSync, rmSync, writeFileSync } from "node:fs"
import * as Campaign from "../Campaign.ts"
import type { Exchange } from "./Bench.ts"
import { dawn, ledger, makeExchange, origin, row, temporaryFile } from "./Bench.ts"
import * as Tampering from "./Tampering.ts"
import { submit } from "./WithdrawalBench.ts"

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

/** The file of a ledger that has lived, from which nothing was deleted. */
class Lived extends Context.Tag("@btse-wallet/test/ledger/Verify.test/Lived")<Lived, Uint8Array>() {}

const layerLived = Layer.scoped(
  Lived,
  Effect.gen(function* () {
    const filename = yield* temporaryFile
    yield* Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* lived
      yield* sql`VACUUM`
      yield* sql`PRAGMA wal_checkpoint(TRUNCATE)`
    }).pipe(Effect.provide(Ledger.opened(SqliteClient.layer({ filename, disableWAL: true }))))
    return readFileSync(filename)
  })
)

/** Copies of it to edit, one after the other in the same place. */
const copies = Effect.gen(function* () {
  const bytes = yield* Lived
  const copy = yield* temporaryFile
  const fresh = Effect.sync(() => {
    for (const end of ["-wal", "-shm"]) rmSync(`${copy}${end}`, { force: true })
    writeFileSync(copy, bytes)
    return copy
  })
  return { fresh }
})

/** A ledger that has lived, and its verification. */
const books = <A, E>(body: Effect.Effect<A, E, SqlClient.SqlClient | Verify.Verify>) =>
  Effect.gen(function* () {
    const { fresh } = yield* copies
    const filename = yield* fresh
    const client = Ledger.opened(SqliteClient.layer({ filename, disableWAL: true }))
    return yield* Effect.provide(body, Layer.provideMerge(Ledger.layerVerify, client))
  }).pipe(Effect.scoped)

const verifyFile = (filename: string) =>
  Effect.provide(
    verify,
    Layer.provide(Ledger.layerVerify, Ledger.opened(SqliteClient.layer({ filename, disableWAL: true })))
  )

/** Makes edits from seeds, so many as are asked for, and gives each to `check` with what it was. */
const campaign = <A>(
  name: string,
  enough: number,
  edit: (filename: string, turn: number) => Effect.Effect<A, Tampering.NoEdit>,
  check: (seed: number, edit: A, filename: string) => Effect.Effect<string>
) =>
  Effect.gen(function* () {
    const { fresh } = yield* copies
    const found = new Map<string, number>()
    for (let seed = Campaign.firstSeed(name), attempts = 0; attempts < enough; seed++) {
      const filename = yield* fresh
      const made = yield* Effect.option(Effect.withRandom(edit(filename, seed), Random.make(seed)))
      if (Option.isNone(made)) continue
      attempts++
      const kind = yield* check(seed, made.value, filename)
      found.set(kind, (found.get(kind) ?? 0) + 1)
    }
    yield* Campaign.tell(name, "found", found)
    return found
  })

layer(layerLived)("Verify", (it) => {
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

  it.scoped(
    "finds whatever is flipped, deleted, inserted or reordered behind the program's back, and names the first event",
    () =>
      Effect.gen(function* () {
        const found = yield* campaign(
          "tampering",
          Campaign.size(90, 2_000),
          Tampering.editRow,
          Effect.fnUntraced(function* (seed, { act, one, other, said, table }, filename) {
            const context = `seed ${seed}: ${said}`
            const report = yield* Effect.orDie(verifyFile(filename))
            expect(report.status, context).toBe("touched")
            if (table === "event") {
              const touched =
                act === "reorder" ? Math.min(Number(one["seq"]), Number(other["seq"])) : Number(one["seq"])
              expect(report.firstTouched, context).toBe(act === "insert" ? report.events : touched)
            }
            return `${act} ${table}`
          })
        )
        expect(found.size).toBe(Tampering.rowEdits.length)
      }),
    Campaign.timeout
  )

  it.scoped(
    "finds whatever is edited in the file itself: indices, views, triggers, tables, bits of its pages",
    () =>
      Effect.gen(function* () {
        const found = yield* campaign(
          "edited files",
          Campaign.size(80, 1_000),
          Tampering.editFile,
          Effect.fnUntraced(function* (seed, { kind, said }, filename) {
            // A file that cannot even be opened is told of in a sentence.
            const ended = yield* Effect.either(verifyFile(filename))
            const outcome = Either.match(ended, { onLeft: ({ _tag }) => _tag, onRight: ({ status }) => status })
            expect(["touched", "LedgerUnavailable"], `seed ${seed}: ${kind}: ${said}`).toContain(outcome)
            return kind
          })
        )
        expect([...found.keys()].sort()).toEqual([...Tampering.fileEdits].sort())
      }),
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

  it.effect("holds a head that was kept elsewhere against the chain", () =>
    books(
      Effect.gen(function* () {
        const { run, runWith } = yield* Verify.Verify
        const { events, head } = yield* run
        const sql = yield* SqlClient.SqlClient
        const [early] = yield* sql<{ readonly hash: string }>`SELECT hash FROM event WHERE seq = 7`
        expect(yield* runWith({ head: early?.hash })).toMatchObject({ status: "intact", kept: { event: 7 } })
        expect(yield* runWith({ head: head.hash })).toMatchObject({ status: "intact", kept: { event: events } })
        expect(yield* runWith({ head: "0".repeat(64) })).toMatchObject({ status: "intact", kept: { event: 0 } })
        const other = "f".repeat(64)
        expect(yield* runWith({ head: other })).toMatchObject({
          status: "touched",
          firstTouched: null,
          kept: { event: null, hash: other },
          findings: [{ table: "event", row: other }]
        })
      })
    )
  )

  it.effect("remembers the head that was verified last, and is not taken in by the note of it", () =>
    books(
      Effect.gen(function* () {
        const { last, run } = yield* Verify.Verify
        const sql = yield* SqlClient.SqlClient
        expect(yield* last).toBeNull()
        const { head } = yield* run
        expect(yield* last).toMatchObject({ head, problems: 0, holds: true })
        yield* sql`UPDATE verification SET event_hash = ${"a".repeat(64)}`
        expect(yield* last).toMatchObject({ holds: false })
        yield* run
        yield* sql`UPDATE record SET amount = '9' WHERE id = (SELECT min(id) FROM record)`
        expect((yield* run).problems).toBeGreaterThan(0)
        expect(yield* last).toMatchObject({ head, holds: true, problems: 1 })
      })
    )
  )

  it.scoped("takes a ledger without accounts and events for no proof of anything", () =>
    Effect.gen(function* () {
      const filename = yield* temporaryFile
      expect(yield* verifyFile(filename)).toMatchObject({ status: "empty", events: 0 })
      expect(yield* verifyFile(filename)).toMatchObject({ status: "empty" })
    })
  )

  it.scoped("keeps a sync, a payment and a close from a ledger in which a trigger was planted", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(dawn + hour)
      const exchange = makeExchange()
      exchange.state.balances = { BTC: "9" }
      const filename = yield* temporaryFile
      const open = ledger(exchange, filename)
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sync()
        // While a program has the ledger open: it makes what was sent look as if it was not.
        yield* sql`CREATE TRIGGER planted AFTER UPDATE ON payment
          BEGIN UPDATE payment SET sending_at = NULL, status = 'UNSENT' WHERE id = NEW.id; END`
        for (const _ of [1, 2, 3]) {
          const error = yield* Effect.flip(submit())
          expect(error).toMatchObject({ _tag: "LedgerTouched", done: "nothing" })
          expect(error.message).toContain("the trigger planted on payment is none that this version creates")
        }
        expect(exchange.state.withdrawals).toEqual([])
        yield* TestClock.adjust("40 days")
        yield* sync()
        const month = yield* Closes.Period.fromText("2026-02")
        const close = Effect.flatMap(Closes.Closes, (closes) => closes.close({ period: month, withBreaks: "late" }))
        expect(yield* Effect.flip(close)).toMatchObject({ _tag: "LedgerTouched", operation: "close" })
        expect(yield* Effect.flatMap(Closes.Closes, (closes) => closes.list)).toEqual([])
      }).pipe(Effect.provide(open))
      expect(yield* sync().pipe(Effect.provide(open), Effect.flip)).toMatchObject({ _tag: "LedgerTouched" })
      // Whoever looks into it reads the books.
      yield* Effect.flatMap(LedgerStatus.LedgerStatus, ({ get }) => get).pipe(
        Effect.provide(
          Layer.provide(
            Ledger.layerBooks({ account: Account.AccountName.make("default"), exchange: origin }),
            Ledger.opened(SqliteClient.layer({ filename, disableWAL: true }))
          )
        )
      )
    })
  )
})
