import { Failure } from "@btse-wallet/cli"
import { expect, it } from "@effect/vitest"
import { Context, Effect, Layer, Schema } from "effect"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Program from "./Program.ts"

class Sandbox extends Context.Tag("@btse-wallet/test/cli/BadInput.test/Sandbox")<Sandbox, Program.RunningSandbox>() {
  static readonly layer = Layer.scoped(
    Sandbox,
    Effect.zipRight(Program.build, Program.sandbox(["--records", "50", "--seed", "3"]))
  )
}

interface Expected {
  readonly exitCode: number
  readonly tag: string
  readonly message: RegExp
}

/** Two sentences on stderr, the second of which says what to do; the same in the document; and the exit code. */
const refused = Effect.fnUntraced(function* (
  args: ReadonlyArray<string>,
  environment: Program.Environment,
  expected: Expected
) {
  const { exitCode, stderr, stdout } = yield* Program.btse([...args, "--json"], environment)
  expect({ args, exitCode, stderr }).toMatchObject({ exitCode: expected.exitCode })
  expect(stderr).toMatch(expected.message)
  expect(stderr).not.toMatch(/\n\s+at |node_modules|\.js:\d/)
  expect(stderr.trimEnd().split("\n")).toHaveLength(1)
  const { error } = yield* Schema.decode(Schema.parseJson(Failure.FailureDocument))(stdout)
  expect(error.tag).toBe(expected.tag)
  expect(`${error.message}\n`).toBe(stderr)
  for (const secret of Object.values(environment).filter((value) => value.length >= 32)) {
    expect(stderr + stdout).not.toContain(secret)
  }
})

it.layer(Sandbox.layer, { timeout: "30 seconds" })("btse says what is wrong, and what to do", (it) => {
  it.effect("with a wrong secret", () =>
    Effect.gen(function* () {
      const { environment } = yield* Sandbox
      const wrong = { ...environment, BTSE_API_SECRET: "0123456789abcdef0123456789abcdef-wrong" }
      yield* refused(["balances"], wrong, {
        exitCode: 4,
        tag: "Unauthorized",
        message: /did not accept the credentials.*Check BTSE_API_KEY, BTSE_API_SECRET/
      })
    })
  )

  it.effect("with a variable missing, or both", () =>
    Effect.gen(function* () {
      const { environment } = yield* Sandbox
      const { BTSE_API_SECRET: _, ...half } = environment
      yield* refused(["balances"], half, {
        exitCode: 2,
        tag: "ConfigurationInvalid",
        message: /: BTSE_API_SECRET is not set; nothing was sent\. Set BTSE_API_KEY and BTSE_API_SECRET\./
      })
      yield* refused(
        ["balances"],
        { BTSE_BASE_URL: environment["BTSE_BASE_URL"] ?? "" },
        {
          exitCode: 2,
          tag: "MissingCredentials",
          message:
            /^The query of balances needs an API key and there is none; nothing was sent\. Set BTSE_API_KEY and BTSE_API_SECRET\./
        }
      )
    })
  )

  it.effect("with a variable that cannot be used", () =>
    Effect.gen(function* () {
      const { environment } = yield* Sandbox
      yield* refused(
        ["balances"],
        { ...environment, BTSE_RATE_LIMIT: "many" },
        {
          exitCode: 2,
          tag: "ConfigurationInvalid",
          message: /^BTSE_RATE_LIMIT cannot be used \(.*\)\. Set BTSE_RATE_LIMIT/
        }
      )
    })
  )

  it.scoped("with an amount of nine decimals, which leaves no ledger behind", () =>
    Effect.gen(function* () {
      const { environment } = yield* Sandbox
      const ledger = join(yield* Program.folder, "ledger.sqlite")
      const args = ["--currency", "BTC", "--network", "Bitcoin", "--address", "somewhere", "--yes", "--ledger", ledger]
      yield* refused(["withdraw", "--amount", "0.123456789", ...args], environment, {
        exitCode: 2,
        tag: "InvalidInput",
        message: /^0\.123456789 has 9 decimals.*nothing was sent\. Write the amount with at most 8 decimals\.$/m
      })
      expect(existsSync(ledger)).toBe(false)
    })
  )

  it.effect("with what is no amount", () =>
    Effect.gen(function* () {
      const { environment } = yield* Sandbox
      for (const amount of ["-5", "0"]) {
        yield* refused(["convert", "--amount", amount, "--from", "BTC", "--to", "USD", "--yes"], environment, {
          exitCode: 2,
          tag: "InvalidInput",
          message: new RegExp(`^--amount cannot be "${amount}"\\. It wants a decimal above zero`)
        })
      }
    })
  )

  it.effect("with an unknown currency, whatever it is wanted for", () =>
    Effect.gen(function* () {
      const { environment } = yield* Sandbox
      const unknown: ReadonlyArray<readonly [ReadonlyArray<string>, string, RegExp]> = [
        [["networks", "--currency", "NOPE"], "InvalidInput", /does not know the currency "NOPE"\. Run /],
        [
          ["networks", "--currency", "btc"],
          "InvalidInput",
          /does not know the currency "btc"\. Did you mean BTC\? Run /
        ],
        [["rate", "--from", "BTC", "--to", "NOPE"], "InvalidInput", /does not know the currency "NOPE"\. Run /],
        [["history", "--currency", "NOPE"], "InvalidInput", /does not know the currency "NOPE"\. Run /],
        [
          ["convert", "--amount", "1", "--from", "NOPE", "--to", "USD", "--yes"],
          "InvalidInput",
          /does not convert "NOPE"; nothing was sent\. Run /
        ],
        [
          ["transfer", "--amount", "1", "--asset", "NOPE", "--to-user", "b", "--to-mail", "b@c.d", "--yes"],
          "InvalidInput",
          /does not transfer "NOPE"; nothing was sent\. Run /
        ],
        [
          ["withdraw", "--amount", "1", "--currency", "NOPE", "--network", "N", "--address", "a", "--yes"],
          "InvalidInput",
          /does not withdraw "NOPE"; nothing was sent\. Run /
        ],
        [
          ["withdraw", "--amount", "1", "--currency", "BTC", "--network", "NOPE", "--address", "a", "--yes"],
          "InvalidInput",
          /no network "NOPE" for BTC; nothing was sent\. Use one of Bitcoin, Liquid\./
        ],
        [
          ["convert", "--amount", "1", "--from", "usd", "--to", "BTC", "--yes"],
          "InvalidInput",
          /does not convert "usd"; nothing was sent\. Did you mean USD\? Run /
        ]
      ]
      for (const [args, tag, message] of unknown) yield* refused(args, environment, { exitCode: 2, tag, message })
    })
  )

  it.effect("with more than the wallet holds", () =>
    Effect.gen(function* () {
      const { environment } = yield* Sandbox
      yield* refused(["convert", "--amount", "99999999", "--from", "BTC", "--to", "USD", "--yes"], environment, {
        exitCode: 2,
        tag: "PaymentBlocked",
        message: /^The payment was not sent: balance: \S+ BTC available, 99999999 needed\. /
      })
    })
  )

  it.effect("with a port in use", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* Sandbox
      const { port } = new URL(baseUrl)
      yield* refused(
        ["sandbox", "--port", port],
        {},
        {
          exitCode: 2,
          tag: "PortInUse",
          message: new RegExp(`^Port ${port} is in use .* Choose another port`)
        }
      )
    })
  )

  it.effect("with an exchange that is not there", () =>
    refused(
      ["rate", "--from", "BTC", "--to", "USD", "--base-url", "http://127.0.0.1:9/spot"],
      {},
      {
        exitCode: 5,
        tag: "Unreachable",
        message: /^No answer from 127\.0\.0\.1:9 .*Check the connection and the base URL, then try again\.$/m
      }
    )
  )

  it.scoped("with a directory, or another program's file, where the ledger should be", () =>
    Effect.gen(function* () {
      const { environment } = yield* Sandbox
      const folder = yield* Program.folder
      const text = join(folder, "notes.txt")
      writeFileSync(text, "This is not a database, and it must stay as it is.\n")
      const commands = [["sync"], ["reconcile"], ["query", "select 1"]]
      for (const command of commands) {
        yield* refused([...command, "--ledger", folder], environment, {
          exitCode: 2,
          tag: "LedgerFileUnusable",
          message: / is a directory, not a ledger file\. Name a file with --ledger or BTSE_LEDGER\./
        })
        yield* refused([...command, "--ledger", text], environment, {
          exitCode: 2,
          tag: "LedgerFileUnusable",
          message: / is not a SQLite file; it was left as it is\. Name another file with --ledger/
        })
      }
      expect(readdirSync(folder)).toEqual(["notes.txt"])
      expect(readFileSync(text, "utf8")).toBe("This is not a database, and it must stay as it is.\n")
    })
  )

  it.scoped("with a ledger that is not there", () =>
    Effect.gen(function* () {
      const { environment } = yield* Sandbox
      const path = join(yield* Program.folder, "none.sqlite")
      for (const command of [["status"], ["withdrawals", "list"], ["query", "select 1"]]) {
        yield* refused([...command, "--ledger", path], environment, {
          exitCode: 2,
          tag: "LedgerFileUnusable",
          message: /^There is no ledger at .* yet\. Run `btse sync` first/
        })
      }
      expect(existsSync(path)).toBe(false)
    })
  )

  it.effect("on stderr alone where nobody asked for JSON", () =>
    Effect.gen(function* () {
      expect(yield* Program.btse(["bogus"])).toEqual({
        exitCode: 2,
        stdout: "",
        stderr: 'There is no command "bogus". Run `btse --help` for the list of commands.\n'
      })
    })
  )

  it.effect("with words that no command takes", () =>
    Effect.gen(function* () {
      const wrong: ReadonlyArray<readonly [ReadonlyArray<string>, RegExp]> = [
        [["bogus"], /^There is no command "bogus"\. Run `btse --help`/],
        [["balance"], /^There is no command "balance"\. Did you mean balances\? Run `btse --help`/],
        [["currencies", "--action", "BUY"], /^--action cannot be "BUY"\. It wants one of CONVERT, WITHDRAW, SEND\./],
        [["withdrawals", "bogus"], /^btse withdrawals has no command "bogus"\. Use one of /],
        [["balances", "--bogus"], /^There is no option or argument --bogus here\. Run `btse balances --help`/],
        [["balances", "more"], /^There is no option or argument more here\. Run `btse balances --help`/],
        [["rate", "--from", "BTC"], /^--to is missing\. Run `btse rate --help`/],
        [["rate", "--from", "BTC", "--to"], /^--to wants a value\. Run `btse rate --help`/],
        [["history", "--since", "2024-02-30"], /^--since cannot be "2024-02-30"\. It wants a date/],
        [["history", "--count", "0"], /^--count cannot be "0"\. It wants a whole number from 1 to 500\./],
        [["balances", "--base-url", "btse.com"], /^--base-url cannot be "btse\.com"\. It wants an http or https URL/],
        [["sandbox", "--port", "65536"], /^--port cannot be "65536"\. It wants a port/]
      ]
      for (const [args, message] of wrong) {
        yield* refused(args, {}, { exitCode: 2, tag: "InvalidInput", message })
      }
    })
  )
})
