/**
 * The program: its commands, and a run of it from the words of a command line to an exit code.
 *
 * @since 0.1.0
 */
import { CliConfig, Command, CommandDescriptor, Options } from "@effect/cli"
import { Array as Arr, Cause, Config, ConfigError, Console, Effect, Either, Exit, HashMap, Option } from "effect"
import * as Argv from "./Argv.ts"
import * as CommandHelp from "./CommandHelp.ts"
import * as Adjust from "./commands/Adjust.ts"
import * as Address from "./commands/Address.ts"
import * as Balances from "./commands/Balances.ts"
import * as Breaks from "./commands/Breaks.ts"
import * as Close from "./commands/Close.ts"
import * as Closes from "./commands/Closes.ts"
import * as Convert from "./commands/Convert.ts"
import * as Demo from "./commands/Demo.ts"
import * as Entries from "./commands/Entries.ts"
import * as Doctor from "./commands/Doctor.ts"
import * as Export from "./commands/Export.ts"
import * as History from "./commands/History.ts"
import * as Import from "./commands/Import.ts"
import * as Ledger from "./commands/Ledger.ts"
import * as Names from "./commands/Names.ts"
import * as Profile from "./commands/Profile.ts"
import * as Query from "./commands/Query.ts"
import * as Rate from "./commands/Rate.ts"
import * as Reconcile from "./commands/Reconcile.ts"
import * as Sandbox from "./commands/Sandbox.ts"
import * as Status from "./commands/Status.ts"
import * as Sync from "./commands/Sync.ts"
import * as Transfer from "./commands/Transfer.ts"
import * as Verify from "./commands/Verify.ts"
import * as Withdraw from "./commands/Withdraw.ts"
import * as Withdrawals from "./commands/Withdrawals.ts"
import { InvalidInput } from "./CliError.ts"
import * as Completions from "./Completions.ts"
import * as ExitCode from "./ExitCode.ts"
import * as Failure from "./Failure.ts"
import * as Help from "./Help.ts"
import * as Acting from "./Options/Acting.ts"
import * as Closing from "./Options/Closing.ts"
import * as BooksOptions from "./Options/Books.ts"
import * as Global from "./Options/Global.ts"
import * as ProfileOptions from "./Options/Profile.ts"
import { Output } from "./Output.ts"
import * as Profiles from "./Profiles.ts"

const root = Command.make("btse").pipe(
  Command.withDescription("The wallet on the BTSE exchange, and books that agree with it to the last digit."),
  Command.withSubcommands([
    Balances.command,
    History.command,
    Address.command,
    Convert.command,
    Transfer.command,
    Names.currenciesCommand,
    Names.networksCommand,
    Rate.command,
    Withdraw.command,
    Sync.command,
    Status.command,
    Reconcile.command,
    Verify.command,
    Withdrawals.command,
    Breaks.command,
    Close.command,
    Closes.command,
    Adjust.command,
    Import.command,
    Entries.command,
    Export.command,
    Ledger.command,
    Query.command,
    Demo.command,
    Sandbox.command,
    Profile.command,
    Doctor.command
  ])
)

// The commands below another one.
const below: ReadonlyMap<string, HashMap.HashMap<string, CommandDescriptor.Command<unknown>>> = new Map([
  ["address", Command.getSubcommands(Address.command)],
  ["breaks", Command.getSubcommands(Breaks.command)],
  ["closes", Command.getSubcommands(Closes.command)],
  ["entries", Command.getSubcommands(Entries.command)],
  ["ledger", Command.getSubcommands(Ledger.command)],
  ["profile", Command.getSubcommands(Profile.command)],
  ["withdrawals", Command.getSubcommands(Withdrawals.command)]
])

const namesBelow = (name: string): ReadonlyArray<string> => {
  const commands = below.get(name)
  return commands === undefined ? [] : Array.from(HashMap.keys(commands))
}

/**
 * Every command of the program.
 *
 * @since 0.1.0
 * @category commands
 */
export const commands: ReadonlyArray<Argv.CommandNames> = Array.from(
  HashMap.keys(Command.getSubcommands(root)),
  (name) => ({
    name,
    subcommands: namesBelow(name)
  })
)

const switches: ReadonlySet<string> = new Set(
  Arr.getSomes(
    [
      Global.json,
      Global.utc,
      Global.insecureHttp,
      Acting.yes,
      Acting.dryRun,
      Acting.feeOnTop,
      Acting.wait,
      BooksOptions.full,
      BooksOptions.csv,
      BooksOptions.listLeftOut,
      Closing.again,
      ProfileOptions.replace,
      BooksOptions.fit,
      BooksOptions.overwrite
    ].map(Options.getIdentifier)
  )
)

// A command's help names it without the program and, below another, without that one.
const named = (path: ReadonlyArray<string>, text: string): string =>
  path.length === 0 ? text : text.replace(/\$ [a-z]+/, () => `$ btse ${path.join(" ")}`)

// The library prints its help to the console and its errors too; the errors are told by Failure.
const consoleFor = Effect.fnUntraced(function* ({ path, words }: Argv.Argv) {
  const shell = words[words.indexOf("--completions") + 1]
  const output = yield* Output
  const console = yield* Console.consoleWith(Effect.succeed)
  return {
    ...console,
    log: (...said: ReadonlyArray<unknown>) => {
      const text = Failure.withoutStyle(said.join(" ")).trim()
      if (words.includes("--completions")) {
        return output.write(`${Completions.completed(shell ?? "", text, switches)}\n`)
      }
      return output.write(`${named(path, text)}\n`)
    },
    error: () => Effect.void
  } satisfies Console.Console
})

const asksForHelp = (words: ReadonlyArray<string>): boolean =>
  words.every((word) => word === "--help" || word === "-h" || word === "--json" || word === "--utc")

const help = Effect.fnUntraced(function* (version: string) {
  const { colored, columns, show } = yield* Output
  yield* show(`${Help.render(version, { colored, columns })}\n`)
})

/** The command that a path names. */
const descriptorAt = ([name, subcommand]: ReadonlyArray<string>) => {
  if (name === undefined) return Option.none()
  return subcommand === undefined
    ? HashMap.get(Command.getSubcommands(root), name)
    : Option.flatMap(Option.fromNullable(below.get(name)), HashMap.get(subcommand))
}

const commandHelp = Effect.fnUntraced(function* (
  path: ReadonlyArray<string>,
  descriptor: CommandDescriptor.Command<unknown>
) {
  const { colored, columns, show } = yield* Output
  yield* show(
    `${CommandHelp.render(path, path.length > 1 ? [] : namesBelow(path[0] ?? ""), descriptor, { colored, columns })}\n`
  )
})

const settings: CliConfig.CliConfig = { ...CliConfig.defaultConfig, isCaseSensitive: true, showBuiltIns: false }

/**
 * Reads a command line as {@link run} does, and does nothing more. Returns the words that no command takes; fails with what
 * is wrong.
 *
 * @since 0.1.0
 * @category parsing
 */
export const read = Effect.fnUntraced(function* (args: ReadonlyArray<string>) {
  const { words } = yield* Argv.parse(args, commands, switches)
  const directive = yield* CommandDescriptor.parse(root.descriptor, ["btse", ...words], settings)
  return directive._tag === "UserDefined" ? directive.leftover : []
})

const execute = ({ path, words }: Argv.Argv, version: string) => {
  if (path.length === 0 && asksForHelp(words)) return help(version)
  const descriptor = words.some((word) => word === "--help" || word === "-h") ? descriptorAt(path) : Option.none()
  return Option.isSome(descriptor) ? commandHelp(path, descriptor.value) : command({ path, words }, version)
}

const command = ({ path, words }: Argv.Argv, version: string) =>
  Effect.flatMap(consoleFor({ path, words }), (console) =>
    Command.run(root, { name: "btse", version, executable: "btse" })(["node", "btse", ...words]).pipe(
      Effect.withConsole(console),
      Effect.provide(CliConfig.layer(settings))
    )
  )

/** What `--utc` says, where it was given: not a word of what stands after `--`. */
const utcOption = ({ words }: Argv.Argv): Option.Option<boolean> => {
  const end = words.indexOf("--")
  const given = end === -1 ? words : words.slice(0, end)
  const at = given.indexOf("--utc")
  return at === -1 ? Option.none() : Option.some(given[at + 1] !== "false")
}

const utcVariable = Config.nonEmptyString("BTSE_UTC").pipe(
  Effect.zipRight(Config.boolean("BTSE_UTC")),
  Effect.catchIf(ConfigError.isMissingDataOnly, () => Effect.succeed(false)),
  Effect.mapError(
    () =>
      new InvalidInput({ operation: "btse", problem: "BTSE_UTC cannot be used.", advice: "Set it to 1, or unset it." })
  )
)

/** Once for all commands: with `--utc` or BTSE_UTC nobody is anywhere but in UTC. */
const zoned =
  (argv: Argv.Argv) =>
  <A, E, R>(command: Effect.Effect<A, E, R>) =>
    Effect.flatMap(
      Effect.orElse(utcOption(argv), () => utcVariable),
      (utc) => (utc ? Effect.updateService(command, Output, (output) => ({ ...output, timeZone: undefined })) : command)
    )

/** A command that runs until it is interrupted has then done what it was asked for. */
const runsUntilInterrupted = ({ path, words }: Argv.Argv): boolean =>
  path[0] === "sandbox" || (path[0] === "sync" && words.includes("--watch"))

/** Errors of a command that may have wanted a profile. */
const lacksProfile: ReadonlySet<string> = new Set([
  "MissingCredentials",
  "ConfigurationInvalid",
  "AccountUnknown",
  "AccountMismatch",
  "LedgerFileUnusable"
])

const debugging = /^(debug|trace|all)$/

const exitCode = Effect.fnUntraced(function* (cause: Cause.Cause<unknown>, argv: Argv.Argv, json: boolean) {
  const output = yield* Output
  const failure = Failure.fromCause(cause, argv.path)
  if (Option.isNone(failure)) return runsUntilInterrupted(argv) ? 0 : ExitCode.interrupted
  const chosen = Option.liftPredicate("--profile", (option) => argv.words.includes(option))
  const hint = lacksProfile.has(failure.value.tag) ? yield* Profiles.choice(chosen) : ""
  yield* Failure.report({ ...failure.value, message: failure.value.message + hint }, json)
  const level = argv.words[argv.words.indexOf("--log-level") + 1] ?? ""
  if (argv.words.includes("--log-level") && debugging.test(level)) yield* output.note(Cause.pretty(cause))
  return failure.value.exitCode
})

/**
 * Runs a command line, without the program's own name in it, and says how the process should end. It does not fail:
 * what went wrong has been told.
 *
 * @since 0.1.0
 * @category running
 */
export const run = Effect.fnUntraced(function* (args: ReadonlyArray<string>, version: string) {
  const parsed = Argv.parse(args, commands, switches)
  const argv = Either.getOrElse(parsed, (): Argv.Argv => ({ path: [], words: args }))
  const { unread } = yield* Output
  const execution = Either.match(parsed, {
    onLeft: Effect.fail,
    onRight: (argv) => zoned(argv)(execute(argv, version))
  })
  // What would go on without end does not go on for nobody. Everything else does its work, read or not.
  const ending = runsUntilInterrupted(argv) ? Effect.raceFirst(execution, unread) : execution
  return yield* Effect.interruptible(ending).pipe(
    Effect.exit,
    Effect.flatMap(
      Exit.match({
        onSuccess: (): Effect.Effect<ExitCode.ExitCode, never, Output> => Effect.succeed(0),
        onFailure: (cause) => exitCode(cause, argv, args.includes("--json"))
      })
    ),
    // The command can be interrupted; what it then means for the process is still told.
    Effect.uninterruptible
  )
})
