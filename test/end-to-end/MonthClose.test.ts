import { SqlClient } from "@effect/sql"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { Breaks, Closes, Entries, LedgerStatus, Reconciliation, Sync, Verify } from "@btse-wallet/ledger"
import { expect, it } from "@effect/vitest"
import { DateTime, Effect, Schema, TestClock } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as InProcess from "../cli/InProcess.ts"
import * as Program from "../cli/Program.ts"
import { ledger, makeExchange, origin, row } from "../ledger/Bench.ts"
import { cellsOf, linesOf } from "../ledger/CsvCells.ts"

const instant = (text: string): number => DateTime.unsafeMake(text).epochMillis

const sync = Effect.flatMap(Sync.Sync, (service) => service.run())

/** The elements of a page that are opened and not closed, or the other way round. */
const unbalanced = (html: string): ReadonlyArray<string> => {
  const open: Array<string> = []
  const wrong: Array<string> = []
  for (const [, end, name = "", self] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*?(\/?)>/g)) {
    if (["meta", "br", "hr"].includes(name) || self === "/") continue
    if (end !== "/") open.push(name)
    else if (open.pop() !== name) wrong.push(name)
  }
  return [...wrong, ...open]
}

it.effect("an accountant's month: a break, its work, the close, and what came after it", () =>
  Effect.gen(function* () {
    const folder = yield* Program.folder
    const filename = join(folder, "ledger.sqlite")
    const exchange = makeExchange()
    const { state } = exchange
    const synced = Effect.fnUntraced(function* (time: string) {
      yield* TestClock.setTime(instant(time))
      yield* Effect.provide(sync, ledger(exchange, filename))
    })
    const run = InProcess.onLedger(filename)

    state.rows = [row({ orderId: "1", amount: "1", timestamp: instant("2026-09-01") })]
    state.balances = { BTC: "1" }
    yield* synced("2026-09-30T22:00:00Z")
    state.rows.push(
      row({
        orderId: "3",
        amount: "0.3",
        fees: "0.01",
        type: "Withdraw",
        timestamp: instant("2026-10-12"),
        description: "<b>5 | 6</b>"
      }),
      row({ orderId: "4", currency: "=SUM(A1)", amount: "7", timestamp: instant("2026-10-12") }),
      row({ orderId: "5", type: "Withdraw", status: "PENDING", timestamp: instant("2026-10-29") })
    )
    state.balances = { BTC: "2.7", "=SUM(A1)": "7" }
    yield* synced("2026-10-31T23:00:00Z")
    yield* synced("2026-11-02T08:00:00Z")

    // The exchange holds 2 BTC more than its history shows.
    const report = Reconciliation.ReconciliationReport
    const html = join(folder, "broken.html")
    const broken = yield* run(report, ["reconcile", "--report", html], 3)
    expect(broken.lines.find(({ currency }) => currency === "BTC")).toMatchObject({ difference: "2", status: "break" })
    const page = readFileSync(html, "utf8")
    expect(unbalanced(page)).toEqual([])
    expect(page).toContain("Break in BTC: 2")
    expect(page).toContain("Break 1, open since 2026-11-02T08:00:00.000Z, assigned to nobody.")
    expect(page).toContain('<tr class="break"><th scope="row">BTC</th><td>break</td><td class="amount">0</td>')
    // Nobody sent the withdrawal through this ledger; history shows it.
    expect(broken.inFlight).toMatchObject([
      { orderId: "5", currency: "BTC", status: "PENDING", amount: "1", fees: "0" }
    ])
    expect(page).toContain('<td>PENDING</td><td>BTC</td><td class="amount">1</td>')
    expect(page).toMatch(/Prepared by[^]*Reviewed by/)
    expect(page).not.toMatch(/<script|<b>|https?:\/\/(?!exchange\.test)/)
    const at = ["--report", join(folder, "again.html")]
    yield* run(report, ["reconcile", ...at], 3)
    // The first one opened the break, which is an event.
    const numbered = (text: string) =>
      text.replace(/Reconciliation<\/th><td>\d+/, "").replace(/up to event \d+, [0-9a-f]{64}/, "")
    expect(numbered(readFileSync(join(folder, "again.html"), "utf8"))).toBe(numbered(page))

    yield* run(Breaks.Break, ["breaks", "assign", "1", "maria"])
    yield* run(Breaks.Break, ["breaks", "note", "1", "the deposit of 5 October is not in the history"])
    const list = yield* run(Schema.Array(Breaks.Break), ["breaks", "list"])
    expect(list).toMatchObject([{ id: "1", currency: "BTC", difference: "2", status: "open", assignee: "maria" }])
    const resolving = ["breaks", "resolve", "1", "--reason", "row never shown", "--reference", "ticket 7"]
    expect(yield* InProcess.failedOn(filename)(resolving)).toMatchObject({ tag: "NotConfirmed" })
    expect(yield* run(Breaks.Break, [...resolving, "--yes"])).toMatchObject({ status: "matched" })
    expect(yield* run(report, ["reconcile"])).toMatchObject({ status: "matched" })
    expect(yield* run(Schema.Array(Entries.LedgerEntry), ["entries", "list"])).toMatchObject([
      { amount: "2", break: "1", reason: "row never shown", at: "2026-10-31T23:00:00.000Z" }
    ])

    const closed = yield* run(Closes.ClosedPeriod, ["close", "2026-10"])
    expect(closed).toMatchObject({ holds: true, changes: [], statement: { status: "matched", period: "2026-10" } })
    expect(yield* InProcess.failedOn(filename)(["close", "2026-10"])).toMatchObject({ tag: "CloseRefused" })
    expect(yield* InProcess.failedOn(filename)(["close", "October"])).toMatchObject({ tag: "InvalidInput" })

    state.rows.push(row({ orderId: "late", amount: "0.5", timestamp: instant("2026-10-30") }))
    state.balances = { BTC: "3.2", "=SUM(A1)": "7" }
    yield* synced("2026-11-03T08:00:00Z")
    const status = yield* run(LedgerStatus.StatusReport, ["status"])
    expect(status).toMatchObject({
      openBreaks: [],
      changedAfterClose: [{ period: "2026-10", changes: 1, callsFor: [] }]
    })
    expect(yield* run(Closes.ClosedPeriod, ["closes", "show", "2026-10"])).toMatchObject({
      changes: [{ what: "inserted", id: "late", inside: false, before: "0", after: "0.5" }]
    })
    const onLedger = ["--ledger", filename, "--base-url", origin]
    const markdown = join(folder, "matched.md")
    const eyes = yield* InProcess.btse(["reconcile", "--report", markdown, ...onLedger])
    expect(eyes).toMatchObject({ exitCode: 0 })
    expect(eyes.stderr).toContain("2026-10 has changed after it was closed. `btse closes show 2026-10` shows what")
    expect(eyes.stderr).toContain(`Wrote the report to ${markdown}.`)
    const text = readFileSync(markdown, "utf8")
    expect(text).toContain("## Changed after the close of 2026-10")
    expect(text).toContain("| Deposit late | inserted |")
    expect(text).toMatch(/^\| BTC \| matched \| 0 \| 1\.5 \| 0\.29 \| 0\.01 \| 2 \| 3\.2 \| 3\.2 \| 0 \| 0 \| 1 \|$/m)
    expect(eyes.stdout).toContain("In flight at the snapshot: 1 BTC in 1 withdrawal")

    const csv = join(folder, "lines.csv")
    yield* run(report, ["reconcile", "--report", csv])
    const rows = linesOf(readFileSync(csv, "utf8")).map(cellsOf)
    expect(rows.map((cells) => cells[3])).toEqual(["currency", "'=SUM(A1)", "BTC"])
    expect(rows.every((cells) => cells.length === rows[0]?.length)).toBe(true)

    for (const [words, message] of [
      [["reconcile", "--report", join(folder, "report.pdf")], /ends with none of \.md, \.csv and \.html/],
      [["reconcile", "--report", join(folder, "no", "report.md")], /cannot be written/]
    ] as const) {
      const error = yield* InProcess.failedOn(filename)(words)
      expect(error).toMatchObject({ tag: "InvalidInput", message: expect.stringMatching(message) })
    }
    expect(existsSync(join(folder, "report.pdf"))).toBe(false)

    // A row that somebody deletes is found, and nothing is signed any more.
    yield* Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql`DELETE FROM wallet_history WHERE order_id = '3'`
    }).pipe(Effect.provide(SqliteClient.layer({ filename, disableWAL: true })))
    const verified = yield* run(Verify.VerifyReport, ["verify"], 3)
    expect(verified.findings).toMatchObject([{ table: "record", problem: expect.stringContaining("is gone") }])
    const refused = yield* InProcess.failedOn(filename)(["reconcile", "--report", join(folder, "touched.html")], 3)
    expect(refused.tag).toBe("LedgerTouched")
    for (const words of [["breaks", "show", "1"], ["closes", "list"], ["entries", "list"], ["status"]]) {
      const { stdout } = yield* InProcess.btse([...words, ...onLedger])
      expect(stdout).toMatch(/2026-1[01]/)
    }
  }).pipe(Effect.scoped)
)
