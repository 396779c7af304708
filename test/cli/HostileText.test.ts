import { expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { join } from "node:path"
import * as HostileExchange from "./HostileExchange.ts"
import * as InProcess from "./InProcess.ts"
import * as Program from "./Program.ts"

const { hostile } = HostileExchange

/** What shows, asks, refuses, logs or exports a text of the exchange's or of the command line. */
const commands: ReadonlyArray<ReadonlyArray<string>> = [
  ["balances"],
  ["history"],
  ["address", "get", "--currency", "BTC", "--network", "Bitcoin"],
  ["address", "create", "--currency", "BTC", "--network", "Bitcoin", "--yes"],
  ["currencies", "--action", "WITHDRAW"],
  ["networks", "--currency", "BTC"],
  ["rate", "--from", "BTC", "--to", "XRP"],
  ["convert", "--amount", "1", "--from", "BTC", "--to", "XRP", "--yes"],
  ["transfer", "--amount", "1", "--asset", "BTC", "--to-user", hostile, "--to-mail", "a@b", "--yes"],
  ["withdraw", "--currency", "BTC", "--network", "Bitcoin", "--address", hostile, "--amount", "1", "--dry-run"],
  ["withdraw", "--currency", "BTC", "--network", "Bitcoin", "--address", "a", "--amount", "1", "--yes", "--key", "k1"],
  ["sync", "--log-level", "debug"],
  ["status"],
  ["reconcile"],
  ["reconcile", "--report", "report.md"],
  ["verify"],
  ["breaks", "list"],
  ["breaks", "note", "1", hostile],
  ["breaks", "show", "1"],
  ["adjust", "--currency", "BTC", "--amount", "1", "--reason", hostile, "--reference", hostile, "--yes"],
  ["entries", "list"],
  ["withdrawals", "list"],
  ["withdrawals", "show", "k1"],
  ["withdrawals", "show", hostile],
  ["withdrawals", "resolve"],
  ["query", "select * from wallet_history"],
  ["query", `select '${hostile.replaceAll("\u0000", "")}' as "${hostile.replaceAll("\u0000", "")}"`],
  ["query", "--csv", "select * from wallet_history"],
  ["query", `select nothing from "${hostile.replaceAll("\u0000", "")}"`],
  ["export", "--format", "csv"],
  ["export", "--format", "jsonl"],
  ["export", "--format", "hledger"],
  ["export", "--format", "koinly"],
  ["profile", "show", "none"],
  ["doctor"],
  [hostile],
  ["balances", hostile],
  ["--completions", "zsh"],
  ["history", "--help"]
]

const document = Schema.decode(Schema.parseJson(Schema.Unknown))

const screens = [
  { columns: 200, color: true },
  { columns: 24, color: false }
]

/** The sequences of this program: its colours, and what takes a progress line away. */
// oxlint-disable-next-line no-control-regex -- an escape sequence begins with a control character
const ours = /\u001b\[(?:0|1|2|31|32|33)m|\r\u001b\[2K/g

it.scopedLive(
  "no control, escape, bidirectional or invisible character of the exchange's, the ledger's or the command line's is raw on a terminal, in any command and layout",
  () =>
    Effect.gen(function* () {
      const folder = yield* Program.folder
      const environment = { ...(yield* HostileExchange.start), XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
      const met = new Set<string>()
      for (const screen of screens) {
        for (const json of screen.color ? [false, true] : [false]) {
          const ledger = join(folder, `${screen.columns}-${json}.sqlite`)
          for (const words of commands) {
            const line = words.map((word) => (word === "report.md" ? join(folder, word) : word))
            const all = [...line, ...(json ? ["--json"] : []), ...(words.length > 1 ? ["--ledger", ledger] : [])]
            const ended = yield* InProcess.btse(all, environment, undefined, screen)
            const seen = ended.stdout + ended.stderr
            const where = `${all.join(" ").slice(0, 80)} at ${screen.columns}`
            const left = seen.replaceAll(ours, "")
            expect(HostileExchange.raw.exec(left)?.[0] ?? "", `${where}: ${left.slice(0, 300)}`).toBe("")
            expect(seen, where).not.toMatch(/fault of the program/)
            if (!screen.color) expect(ended.stdout, where).not.toContain("\u001b")
            if (seen.includes("\\u202e")) met.add(words.slice(0, 2).join(" "))
            // A colour of the exchange's is shown, not worn.
            expect(seen, where).not.toContain("\u001b[31mred")
            if (json && ended.exitCode === 0 && words.length === 1) yield* document(ended.stdout)
          }
        }
      }
      expect(met.size, [...met].join(", ")).toBeGreaterThan(20)
    }),
  180_000
)

it.scopedLive("an export and a query through a pipe have the exchange's own characters", () =>
  Effect.gen(function* () {
    const folder = yield* Program.folder
    const environment = { ...(yield* HostileExchange.start), XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
    yield* InProcess.btse(["sync"], environment)
    const { stdout } = yield* InProcess.btse(["export", "--format", "csv"], environment)
    expect(stdout).toContain("\u202e")
    const csv = yield* InProcess.btse(["query", "--csv", "select description from wallet_history"], environment)
    expect(csv.stdout).toContain("\u202e")
    const json = yield* InProcess.btse(["query", "--json", "select description from wallet_history"], environment)
    expect(yield* document(json.stdout)).toContainEqual({ description: hostile })
  })
)
