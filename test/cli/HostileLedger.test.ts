import { Sandbox } from "@btse-wallet/sandbox"
import { expect, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect, Redacted } from "effect"
import { execFileSync } from "node:child_process"
import { chmodSync, copyFileSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as InProcess from "./InProcess.ts"
import * as Program from "./Program.ts"

const sql = (statements: string) => (path: string) => {
  const database = new Sqlite(path)
  database.unsafeMode(true)
  database.exec(statements)
  database.close()
}

/** Rows of a view that come from elsewhere, and a trigger that would write whenever something is asked. */
const replaced = `
  DROP VIEW wallet_history;
  CREATE TABLE stolen (n INTEGER);
  CREATE VIEW wallet_history AS SELECT 'default' AS account, load_extension('/tmp/none.so') AS order_id;
  CREATE TRIGGER steals INSTEAD OF DELETE ON wallet_history BEGIN INSERT INTO stolen VALUES (1); END;
  CREATE TRIGGER watches AFTER UPDATE ON account BEGIN DELETE FROM record; END;`

const hostile: Readonly<Record<string, (path: string) => void>> = {
  "views replaced by others with triggers": sql(replaced),
  "a view that never ends": sql(
    "DROP VIEW coverage; CREATE VIEW coverage AS SELECT * FROM coverage_of; CREATE VIEW coverage_of AS SELECT * FROM coverage"
  ),
  "a description of ten megabytes and an amount of ten thousand digits": sql(
    "UPDATE record SET description = hex(zeroblob(5000000)), amount = replace(hex(zeroblob(5000)), '0', '9') WHERE id = (SELECT min(id) FROM record)"
  ),
  "an amount that is none": sql("UPDATE record SET amount = '1e5; DROP', currency = char(27) || '[2J'"),
  "bytes that are no text": sql(
    "UPDATE record SET description = CAST(x'fffe00ff' AS TEXT), txid = CAST(x'80' AS TEXT)"
  ),
  "events that are no JSON": sql(
    "DROP TRIGGER event_is_not_updated; UPDATE event SET content = CAST(x'7bff' AS TEXT), raw = '}{'"
  ),
  "a table that is gone": sql("PRAGMA foreign_keys = off; DROP TABLE covered"),
  "a newer schema": sql(
    "INSERT INTO effect_sql_migrations (migration_id, name) SELECT max(migration_id) + 900, 'newer' FROM effect_sql_migrations"
  ),
  "another program's database": sql("PRAGMA application_id = 1"),
  "a damaged page": (path) => {
    const bytes = Buffer.alloc(4_096, 0xa5)
    const database = new Sqlite(path)
    database.pragma("journal_mode = delete")
    database.close()
    writeFileSync(path, bytes, { flag: "r+" })
  },
  "a file cut short": (path) => truncateSync(path, 9_000),
  "a file of nothing but the first words": (path) => writeFileSync(path, "SQLite format 3\u0000 and no more"),
  "a pipe": (path) => {
    rmSync(path)
    execFileSync("mkfifo", [path])
  },
  "a file that may not be read": (path) => chmodSync(path, 0)
}

const commands: ReadonlyArray<ReadonlyArray<string>> = [
  ["status"],
  ["verify"],
  ["reconcile"],
  ["query", "select * from wallet_history limit 3"],
  ["query", "select * from coverage limit 3", "--as-of", "2026-01-01"],
  ["export", "--format", "csv"],
  ["withdrawals", "list"],
  ["breaks", "list"],
  ["doctor"]
]

it.scopedLive(
  "a hostile ledger gets an answer or a sentence, never a stack, and is not obeyed",
  () =>
    Effect.gen(function* () {
      const folder = yield* Program.folder
      const sandbox = yield* Sandbox.start({ records: 40, seed: 8 })
      const environment = {
        XDG_DATA_HOME: folder,
        XDG_CONFIG_HOME: folder,
        BTSE_BASE_URL: sandbox.baseUrl.href,
        BTSE_API_KEY: sandbox.apiKey,
        BTSE_API_SECRET: Redacted.value(sandbox.apiSecret)
      }
      const honest = join(folder, "honest.sqlite")
      expect((yield* InProcess.btse(["sync", "--ledger", honest], environment)).exitCode).toBe(0)
      // Doctor asks the exchange first, which is not what this is about.
      const offline = { ...environment, BTSE_API_KEY: "", BTSE_API_SECRET: "" }
      const path = join(folder, "hostile.sqlite")
      for (const [name, make] of Object.entries(hostile)) {
        for (const rest of ["", "-wal", "-shm"]) rmSync(path + rest, { force: true })
        copyFileSync(honest, path)
        make(path)
        for (const command of commands) {
          const { exitCode, stderr, stdout } = yield* InProcess.btse([...command, "--ledger", path], offline)
          const case_ = `${name}: ${command.join(" ")} ended with ${exitCode}: ${stderr.slice(0, 400)}`
          expect([0, 2, 3], case_).toContain(exitCode)
          expect(stderr, case_).not.toMatch(/\n\s+at |node_modules|\.[jt]s:\d|fault of the program/)
          expect(stderr.trimEnd().split("\n").length, case_).toBe(1)
          expect(exitCode === 0 ? "" : stderr, case_).toMatch(exitCode === 0 ? /^$/ : /^\S.*[.!?]\n$/)
          // An export is the rows as they are, for a program to read; the rest is for eyes.
          const seen = command[0] === "export" ? stderr : stdout + stderr
          // oxlint-disable-next-line no-control-regex -- what a terminal would obey
          expect(seen, case_).not.toMatch(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f]/)
        }
      }
    }),
  60_000
)

it.scopedLive("a ledger that another program holds is told to be busy", () =>
  Effect.gen(function* () {
    const folder = yield* Program.folder
    const sandbox = yield* Sandbox.start({ records: 10, seed: 8 })
    const environment = {
      XDG_DATA_HOME: folder,
      BTSE_LEDGER: join(folder, "held.sqlite"),
      BTSE_BASE_URL: sandbox.baseUrl.href,
      BTSE_API_KEY: sandbox.apiKey,
      BTSE_API_SECRET: Redacted.value(sandbox.apiSecret)
    }
    yield* InProcess.btse(["sync"], environment)
    const holder = new Sqlite(environment.BTSE_LEDGER)
    holder.pragma("locking_mode = exclusive")
    holder.exec("BEGIN EXCLUSIVE")
    yield* Effect.addFinalizer(() => Effect.sync(() => holder.close()))
    for (const command of [["status"], ["query", "select 1 from wallet_history"]]) {
      const { exitCode, stderr } = yield* InProcess.btse(command, environment)
      expect({ command, exitCode, stderr }).toMatchObject({
        exitCode: 2,
        stderr: expect.stringMatching(/(another program|locked).*\.\n$/i)
      })
    }
  })
)
