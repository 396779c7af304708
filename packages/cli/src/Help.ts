/**
 * The program's own help: its commands in three groups, a line each. A command's help is the library's.
 *
 * @since 0.1.0
 */
import type { Style } from "./Style.ts"
import * as Table from "./Table.ts"

const groups: ReadonlyArray<
  readonly [heading: string, commands: ReadonlyArray<readonly [name: string, does: string]>]
> = [
  [
    "The exchange",
    [
      ["balances", "what the wallet holds"],
      ["history", "one page of wallet history, as the exchange has it"],
      ["address get|create", "deposit addresses"],
      ["withdraw", "funds to an address, once, whatever happens"],
      ["convert", "one currency into another, once, whatever happens"],
      ["transfer", "funds to another user of the exchange, once, whatever happens"],
      ["currencies", "what can be converted, withdrawn or sent"],
      ["networks", "what a currency can move on"],
      ["rate", "how many of one currency another is worth"]
    ]
  ],
  [
    "The books",
    [
      ["sync", "bring the ledger up to date, and take a snapshot of balances"],
      ["status", "how complete the books are, and what is open"],
      ["reconcile", "what the books expect against the last snapshot of the exchange"],
      ["breaks list|show|assign|note|resolve|reopen", "the differences that were found, and the work on them"],
      ["adjust", "a movement that history does not hold, with its reason"],
      ["import FILE", "trades and other movements from a CSV file"],
      ["entries list|reverse", "the adjustments and imports, and their undoing"],
      ["close PERIOD", "a month's reconciliation, sealed with a digest, and watched from then on"],
      ["closes list|show", "the closed periods, and what has changed in them since"],
      ["verify", "whether anything in the ledger was changed behind the program's back"],
      ["withdrawals list|show|track|resolve", "the ledger's withdrawals, transfers and conversions"],
      ["query SQL", "read-only SQL over the public views"],
      ["export", "the books for another program"],
      ["ledger backup FILE", "a consistent copy of the ledger, also while it is written to"]
    ]
  ],
  [
    "Elsewhere",
    [
      ["demo", "the main job against a sandbox started for it"],
      ["sandbox", "an exchange on this machine, to try things on"],
      ["doctor", "configuration, exchange, key and ledger: each checked and explained"],
      ["profile add|set|list|show|remove", "accounts under names, for --profile"]
    ]
  ]
]

const everywhere: ReadonlyArray<readonly [name: string, does: string]> = [
  ["--json", "one JSON document instead of text for eyes"],
  ["--utc", "instants in UTC instead of this machine's time zone (BTSE_UTC)"],
  ["--ledger FILE", "the ledger's SQLite file (BTSE_LEDGER)"],
  ["--profile NAME", "the profile, and the account's name in the ledger (BTSE_PROFILE)"],
  ["--base-url URL", "the exchange's base URL (BTSE_BASE_URL)"],
  ["--insecure-http", "let the key be sent over http to another machine (BTSE_INSECURE_HTTP)"],
  ["--log-level LEVEL", "what to log to stderr; debug also shows the trace of a fault"],
  ["--help, --version", "of the program or of a command"],
  ["--completions SHELL", "a completion script for bash, fish or zsh"]
]

const environment =
  "BTSE_API_KEY and BTSE_API_SECRET hold the credentials; BTSE_ENVIRONMENT is production (default) or testnet. HTTPS_PROXY, HTTP_PROXY and NO_PROXY name a proxy."

/**
 * The help of `btse` without a command.
 *
 * @since 0.1.0
 * @category rendering
 */
export const render = (version: string, style: Style): string => {
  const all = [...groups.flatMap(([, commands]) => commands), ...everywhere]
  const width = all.reduce((most, [name]) => Math.max(most, name.length), 0)
  const section = (heading: string, lines: ReadonlyArray<readonly [string, string]>) =>
    [
      Table.paint(heading, "bold", style),
      ...lines.map(([name, does]) => `  ${name.padEnd(width)}  ${Table.paint(does, "dim", style)}`)
    ].join("\n")
  return [
    `btse ${version}: the wallet on the BTSE exchange, and books that agree with it to the last digit`,
    `Usage: btse COMMAND [OPTIONS]; \`btse COMMAND --help\` says what a command takes.`,
    ...groups.map(([heading, commands]) => section(heading, commands)),
    section("Everywhere", everywhere),
    environment
  ].join("\n\n")
}
