import { Document, Failure, QueryRows } from "@btse-wallet/cli"
import { Decimal } from "@btse-wallet/core"
import { Export, LedgerStatus, Reconciliation, Sync, Verify, Payment } from "@btse-wallet/ledger"
import { expect, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Context, Effect, Layer, Schema } from "effect"
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import * as Program from "./Program.ts"

const records = 1_200

class Books extends Context.Tag("@btse-wallet/test/cli/Books.test/Books")<
  Books,
  { readonly folder: string; readonly ledger: string; readonly sandbox: Program.RunningSandbox }
>() {
  static readonly layer = Layer.scoped(
    Books,
    Effect.gen(function* () {
      yield* Program.build
      const sandbox = yield* Program.sandbox(["--records", String(records), "--seed", "7"])
      const folder = yield* Program.folder
      return { folder, ledger: join(folder, "deep", "down", "ledger.sqlite"), sandbox }
    })
  )
}

const btse = Effect.fnUntraced(function* (...args: ReadonlyArray<string>) {
  const { ledger, sandbox } = yield* Books
  const ended = yield* Program.btse(args, { ...sandbox.environment, BTSE_LEDGER: ledger })
  expect(ended.stdout + ended.stderr).not.toContain(sandbox.secret)
  // oxlint-disable-next-line no-control-regex -- what must not be there
  expect(ended.stdout + ended.stderr).not.toMatch(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f]/)
  return ended
})

const json = Effect.fnUntraced(function* <A, I>(schema: Schema.Schema<A, I>, ...args: ReadonlyArray<string>) {
  const { exitCode, stderr, stdout } = yield* btse(...args, "--json")
  expect({ args, exitCode, stderr }).toMatchObject({ exitCode: 0, stderr: "" })
  expect(stdout.trimEnd().split("\n")).toHaveLength(1)
  return yield* Schema.decode(Schema.parseJson(schema))(stdout)
})

const query = (sql: string) => json(QueryRows.Rows, "query", sql)

const withdrawing = ["withdraw", "--currency", "BTC", "--network", "Bitcoin", "--amount", "0.0123", "--yes"]

it.layer(Books.layer, { timeout: "60 seconds" })("btse and the books", (it) => {
  it.effect("syncs all history into a file it makes, and then nothing more", () =>
    Effect.gen(function* () {
      const first = yield* json(Sync.SyncReport, "sync")
      expect(first).toMatchObject({ account: "default", records: { seen: records, inserted: records, vanished: 0 } })
      expect(yield* query("select count(*) as n from wallet_history")).toEqual([{ n: records }])
      const second = yield* json(Sync.SyncReport, "sync")
      expect(second.records).toMatchObject({ inserted: 0, updated: 0, vanished: 0 })
      // The second sync asks once more for what is older than the oldest record.
      expect(second.requests).toBeLessThanOrEqual(4)
      expect((yield* btse("sync")).stdout).toMatch(/^records +\d+ seen: 0 inserted, 0 updated,/m)
    })
  )

  it.effect("says how complete the books are", () =>
    Effect.gen(function* () {
      const status = yield* json(LedgerStatus.StatusReport, "status")
      expect(status).toMatchObject({ account: "default", records, gaps: [], quarantined: 0, withdrawalsInFlight: [] })
      expect(status.certificate).toMatchObject({ complete: true })
      const eyes = (yield* btse("status")).stdout
      expect(eyes).toMatch(new RegExp(`^records +${records}$`, "m"))
      expect(eyes).toMatch(/^complete +yes: contiguous 2018-01-01/m)
    })
  )

  it.effect("tells what was known at a moment", () =>
    Effect.gen(function* () {
      const before = ["--as-of", "2018-01-02"]
      const status = yield* json(LedgerStatus.StatusReport, "status", ...before)
      expect(status).toMatchObject({ records: 0, lastSync: null, certificate: { complete: false } })
      const rows = (...args: ReadonlyArray<string>) =>
        json(QueryRows.Rows, "query", "select count(*) as n from wallet_history", ...args)
      expect(yield* rows(...before)).toEqual([{ n: 0 }])
      expect(yield* rows("--as-of", "2100-01-01")).toEqual([{ n: records }])
      expect((yield* btse("reconcile", ...before)).stderr).toMatch(/^There is nothing to reconcile against: /)
    })
  )

  it.effect("reconciles every currency", () =>
    Effect.gen(function* () {
      const report = yield* json(Reconciliation.ReconciliationReport, "reconcile")
      expect(report.status).toBe("matched")
      expect(report.lines.length).toBeGreaterThan(5)
      const { exitCode, stdout } = yield* btse("reconcile")
      expect(exitCode).toBe(0)
      expect(stdout).toMatch(/^matched: (\d+) of \1 currencies matched/m)
    })
  )

  it.effect("withdraws once for a key, follows it to the end, and still reconciles", () =>
    Effect.gen(function* () {
      const args = [...withdrawing, "--address", "somewhere", "--key", "invoice-7", "--wait"]
      const withdrawal = yield* json(Payment.Withdrawal, ...args)
      expect(withdrawal).toMatchObject({ key: "invoice-7", status: "COMPLETED", currency: "BTC" })
      const again = yield* json(Payment.Withdrawal, ...args)
      expect(again.withdrawId).toBe(withdrawal.withdrawId)
      expect(yield* json(Schema.Array(Payment.Withdrawal), "withdrawals", "list")).toHaveLength(1)
      const other = yield* btse(...withdrawing, "--address", "elsewhere", "--key", "invoice-7")
      expect(other).toMatchObject({ exitCode: 2, stdout: "" })
      expect(other.stderr).toContain("nothing was sent")
      yield* json(Sync.SyncReport, "sync")
      const report = yield* json(Reconciliation.ReconciliationReport, "reconcile")
      expect(report.status).toBe("matched")
    })
  )

  it.effect("shows a withdrawal, and each of its transitions once, a line each", () =>
    Effect.gen(function* () {
      const { key, withdrawId } = yield* json(Payment.Withdrawal, "withdrawals", "show", "invoice-7")
      expect(key).toBe("invoice-7")
      const { exitCode, stdout } = yield* btse("withdrawals", "track", withdrawId ?? "", "--json")
      expect(exitCode).toBe(0)
      const decode = Schema.decode(Schema.parseJson(Payment.PaymentTransition))
      const steps = yield* Effect.forEach(stdout.trimEnd().split("\n"), (line) => decode(line))
      expect(steps.map(({ withdrawId }) => withdrawId)).toEqual(steps.map(() => withdrawId))
      const statuses = steps.map(({ status }) => status)
      expect(statuses.at(-1)).toBe("COMPLETED")
      expect(new Set(statuses).size).toBe(statuses.length)
      expect((yield* btse("withdrawals", "list")).stdout).toContain("invoice-7")
      expect((yield* btse("withdrawals", "resolve")).stdout).toBe("No withdrawal's outcome is unknown.\n")
      const none = yield* btse("withdrawals", "show", "no-such-withdrawal")
      expect(none).toMatchObject({ exitCode: 2, stdout: "" })
    })
  )

  it.effect("ends with 1 where a withdrawal was followed to another end", () =>
    Effect.gen(function* () {
      const { exitCode, stderr, stdout } = yield* btse(...withdrawing, "--address", "cancel-this", "--wait", "--json")
      expect(exitCode).toBe(1)
      const withdrawal = yield* Schema.decode(Schema.parseJson(Payment.Withdrawal))(stdout)
      expect(withdrawal.status).toBe("CANCELLED")
      expect(stderr).toContain(`Sending with key ${withdrawal.key}`)
      expect(stderr.split("\n").slice(1).join("\n")).toBe(
        `Withdrawal ${withdrawal.withdrawId} ended CANCELLED, not COMPLETED. Run \`btse withdrawals show ${withdrawal.withdrawId}\` to see what happened. Its key is ${withdrawal.key}.\n`
      )
    })
  )

  it.effect("answers a query, for programs, for eyes and for spreadsheets", () =>
    Effect.gen(function* () {
      const sql = "select currency, count(*) as n from wallet_history group by currency order by currency"
      const rows = yield* query(sql)
      expect(rows[0]).toMatchObject({ currency: "1INCH" })
      const table = (yield* btse("query", sql)).stdout.split("\n")
      expect(table[0]).toMatch(/^currency +n$/)
      expect(table).toHaveLength(rows.length + 3)
      const csv = (yield* btse("query", sql, "--csv")).stdout.split("\r\n")
      expect(csv.slice(0, 2)).toEqual(["currency,n", `1INCH,${rows[0]?.["n"]}`])
    })
  )

  it.effect("calculates with decimals as the sqlite3 shell does", () =>
    Effect.gen(function* () {
      const [row] = yield* query(`select
        decimal_add('1.50', '2.50') as a, decimal_sub('1', '2.25') as s, decimal_mul('1.50', '2.00') as m,
        decimal_mul('0.10', '0.10') as m2, decimal_cmp('10', '9.9') as c, decimal_add(null, '1') as n,
        decimal_add('123456789012345.123456789012345678', '0.000000000000000001') as big,
        90071992547409931 as id, 9007199254740991 as safe, x'c0ffee' as bytes,
        (select decimal_sum(x) from (select '0.1' as x union all select '0.2' union all select null)) as total,
        (select decimal_sum(x) from (select 1 as x where 0)) as empty`)
      expect(row).toEqual({
        a: "4.00",
        s: "-1.25",
        m: "3.00",
        m2: "0.01",
        c: 1,
        n: null,
        big: "123456789012345.123456789012345679",
        id: "90071992547409931",
        safe: 9007199254740991,
        bytes: "c0ffee",
        total: "0.3",
        empty: null
      })
    })
  )

  it.effect("refuses a query that writes, fails or is more than one, and changes nothing", () =>
    Effect.gen(function* () {
      const { folder } = yield* Books
      const elsewhere = join(folder, "elsewhere.sqlite")
      const before = yield* query("select count(*) as n from wallet_history_events")
      // Query.test.ts has many more of them.
      const refused = [`vacuum into '${elsewhere}'`, "select 1; select 2", "select nothing from nowhere"]
      for (const sql of refused) {
        const { exitCode, stderr, stdout } = yield* btse("query", sql, "--json")
        expect({ sql, exitCode }).toEqual({ sql, exitCode: 2 })
        const { error } = yield* Schema.decode(Schema.parseJson(Failure.FailureDocument))(stdout)
        expect(error.tag).toBe("QueryRefused")
        expect(stderr).toMatch(/^.+\. .+\.\n$/)
      }
      expect(existsSync(elsewhere)).toBe(false)
      expect(yield* query("select count(*) as n from wallet_history_events")).toEqual(before)
    })
  )

  it.effect("exports the books whole, or not at all", () =>
    Effect.gen(function* () {
      const { folder } = yield* Books
      const file = join(folder, "books.csv")
      const piped = yield* btse("export", "--format", "csv")
      expect(piped).toMatchObject({ exitCode: 0, stderr: "" })
      const [header, ...rows] = piped.stdout.split("\r\n")
      expect(header).toMatch(/^account,order_id,line,currency,type,status,amount,fees,/)
      const [count] = yield* query("select count(*) as n from wallet_history")
      expect(rows.filter((row) => row !== "")).toHaveLength(Number(count?.["n"]))
      expect(yield* btse("export", "--format", "csv", "--output", file)).toMatchObject({ exitCode: 0, stdout: "" })
      expect(readFileSync(file, "utf8")).toBe(piped.stdout)
      const nowhere = join(folder, "no", "such", "folder", "books.csv")
      expect(yield* btse("export", "--format", "csv", "--output", nowhere)).toMatchObject({ exitCode: 2, stdout: "" })
      expect(readdirSync(folder).toSorted()).toEqual(["books.csv", "deep"])
    })
  )

  it.effect("finds the ledger as it wrote it, without knowing its exchange", () =>
    Effect.gen(function* () {
      const { ledger } = yield* Books
      const { exitCode, stderr, stdout } = yield* Program.btse(["verify", "--json", "--ledger", ledger])
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" })
      const report = yield* Schema.decode(Schema.parseJson(Verify.VerifyReport))(stdout)
      expect(report).toMatchObject({ status: "intact", problems: 0, findings: [], accounts: [{ gaps: [] }] })
      const eyes = (yield* btse("verify")).stdout
      expect(eyes).toMatch(/^ledger +intact$/m)
      expect(eyes).toContain(report.head.hash)
    })
  )

  it.effect("exports to every format, the same bytes each time, and says what it leaves out and why", () =>
    Effect.gen(function* () {
      const { folder } = yield* Books
      const [unsettled] = yield* query("select count(*) as n from wallet_history where status <> 'COMPLETED'")
      for (const format of Export.Format.literals) {
        const piped = yield* btse("export", "--format", format)
        expect({ format, exitCode: piped.exitCode }).toEqual({ format, exitCode: 0 })
        const output = join(folder, `again.${format}`)
        const { exitCode, stderr, stdout } = yield* btse("export", "--format", format, "--output", output, "--json")
        expect({ format, exitCode, stderr }).toEqual({ format, exitCode: 0, stderr: "" })
        expect(readFileSync(output, "utf8")).toBe(piped.stdout)
        rmSync(output)
        const report = yield* Schema.decode(Schema.parseJson(Export.ExportReport))(stdout)
        expect(report).toMatchObject({ format })
        const lines = report.leftOut.map((one) => `${Export.leftOutLine(one)}\n`)
        const hint = lines.length === 0 ? [] : ["--list-left-out names each of them.\n"]
        expect(piped.stderr).toBe([...lines, ...hint].join(""))
        expect(report.leftOut.every(({ records }) => records.length === 0)).toBe(true)
        const notSettled = report.leftOut.filter(({ reason }) => /, (so it moved|which may still move)/.test(reason))
        const count = notSettled.reduce((sum, one) => sum + one.count, 0)
        expect({ format, count }).toEqual({ format, count: /^(csv|jsonl)$/.test(format) ? 0 : unsettled?.["n"] })
      }
      const listed = yield* btse("export", "--format", "koinly", "--list-left-out")
      expect(listed.stderr.split("\n").filter((line) => line.startsWith("  ")).length).toBeGreaterThanOrEqual(
        Number(unsettled?.["n"])
      )
      const { exitCode, stderr, stdout } = yield* btse("export", "--format", "excel")
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" })
      expect(stderr).toContain("hledger")
    })
  )

  it.effect("keeps an account to its exchange", () =>
    Effect.gen(function* () {
      const { exitCode, stderr } = yield* btse("status", "--base-url", "https://api.btse.com/spot")
      expect(exitCode).toBe(2)
      expect(stderr).toMatch(/belongs to http:\/\/127\.0\.0\.1:\d+, not to https:\/\/api\.btse\.com; /)
    })
  )

  it.effect("breaks by exactly the amount of a record that was taken out by hand, and ends with 3", () =>
    Effect.gen(function* () {
      const { ledger } = yield* Books
      const [record] = yield* query(
        "select order_id, amount from wallet_history where type = 'Deposit' and currency = 'ETH' order by timestamp limit 1"
      )
      const amount = String(record?.["amount"])
      yield* Effect.acquireUseRelease(
        Effect.sync(() => new Sqlite(ledger)),
        (database) =>
          Effect.sync(() => database.prepare("delete from record where order_id = ?").run(record?.["order_id"])),
        (database) => Effect.sync(() => database.close())
      )
      const verified = yield* btse("verify", "--json")
      expect(verified.exitCode).toBe(3)
      expect(verified.stderr).toMatch(/^The ledger was changed behind the program's back \(1 found; /)
      const verification = yield* Schema.decode(Schema.parseJson(Verify.VerifyReport))(verified.stdout)
      expect(verification.findings.map(({ problem }) => problem)).toEqual([
        `the row Deposit ${record?.["order_id"]} in ETH, line 1 is gone`
      ])
      const { exitCode, stderr, stdout } = yield* btse("reconcile", "--json")
      expect(exitCode).toBe(3)
      const report = yield* Schema.decode(Schema.parseJson(Reconciliation.ReconciliationReport))(stdout)
      expect(report.status).toBe("broken")
      const breaks = report.lines.filter(({ status }) => status === "break")
      expect(breaks.map(({ currency, difference }) => [currency, Decimal.toText(difference)])).toEqual([
        ["ETH", amount]
      ])
      expect(stderr).toMatch(/^The books do not agree with the exchange in ETH\. /)
      const eyes = yield* btse("reconcile")
      expect(eyes.exitCode).toBe(3)
      expect(eyes.stdout).toMatch(new RegExp(`^ETH .* ${amount.replace(".", "\\.")} +break$`, "m"))
    })
  )
})

it.scopedLive("btse demo does the main job and says so in one document", () =>
  Effect.gen(function* () {
    yield* Program.build
    const ledger = join(yield* Program.folder, "demo.sqlite")
    const { exitCode, stderr, stdout } = yield* Program.btse(["demo", "--json", "--ledger", ledger])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" })
    const demo = yield* Schema.decode(Schema.parseJson(Document.Demo))(stdout)
    expect(demo.withdrawal.status).toBe("COMPLETED")
    expect(demo.reconciliation.lines.map(({ status }) => status)).toEqual(
      demo.reconciliation.lines.map(() => "matched")
    )
    expect(existsSync(ledger)).toBe(true)
  })
)
