import { Verify } from "@btse-wallet/ledger"
import { expect, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect, Schema } from "effect"
import { execFileSync } from "node:child_process"
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Program from "./Program.ts"

const nobody = 65_534

/** The system's permissions hold for everyone but its administrator, who becomes somebody else. */
const asSomebody = (): ReadonlyArray<string> =>
  process.getuid?.() === 0 ? ["setpriv", "--reuid", `${nobody}`, "--regid", `${nobody}`, "--clear-groups"] : []

const run = (line: string, environment: Program.Environment) =>
  Program.shell([...asSomebody(), line].join(" "), environment)

/** A folder that everybody may use, and the demo's ledger in it. */
const demo = Effect.gen(function* () {
  yield* Program.build
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "btse-cli-test-"))),
    (path) =>
      Effect.sync(() => {
        execFileSync("chmod", ["-R", "u+w", path])
        rmSync(path, { recursive: true, force: true })
      })
  )
  chmodSync(folder, 0o755)
  const home = join(folder, "home")
  mkdirSync(home)
  const environment = { HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home }
  const place = join(folder, "place")
  mkdirSync(place)
  const ledger = join(place, "demo.sqlite")
  const made = yield* Program.btse(["demo", "--json", "--ledger", ledger], environment)
  expect(made).toMatchObject({ exitCode: 0 })
  chmodSync(ledger, 0o644)
  if (process.getuid?.() === 0) execFileSync("chown", ["-R", `${nobody}:${nobody}`, home, place])
  return { environment, folder, ledger, place }
})

const reads = [
  "status",
  "verify",
  "reconcile",
  "export --format csv",
  "export --format hledger",
  `query "select count(*) from wallet_history"`,
  `query "select count(*) from wallet_history" --as-of 2030-01-01`,
  "entries list",
  "breaks list",
  "closes list",
  "withdrawals list"
]

it.scopedLive(
  "a ledger with one account is read without a profile and an exchange, in a read-only place as in another",
  () =>
    Effect.gen(function* () {
      const { environment, ledger, place } = yield* demo
      const answers = Effect.forEach(reads, (words) =>
        Effect.map(run(`$BTSE ${words} --ledger ${ledger}`, environment), ({ exitCode, stderr, stdout }) => {
          expect({ words, stderr, exitCode }).toEqual({ words, stderr, exitCode: 0 })
          return words.startsWith("status") || words === "reconcile" ? "" : stdout
        })
      )
      const written = yield* answers
      const bytes = readFileSync(ledger)
      chmodSync(ledger, 0o444)
      // A file that may not be written, then a folder that may not either.
      for (const mode of [0o755, 0o555]) {
        chmodSync(place, mode)
        expect(yield* answers).toEqual(written)
        expect(readdirSync(place)).toEqual(["demo.sqlite"])
        expect(readFileSync(ledger).equals(bytes)).toBe(true)
        const doctor = yield* run(`$BTSE doctor --json --ledger ${ledger}`, environment)
        expect(doctor.stdout).toMatch(/intact: \d+ records/)
        const adjusting = yield* run(
          `$BTSE adjust --currency BTC --amount 1 --reason r --yes --ledger ${ledger}`,
          environment
        )
        expect(adjusting.exitCode).toBe(2)
        expect(adjusting.stderr).toContain("the file may not be written")
      }
    }),
  240_000
)

it.scopedLive(
  "a folder that does not exist is not made for a ledger that was typed, and a file that is empty is no ledger",
  () =>
    Effect.gen(function* () {
      const folder = yield* Program.folder
      yield* Program.build
      const environment = { HOME: folder, BTSE_API_KEY: "k", BTSE_API_SECRET: "s", BTSE_BASE_URL: "http://127.0.0.1:9" }
      for (const words of [["sync"], ["demo"]]) {
        const typed = join(folder, "legder", "books.sqlite")
        const ended = yield* Program.btse([...words, "--ledger", typed], environment)
        expect(ended).toMatchObject({ exitCode: 2 })
        expect(ended.stderr).toContain(`There is no folder for a ledger at ${typed}; nothing was made.`)
        expect(existsSync(join(folder, "legder"))).toBe(false)
      }
      const empty = join(folder, "empty.sqlite")
      writeFileSync(empty, "")
      const verified = yield* Program.btse(["verify", "--ledger", empty], environment)
      expect(verified).toMatchObject({ exitCode: 2 })
      expect(verified.stderr).toContain("is empty: there is no ledger in it")
      expect(readFileSync(empty).length).toBe(0)
    }),
  120_000
)

it.scopedLive(
  "a ledger that was tampered with is verified, closed and reported with exit code 3, and says which head was verified",
  () =>
    Effect.gen(function* () {
      const { environment, folder, ledger } = yield* demo
      const btse = (...words: ReadonlyArray<string>) => Program.btse([...words, "--ledger", ledger], environment)
      const decode = Schema.decode(Schema.parseJson(Verify.VerifyReport))
      expect((yield* btse("status")).stdout).toContain("none, run `btse verify`")
      const { head } = yield* Effect.flatMap(btse("verify", "--json"), ({ stdout }) => decode(stdout))
      expect((yield* btse("status")).stdout).toMatch(new RegExp(`intact at .* up to event ${head.event}, ${head.hash}`))
      expect((yield* btse("reconcile")).stdout).toContain("Last verification: intact at")
      expect(yield* btse("verify", "--head", head.hash)).toMatchObject({ exitCode: 0 })
      expect(yield* btse("verify", "--head", "f".repeat(64))).toMatchObject({ exitCode: 3 })
      expect(yield* btse("verify", "--head", "abc")).toMatchObject({ exitCode: 2 })
      const report = join(folder, "report.md")
      expect(yield* btse("reconcile", "--report", report)).toMatchObject({ exitCode: 0 })
      expect(readFileSync(report, "utf8")).toContain(`up to event ${head.event}`)
      const database = new Sqlite(ledger)
      database.exec("CREATE TRIGGER planted AFTER UPDATE ON payment BEGIN SELECT 1; END")
      database.close()
      expect(yield* btse("verify")).toMatchObject({ exitCode: 3 })
      const reported = yield* btse("reconcile", "--report", join(folder, "again.md"))
      expect(reported).toMatchObject({ exitCode: 3 })
      expect(reported.stderr).toContain("the trigger planted on payment is none that this version creates")
      expect(existsSync(join(folder, "again.md"))).toBe(false)
      const doctor = yield* btse("doctor", "--json")
      expect(doctor.stdout).toContain("touched: 1 problems")
    }),
  240_000
)
