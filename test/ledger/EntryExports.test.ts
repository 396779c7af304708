import { Entries, Export, Reconciliation, Sync } from "@btse-wallet/ledger"
import { FileSystem } from "@effect/platform"
import { NodeFileSystem } from "@effect/platform-node"
import { expect, it } from "@effect/vitest"
import { DateTime, Effect, Stream, TestClock } from "effect"
import { at, dawn, decimal, ledger, makeExchange, row, temporaryFile } from "./Bench.ts"
import { cellsOf, linesOf } from "./CsvCells.ts"
import { programs } from "./PlainTextPrograms.ts"
import { textOf } from "./RandomBooks.ts"

const hour = 3_600_000

const exported = Effect.fnUntraced(function* (options: Export.ExportOptions) {
  const books = yield* Effect.flatMap(Export.Export, (service) => service.books(options))
  return { text: yield* Stream.mkString(books.content), leftOut: yield* books.leftOut }
})

const imported = (options: Partial<Entries.ImportRow>): Entries.ImportRow => ({
  line: 2,
  id: "t1",
  at: at(dawn + hour + 1),
  currency: "BTC",
  amount: decimal("0.75"),
  fees: decimal("0.01"),
  feeCurrency: null,
  type: "trade",
  description: "limit order",
  reference: null,
  raw: null,
  ...options
})

/** Three snapshots; a trade and an air drop that history lacks between the first two, and a wrong entry with its reversal. */
const books = <A, E, R>(body: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(dawn + hour)
    const exchange = makeExchange()
    const { state } = exchange
    state.rows = [row({ orderId: "1", amount: "2" }), row({ orderId: "2", currency: "USDT", amount: "1000" })]
    state.balances = { BTC: "2", USDT: "1000" }
    const sync = Effect.flatMap(Sync.Sync, (service) => service.run())
    const lived = Effect.gen(function* () {
      yield* sync
      yield* TestClock.adjust("1 hour")
      state.balances = { BTC: "2.79", USDT: "250.5" }
      yield* sync
      yield* TestClock.adjust("1 hour")
      state.rows.push(row({ orderId: "3", timestamp: dawn + 3 * hour - 1, amount: "0.21" }))
      state.balances = { BTC: "3", USDT: "250.5" }
      yield* sync
      const entries = yield* Entries.Entries
      const usdt = { currency: "USDT", amount: decimal("-749.5"), fees: decimal("0") }
      yield* entries.import({ file: "f", rows: [imported({}), imported({ line: 3, ...usdt })] })
      yield* entries.adjust({ currency: "BTC", amount: decimal("0.05"), reason: "air drop", at: at(dawn + 2 * hour) })
      const wrong = yield* entries.adjust({ currency: "BTC", amount: decimal("9"), reason: "typed twice" })
      yield* entries.reverse(wrong.id, "typed twice")
      const report = yield* Effect.flatMap(Reconciliation.Reconciliation, (service) => service.run())
      expect(report.status).toBe("matched")
    })
    return yield* Effect.zipRight(lived, body).pipe(Effect.provide(ledger(exchange, yield* temporaryFile)))
  }).pipe(Effect.scoped)

it.effect.skipIf(programs.every(({ present }) => !present))(
  "journals have what was entered where it counts, so that the programs' balances and assertions hold",
  () =>
    books(
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const folder = yield* fs.makeTempDirectoryScoped({ prefix: "btse-export-" })
        for (const program of programs.filter(({ present }) => present)) {
          for (const since of [undefined, DateTime.unsafeMake(dawn + 2 * hour)]) {
            const { text } = yield* exported({ format: program.name, since })
            const file = `${folder}/${program.name}.${program.extension}`
            yield* fs.writeFileString(file, text)
            expect(yield* program.check(file), text).toEqual({ exitCode: 0, said: "" })
            const holds = [...(yield* program.holds(file))].map(([currency, units]) => `${textOf(units)} ${currency}`)
            expect(holds.sort()).toEqual(["250.5 USDT", "3 BTC"])
          }
        }
      })
    ).pipe(Effect.provide(NodeFileSystem.layer))
)

it.effect("files for tax programs have them in time, a trade's legs as one, and csv says that it has not", () =>
  books(
    Effect.gen(function* () {
      const koinly = linesOf((yield* exported({ format: "koinly" })).text).slice(1)
      const shown = koinly.map((line) => {
        const [, sent, gave, received, took, , , , , , words] = cellsOf(line)
        return `${sent} ${gave} ${received} ${took} ${words}`.trim()
      })
      expect(shown).toEqual(
        [
          "  2 BTC Deposit [1/BTC/Deposit/1]",
          "  1000 USDT Deposit [2/USDT/Deposit/1]",
          "749.5 USDT 0.75 BTC Import trade limit order [t1/USDT/Import trade/1]",
          "0.01 BTC   fee [t1/BTC/Import trade/1]",
          "  0.05 BTC Adjustment air drop [entry 13/BTC/Adjustment/1]",
          "  0.21 BTC Deposit [3/BTC/Deposit/1]"
        ].map((line) =>
          expect.stringMatching(
            new RegExp(
              `^${line
                .trim()
                .replace(/[[\]/.]/g, "\\$&")
                .replace(/entry \d+/, "entry \\d+")}$`
            )
          )
        )
      )
      const { leftOut, text } = yield* exported({ format: "csv" })
      expect(linesOf(text)).toHaveLength(4)
      expect(leftOut).toMatchObject([{ reason: expect.stringContaining("no row of wallet history"), count: 5 }])
    })
  )
)

it.effect("a fee is a fee to every tax program, of whatever kind the entry or record that paid it", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(dawn + hour)
    const exchange = makeExchange()
    const convert = { orderId: "c", type: "Convert fiat", source: "BTC", target: "USDT" }
    exchange.state.rows = [
      row({ orderId: "1", amount: "5" }),
      row({ ...convert, amount: "1", fees: "0.25" }),
      row({ ...convert, currency: "USDT", amount: "1000", fees: "4" }),
      row({ orderId: "2", type: "Withdraw", amount: "1", fees: "0.5" })
    ]
    exchange.state.balances = { BTC: "3", USDT: "1000" }
    yield* Effect.gen(function* () {
      yield* Effect.flatMap(Sync.Sync, (service) => service.run())
      const entries = yield* Entries.Entries
      const monthly = imported({ id: "F-1", currency: "USDT", amount: decimal("-7"), fees: decimal("0"), type: "fee" })
      const traded = imported({ line: 3, fees: decimal("0.125"), at: at(dawn + 1) })
      yield* entries.import({
        file: "f",
        rows: [
          { ...monthly, at: at(dawn + 1) },
          { ...traded, line: 5, id: "dear", type: "transfer", amount: decimal("1"), fees: decimal("3") },
          traded,
          { ...traded, line: 4, currency: "USDT", amount: decimal("-9") }
        ]
      })
      const [, ...cointracking] = linesOf((yield* exported({ format: "cointracking" })).text).map(cellsOf)
      const told = cointracking.map(([type, buy, , sell, , fee, currency]) =>
        [type, buy, sell, fee, currency].join(" ")
      )
      expect(told).toEqual([
        "Deposit 5   ",
        "Withdrawal  1 0.5 BTC",
        "Trade 1000 0.75 4 USDT",
        "Other Fee  0.25  ",
        "Other Fee  7  ",
        "Deposit 1   ",
        "Other Fee  3  ",
        "Trade 0.625 9 0.125 BTC",
        "Other Fee  0.125  "
      ])
      const koinly = linesOf((yield* exported({ format: "koinly" })).text).map(cellsOf)
      const costs = koinly.filter((cells) => cells[9] === "cost").map((cells) => `${cells[1]} ${cells[2]}`)
      expect(costs.sort()).toEqual(["0.125 BTC", "0.125 USDT", "0.25 BTC", "0.5 BTC", "3 BTC", "4 USDT", "7 USDT"])
      const fees = (text: string, fee: number) =>
        linesOf(text)
          .slice(1)
          .map(cellsOf)
          .flatMap((cells) => (cells[fee] === "" ? [] : [`${cells[fee]} ${cells[fee + 1]}`]))
      const events = yield* exported({ format: "rotki" })
      const trades = yield* exported({ format: "rotki-trades" })
      expect([...fees(events.text, 4), ...fees(trades.text, 5)].sort()).toEqual(costs)
    }).pipe(Effect.provide(ledger(exchange, yield* temporaryFile)))
  }).pipe(Effect.scoped)
)
