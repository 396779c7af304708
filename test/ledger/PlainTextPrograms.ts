/**
 * The programs of plain-text accounting, where this machine has them: what they say of a file, and what they find in it.
 */
import { Effect } from "effect"
import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import * as Symbols from "../../packages/ledger/src/Export/Symbols.ts"
import { cellsOf, linesOf } from "./CsvCells.ts"
import { unitsOf } from "./RandomBooks.ts"

const folders = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"]

const found = (name: string): string | undefined => folders.map((folder) => join(folder, name)).find(existsSync)

interface Ended {
  readonly exitCode: number
  readonly said: string
}

const run = (path: string, args: ReadonlyArray<string>): Effect.Effect<Ended> =>
  Effect.async<Ended>((resume) => {
    const env = { PATH: folders.join(":"), LANG: "C.UTF-8", HOME: "/nonexistent" }
    execFile(path, args, { env, maxBuffer: 2 ** 28 }, (error, stdout, stderr) =>
      resume(Effect.succeed({ exitCode: error === null ? 0 : Number(error.code ?? 1), said: `${stderr}${stdout}` }))
    )
  })

type Totals = ReadonlyMap<string, bigint>

const totals = (lines: ReadonlyArray<readonly [currency: string, amount: string]>): Totals => {
  const sums = new Map<string, bigint>()
  for (const [currency, amount] of lines) sums.set(currency, (sums.get(currency) ?? 0n) + unitsOf(amount))
  return new Map([...sums].filter(([, units]) => units !== 0n))
}

export interface Program {
  readonly name: "hledger" | "ledger" | "beancount"
  readonly present: boolean
  readonly extension: string
  /** Reads the file as strictly as it can: no complaint is exit code 0 and nothing said. */
  readonly check: (file: string) => Effect.Effect<Ended>
  /** What the wallet holds by this file, zeros left out. */
  readonly holds: (file: string) => Effect.Effect<Totals>
  /** What the transactions say in words, as the program reads them. */
  readonly words: (file: string) => Effect.Effect<ReadonlyArray<string>>
  /** How one file includes others. */
  readonly including: (files: ReadonlyArray<string>) => string
  /** The accounts that a file declares. */
  readonly accounts: RegExp
  /** A balance that the file asserts, to be tampered with. */
  readonly assertion: RegExp
}

const program = (
  name: Program["name"],
  executables: ReadonlyArray<string>,
  make: (paths: ReadonlyArray<string>) => Omit<Program, "name" | "present" | "extension">
): Program => {
  const paths = executables.map((executable) => found(executable) ?? "")
  const present = paths.every((path) => path !== "")
  if (!present) process.stdout.write(`${name} is not on this machine: nothing is checked with it\n`)
  return { name, present, extension: name, ...make(paths) }
}

const including = (files: ReadonlyArray<string>): string => files.map((file) => `include ${file}\n`).join("")

/** Cells that may hold line ends. */
const csvOf = (text: string): ReadonlyArray<ReadonlyArray<string>> =>
  Array.from(text.matchAll(/((?:"(?:[^"]|"")*"|[^"\n])*)(?:\n|$)/g), ([, line = ""]) => line)
    .filter((line) => line !== "")
    .map((line) =>
      Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g), ([, quoted, bare]) =>
        quoted === undefined ? (bare ?? "") : quoted.replaceAll('""', '"')
      )
    )

export const programs: ReadonlyArray<Program> = [
  program("hledger", ["hledger"], ([hledger = ""]) => ({
    check: (file) => run(hledger, ["-f", `journal:${file}`, "check", "--strict"]),
    holds: (file) =>
      Effect.map(
        run(hledger, ["-f", `journal:${file}`, "balance", "assets", "-N", "--flat", "-O", "csv", "--layout=bare"]),
        ({ said }) =>
          totals(
            linesOf(said)
              .slice(1)
              .map(cellsOf)
              .map(([, commodity = "", amount = ""]) => [Symbols.unescaped(commodity), amount])
          )
      ),
    words: (file) =>
      Effect.map(run(hledger, ["-f", `journal:${file}`, "descriptions"]), ({ said }) =>
        linesOf(said).map(Symbols.unescaped)
      ),
    including,
    accounts: /^account (.*)$/gm,
    assertion: /= (-?\d\S*)/
  })),
  program("ledger", ["ledger"], ([ledger = ""]) => ({
    // A query, because without one it would wait for commands; it prints nothing where there is nothing to say.
    check: (file) => run(ledger, ["--args-only", "-f", file, "--pedantic", "register", "no such account"]),
    holds: (file) =>
      Effect.map(
        run(ledger, [
          "--args-only",
          "-f",
          file,
          "balance",
          "^assets:",
          "--flat",
          "--no-total",
          "--format",
          "%(display_total)\n"
        ]),
        ({ said }) =>
          totals(
            linesOf(said).map((line) => {
              const [, amount = "", commodity = ""] = /^\s*(\S+)\s+(.*)$/.exec(line) ?? []
              return [Symbols.fromQuoted(commodity.trim()), amount]
            })
          )
      ),
    words: (file) =>
      Effect.map(run(ledger, ["--args-only", "-f", file, "payees"]), ({ said }) =>
        linesOf(said).map(Symbols.unescaped)
      ),
    including,
    accounts: /^account (.*)$/gm,
    assertion: /= (-?\d\S*)/
  })),
  program("beancount", ["bean-check", "bean-query"], ([check = "", query = ""]) => ({
    check: (file) => run(check, ["--no-cache", file]),
    holds: (file) =>
      Effect.map(
        run(query, [
          "-q",
          "--no-errors",
          "-f",
          "csv",
          file,
          "SELECT currency, str(sum(number)) AS total WHERE account ~ '^Assets' GROUP BY currency"
        ]),
        ({ said }) =>
          totals(
            linesOf(said)
              .slice(1)
              .map(cellsOf)
              .map(([commodity = "", amount = ""]) => [
                Symbols.fromBeancount(commodity.trim()),
                amount.replace(/[^-\d.E+]/g, "")
              ])
          )
      ),
    words: (file) =>
      Effect.map(run(query, ["-q", "--no-errors", "-f", "csv", file, "SELECT DISTINCT narration"]), ({ said }) =>
        csvOf(said)
          .slice(1)
          .map(([narration = ""]) => narration.trim())
      ),
    including: (files) => files.map((file) => `include "${file}"\n`).join(""),
    accounts: /^\S+ open (\S+)$/gm,
    assertion: /(-?\d\S*) ~ 0 /
  }))
]
