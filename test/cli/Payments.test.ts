import { Document, Failure, Output } from "@btse-wallet/cli"
import { WalletError } from "@btse-wallet/core"
import { Payment } from "@btse-wallet/ledger"
import { Sandbox } from "@btse-wallet/sandbox"
import { expect, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Cause, Effect, Option, Redacted, Ref, Schema } from "effect"
import { existsSync, statSync } from "node:fs"
import { join } from "node:path"
import * as InProcess from "./InProcess.ts"
import * as Program from "./Program.ts"

const desk = Effect.fnUntraced(function* (options: Parameters<typeof Sandbox.start>[0] = {}) {
  const folder = yield* Program.folder
  const sandbox = yield* Sandbox.start({ records: 100, seed: 7, ...options })
  const ledger = join(folder, "ledger.sqlite")
  const environment = {
    XDG_DATA_HOME: folder,
    XDG_CONFIG_HOME: folder,
    BTSE_LEDGER: ledger,
    BTSE_BASE_URL: sandbox.baseUrl.href,
    BTSE_API_KEY: sandbox.apiKey,
    BTSE_API_SECRET: Redacted.value(sandbox.apiSecret)
  }
  const btse = (...words: ReadonlyArray<string>) => InProcess.btse(words, environment)
  const rows = Effect.map(sandbox.engine.rows, (all) => all.length)
  return { btse, environment, folder, ledger, rows, sandbox }
})

const read = <A, I>(schema: Schema.Schema<A, I>, text: string) => Schema.decode(Schema.parseJson(schema))(text)

const transfer = ["transfer", "--amount", "1", "--asset", "USD", "--to-user", "alice", "--to-mail", "alice@example.com"]
const convert = ["convert", "--amount", "0.01", "--from", "BTC", "--to", "USD"]
const withdraw = ["withdraw", "--amount", "0.01", "--currency", "BTC", "--network", "Bitcoin", "--address", "someone"]

it.scopedLive("a transfer and a conversion with a key are sent once, and are among the ledger's payments", () =>
  Effect.gen(function* () {
    const { btse, rows } = yield* desk()
    const before = yield* rows
    const kinds = [
      ["transfer", transfer],
      ["convert", convert]
    ] as const
    for (const [kind, words] of kinds) {
      const first = yield* btse(...words, "--key", kind, "--yes", "--json")
      expect(first).toMatchObject({ exitCode: 0, stderr: "" })
      expect(yield* read(Payment.Payment, first.stdout)).toMatchObject({
        kind,
        key: kind,
        status: "COMPLETED"
      })
      const after = yield* rows
      const second = yield* btse(...words, "--key", kind, "--yes", "--json")
      expect(second.stdout).toBe(first.stdout)
      expect(yield* rows).toBe(after)
      const other = yield* btse(...words.with(2, "0.5"), "--key", kind, "--yes", "--json")
      expect(other.exitCode).toBe(2)
      expect((yield* read(Failure.FailureDocument, other.stdout)).error.tag).toBe("KeyConflict")
    }
    expect(yield* rows).toBeGreaterThan(before)
    const list = yield* btse("withdrawals", "list", "--json")
    const all = yield* read(Schema.Array(Payment.Payment), list.stdout)
    expect(all.map(({ kind }) => kind).sort()).toEqual(["convert", "transfer"])
    expect((yield* btse("withdrawals", "show", "transfer")).stdout).toMatch(/^to +alice <alice@example.com>$/m)
  })
)

it.scopedLive("a dry run of a transfer or conversion shows each check, sends nothing and leaves no ledger", () =>
  Effect.gen(function* () {
    const { btse, ledger, rows } = yield* desk()
    const before = yield* rows
    const transferred = yield* btse(...transfer, "--dry-run", "--json")
    expect(yield* read(Document.TransferDryRun, transferred.stdout)).toMatchObject({ sent: false, key: null })
    const converted = yield* btse(...convert, "--dry-run", "--json", "--key", "k")
    expect(yield* read(Document.ConversionDryRun, converted.stdout)).toMatchObject({ sent: false, key: "k" })
    expect(yield* btse(...transfer.with(2, "99999999"), "--dry-run")).toMatchObject({
      exitCode: 2,
      stdout: expect.stringMatching(/^balance +failed /m)
    })
    expect(yield* rows).toBe(before)
    expect(existsSync(ledger)).toBe(false)
  })
)

it.scopedLive("a payment without a key has a handle before it is sent and in its error, with the next command", () =>
  Effect.gen(function* () {
    const { btse, sandbox } = yield* desk()
    for (const words of [transfer, convert, withdraw]) {
      yield* sandbox.inject({ kind: "reset-after", method: "POST" })
      const { exitCode, stderr, stdout } = yield* btse(...words, "--yes", "--json")
      expect({ words, exitCode }).toEqual({ words, exitCode: 6 })
      const [handle = ""] = /cli-[0-9a-f-]{36}/.exec(stderr) ?? []
      expect(stderr.split("\n")[0]).toBe(
        `Sending with key ${handle}: \`btse withdrawals show ${handle}\` shows what became of it.`
      )
      const { error } = yield* read(Failure.FailureDocument, stdout)
      expect(error).toMatchObject({ tag: "OutcomeUnknown", retryable: false })
      expect(error.message).toContain(`\`btse withdrawals resolve ${handle}\``)
      expect((yield* btse("withdrawals", "show", handle, "--json")).exitCode).toBe(0)
    }
  })
)

it.effect("an error that knows nothing of the payment is told with its handle all the same", () =>
  Effect.gen(function* () {
    const said = { stdout: "", stderr: "" }
    const stream = (name: "stdout" | "stderr"): Output.StandardStream => ({
      write: (text: string, done?: unknown) => {
        said[name] += text
        if (typeof done === "function") done()
        return true
      }
    })
    yield* Effect.gen(function* () {
      const { paymentKey } = yield* Output.Output
      yield* Ref.set(paymentKey, Option.some("cli-1"))
      const fault = new WalletError.Unreachable({
        operation: "transfer",
        host: "exchange.example",
        sent: false,
        reason: "the connection was refused"
      })
      const failure = Option.getOrThrow(Failure.fromCause(Cause.fail(fault), ["transfer"]))
      yield* Failure.report(failure, true)
    }).pipe(Effect.provide(Output.layer({ stdout: stream("stdout"), stderr: stream("stderr"), color: false })))
    expect(said.stderr).toMatch(/ Its key is cli-1\.\n$/)
    expect((yield* read(Failure.FailureDocument, said.stdout)).error.message).toMatch(/ Its key is cli-1\.$/)
  })
)

it.scopedLive("a tag that may be missing is told before the sending, also where nobody is asked", () =>
  Effect.gen(function* () {
    const { btse } = yield* desk({ dialect: "today" })
    const words = ["withdraw", "--amount", "20", "--currency", "XRP", "--network", "Ripple", "--address", "rExample"]
    const ended = yield* btse(...words, "--yes", "--key", "k")
    expect(ended.stderr).toMatch(/^Sent without a tag: addresses of this network may need a .*, and none is given\.$/m)
    const tagged = yield* btse(...words, "--yes", "--key", "k2", "--tag", "77\n", "--json")
    expect(tagged.stderr).not.toMatch(/tag/)
    expect(yield* read(Payment.Withdrawal, tagged.stdout)).toMatchObject({ tag: "77" })
  })
)

it.scopedLive(
  "a text that leaves is trimmed, and refused by its option's name where something in it cannot be seen",
  () =>
    Effect.gen(function* () {
      const { btse, rows } = yield* desk()
      const before = yield* rows
      const odd = ["a\u202eb", "a b", "a\tb", "a\u00a0b", "a\u200bb", "a\u0000b", "a\u{e0041}b", "", " ", "\u2800"]
      const cases = [
        [withdraw, "address", 8],
        [[...withdraw, "--tag", "77"], "tag", 10],
        [transfer, "to-user", 6],
        [[...withdraw, "--key", "k"], "key", 10]
      ] as const
      for (const [words, option, at] of cases) {
        for (const value of odd) {
          const ended = yield* btse(...words.with(at, value), "--yes")
          const where = `${option} ${value}: ${ended.stderr}`
          expect(ended.exitCode, where).toBe(2)
          expect(ended.stderr, where).toMatch(new RegExp(`^--${option} cannot be `))
        }
      }
      expect(yield* btse(...transfer.with(8, "alice\u200b@example.com"), "--yes")).toMatchObject({ exitCode: 2 })
      expect(yield* rows).toBe(before)
    })
)

it.scopedLive("a backup is a consistent copy for its user alone, and never over another file", () =>
  Effect.gen(function* () {
    const { btse, folder, ledger } = yield* desk()
    yield* btse("sync")
    yield* btse(...transfer, "--key", "kept", "--yes")
    // The newest commits are in the log beside the file.
    const open = new Sqlite(ledger)
    yield* Effect.addFinalizer(() => Effect.sync(() => open.close()))
    open.prepare("select count(*) from event").get()
    const copy = join(folder, "copy.sqlite")
    const made = yield* btse("ledger", "backup", copy, "--json")
    expect(made).toMatchObject({ exitCode: 0, stderr: "" })
    expect(yield* read(Document.Backup, made.stdout)).toEqual({ ledger, backup: copy })
    expect(statSync(copy).mode & 0o777).toBe(0o600)
    expect((yield* btse("verify", "--ledger", copy)).exitCode).toBe(0)
    expect((yield* btse("withdrawals", "show", "kept", "--ledger", copy)).exitCode).toBe(0)
    expect(yield* btse("ledger", "backup", copy, "--json")).toMatchObject({ exitCode: 2 })
  })
)
