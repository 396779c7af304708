import { Doctor, Profile } from "@btse-wallet/cli"
import { Sandbox } from "@btse-wallet/sandbox"
import { expect, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect, Redacted, Schema } from "effect"
import { createHash } from "node:crypto"
import { copyFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as InProcess from "./InProcess.ts"
import * as Program from "./Program.ts"

const secret = "a-secret-that-nobody-may-ever-see-000000"
const apiKey = "0123456789abcdef0123"

const keys = [{ apiKey, apiSecret: Redacted.make(secret), permissions: ["Read"] as const }]

const report = Effect.fnUntraced(function* (environment: Program.Environment, ...args: ReadonlyArray<string>) {
  const ended = yield* InProcess.btse(["doctor", "--json", ...args], environment)
  expect(ended.stdout + ended.stderr).not.toContain(secret)
  expect(ended.stdout + ended.stderr).not.toContain(apiKey)
  const { checks, settings, status } = yield* Schema.decode(Schema.parseJson(Doctor.Report))(ended.stdout)
  const outcomes = Object.fromEntries(checks.map(({ check, outcome }) => [check, outcome]))
  const detail = (name: string) => checks.find(({ check }) => check === name)?.detail
  // Where something is not well, it is said what to do.
  for (const { advice, outcome } of checks) {
    expect(advice === null).toBe(outcome === "ok" || outcome === "skip")
  }
  return { exitCode: ended.exitCode, stderr: ended.stderr, outcomes, detail, settings, status }
})

const office = Effect.fnUntraced(function* (options: Parameters<typeof Sandbox.start>[0] = {}) {
  const folder = yield* Program.folder
  const sandbox = yield* Sandbox.start({ records: 20, seed: 5, keys, ...options })
  const environment = {
    XDG_DATA_HOME: folder,
    XDG_CONFIG_HOME: folder,
    BTSE_BASE_URL: sandbox.baseUrl.href,
    BTSE_API_KEY: apiKey,
    BTSE_API_SECRET: secret
  }
  return { folder, sandbox, environment }
})

it.scopedLive("doctor finds all well with a key that only reads, by reading alone", () =>
  Effect.gen(function* () {
    const { environment, folder, sandbox } = yield* office()
    const ledger = join(folder, "books.sqlite")
    const before = yield* report(environment, "--ledger", ledger)
    expect(before).toMatchObject({ exitCode: 0, stderr: "", status: "ok", outcomes: { ledger: "skip" } })
    expect((yield* InProcess.btse(["sync", "--ledger", ledger], environment)).exitCode).toBe(0)
    const { detail, exitCode, outcomes, settings } = yield* report({ ...environment, BTSE_LEDGER: ledger })
    expect({ exitCode, outcomes }).toEqual({
      exitCode: 0,
      outcomes: {
        configuration: "ok",
        "rate budget": "ok",
        exchange: "ok",
        clock: "ok",
        signing: "ok",
        credentials: "ok",
        permissions: "ok",
        ledger: "ok",
        account: "ok"
      }
    })
    expect(detail("permissions")).toMatch(/^Read: yes; Wallet: no; Transfer and Withdraw are not probed/)
    expect(detail("credentials")).toMatch(/request-… headers work too$/)
    expect(settings).toContainEqual({ name: "ledger", value: ledger, from: "environment" })
    expect(settings).toContainEqual({ name: "API secret", value: "set", from: "environment" })
    expect(settings).toContainEqual({ name: "API key", value: Profile.masked(apiKey), from: "environment" })
    expect(settings).toContainEqual({ name: "rate limit", value: "5", from: "default" })
    const methods = (yield* sandbox.received).map(({ method }) => method)
    expect(new Set(methods)).toEqual(new Set(["GET"]))
  })
)

it.scopedLive("doctor says which of many things is not well, and ends as the first of them would", () =>
  Effect.gen(function* () {
    const { environment, folder, sandbox } = yield* office()
    const ledger = join(folder, "books.sqlite")
    const wrongSecret = yield* report({ ...environment, BTSE_API_SECRET: "another-secret" })
    expect(wrongSecret).toMatchObject({ exitCode: 4, outcomes: { credentials: "fail", exchange: "ok" } })
    expect(wrongSecret.stderr).toMatch(/^Not everything is well: credentials\. Do what /)
    const nowhere = yield* report(environment, "--base-url", "http://127.0.0.1:9/spot")
    expect(nowhere).toMatchObject({ exitCode: 5, outcomes: { exchange: "fail", credentials: "skip", signing: "ok" } })
    const misconfigured = yield* report({ ...environment, BTSE_AUTH_HEADERS: "none" })
    expect(misconfigured).toMatchObject({ exitCode: 2, outcomes: { configuration: "fail" } })
    expect(misconfigured.detail("configuration")).toMatch(/^BTSE_AUTH_HEADERS cannot be used/)
    expect(yield* report({ ...environment, BTSE_API_KEY: "", BTSE_API_SECRET: "" })).toMatchObject({
      exitCode: 0,
      status: "warn",
      outcomes: { configuration: "warn", credentials: "skip", exchange: "ok" }
    })
    const mistaken = yield* report({ ...environment, BTSE_BASE_URL: `http://me:${secret}@127.0.0.1:9` })
    expect(mistaken.exitCode).not.toBe(0)
    // Another's books, a file that is none, and books that were touched.
    yield* InProcess.btse(["sync", "--ledger", ledger], environment)
    const other = sandbox.baseUrl.href.replace("127.0.0.1", "localhost")
    expect(yield* report(environment, "--ledger", ledger, "--base-url", other)).toMatchObject({
      exitCode: 2,
      outcomes: { account: "fail", ledger: "ok" }
    })
    const database = new Sqlite(ledger)
    database.exec("UPDATE record SET amount = '1' WHERE id = (SELECT min(id) FROM record)")
    database.close()
    expect(yield* report(environment, "--ledger", ledger)).toMatchObject({ exitCode: 3, outcomes: { ledger: "fail" } })
    truncateSync(ledger, 20_000)
    const damaged = yield* report(environment, "--ledger", ledger)
    expect(damaged).toMatchObject({ exitCode: 3, outcomes: { ledger: "fail" } })
    expect(damaged.detail("ledger")).toMatch(/^the file is damaged: /)
    const text = join(folder, "notes.txt")
    writeFileSync(text, "no database at all\n")
    expect(yield* report(environment, "--ledger", text)).toMatchObject({ exitCode: 2, outcomes: { ledger: "fail" } })
  })
)

it.scopedLive("doctor says what a ledger's file is, by reading alone: not a byte of it changes", () =>
  Effect.gen(function* () {
    const { environment, folder } = yield* office()
    const books = join(folder, "books.sqlite")
    yield* InProcess.btse(["sync", "--ledger", books], environment)
    const path = join(folder, "other.sqlite")
    const digest = () => createHash("sha256").update(readFileSync(path)).digest("hex")
    const told = Effect.fnUntraced(function* (make: (path: string) => void) {
      copyFileSync(books, path)
      make(path)
      const before = digest()
      const found = yield* report({ ...environment, BTSE_API_KEY: "", BTSE_API_SECRET: "" }, "--ledger", path)
      expect(digest()).toBe(before)
      expect(readdirSync(folder).filter((name) => /^other.*-(wal|shm)$/.test(name))).toEqual([])
      return { exitCode: found.exitCode, outcome: found.outcomes["ledger"], detail: found.detail("ledger") }
    })
    const sql = (statements: string) => (path: string) => void new Sqlite(path).exec(statements).close()
    const older =
      "DELETE FROM effect_sql_migrations WHERE migration_id = (SELECT max(migration_id) FROM effect_sql_migrations)"
    expect(yield* told(sql(older))).toEqual({
      exitCode: 0,
      outcome: "warn",
      detail: expect.stringMatching(
        /^an older btse wrote it, with tables of version \d+ where this one's are \d+; not verified$/
      )
    })
    expect(yield* told(sql("INSERT INTO effect_sql_migrations (migration_id, name) VALUES (900, 'newer')"))).toEqual({
      exitCode: 2,
      outcome: "fail",
      detail: expect.stringMatching(/^a newer btse wrote it, with tables of version 900 where this one knows \d+$/)
    })
    expect(yield* told(sql("PRAGMA application_id = 7"))).toEqual({
      exitCode: 2,
      outcome: "fail",
      detail: "the file is another program's SQLite database"
    })
    expect(yield* told((path) => writeFileSync(path, ""))).toEqual({
      exitCode: 0,
      outcome: "skip",
      detail: "the file is empty: `btse sync` makes a ledger of it"
    })
    expect(yield* told((path) => writeFileSync(path, Buffer.alloc(4_096, 0xa5), { flag: "r+" }))).toEqual({
      exitCode: 2,
      outcome: "fail",
      detail: `${path} is not a SQLite file; it was left as it is.`
    })
    expect(yield* told(sql("PRAGMA foreign_keys = off; DROP TABLE effect_sql_migrations"))).toEqual({
      exitCode: 3,
      outcome: "fail",
      detail: "the file is damaged: the tables that every ledger has are not in it"
    })
  })
)

it.scopedLive("doctor does not ask into a block, and says when it ends", () =>
  Effect.gen(function* () {
    const { environment, sandbox } = yield* office({ rateLimits: { startsBlockedFor: "10 minutes" } })
    const first = yield* report(environment)
    expect(first).toMatchObject({ exitCode: 5, outcomes: { "rate budget": "ok", exchange: "fail" } })
    const asked = (yield* sandbox.received).length
    const second = yield* report(environment)
    expect(second).toMatchObject({ exitCode: 5, outcomes: { "rate budget": "warn", exchange: "fail" } })
    expect(second.detail("rate budget")).toMatch(/before \d{4}-\d\d-\d\dT[\d:.]+Z$/)
    expect((yield* sandbox.received).length).toBe(asked)
  })
)
