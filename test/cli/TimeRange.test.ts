import { QueryRows } from "@btse-wallet/cli"
import { Breaks, Closes, Entries, Export, Reconciliation, Sync } from "@btse-wallet/ledger"
import { expect, it } from "@effect/vitest"
import { DateTime, Effect, Schema, TestClock } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { ledger, makeExchange, row } from "../ledger/Bench.ts"
import { cellsOf, linesOf } from "../ledger/CsvCells.ts"
import * as InProcess from "./InProcess.ts"
import * as Program from "./Program.ts"

const instant = (text: string): number => DateTime.unsafeMake(text).epochMillis

/** A deposit at the first and the last millisecond of each of these days. */
const days = ["2026-09-30", "2026-10-01", "2026-10-31", "2026-11-01", "2026-12-31"]
const ids = days.flatMap((day) => [`${day} first`, `${day} last`])
const rows = days.flatMap((day) => [
  row({ orderId: `${day} first`, timestamp: instant(day), amount: "1" }),
  row({ orderId: `${day} last`, timestamp: instant(`${day}T23:59:59.999Z`), amount: "1" })
])

/** A ledger that was synced at the end of each day. */
const books = Effect.gen(function* () {
  const { layer, state } = makeExchange()
  const folder = yield* Program.folder
  const filename = join(folder, "ledger.sqlite")
  const sync = Effect.flatMap(Sync.Sync, (service) => service.run())
  yield* Effect.gen(function* () {
    for (const day of [...days, "2027-01-01"]) {
      yield* TestClock.setTime(instant(day))
      state.rows = rows.filter(({ timestamp }) => timestamp.epochMillis < instant(day))
      state.balances = { BTC: String(state.rows.length) }
      yield* sync
      yield* TestClock.setTime(instant(`${day}T23:59:59.999Z`))
      state.rows = rows.filter(({ timestamp }) => timestamp.epochMillis <= instant(`${day}T23:59:59.999Z`))
      state.balances = { BTC: String(state.rows.length) }
      yield* sync
    }
  }).pipe(Effect.provide(ledger({ layer, state }, filename)))
  return { folder, filename, run: InProcess.onLedger(filename), failed: InProcess.failedOn(filename) }
})

const exported = Effect.fnUntraced(function* (
  { folder, run }: Effect.Effect.Success<typeof books>,
  format: string,
  words: ReadonlyArray<string>
) {
  const output = join(folder, `books.${format}`)
  yield* run(Export.ExportReport, ["export", "--format", format, "--output", output, ...words])
  return readFileSync(output, "utf8")
})

const ordersIn = (csv: string): ReadonlyArray<string | undefined> =>
  linesOf(csv)
    .slice(1)
    .map((line) => cellsOf(line)[1])

it.effect("a date as an end includes its day, and ranges that meet have every record once", () =>
  Effect.gen(function* () {
    const made = yield* books
    const csv = (...words: ReadonlyArray<string>) => Effect.map(exported(made, "csv", words), ordersIn)
    const october = ids.slice(2, 6)
    expect(yield* csv("--since", "2026-10-31", "--until", "2026-10-31")).toEqual(ids.slice(4, 6))
    expect(yield* csv("--since", "2026-10-01", "--until", "2026-10-31")).toEqual(october)
    expect(yield* csv("--period", "2026-10")).toEqual(october)
    expect(yield* csv("--period", "2026-10-01..2026-10-31")).toEqual(october)
    expect(yield* csv("--since", "2026-10-01T00:00:00Z", "--until", "2026-11-01T00:00:00Z")).toEqual(october)
    expect(yield* csv("--since", "1790812800", "--until", "1793491200000")).toEqual(october)
    expect(yield* csv("--period", "2026-Q4")).toEqual(ids.slice(2))
    expect(yield* csv("--period", "2026")).toEqual(ids)
    for (const format of ["jsonl", "hledger", "koinly"]) {
      const parts = yield* Effect.forEach(["2026-09", "2026-10", "2026-11", "2026-12"], (month) =>
        exported(made, format, ["--period", month])
      )
      const counted = ids.map((id) => parts.map((part) => part.includes(id)).filter(Boolean).length)
      expect(counted, format).toEqual(ids.map(() => 1))
    }
  }).pipe(Effect.scoped)
)

it.effect("a period names the same time wherever it is asked for", () =>
  Effect.gen(function* () {
    const { failed, run } = yield* books
    const report = Reconciliation.ReconciliationReport
    const october = yield* run(report, ["reconcile", "--period", "2026-10"])
    expect(october).toMatchObject({
      status: "matched",
      from: "2026-09-30T23:59:59.999Z",
      to: "2026-10-31T23:59:59.999Z",
      lines: [{ opening: "2", in: "4", actual: "6" }]
    })
    const bounds = ({ from, lines, to }: typeof october) => ({ from, to, lines })
    const dates = ["reconcile", "--from", "2026-10-01", "--to", "2026-10-31"]
    expect(bounds(yield* run(report, dates))).toEqual(bounds(october))
    expect((yield* run(Closes.ClosedPeriod, ["close", "2026-Q4"])).statement).toMatchObject({ period: "2026-Q4" })

    const adjusting = ["adjust", "--currency", "BTC", "--amount", "1", "--reason", "r", "--yes", "--at"]
    for (const at of ["2026-10-31T23:59:59.999Z", "2026-11-01"]) yield* run(Entries.LedgerEntry, [...adjusting, at])
    const listed = (...words: ReadonlyArray<string>) =>
      Effect.map(run(Schema.Array(Entries.LedgerEntry), ["entries", "list", ...words]), (all) =>
        all.map(({ at }) => at)
      )
    expect(yield* listed("--period", "2026-10")).toEqual(["2026-10-31T23:59:59.999Z"])
    expect(yield* listed("--since", "2026-11-01", "--until", "2026-11-01")).toEqual(["2026-11-01T00:00:00.000Z"])

    yield* run(report, ["reconcile"], 3)
    const found = (...words: ReadonlyArray<string>) =>
      Effect.map(run(Schema.Array(Breaks.Break), ["breaks", "list", ...words]), (all) => all.length)
    expect(yield* found("--period", "2026-Q4")).toBe(yield* found())
    expect(yield* found("--period", "2026-12")).toBe(0)
    expect(yield* found("--period", "2025")).toBe(0)

    for (const command of [
      ["history"],
      ["sync"],
      ["reconcile"],
      ["export", "--format", "csv"],
      ["entries", "list"],
      ["breaks", "list"]
    ]) {
      const [begin, end] = command[0] === "reconcile" ? ["--from", "--to"] : ["--since", "--until"]
      for (const other of [begin, end]) {
        const both = [...command, "--period", "2026-10", other ?? "", "2026-10-01"]
        expect((yield* failed(both)).message, both.join(" ")).toContain(`--period stands for both ${begin} and ${end}`)
      }
      const turned = [...command, begin ?? "", "2026-10-31", end ?? "", "2026-10-30"]
      expect((yield* failed(turned)).message, turned.join(" ")).toContain(`${end} is not after ${begin}`)
    }
  }).pipe(Effect.scoped)
)

it.effect("a time that cannot be meant is refused by every option and file, and seconds are read as seconds", () =>
  Effect.gen(function* () {
    const { failed, folder, run } = yield* books
    const asked = [
      ["history", "--since"],
      ["sync", "--until"],
      ["reconcile", "--to"],
      ["export", "--format", "csv", "--since"],
      ["entries", "list", "--since"],
      ["breaks", "list", "--until"],
      ["status", "--as-of"],
      ["breaks", "resolve", "1", "--reason", "r", "--yes", "--at"],
      ["adjust", "--currency", "BTC", "--amount", "1", "--reason", "r", "--yes", "--at"]
    ]
    const impossible = [
      "1970-01-01",
      "0",
      "20261031",
      "1791019",
      "179101980",
      "17910198000",
      "179101980000",
      "1791019800000000",
      "2008-12-31",
      "0026-10-31"
    ]
    for (const words of asked) {
      for (const time of words[0] === "adjust" ? impossible : impossible.slice(0, 3)) {
        expect(yield* failed([...words, time]), `${words.join(" ")} ${time}`).toMatchObject({
          tag: "InvalidInput",
          message: expect.stringContaining("It wants a date (2026-01-31)")
        })
      }
    }
    for (const period of ["1970", "1970-01", "20261031", "2026-Q5", "2026-10-32"]) {
      expect((yield* failed(["export", "--format", "csv", "--period", period])).message).toContain("It wants a month")
    }
    const file = join(folder, "seconds.csv")
    writeFileSync(file, `id,time,currency,amount\nS1,1791019800,BTC,1\n`)
    yield* run(Entries.ImportReport, ["import", file])
    const adjusting = ["adjust", "--currency", "BTC", "--amount", "1", "--reason", "r", "--yes", "--at", "1791019800"]
    expect(yield* run(Entries.LedgerEntry, adjusting)).toMatchObject({ at: "2026-10-03T09:30:00.000Z" })
    expect(yield* run(QueryRows.Rows, ["query", "select time from entries"])).toEqual([
      { time: "2026-10-03T09:30:00.000Z" },
      { time: "2026-10-03T09:30:00.000Z" }
    ])
    for (const time of impossible) {
      writeFileSync(file, `id,time,currency,amount\nS2,${time},BTC,1\n`)
      expect((yield* failed(["import", file])).message, time).toContain(`line 2, column time: "${time}" is not a date`)
    }
  }).pipe(Effect.scoped)
)
