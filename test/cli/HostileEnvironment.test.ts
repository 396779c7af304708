import { Sandbox } from "@btse-wallet/sandbox"
import { expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { execFileSync } from "node:child_process"
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import * as InProcess from "./InProcess.ts"
import * as Program from "./Program.ts"

/** One sentence of what is wrong and one of what to do, on a line, for whoever reads; no secret, and no stack. */
const isSentence = (said: string, case_: string) => {
  expect(said, case_).toMatch(/^\S[^\n]*[.!?] [A-Z`][^\n]*[.!?]\n$/)
  expect(said, case_).not.toMatch(/node_modules|\.[jt]s:\d|fault of the program|undefined|\[object/)
  expect(said, case_).not.toContain("hidden")
  // oxlint-disable-next-line no-control-regex -- what a terminal would obey
  expect(said, case_).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
}

/** What may stand in the place of the profiles' file, and the exit code of a command that reads it. */
const files: Readonly<Record<string, readonly [make: (path: string) => void, exitCode: number]>> = {
  "is not JSON": [(path) => writeFileSync(path, "hidden, not json"), 2],
  "is empty": [(path) => writeFileSync(path, ""), 2],
  "is JSON of something else": [(path) => writeFileSync(path, '["hidden"]'), 2],
  "has a name that none can have": [(path) => writeFileSync(path, '{"profiles": {"../x": {}}}'), 2],
  "has names of every object": [(path) => writeFileSync(path, '{"profiles": {"__proto__": {"apiKey": "x"}}}'), 2],
  "has a secret in it": [(path) => writeFileSync(path, '{"profiles": {"a": {"apiSecret": "hidden"}}}'), 2],
  "has bytes that are no text": [
    (path) => writeFileSync(path, Buffer.from('{"profiles": {"a": {"apiKey": "\xff"}}}', "latin1")),
    2
  ],
  "is nested without end": [(path) => writeFileSync(path, `{"profiles": ${'{"a":'.repeat(100_000)}`), 2],
  "is huge": [(path) => writeFileSync(path, Buffer.alloc(3_000_000, 0x20)), 2],
  "can be written by others": [
    (path) => {
      writeFileSync(path, '{"profiles": {}}')
      chmodSync(path, 0o666)
    },
    2
  ],
  "is a directory": [(path) => mkdirSync(path), 2],
  "is a pipe": [(path) => execFileSync("mkfifo", ["-m", "600", path]), 2],
  "is a link to itself": [(path) => symlinkSync("profiles.json", path), 2],
  "is a link to nowhere": [(path) => symlinkSync("/nowhere", path), 2],
  "has a byte order mark": [(path) => writeFileSync(path, '\uFEFF{"profiles": {"a": {}}}'), 0]
}

it.scoped("whatever stands in the place of the profiles' file gets a sentence", () =>
  Effect.gen(function* () {
    const home = yield* Program.folder
    const path = join(home, "btse-wallet", "profiles.json")
    mkdirSync(dirname(path))
    for (const [name, [make, exitCode]] of Object.entries(files)) {
      make(path)
      if (!/others|link|pipe/.test(name)) chmodSync(path, 0o600)
      for (const args of [["profile", "list"], ["status"], ["profile", "add", "new"]]) {
        const ended = yield* InProcess.btse(args, { XDG_CONFIG_HOME: home, XDG_DATA_HOME: home })
        const case_ = `a file that ${name}: ${args.join(" ")}: ${ended.stderr}`
        // Without a ledger there is no status either.
        expect(ended.exitCode, case_).toBe(args[0] === "status" ? 2 : exitCode)
        if (ended.exitCode !== 0) isSentence(ended.stderr, case_)
      }
      rmSync(path, { recursive: true })
    }
    expect(readdirSync(dirname(path))).toEqual([])
  })
)

const key = { BTSE_API_KEY: "0123456789abcdef", BTSE_API_SECRET: "hidden" }

/** Variables, what runs with them, how it ends, and which word its sentence has. */
const variables: ReadonlyArray<readonly [Program.Environment, ReadonlyArray<string>, number, RegExp]> = [
  ...["abc", "0", "-1", "1.5", "1e99", "NaN", " "].map(
    (limit) => [{ BTSE_RATE_LIMIT: limit }, ["rate", "--from", "BTC", "--to", "USD"], 2, /^BTSE_RATE_LIMIT /] as const
  ),
  ...["prod", "Production", "\u0000", "\n"].map(
    (place) => [{ BTSE_ENVIRONMENT: place }, ["rate", "--from", "BTC", "--to", "USD"], 2, /^BTSE_ENVIRONMENT /] as const
  ),
  ...["ftp://x", "file:///etc/passwd", "x", "https://", "javascript:1", "\u001b[2J"].map(
    (url) => [{ BTSE_BASE_URL: url }, ["rate", "--from", "BTC", "--to", "USD"], 2, /^BTSE_BASE_URL /] as const
  ),
  [{ BTSE_AUTH_HEADERS: "none" }, ["balances"], 2, /^BTSE_AUTH_HEADERS /],
  [{}, ["balances"], 2, /BTSE_API_KEY/],
  [{ BTSE_API_KEY: "a", BTSE_API_SECRET: "" }, ["balances"], 2, /BTSE_API_SECRET/],
  [{ ...key, BTSE_API_SECRET: "hid\u0000den" }, ["balances"], 2, /^BTSE_API_SECRET /],
  [{ ...key, BTSE_API_SECRET: "   " }, ["balances"], 2, /^BTSE_API_SECRET /],
  [{ ...key, BTSE_API_SECRET: "hidden\n" }, ["balances"], 2, /^BTSE_API_SECRET /],
  [{ ...key, BTSE_API_KEY: "two\r\nlines" }, ["balances"], 2, /^BTSE_API_KEY /],
  [{ ...key, BTSE_API_KEY: "schlüssel" }, ["doctor", "--json"], 2, /configuration/],
  [{ BTSE_PROFILE: "../x" }, ["status"], 2, /^BTSE_PROFILE /],
  [{ BTSE_PROFILE: "\u0000" }, ["status"], 2, /^BTSE_PROFILE /],
  [{ BTSE_PROFILE: "" }, ["status"], 2, /^There is no ledger at /],
  [{ BTSE_UTC: "maybe" }, ["status"], 2, /^BTSE_UTC /],
  [{ BTSE_LEDGER: "/dev/null" }, ["status"], 2, /^\/dev\/null is a device or a pipe/],
  [{ BTSE_LEDGER: "/dev/zero" }, ["query", "select 1"], 2, /^\/dev\/zero is a device or a pipe/],
  [{ BTSE_LEDGER: "/dev/zero/ledger" }, ["status"], 2, /^(There is no ledger at|The ledger) \/dev\/zero\/ledger /],
  [{ BTSE_LEDGER: "/tmp/\u001b[2J\n" }, ["status"], 2, /^There is no ledger at /],
  [{ BTSE_LEDGER: "a\u0000b" }, ["status"], 2, /^The ledger /],
  [{ BTSE_LEDGER: `/${"a".repeat(5_000)}` }, ["status"], 2, /^The ledger /],
  [{ XDG_DATA_HOME: "/dev/null" }, ["status"], 2, /^(There is no ledger at|The ledger) \/dev\/null\//],
  [{ XDG_CONFIG_HOME: "/dev/null" }, ["profile", "add", "x"], 2, /\/dev\/null/],
  [{ XDG_CONFIG_HOME: "/proc/none" }, ["profile", "add", "x"], 2, /\/proc\/none/]
]

it.scoped("whatever stands in a variable gets a sentence", () =>
  Effect.gen(function* () {
    const home = yield* Program.folder
    for (const [environment, args, exitCode, word] of variables) {
      const own = { XDG_CONFIG_HOME: home, XDG_DATA_HOME: home, BTSE_BASE_URL: "http://127.0.0.1:9/spot" }
      const placed = "BTSE_ENVIRONMENT" in environment ? { XDG_CONFIG_HOME: home, XDG_DATA_HOME: home } : own
      const ended = yield* InProcess.btse(args, { ...placed, ...environment })
      const case_ = `${Object.entries(environment).join(" ")}: ${args.join(" ")}: ${ended.stderr}`
      expect(ended.exitCode, case_).toBe(exitCode)
      expect(ended.stderr, case_).toMatch(word)
      isSentence(ended.stderr, case_)
    }
    expect(existsSync(join(home, "btse-wallet"))).toBe(false)
  })
)

it.scopedLive(
  "a terminal, a language, a time zone and a home that are none do no harm",
  () =>
    Effect.gen(function* () {
      yield* Program.build
      const folder = yield* Program.folder
      const sandbox = yield* Sandbox.start({ records: 5, seed: 3 })
      const environment = {
        BTSE_BASE_URL: sandbox.baseUrl.href,
        BTSE_API_KEY: sandbox.apiKey,
        BTSE_API_SECRET: Redacted.value(sandbox.apiSecret),
        BTSE_LEDGER: join(folder, "books.sqlite"),
        TERM: "dumb",
        LANG: "C",
        LC_ALL: "nonsense",
        COLUMNS: "1",
        // Nothing can be made there: requests are counted by this process alone, nothing compiled is kept.
        HOME: "/proc/none",
        XDG_CACHE_HOME: "relative",
        XDG_DATA_HOME: "relative"
      }
      for (const [args, TZ, said] of [
        // The budget's file cannot be made.
        [["sync"], "Nonsense/Zone", /^The budget of requests cannot be shared with other btse processes/],
        [["status"], ":/etc/passwd", /^$/]
      ] as const) {
        const ended = yield* Program.btse(args, { ...environment, TZ })
        // What is no time zone is UTC.
        expect([args, ended]).toEqual([
          args,
          {
            exitCode: 0,
            stderr: expect.stringMatching(said),
            stdout: expect.stringMatching(/^coverage .* to \d{4}-\d\d-\d\dT[\d:.]+Z$/m)
          }
        ])
      }
      expect(existsSync("relative")).toBe(false)
    }),
  60_000
)
