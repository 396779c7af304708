import { Export, Sync } from "@btse-wallet/ledger"
import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { DateTime, Effect, FastCheck, Stream, TestClock } from "effect"
import * as Symbols from "../../packages/ledger/src/Export/Symbols.ts"
import * as Campaign from "../Campaign.ts"
import { dawn, ledger, makeExchange, row, temporaryFile } from "./Bench.ts"
import { cellsOf, linesOf } from "./CsvCells.ts"
import { textOf, unitsOf, withBooks } from "./RandomBooks.ts"

const hour = 3_600_000

const exported = Effect.fnUntraced(function* (options: Export.ExportOptions) {
  const books = yield* Effect.flatMap(Export.Export, (service) => service.books(options))
  return { text: yield* Stream.mkString(books.content), leftOut: yield* books.leftOut }
})

/** What a ledger of these rows is written as. */
const ofRows = Effect.fnUntraced(function* (
  rows: ReadonlyArray<ReturnType<typeof row>>,
  ...all: ReadonlyArray<Export.ExportOptions>
) {
  yield* TestClock.setTime(dawn + hour)
  const exchange = makeExchange()
  exchange.state.rows = [...rows]
  return yield* Effect.gen(function* () {
    yield* Effect.flatMap(Sync.Sync, (service) => service.run())
    return yield* Effect.forEach(all, exported)
  }).pipe(Effect.provide(ledger(exchange, yield* temporaryFile)))
}, Effect.scoped)

const objectsOf = (text: string): ReadonlyArray<Readonly<Record<string, string>>> => {
  const [header = [], ...lines] = linesOf(text).map(cellsOf)
  return lines.map((cells) => Object.fromEntries(cells.map((cell, index) => [header[index] ?? "", cell])))
}

type Sums = ReadonlyArray<readonly [sign: bigint, amount: string | undefined, currency: string | undefined]>

/** How each program adds its file's amounts up to a balance, by its own documentation. */
const adding: Readonly<Record<string, (line: Readonly<Record<string, string>>) => Sums>> = {
  koinly: (line) => [
    [1n, line["Received Amount"], line["Received Currency"]],
    [-1n, line["Sent Amount"], line["Sent Currency"]],
    [-1n, line["Fee Amount"], line["Fee Currency"]]
  ],
  cointracking: (line) => [
    [1n, line["Buy Amount"], line["Buy Currency"]],
    [-1n, line["Sell Amount"], line["Sell Currency"]]
  ],
  rotki: (line) => [
    [["Deposit", "Income"].includes(line["Type"] ?? "") ? 1n : -1n, line["Amount"], line["Currency"]],
    [-1n, line["Fee"], line["Fee Currency"]]
  ],
  "rotki-trades": (line) => [
    [1n, line["Receive Amount"], line["Receive Currency"]],
    [-1n, line["Spend Amount"], line["Spend Currency"]],
    [-1n, line["Fee"], line["Fee Currency"]]
  ]
}

const textsOf = (totals: ReadonlyMap<string, bigint>): Record<string, string> =>
  Object.fromEntries(
    [...totals]
      .filter(([, units]) => units !== 0n)
      .sort()
      .map(([currency, units]) => [currency, textOf(units)])
  )

const balances = (files: ReadonlyArray<readonly [format: string, text: string]>): Record<string, string> => {
  const totals = new Map<string, bigint>()
  for (const [format, text] of files) {
    for (const [sign, amount = "", currency = ""] of objectsOf(text).flatMap((line) => adding[format]?.(line) ?? [])) {
      if (currency !== "") totals.set(currency, (totals.get(currency) ?? 0n) + sign * unitsOf(amount))
    }
  }
  return textsOf(totals)
}

type Side = readonly [amount: string | undefined, currency: string | undefined]

/** What each program takes for a fee. */
const paying: Readonly<Record<string, (line: Readonly<Record<string, string>>) => ReadonlyArray<Side>>> = {
  koinly: (line) => (line["Label"] === "cost" ? [[line["Sent Amount"], line["Sent Currency"]]] : []),
  cointracking: (line) => [
    [line["Fee"], line["Fee Currency"]],
    ...(line["Type"] === "Other Fee" ? [[line["Sell Amount"], line["Sell Currency"]] as const] : [])
  ],
  rotki: (line) => [[line["Fee"], line["Fee Currency"]]],
  "rotki-trades": (line) => [[line["Fee"], line["Fee Currency"]]]
}

const feesIn = (files: ReadonlyArray<readonly [format: string, text: string]>): Record<string, string> => {
  const totals = new Map<string, bigint>()
  for (const [format, text] of files) {
    for (const [amount = "", currency = ""] of objectsOf(text).flatMap((line) => paying[format]?.(line) ?? [])) {
      if (currency !== "") totals.set(currency, (totals.get(currency) ?? 0n) + unitsOf(amount))
    }
  }
  return textsOf(totals)
}

/** The fees of all settled records and entries, by their postings. */
const feesInBooks = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly currency: string; readonly amount: string }>`
    SELECT currency, amount FROM postings WHERE ledger_account = 'fees'`
  const totals = new Map<string, bigint>()
  for (const { amount, currency } of rows) totals.set(currency, (totals.get(currency) ?? 0n) + unitsOf(amount))
  return textsOf(totals)
})

describe("An export", () => {
  it.effect("as CSV is the history, quoted where it must be; as JSON lines it is the same", () =>
    Effect.gen(function* () {
      const earlier = row({ orderId: "1", amount: "12", timestamp: dawn - hour, fees: null })
      const [csv, part, jsonl] = yield* ofRows(
        [
          row({ orderId: "2", amount: "0.00000001", description: 'a "gift", wrapped\nin two lines' }),
          earlier,
          ...Array.from({ length: 2500 }, (_, i) =>
            row({
              orderId: `m${i}`,
              timestamp: dawn + 1 + (i % 7),
              ...(i === 0 ? { amount: "-1.5", description: '=HYPERLINK("http://evil","a")' } : {})
            })
          )
        ],
        { format: "csv" },
        { format: "csv", until: DateTime.add(earlier.timestamp, { millis: 1 }) },
        { format: "jsonl" }
      )
      const [header, first, second] = csv?.text.split("\r\n") ?? []
      expect(header).toBe(
        "account,order_id,line,currency,type,status,amount,fees,timestamp,time,txid,currency_network,wallet,description,username,first_seen,last_changed,vanished,to_address,source_currency,source_amount,target_currency,target_amount,rate"
      )
      expect(first).toBe(
        `default,1,1,BTC,Deposit,COMPLETED,12,,${dawn - hour},2026-02-02T01:40:00.000Z,,,@SPOT,,user,2026-02-02T03:40:00.000Z,2026-02-02T03:40:00.000Z,0,,,,,,`
      )
      expect(second).toContain("0.00000001,0,")
      expect(second).toContain('"a ""gift"", wrapped\nin two lines"')
      expect(csv?.text).toContain(`,"'=HYPERLINK(""http://evil"",""a"")",`)
      expect(csv?.text).toMatch(/,-1\.5,/)
      expect(csv?.text.split("\r\n").length).toBe(1 + 2502 + 1)
      expect(part?.text.split("\r\n").length).toBe(3)
      expect(csv?.leftOut).toEqual([])
      const lines = linesOf(jsonl?.text ?? "")
      expect(lines.length).toBe(2502)
      expect(lines[0]).toContain('"order_id":"1","line":1,"currency":"BTC","type":"Deposit"')
      expect(lines[0]).toContain('"amount":"12","fees":null,')
      expect(lines[0]).toContain('"vanished":false,"to_address":null,')
    })
  )

  it.effect("has the same bytes each time, and adds up to our balances by each program's own rule for fees", () =>
    Effect.gen(function* () {
      const first = Campaign.firstSeed("exports")
      for (let seed = first; seed < first + Campaign.size(3, 100); seed++) {
        yield* withBooks(seed, ({ context, holds }) =>
          Effect.gen(function* () {
            const texts = new Map<string, string>()
            for (const format of Export.Format.literals) {
              const { text } = yield* exported({ format })
              expect((yield* exported({ format })).text, `${context} ${format}`).toBe(text)
              texts.set(format, text)
            }
            const file = (format: string) => [format, texts.get(format) ?? ""] as const
            const expected = Object.fromEntries([...holds].sort().map(([name, units]) => [name, textOf(units)]))
            expect(balances([file("koinly")]), context).toEqual(expected)
            expect(balances([file("cointracking")]), context).toEqual(expected)
            expect(balances([file("rotki"), file("rotki-trades")]), context).toEqual(expected)
            const fees = yield* feesInBooks
            expect(Object.keys(fees).length, context).toBeGreaterThan(0)
            expect(feesIn([file("koinly")]), context).toEqual(fees)
            expect(feesIn([file("cointracking")]), context).toEqual(fees)
            expect(feesIn([file("rotki"), file("rotki-trades")]), context).toEqual(fees)
            // An id stands for one line for ever, so that a second import can tell what it has.
            const ids = objectsOf(texts.get("cointracking") ?? "").map((line) => line["Tx-ID"])
            expect(new Set(ids).size, context).toBe(ids.length)
          })
        )
      }
    })
  )

  it.effect("says what it leaves out, and why", () =>
    Effect.gen(function* () {
      const [rotki, ledgerFile, trades, listed] = yield* ofRows(
        [
          row({ orderId: "1" }),
          row({ orderId: "2", status: "PENDING" }),
          row({ orderId: "3", status: "CANCELLED" }),
          row({ orderId: "4", amount: "0" }),
          row({ orderId: "5", type: "Convert fiat", currency: "BTC", source: "BTC", target: "USD" }),
          row({
            orderId: "5",
            type: "Convert fiat",
            currency: "USD",
            source: "BTC",
            target: "USD",
            timestamp: dawn + 1
          }),
          ...Array.from({ length: 30 }, (_, i) => row({ orderId: `x${i}`, status: "EXPIRED" }))
        ],
        { format: "rotki" },
        { format: "ledger" },
        { format: "rotki-trades" },
        { format: "ledger", listLeftOut: true }
      )
      expect(rotki?.leftOut.every(({ records }) => records.length === 0)).toBe(true)
      const expired = ["x0", "x1", ...Array.from({ length: 10 }, (_, i) => `x1${i}`)]
      expect(listed?.leftOut[1]?.records.slice(0, 12)).toEqual(expired)
      expect(listed?.leftOut.map(({ records }) => records.length)).toEqual([1, 30, 1, 1])
      expect(listed?.text).toContain("\n; left out 1: CANCELLED, so it moved nothing\n;   3\n; left out 30:")
      expect(rotki?.leftOut.map(Export.leftOutLine)).toEqual([
        "left out 1: CANCELLED, so it moved nothing",
        "left out 30: EXPIRED, so it moved nothing",
        "left out 1: PENDING, which may still move something",
        "left out 1: it moved nothing",
        "left out 1: a conversion is a trade to rotki: export it with --format rotki-trades"
      ])
      expect(ledgerFile?.text).toContain("\n; left out 1: PENDING, which may still move something\n")
      expect(trades?.text).toBe(
        `Location,Spend Currency,Receive Currency,Receive Amount,Spend Amount,Fee,Fee Currency,Description,Timestamp\nexternal,BTC,USD,1,1,,,Convert fiat [5],${dawn}\n`
      )
    })
  )

  it.effect("belongs to one range alone: of two that meet, each movement is in the one or the other", () =>
    withBooks(2, () =>
      Effect.gen(function* () {
        for (const format of ["koinly", "cointracking", "rotki", "rotki-trades", "jsonl"] as const) {
          const all = linesOf((yield* exported({ format })).text)
          const middle = DateTime.unsafeMake(dawn - hour)
          const early = linesOf((yield* exported({ format, until: middle })).text)
          const late = linesOf((yield* exported({ format, since: middle })).text)
          expect([...early, ...(format === "jsonl" ? late : late.slice(1))]).toEqual(all)
        }
      })
    )
  )
})

describe("A currency", () => {
  it("is written as a commodity from which it can be read again, and no two as the same", () => {
    expect(["BTC", "1INCH", "BTC-PERP", "h"].map(Symbols.quoted)).toEqual(["BTC", '"1INCH"', '"BTC-PERP"', '"%68"'])
    expect(["BTC-PERP", "1INCH", "S", "TRUE", "X-Y"].map(Symbols.beancount)).toEqual([
      "BTC-PERP",
      "X-1INCH",
      "X-S",
      "X-TRUE",
      "X-X_2DY"
    ])
    expect(Symbols.beancount("a".repeat(20))).toMatch(/^X--[A-Z0-9]{1,20}$/)
    expect(Symbols.quoted("a".repeat(300))).toMatch(/^"%%[A-Z0-9]{1,20}"$/)
    FastCheck.assert(
      FastCheck.property(FastCheck.string({ minLength: 1, unit: "grapheme" }), (currency) => {
        expect(Symbols.fromQuoted(Symbols.quoted(currency))).toBe(currency)
        const commodity = Symbols.beancount(currency)
        expect(commodity).toMatch(/^[A-Z][A-Z0-9'._-]{0,22}[A-Z0-9]$/)
        if (!commodity.startsWith("X--")) expect(Symbols.fromBeancount(commodity)).toBe(currency)
      }),
      { seed: 5, numRuns: 2_000 }
    )
  })
})
