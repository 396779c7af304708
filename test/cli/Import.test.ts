import { ImportFile } from "@btse-wallet/cli"
import { Entries, Reconciliation, Sync, Verify } from "@btse-wallet/ledger"
import { expect, it } from "@effect/vitest"
import { Effect, Either, Schema, TestClock } from "effect"
import { createHash } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { dawn, ledger, makeExchange, row } from "../ledger/Bench.ts"
import * as InProcess from "./InProcess.ts"
import * as Program from "./Program.ts"

const problems = (text: string): ReadonlyArray<string> =>
  Either.match(ImportFile.fromText(text), { onLeft: (found) => found, onRight: () => [] })

const rows = (text: string) => Either.getOrThrow(ImportFile.fromText(text))

it("reads quotes, breaks in cells, empty lines, any order of columns, and every digit", () => {
  const text = `\uFEFFamount,id,currency,Time,description\r\n-0.100000000000000000000000000001,"a,1",BTC,2026-01-31,"said ""so"",\r\ntwice"\r\n\r\n+5,b, ETH ,1770000000000,\r\n`
  const [first, second] = rows(text).map((row) => Schema.encodeSync(Entries.ImportRow)(row))
  expect(first).toMatchObject({
    line: 2,
    id: "a,1",
    at: "2026-01-31T00:00:00.000Z",
    amount: "-0.100000000000000000000000000001",
    fees: "0",
    type: "other",
    description: 'said "so",\ntwice'
  })
  expect(second).toMatchObject({ line: 5, id: "b", currency: "ETH", amount: "5", description: null })
})

it("names the line and the column of everything that is wrong at once", () => {
  const header = "id,time,currency,amount,fee,kind\n"
  expect(
    problems(`${header}1,31.12.2026,BTC,1.5,,\n,2026-01-01,BTC,"1,000.00",x,swap\n3,2026-01-01,BTC,1e5\n`)
  ).toEqual([
    expect.stringMatching(/^line 2, column time: "31\.12\.2026" is not a date/),
    expect.stringMatching(/^line 3, column id: "" is not an id/),
    expect.stringMatching(/^line 3, column amount: "1,000\.00" is not a decimal in plain notation/),
    expect.stringMatching(/^line 3, column fee: "x" is not/),
    expect.stringMatching(/^line 3, column kind: "swap" is not one of trade, transfer/),
    "line 4: it has 4 cells where the header has 6"
  ])
  expect(problems(`${header}3,2026-01-01,BTC,1e5,,\n`)).toHaveLength(1)
  expect(problems("id,time,currency,amount,fees\n")).toEqual(['line 1: there is no column "fees" (fee is one)'])
  expect(problems("id;time;currency;amount\n")[1]).toMatch(/the header lacks id, time.*with commas between them/)
  expect(problems("id,time,currency,amount,id\n")).toEqual(['line 1: there are two columns "id"'])
  expect(problems(`${header}1,"2026-01-01,BTC,1,,\n`)).toEqual([
    expect.stringMatching(/^line 2: a quote is not closed/)
  ])
  expect(problems("")).toEqual(["line 1: the file is empty"])
})

it.effect("btse adjusts, imports once, lists and reverses, and the books prove it", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(dawn + 3_600_000)
    const exchange = makeExchange()
    exchange.state.rows = [row({ orderId: "1", amount: "2.25" })]
    exchange.state.balances = { BTC: "2.25" }
    const folder = yield* Program.folder
    const filename = join(folder, "ledger.sqlite")
    yield* Effect.flatMap(Sync.Sync, (service) => service.run()).pipe(Effect.provide(ledger(exchange, filename)))
    const run = InProcess.onLedger(filename)
    const failed = InProcess.failedOn(filename)
    expect(yield* failed(["adjust", "--currency", "BTC", "--amount", "-0.5", "--reason", "r"])).toMatchObject({
      tag: "NotConfirmed",
      message: expect.stringMatching(/^Nothing was entered: btse adjust asks before it acts/)
    })
    const adjusting = ["adjust", "--currency", "BTC", "--amount", "-0.5", "--reason", "r", "--yes"]
    const adjusted = yield* run(Entries.LedgerEntry, adjusting)
    expect(adjusted).toMatchObject({ kind: "adjustment", amount: "-0.5", reversedBy: null })
    const report = Reconciliation.ReconciliationReport
    expect((yield* run(report, ["reconcile"], 3)).lines).toMatchObject([
      { currency: "BTC", adjustments: "-0.5", difference: "0.5", status: "break" }
    ])

    const file = join(folder, "trades.csv")
    writeFileSync(file, "id,time,currency,amount,kind\nT1,2026-01-05,BTC,0.5,trade\n")
    expect(yield* run(Entries.ImportReport, ["import", file, "--dry-run"])).toMatchObject({ dryRun: true, inserted: 1 })
    expect(yield* run(Entries.ImportReport, ["import", file])).toEqual({
      dryRun: false,
      file: createHash("sha256").update(readFileSync(file)).digest("hex"),
      rows: 1,
      inserted: 1,
      unchanged: 0,
      changes: [{ currency: "BTC", change: "0.5", entries: 1 }]
    })
    expect(yield* run(Entries.ImportReport, ["import", file])).toMatchObject({ inserted: 0, unchanged: 1 })
    expect(yield* run(report, ["reconcile"])).toMatchObject({ status: "matched" })

    writeFileSync(file, "id,time,currency,amount,kind\nT1,2026-01-05,BTC,0.6,trade\nT2,2026-01-05,BTC,1,trade\n")
    expect(yield* failed(["import", file])).toMatchObject({
      tag: "ImportRefused",
      message: expect.stringMatching(/line 2 \(id T1, BTC\) was imported before as entry \d+.*0\.5, here 0\.6/)
    })
    expect(yield* failed(["import", join(folder, "none.csv")])).toMatchObject({ tag: "InvalidInput" })

    const list = Schema.Array(Entries.LedgerEntry)
    const all = yield* run(list, ["entries", "list"])
    expect(all).toMatchObject([{ kind: "adjustment" }, { kind: "import", externalId: "T1" }])
    const undo = (id: string) => ["entries", "reverse", id, "--reason", "tried out", "--yes"]
    for (const { id } of all) yield* run(Entries.LedgerEntry, undo(id))
    expect(yield* run(report, ["reconcile"])).toMatchObject({ status: "matched" })
    expect(yield* failed(undo(adjusted.id))).toMatchObject({ tag: "EntryRefused" })
    expect(yield* run(Verify.VerifyReport, ["verify"])).toMatchObject({ status: "intact" })
  }).pipe(Effect.scoped)
)
