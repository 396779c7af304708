import { FileAccess, WholeFile } from "@btse-wallet/cli"
import { Sandbox } from "@btse-wallet/sandbox"
import { NodeFileSystem, NodePath } from "@effect/platform-node"
import { expect, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect, Layer, Option, Redacted, Stream } from "effect"
import { execFileSync } from "node:child_process"
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { userInfo } from "node:os"
import { join } from "node:path"
import * as InProcess from "./InProcess.ts"
import * as Program from "./Program.ts"

const modeOf = (path: string) => statSync(path).mode & 0o777

const node = Layer.merge(NodeFileSystem.layer, NodePath.layer)

const environmentOf = (folder: string, sandbox: Sandbox.RunningSandbox) => ({
  XDG_DATA_HOME: folder,
  XDG_CONFIG_HOME: folder,
  BTSE_BASE_URL: sandbox.baseUrl.href,
  BTSE_API_KEY: sandbox.apiKey,
  BTSE_API_SECRET: Redacted.value(sandbox.apiSecret)
})

it.scopedLive("every file that the program makes is its user's alone, also while it is being written", () =>
  Effect.gen(function* () {
    yield* Program.build
    const folder = yield* Program.folder
    const sandbox = yield* Sandbox.start({ records: 20, seed: 3 })
    const environment = environmentOf(folder, sandbox)
    const out = join(folder, "out")
    mkdirSync(out)
    const currency = ["--currency", "BTC", "--amount", "0.01"]
    const lines: ReadonlyArray<ReadonlyArray<string>> = [
      ["sync"],
      ["withdraw", ...currency, "--network", "Bitcoin", "--address", "someone", "--yes"],
      ["export", "--format", "csv", "--output", join(out, "books.csv")],
      ["reconcile", "--report", join(out, "report.html")],
      ["profile", "add", "books", "--api-key", "0123456789abcdef"]
    ]
    for (const line of lines) {
      const ended = yield* InProcess.btse(line, environment)
      expect({ line, ...ended }).toMatchObject({ exitCode: 0 })
    }
    // With the database open there is its log beside it.
    const open = new Sqlite(join(folder, "btse-wallet", "btse-ledger.sqlite"))
    yield* Effect.addFinalizer(() => Effect.sync(() => open.close()))
    open.prepare("select count(*) from event").get()
    const real = join(out, "real.sqlite")
    const shell = yield* Program.shell(
      `umask 0 && $BTSE sync --ledger ${real} >&2 && $BTSE export --format csv --output ${join(out, "real.csv")} --ledger ${real}`,
      environment
    )
    expect(shell).toMatchObject({ exitCode: 0 })
    const files = execFileSync("find", [folder, "-type", "f", "-not", "-path", "*/.cache/*"])
      .toString()
      .trim()
      .split("\n")
    const modes = files.map((file) => [file.slice(folder.length), modeOf(file).toString(8)] as const)
    const made = [
      "btse-wallet/btse-budget.sqlite",
      "btse-wallet/btse-ledger.sqlite",
      "btse-wallet/btse-ledger.sqlite-wal"
    ]
    const named = [
      ...made,
      "btse-wallet/profiles.json",
      "out/books.csv",
      "out/report.html",
      "out/real.sqlite",
      "out/real.csv"
    ]
    expect(modes.map(([file]) => file.slice(1))).toEqual(expect.arrayContaining(named))
    expect(modes.filter(([, mode]) => mode !== "600")).toEqual([])
  })
)

it.scopedLive("doctor names the files that others have access to, and their modes", () =>
  Effect.gen(function* () {
    const folder = yield* Program.folder
    const sandbox = yield* Sandbox.start({ records: 5, seed: 3 })
    const environment = environmentOf(folder, sandbox)
    yield* InProcess.btse(["sync"], environment)
    const well = yield* InProcess.btse(["doctor"], environment)
    expect(well.stdout).not.toMatch(/ files /)
    const ledger = join(folder, "btse-wallet", "btse-ledger.sqlite")
    chmodSync(ledger, 0o640)
    const told = yield* InProcess.btse(["doctor"], environment)
    expect(told).toMatchObject({ exitCode: 0 })
    expect(told.stdout).toContain(`${ledger} (mode 640)`)
    expect(told.stdout).toContain(`chmod 600 ${ledger}`)
  })
)

const profiles = `{"profiles": {"books": {"apiKey": "0123456789abcdef", "secretCommand": "touch MARK"}}}`

/** Each makes a way to the profiles' file that another user could turn elsewhere, or not. */
const ways: Readonly<Record<string, readonly [change: (home: string) => void, refused: RegExp | undefined]>> = {
  "a folder of one's own": [() => undefined, undefined],
  "a folder that everyone can write": [
    (home) => chmodSync(join(home, "btse-wallet"), 0o777),
    /Others can write .*btse-wallet,/
  ],
  "a folder that its group can write": [
    (home) => chmodSync(join(home, "btse-wallet"), 0o770),
    /Others can write .*btse-wallet,/
  ],
  "a folder above it that everyone can write": [(home) => chmodSync(home, 0o777), /Others can write /],
  "a folder above it that everyone can write, with the sticky bit": [(home) => chmodSync(home, 0o1777), undefined],
  "a folder of another user": [
    (home) => chownSync(join(home, "btse-wallet"), 4_711, 4_711),
    /belongs to another user \(4711\)/
  ],
  "a file of another user": [
    (home) => chownSync(join(home, "btse-wallet", "profiles.json"), 4_711, 4_711),
    /belongs to another user/
  ],
  "a file that its group can write": [
    (home) => chmodSync(join(home, "btse-wallet", "profiles.json"), 0o620),
    /Others can write /
  ],
  "a link into a folder that everyone can write": [
    (home) => {
      const elsewhere = join(home, "elsewhere")
      mkdirSync(elsewhere)
      writeFileSync(join(elsewhere, "profiles.json"), profiles.replace("MARK", join(home, "mark")), { mode: 0o600 })
      chmodSync(elsewhere, 0o777)
      rmSync(join(home, "btse-wallet", "profiles.json"))
      symlinkSync(join(elsewhere, "profiles.json"), join(home, "btse-wallet", "profiles.json"))
    },
    /Others can write .*elsewhere,/
  ]
}

it.scopedLive("no command of a profile is run from a file or folder that another user could change", () =>
  Effect.gen(function* () {
    // Only root can give a file to someone else.
    const root = userInfo().uid === 0
    for (const [name, [change, refused]] of Object.entries(ways)) {
      if (!root && /another user/.test(name)) continue
      const home = yield* Program.folder
      mkdirSync(join(home, "btse-wallet"), { mode: 0o700 })
      writeFileSync(join(home, "btse-wallet", "profiles.json"), profiles.replace("MARK", join(home, "mark")), {
        mode: 0o600
      })
      change(home)
      const environment = {
        XDG_CONFIG_HOME: home,
        XDG_DATA_HOME: join(home, "data"),
        BTSE_BASE_URL: "http://127.0.0.1:9"
      }
      const ended = yield* InProcess.btse(["balances", "--profile", "books"], environment).pipe(
        Effect.provideService(FileAccess.User, Option.some(userInfo().uid))
      )
      const where = `${name}: ${ended.stderr}`
      expect(existsSync(join(home, "mark")), where).toBe(refused === undefined)
      if (refused !== undefined) {
        expect(ended.exitCode, where).toBe(2)
        expect(ended.stderr, where).toMatch(refused)
        expect(ended.stderr, where).toMatch(/it was not used\. /)
      }
    }
  })
)

it.scoped("a file is written behind its link, and nothing in the place of a device", () =>
  Effect.gen(function* () {
    const folder = yield* Program.folder
    const write = (path: string) => WholeFile.write({ operation: "btse export", path, content: Stream.make("books\n") })
    writeFileSync(join(folder, "file"), "old", { mode: 0o644 })
    symlinkSync("file", join(folder, "link"))
    yield* write(join(folder, "link"))
    expect(readFileSync(join(folder, "file"), "utf8")).toBe("books\n")
    expect(modeOf(join(folder, "file"))).toBe(0o600)
    execFileSync("mkfifo", [join(folder, "pipe")])
    expect(yield* Effect.flip(write(join(folder, "pipe")))).toMatchObject({ _tag: "InvalidInput" })
    expect(readdirSync(folder).sort()).toEqual(["file", "link", "pipe"])
  }).pipe(Effect.provide(node))
)
