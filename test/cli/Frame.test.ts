import { Btse, Documents, Failure } from "@btse-wallet/cli"
import { Sandbox } from "@btse-wallet/sandbox"
import { expect, it } from "@effect/vitest"
import { BigDecimal, Effect, Redacted, Schema } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as InProcess from "./InProcess.ts"
import * as Program from "./Program.ts"

const fast = { requestsPerSecond: 1_000 }

const office = Effect.fnUntraced(function* (options: Parameters<typeof Sandbox.start>[0] = {}) {
  const folder = yield* Program.folder
  const sandbox = yield* Sandbox.start({ records: 80, seed: 31, rateLimits: fast, ...options })
  const environment = {
    XDG_DATA_HOME: folder,
    XDG_CONFIG_HOME: folder,
    BTSE_LEDGER: join(folder, "ledger.sqlite"),
    BTSE_BASE_URL: sandbox.baseUrl.href,
    BTSE_API_KEY: sandbox.apiKey,
    BTSE_API_SECRET: Redacted.value(sandbox.apiSecret),
    BTSE_RATE_LIMIT: "1000"
  }
  const btse = (...args: ReadonlyArray<string>) => InProcess.btse(args, environment)
  return { folder, sandbox, environment, btse }
})

// oxlint-disable-next-line no-control-regex -- what a terminal would obey
const controls = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f]/

const paths = Btse.commands.flatMap(({ name, subcommands }) =>
  subcommands.length === 0 ? [name] : subcommands.map((subcommand) => `${name} ${subcommand}`)
)

const published: Readonly<Record<string, Schema.Schema.AnyNoContext>> = Documents.byCommand

const pair = ["--currency", "BTC", "--network", "Liquid"]
const withdrawal = ["--currency", "BTC", "--network", "Bitcoin", "--address", "somewhere", "--amount", "0.01"]

it.scopedLive(
  "every command prints a document of its published schema, and text without control characters",
  () =>
    Effect.gen(function* () {
      const { btse, folder, sandbox } = yield* office()
      const told = new Set<string>()
      const said = Effect.fnUntraced(function* (key: string, args: ReadonlyArray<string>, exitCode: number) {
        const ended = yield* btse(...key.split(" "), ...args, "--json")
        expect({ key, ...ended }, ended.stderr).toMatchObject({ exitCode })
        expect(ended.stdout + ended.stderr).not.toMatch(controls)
        told.add(key)
        return ended.stdout.trimEnd().split("\n")
      })
      /** The first document of a command; each of them is decoded with the schema that is published for it. */
      const run = Effect.fnUntraced(function* (key: string, args: ReadonlyArray<string> = [], exitCode = 0) {
        const schema = yield* Effect.fromNullable(published[key])
        const lines = yield* said(key, args, exitCode)
        yield* Effect.forEach(lines, (line) => Schema.decode(Schema.parseJson(schema))(line))
        return lines[0] ?? ""
      })
      const failing = Effect.fnUntraced(function* (key: string, args: ReadonlyArray<string>, exitCode: number) {
        const [line = ""] = yield* said(key, args, exitCode)
        yield* Schema.decode(Schema.parseJson(Documents.failure))(line)
      })
      yield* run("balances")
      yield* run("history", ["--count", "20"])
      yield* run("address create", [...pair, "--yes"])
      yield* run("address get", pair)
      const converting = ["--amount", "0.01", "--from", "BTC", "--to", "USD", "--key", "c"]
      yield* run("convert --dry-run", converting)
      yield* run("convert", [...converting, "--yes"])
      const to = ["--to-user", "alice", "--to-mail", "alice@example.com", "--key", "t"]
      yield* run("transfer --dry-run", ["--amount", "1", "--asset", "USD", ...to])
      yield* run("transfer", ["--amount", "1", "--asset", "USD", ...to, "--yes"])
      yield* run("currencies", ["--action", "WITHDRAW"])
      yield* run("networks", ["--currency", "BTC"])
      yield* run("rate", ["--from", "BTC", "--to", "USD"])
      yield* run("sync")
      yield* run("status")
      yield* run("reconcile")
      yield* run("reconcile --fit")
      yield* run("verify")
      yield* run("withdraw --dry-run", withdrawal)
      yield* run("withdraw", [...withdrawal, "--key", "k", "--yes"])
      yield* run("withdrawals track", ["k"])
      yield* run("withdrawals list")
      yield* run("withdrawals show", ["k"])
      yield* run("withdrawals resolve")
      yield* run("ledger backup", [join(folder, "backup.sqlite")])
      yield* run("export", ["--format", "csv", "--output", join(folder, "books.csv")])
      yield* run("query", ["select * from wallet_history limit 5"])
      // What the exchange takes away without a record is a break.
      yield* sandbox.engine.adjust("BTC", BigDecimal.make(-1n, 3))
      yield* run("sync", [], 3)
      yield* run("reconcile", [], 3)
      const breaks = yield* run("breaks list")
      const id = String((yield* Schema.decode(Schema.parseJson(Documents.byCommand["breaks list"]))(breaks))[0]?.id)
      yield* run("breaks show", [id])
      yield* run("breaks assign", [id, "maria"])
      yield* run("breaks note", [id, "asked the exchange"])
      yield* run("breaks resolve", [id, "--reason", "said by the exchange", "--reference", "t0", "--yes"])
      yield* run("breaks reopen", [id, "--reason", "not so"])
      const adjusting = ["--currency", "BTC", "--amount", "-0.001", "--reason", "taken by the exchange"]
      const adjusted = yield* run("adjust", [...adjusting, "--reference", "t1", "--yes"])
      const entry = yield* Schema.decode(Schema.parseJson(Documents.byCommand.adjust))(adjusted)
      yield* run("entries list")
      yield* run("entries reverse", [String(entry.id), "--reason", "twice", "--yes"])
      const trades = join(folder, "trades.csv")
      writeFileSync(trades, "id,time,currency,amount,kind\nT1,2026-01-05,BTC,0.5,trade\n")
      yield* run("import", [trades, "--dry-run"])
      yield* run("closes list")
      // No snapshot lies before such a day: there is nothing to close with, and nothing closed to show.
      yield* failing("close", ["2019-01"], 2)
      yield* failing("closes show", ["2019-01"], 2)
      yield* run("profile add", ["other"])
      yield* run("profile set", ["other", "--rate-limit", "3"])
      yield* run("profile list")
      yield* run("profile show", ["other"])
      yield* run("profile remove", ["other"])
      yield* run("doctor")
      yield* run("demo", ["--ledger", join(folder, "demo.sqlite")])
      // Program.sandbox reads the one's document in every other test, Withdrawals.test.ts the other's.
      const elsewhere = ["sandbox", "withdrawals resolve --reason"]
      expect([...told, ...elsewhere].sort()).toEqual(Object.keys(Documents.byCommand).sort())
      expect(paths.filter((path) => !Object.hasOwn(Documents.byCommand, path))).toEqual([])
      const lists = ["sync", "status", "verify", "reconcile", "breaks list", "entries list", "closes list"]
      const reading = [
        "balances",
        "history",
        "withdrawals list",
        "profile list",
        "doctor",
        `breaks show ${id}`,
        ...lists
      ]
      for (const line of reading) {
        const { stderr, stdout } = yield* btse(...line.split(" "))
        expect(stdout.length).toBeGreaterThan(0)
        expect({ line, said: stdout + stderr }).not.toMatchObject({ said: expect.stringMatching(controls) })
      }
    }),
  60_000
)

it.scopedLive("each documented exit code is met: 0 to 6", () =>
  Effect.gen(function* () {
    const { btse, environment, sandbox } = yield* office()
    const codeOf = Effect.fnUntraced(function* (tag: string | null, ...args: ReadonlyArray<string>) {
      const { exitCode, stdout } = yield* btse(...args, "--json")
      if (tag === null) return exitCode
      const last = stdout.trimEnd().split("\n").at(-1) ?? ""
      // Where a document is out already, the error is told on stderr alone.
      if (last.startsWith(`{"error"`)) {
        expect((yield* Schema.decode(Schema.parseJson(Failure.FailureDocument))(last)).error.tag).toBe(tag)
      }
      return exitCode
    })
    const refusing = yield* office({ rateLimits: { startsBlockedFor: "10 minutes" } })
    expect(yield* codeOf(null, "rate", "--from", "BTC", "--to", "USD")).toBe(0)
    yield* btse("sync")
    // A withdrawal that the exchange cancels ends as nobody wanted: 1.
    yield* btse("withdraw", ...withdrawal, "--key", "cancelled", "--yes")
    const rows = yield* sandbox.engine.rows
    const { orderId } = rows.filter(({ type }) => type === "Withdraw").at(-1) ?? { orderId: "" }
    yield* sandbox.engine.rewrite(orderId, (row) => ({ ...row, status: "CANCELLED" as const }))
    expect(yield* codeOf("WithdrawalNotCompleted", "withdrawals", "track", "cancelled")).toBe(1)
    expect(yield* codeOf("InvalidInput", "history", "--count", "0")).toBe(2)
    yield* sandbox.engine.adjust("BTC", BigDecimal.make(-1n, 3))
    yield* btse("sync")
    expect(yield* codeOf("NotReconciled", "reconcile")).toBe(3)
    const wrong = { ...environment, BTSE_API_SECRET: "0123456789abcdef" }
    expect((yield* InProcess.btse(["balances"], wrong)).exitCode).toBe(4)
    expect((yield* refusing.btse("balances")).exitCode).toBe(5)
    yield* sandbox.inject({ kind: "reset-after", method: "POST" })
    const converting = ["convert", "--amount", "0.01", "--from", "BTC", "--to", "USD", "--yes"]
    expect(yield* codeOf("OutcomeUnknown", ...converting)).toBe(6)
  })
)
