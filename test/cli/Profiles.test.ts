import { Document, Failure, Output, Profile, Profiles, QueryRows, SecretCommand } from "@btse-wallet/cli"
import { NodeFileSystem, NodePath } from "@effect/platform-node"
import { Reconciliation, Sync } from "@btse-wallet/ledger"
import { describe, expect, it } from "@effect/vitest"
import { ConfigProvider, Context, Effect, Fiber, Layer, Redacted, Schedule, Schema } from "effect"
import { execFileSync } from "node:child_process"
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Writable } from "node:stream"
import * as Program from "./Program.ts"

interface User {
  readonly sandbox: Program.RunningSandbox
  readonly key: string
}

class Office extends Context.Tag("@btse-wallet/test/cli/Profiles.test/Office")<
  Office,
  { readonly folder: string; readonly books: User; readonly desk: User; readonly environment: Program.Environment }
>() {
  static readonly layer = Layer.scoped(
    Office,
    Effect.gen(function* () {
      yield* Program.build
      const folder = yield* Program.folder
      const user = Effect.fnUntraced(function* (records: number, seed: number) {
        const sandbox = yield* Program.sandbox(["--records", String(records), "--seed", String(seed)])
        return { sandbox, key: sandbox.environment["BTSE_API_KEY"] ?? "" }
      })
      const environment = { XDG_CONFIG_HOME: join(folder, "config"), XDG_DATA_HOME: join(folder, "data") }
      return { folder, books: yield* user(60, 21), desk: yield* user(40, 22), environment }
    })
  )
}

/** Runs `btse` with the office's profiles, and sees that neither secret shows. */
const btse = Effect.fnUntraced(function* (args: ReadonlyArray<string>, environment: Program.Environment = {}) {
  const office = yield* Office
  const ended = yield* Program.btse(args, { ...office.environment, ...environment })
  for (const { sandbox } of [office.books, office.desk]) {
    expect(ended.stdout + ended.stderr).not.toContain(sandbox.secret)
  }
  return ended
})

const json = Effect.fnUntraced(function* <A, I>(
  schema: Schema.Schema<A, I>,
  args: ReadonlyArray<string>,
  environment: Program.Environment = {}
) {
  const { exitCode, stderr, stdout } = yield* btse([...args, "--json"], environment)
  expect({ args, exitCode, stderr }).toEqual({ args, exitCode: 0, stderr: "" })
  return yield* Schema.decode(Schema.parseJson(schema))(stdout)
})

const failed = Effect.fnUntraced(function* (args: ReadonlyArray<string>, environment: Program.Environment = {}) {
  const { exitCode, stderr, stdout } = yield* btse([...args, "--json"], environment)
  expect(stderr).not.toMatch(/\n\s+at |node_modules|\.js:\d/)
  const { error } = yield* Schema.decode(Schema.parseJson(Failure.FailureDocument))(stdout)
  return { exitCode, stderr, tag: error.tag }
})

it.layer(Office.layer, { timeout: "60 seconds" })("btse with profiles", (it) => {
  it.effect("keeps two accounts, each with its secret elsewhere, in a file of mode 0600", () =>
    Effect.gen(function* () {
      const { books, desk, environment, folder } = yield* Office
      const file = join(environment["XDG_CONFIG_HOME"] ?? "", "btse-wallet", "profiles.json")
      const secretFile = join(folder, "a secret's file")
      writeFileSync(secretFile, `${books.sandbox.secret}\nsecond line\n`, { mode: 0o600 })
      const shared = ["--ledger", join(folder, "all.sqlite"), "--rate-limit", "5"]
      const at = ({ key, sandbox }: User) => ["--base-url", sandbox.baseUrl, "--api-key", key]
      const command = ["--secret-command", `cat "${secretFile}"`]
      const added = yield* json(Document.Profile, ["profile", "add", "books", ...at(books), ...command, ...shared])
      expect(added).toMatchObject({ name: "books", account: "books", secretCommand: "a command", requestsPerSecond: 5 })
      const variable = ["--secret-variable", "DESK_SECRET"]
      yield* json(Document.Profile, ["profile", "add", "desk", ...at(desk), ...variable, ...shared])
      expect(statSync(file).mode & 0o777).toBe(0o600)
      expect(statSync(join(file, "..")).mode & 0o777).toBe(0o700)
      const text = readFileSync(file, "utf8")
      for (const { sandbox } of [books, desk]) expect(text).not.toContain(sandbox.secret)
      const listed = yield* json(Document.Profiles, ["profile", "list"])
      expect(listed.map(({ name }) => name)).toEqual(["books", "desk"])
      expect(yield* json(Document.Profile, ["profile", "show", "books"])).toEqual(added)
      expect((yield* btse(["profile", "show", "desk"])).stdout).toMatch(/^API secret +from DESK_SECRET$/m)
      // Neither one that is there nor the file is changed by what is refused.
      expect(yield* failed(["profile", "add", "books"])).toMatchObject({ exitCode: 2, tag: "InvalidInput" })
      expect(readFileSync(file, "utf8")).toBe(text)
    })
  )

  it.effect("keeps both accounts' books in one ledger file, and each agrees with its own exchange", () =>
    Effect.gen(function* () {
      const { desk } = yield* Office
      const withSecret = { DESK_SECRET: desk.sandbox.secret }
      expect(yield* json(Sync.SyncReport, ["sync", "--profile", "books"])).toMatchObject({
        account: "books",
        records: { inserted: 60 }
      })
      expect(yield* json(Sync.SyncReport, ["sync"], { ...withSecret, BTSE_PROFILE: "desk" })).toMatchObject({
        account: "desk",
        records: { inserted: 40 }
      })
      const counted = "select account, count(*) as n from wallet_history group by account order by account"
      // What only reads the file asks for no secret.
      expect(yield* json(QueryRows.Rows, ["query", counted, "--profile", "desk"])).toEqual([
        { account: "books", n: 60 },
        { account: "desk", n: 40 }
      ])
      for (const account of ["books", "desk"]) {
        const report = yield* json(Reconciliation.ReconciliationReport, ["reconcile", "--profile", account])
        expect([account, report.status]).toEqual([account, "matched"])
      }
      expect((yield* btse(["withdrawals", "list", "--profile", "desk"])).exitCode).toBe(0)
    })
  )

  it.effect("says how the secret was not to be had, and nothing of what a command printed", () =>
    Effect.gen(function* () {
      const { books } = yield* Office
      expect(yield* failed(["balances", "--profile", "desk"])).toEqual({
        exitCode: 2,
        tag: "SecretUnavailable",
        stderr:
          "The variable DESK_SECRET that gives the secret of profile desk is not set; nothing was sent. Try it by itself, or change where it comes from with `btse profile set desk`.\n"
      })
      const command = "echo half-a-secret; echo half-a-secret >&2; exit 7"
      yield* btse(["profile", "add", "broken", "--replace", "--api-key", books.key, "--secret-command", command])
      const { exitCode, stderr, tag } = yield* failed(["balances", "--profile", "broken"])
      expect({ exitCode, tag }).toEqual({ exitCode: 2, tag: "SecretUnavailable" })
      expect(stderr).toMatch(/^The command that gives .* profile broken ended with exit code 7; nothing was sent\./)
      expect(stderr).not.toContain("half-a-secret")
      expect(yield* json(Document.Profile, ["profile", "remove", "broken"])).toMatchObject({ name: "broken" })
      expect(yield* failed(["profile", "show", "broken"])).toMatchObject({ exitCode: 2 })
    })
  )

  it.effect("puts the environment over the profile, and a flag over both", () =>
    Effect.gen(function* () {
      const { books } = yield* Office
      const elsewhere = { BTSE_BASE_URL: "http://127.0.0.1:9/spot" }
      const profile = ["--profile", "books"]
      expect(yield* failed(["balances", ...profile], elsewhere)).toMatchObject({ exitCode: 5, tag: "Unreachable" })
      const flagged = yield* btse(["balances", ...profile, "--base-url", books.sandbox.baseUrl], elsewhere)
      expect(flagged).toMatchObject({ exitCode: 0, stderr: "" })
    })
  )

  it.effect("does nothing in an account's name with a key or a secret of another's", () =>
    Effect.gen(function* () {
      const { books, desk, folder } = yield* Office
      const profile = ["--profile", "books"]
      const own = yield* btse(["balances", ...profile])
      const moving = ["convert", "--amount", "1", "--from", "BTC", "--to", "USD", "--yes"]
      for (const [words, environment] of [
        [["balances"], { BTSE_API_KEY: desk.key }],
        [["sync"], desk.sandbox.environment],
        [moving, desk.sandbox.environment]
      ] as const) {
        const { exitCode, stderr, tag } = yield* failed([...words, ...profile], environment)
        expect({ words, exitCode, tag }).toEqual({ words, exitCode: 2, tag: "InvalidInput" })
        expect(stderr).toMatch(
          /^BTSE_API_KEY is not the key of profile books .*; nothing was sent\. Unset BTSE_API_KEY/
        )
        expect(stderr).not.toContain(desk.key)
      }
      // A secret without a key is no half of the profile's.
      const stray = yield* btse(["balances", ...profile], { BTSE_API_SECRET: desk.sandbox.secret })
      expect(stray).toEqual({ exitCode: 0, stderr: "", stdout: own.stdout })
      // The same key is no contradiction, and a profile that names no source takes the environment's secret.
      expect(yield* btse(["balances", ...profile], { BTSE_API_KEY: books.key })).toEqual(own)
      const bare = [
        "--base-url",
        books.sandbox.baseUrl,
        "--api-key",
        books.key,
        "--ledger",
        join(folder, "bare.sqlite")
      ]
      yield* json(Document.Profile, ["profile", "add", "bare", ...bare])
      const secret = { BTSE_API_SECRET: books.sandbox.secret }
      expect(yield* btse(["balances", "--profile", "bare"], secret)).toEqual(own)
      yield* json(Document.Profile, ["profile", "remove", "bare"])
    })
  )

  it.effect("takes a name that no profile has for a mistake", () =>
    Effect.gen(function* () {
      const { exitCode, stderr } = yield* failed(["status", "--profile", "bokos"])
      expect(exitCode).toBe(2)
      expect(stderr).toMatch(/^There is no profile "bokos"\. Did you mean books\? Run `btse profile list`/)
    })
  )

  it.effect("keeps a withdrawal policy in the profile, and sends nothing against it", () =>
    Effect.gen(function* () {
      const { books, folder } = yield* Office
      const policy = join(folder, "policy.json")
      writeFileSync(policy, `{"allow": [{"address": "bc1qcold"}], "limits": {"BTC": {"perDay": "0.5"}}}`)
      const kept = ["profile", "add", "careful", "--withdrawal-policy", policy, "--replace"]
      const added = yield* json(Document.Profile, [...kept, "--base-url", books.sandbox.baseUrl])
      expect(added.withdrawalPolicy?.allow).toEqual([{ address: "bc1qcold" }])
      rmSync(policy)
      const dry = ["withdraw", "--currency", "BTC", "--network", "Bitcoin", "--amount", "0.6", "--dry-run"]
      const { exitCode, stdout } = yield* btse([...dry, "--address", "bc1qwarm", "--profile", "careful"], {
        ...books.sandbox.environment
      })
      expect(exitCode).toBe(2)
      expect(stdout).toMatch(/^address +failed /m)
      expect(stdout).toMatch(/^limit per day +failed /m)
      expect(yield* failed(kept)).toMatchObject({ exitCode: 2, tag: "InvalidInput" })
    })
  )

  it.scoped("tells of a file that it does not use, and of one that others can read", () =>
    Effect.gen(function* () {
      const home = yield* Program.folder
      const file = join(home, "btse-wallet", "profiles.json")
      mkdirSync(join(home, "btse-wallet"))
      writeFileSync(file, `{"profiles": {"books": {}}}`, { mode: 0o644 })
      const listed = yield* btse(["profile", "list", "--json"], { XDG_CONFIG_HOME: home })
      expect(listed).toMatchObject({ exitCode: 0, stderr: `Others can read ${file}. Run \`chmod 600 ${file}\`.\n` })
      chmodSync(file, 0o666)
      const { exitCode, stderr } = yield* failed(["status"], { XDG_CONFIG_HOME: home })
      expect({ exitCode, stderr }).toMatchObject({
        exitCode: 2,
        stderr: expect.stringMatching(/^Others can write .*; it was not used\. Look at .* `chmod 600 /)
      })
      // A home that is none has no profiles in it.
      expect((yield* btse(["profile", "list"], { XDG_CONFIG_HOME: "/dev/null" })).exitCode).toBe(0)
      const add = yield* failed(["profile", "add", "books"], { XDG_CONFIG_HOME: "/dev/null" })
      expect(add).toMatchObject({ exitCode: 2, tag: "InvalidInput" })
    })
  )
})

const silence = new Writable({ write: (_, __, done) => done() })

const layerAt = (home: string) =>
  Layer.provideMerge(
    Profiles.layer,
    Layer.mergeAll(
      Output.layer({ stdout: silence, stderr: silence, color: false }),
      NodeFileSystem.layer,
      NodePath.layer,
      Layer.setConfigProvider(ConfigProvider.fromMap(new Map([["XDG_CONFIG_HOME", home]])))
    )
  )

it.scoped("a profiles' file that holds something else is told of in a sentence, and left as it is", () =>
  Effect.gen(function* () {
    const home = yield* Program.folder
    const folder = join(home, "btse-wallet")
    const file = join(folder, "profiles.json")
    const text = (content: string | Uint8Array) => () => writeFileSync(file, content, { mode: 0o600 })
    const wrong: ReadonlyArray<readonly [make: () => void, message: RegExp]> = [
      [() => mkdirSync(file), / is a directory\. Correct it/],
      [() => void execFileSync("mkfifo", [file]), / is not a file\. Correct it/],
      [text("not JSON at all"), / does not hold profiles\. Correct it/],
      [text(""), / does not hold profiles\. Correct it/],
      [text(Uint8Array.of(0xff, 0xfe, 0x00, 0x80)), / does not hold profiles\. Correct it/],
      [text("[".repeat(100_000)), / does not hold profiles\. Correct it/],
      [text(" ".repeat(2_000_000)), / is too long to be one\. Correct it/],
      [text(`{"profiles": {"books": {"apiSecret": "hidden-text"}}}`), / \(at profiles\.books\.apiSecret\)\./],
      [text(`{"profiles": {"books": {"requestsPerSecond": "hidden-text"}}}`), / \(at profiles\.books\.requests/],
      [text(`{"profiles": {"books": {"baseUrl": "https://me:hidden-text@btse.com"}}}`), / \(at profiles\.books\.base/],
      [text(`{"profiles": {"__proto__": {"ledger": "x"}}}`), / does not hold profiles/],
      [text(`{"profiles": {"a\u001b[2J": {"ledger": "x"}}}`), / does not hold profiles/]
    ]
    for (const [make, message] of wrong) {
      rmSync(folder, { recursive: true, force: true })
      mkdirSync(folder)
      make()
      const error = yield* Profiles.selected("default").pipe(Effect.flip, Effect.provide(layerAt(home)))
      expect(error.message).toMatch(message)
      expect(error.message).not.toContain("hidden-text")
      expect(existsSync(file)).toBe(true)
    }
  })
)

describe("a secret's command", () => {
  it.live("gives its first line, and tells only how it ended where it gives none", () =>
    Effect.gen(function* () {
      const secret = yield* SecretCommand.run(`printf 'the secret\\r\\nmore\\n'`)
      expect(Redacted.value(secret)).toBe("the secret")
      const endings: ReadonlyArray<readonly [command: string, ending: string]> = [
        ["true", "printed nothing on its first line"],
        ["printf '\\nsecond line'", "printed nothing on its first line"],
        ["echo half; exit 3", "ended with exit code 3"],
        ["no-such-program --at-all", "could not be started"],
        ["kill -TERM $$", "was ended by SIGTERM"],
        ["echo half\u0000", "could not be started"]
      ]
      for (const [command, ending] of endings) expect(yield* Effect.flip(SecretCommand.run(command))).toBe(ending)
    })
  )

  it.live("is ended where it is no longer waited for, even where it does not want to", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const file = join(yield* Program.folder, "pid")
        const command = `trap '' TERM; echo $$ > '${file}'; while :; do sleep 0.05; done`
        const waiting = yield* Effect.fork(SecretCommand.run(command))
        yield* Effect.repeat(
          Effect.sync(() => existsSync(file) && readFileSync(file, "utf8") !== ""),
          { until: (there) => there, schedule: Schedule.spaced("20 millis") }
        )
        yield* Fiber.interrupt(waiting)
        const pid = Number(readFileSync(file, "utf8"))
        yield* Effect.retry(
          Effect.flip(Effect.try(() => process.kill(pid, 0))),
          Schedule.intersect(Schedule.spaced("20 millis"), Schedule.recurs(500))
        )
      })
    )
  )

  it("is started without a shell where it is plain words", () => {
    expect(Profile.argvOf("pass show btse/books")).toEqual(["pass", "show", "btse/books"])
    for (const line of ["A=b pass", "pass 'a b'", "pass a|head", "pass $X", "~/bin/secret", "pass a; b", "pass\ta"]) {
      expect(Profile.argvOf(line)).toEqual(["/bin/sh", "-c", line])
    }
  })

  it("shows of a key only enough to tell it from another", () => {
    expect(Profile.masked("0123456789abcdef")).toBe("0123…cdef")
    expect(Profile.masked("0123456789")).toBe("…")
  })
})
