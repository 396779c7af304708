/**
 * The profiles in the user's configuration directory: which one a command works with, and its secret.
 *
 * @since 0.1.0
 */
import { FileSystem, Path } from "@effect/platform"
import { Config, Context, Effect, Layer, Option, ParseResult, Record, type Redacted, Schema, Stream } from "effect"
import { InvalidInput, SecretUnavailable } from "./CliError.ts"
import * as ConfigurationFile from "./ConfigurationFile.ts"
import * as FileAccess from "./FileAccess.ts"
import * as Folder from "./Folder.ts"
import * as Nearest from "./Nearest.ts"
import { Output } from "./Output.ts"
import { type Profile, ProfileFile, secretSource } from "./Profile.ts"
import * as SecretCommand from "./SecretCommand.ts"
import * as WholeFile from "./WholeFile.ts"

const operation = "btse profile"
const fileName = "profiles.json"

/** The name of the profile that is used where none is named. It need not be in the file. */
const unnamed = "default"

const othersWrite = 0o022
const othersRead = 0o044

/**
 * The profile that a command works with. Where the file holds none of its name, `profile` says nothing.
 *
 * @since 0.1.0
 * @category models
 */
export interface Selected {
  readonly name: string
  /** Its account in the ledger. */
  readonly account: string
  /** False where no profile was chosen. */
  readonly named: boolean
  readonly profile: Profile
}

/** Each profile under its name. */
type All = ProfileFile["profiles"]

/**
 * The profiles of this machine, as a service.
 *
 * @since 0.1.0
 * @category services
 */
export class Profiles extends Context.Tag("@btse-wallet/cli/Profiles")<
  Profiles,
  {
    /** Where the file is, or would be. Fails with `InvalidInput` where the user has no place for such files. */
    readonly path: Effect.Effect<string, InvalidInput>
    /** All of them, read once in a run. Fails with `InvalidInput` where the file holds something else. */
    readonly all: Effect.Effect<All, InvalidInput>
    /** Puts others in the place of all. */
    readonly save: (profiles: All) => Effect.Effect<void, InvalidInput>
    /** What a command prints as its secret; it is run once in a run of the program. */
    readonly secretOf: (command: string) => Effect.Effect<Redacted.Redacted, string>
    /** Tells something beside the data, once in a run. */
    readonly warn: (line: string) => Effect.Effect<void>
  }
>() {}

const json = Schema.parseJson(ProfileFile, { space: 2 })

const place = (error: ParseResult.ParseError): string => {
  const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error)
  return issue === undefined || issue.path.length === 0 ? "" : ` (at ${issue.path.map(String).join(".")})`
}

const readFile = Effect.fnUntraced(function* (path: string, warn: (line: string) => Effect.Effect<void>) {
  const refused = (problem: string, advice: string) => new InvalidInput({ operation, problem, advice })
  const found = yield* Effect.mapError(ConfigurationFile.read(path), (problem) =>
    refused(`The profiles' file ${path} ${problem}.`, "Correct it, or move it away.")
  )
  if (Option.isNone(found)) return {}
  const { mode, text } = found.value
  // Who can write it, or put another in its place, can name a command that this program runs, and whom it asks.
  if ((mode & othersWrite) !== 0) {
    return yield* refused(
      `Others can write ${path}, which names commands to run; it was not used.`,
      `Look at what it holds, then run \`chmod 600 ${path}\`.`
    )
  }
  const replaceable = yield* FileAccess.replaceable(path)
  if (Option.isSome(replaceable)) {
    return yield* refused(
      `${replaceable.value}, and so can put another file in the place of ${path}, which names commands to run; it was not used.`,
      "Take that right away (`chmod go-w`, `chown`), or keep the file in a folder of your own that XDG_CONFIG_HOME names."
    )
  }
  if ((mode & othersRead) !== 0) yield* warn(`Others can read ${path}. Run \`chmod 600 ${path}\`.`)
  const file = yield* Effect.mapError(Schema.decode(json, { onExcessProperty: "error" })(text), (error) =>
    refused(`${path} does not hold profiles${place(error)}.`, "Correct it, or move it away.")
  )
  return file.profiles
})

const make = Effect.gen(function* () {
  const output = yield* Output
  const fileSystem = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const path = yield* Effect.cached(Effect.provideService(ConfigurationFile.at(fileName), Path.Path, paths))
  const warn = yield* Effect.cachedFunction(output.note)
  const secretOf = yield* Effect.cachedFunction((command: string) =>
    SecretCommand.run(command, output.attended ? "inherit" : "ignore")
  )
  const save = Effect.fn("Profiles.save")(function* (profiles: All) {
    const file = yield* path
    yield* Effect.mapError(
      Folder.make(paths.dirname(file)),
      () =>
        new InvalidInput({
          operation,
          problem: `The folder of ${file} cannot be made; nothing was written.`,
          advice: "Check XDG_CONFIG_HOME and the folder's permissions."
        })
    )
    // The error of the schema holds the value, which may hold a secret.
    const text = yield* Effect.mapError(
      Schema.encode(json)({ profiles }),
      (error) =>
        new InvalidInput({
          operation,
          problem: `The profile cannot be kept as it is${place(error)}; nothing was written.`,
          advice: "Correct what is named."
        })
    )
    const advice = "Check XDG_CONFIG_HOME and the folder's permissions."
    yield* WholeFile.write({ operation, path: file, content: Stream.make(`${text}\n`), advice })
  })
  return Profiles.of({
    path,
    all: yield* Effect.cached(
      Effect.flatMap(path, (file) =>
        readFile(file, warn).pipe(
          Effect.provideService(FileSystem.FileSystem, fileSystem),
          Effect.provideService(Path.Path, paths)
        )
      )
    ),
    save: (profiles) =>
      save(profiles).pipe(
        Effect.provideService(FileSystem.FileSystem, fileSystem),
        Effect.provideService(Path.Path, paths)
      ),
    secretOf,
    warn
  })
})

/**
 * `Profiles` in the file that the environment names.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Profiles, never, FileSystem.FileSystem | Path.Path | Output> = Layer.effect(
  Profiles,
  make
)

/**
 * The profile of a name. Without any in the file, a name is that of an account in the ledger and no more; with some, one
 * that is not among them is a mistake: `InvalidInput`.
 *
 * @since 0.1.0
 * @category getters
 */
export const selected = Effect.fnUntraced(function* (name: string) {
  const { all, path: file } = yield* Profiles
  const paths = yield* Path.Path
  const profiles = yield* all
  const names = Record.keys(profiles)
  const found = Record.get(profiles, name)
  if (Option.isSome(found)) {
    const { ledger, ...profile } = found.value
    const folder = paths.dirname(yield* file)
    const selected: Selected = {
      name,
      account: profile.account ?? name,
      named: true,
      profile: ledger === undefined ? profile : { ...profile, ledger: paths.resolve(folder, ledger) }
    }
    return selected
  }
  if (names.length > 0 && name !== unnamed) return yield* unknown(name, names)
  const none: Selected = { name, account: name, named: name !== unnamed, profile: {} }
  return none
})

/**
 * Advice to choose a profile, for a command that failed without one; empty where one was chosen, or there is none to choose.
 *
 * @since 0.1.0
 * @category getters
 */
export const choice = Effect.fnUntraced(function* (chosen: Option.Option<string>) {
  const variable = yield* Effect.option(Config.nonEmptyString("BTSE_PROFILE"))
  if (Option.isSome(chosen) || Option.isSome(variable)) return ""
  const names = Record.keys(
    yield* Effect.orElseSucceed(
      Effect.flatMap(Profiles, ({ all }) => all),
      (): All => ({})
    )
  )
  if (names.length === 0 || names.includes(unnamed)) return ""
  return ` No profile was chosen: name one with --profile (${names.join(", ")}).`
})

/**
 * There is no profile of that name.
 *
 * @since 0.1.0
 * @category errors
 */
export const unknown = (name: string, names: ReadonlyArray<string>): InvalidInput =>
  new InvalidInput({
    operation,
    problem: `There is no profile "${name}".`,
    advice: `${Nearest.question(name, names)}Run \`btse profile list\`, or \`btse profile add\` to make one.`
  })

const fromVariable = (variable: string): Effect.Effect<Redacted.Redacted, string> =>
  Effect.mapError(Config.redacted(Config.nonEmptyString(variable)), () => "is not set")

/**
 * The secret of a profile from where it says; `None` where it says nothing. Fails with `SecretUnavailable`, which tells
 * how the command ended and nothing of what it printed.
 *
 * @since 0.1.0
 * @category getters
 */
export const secret = Effect.fnUntraced(function* (operation: string, { name, profile }: Selected) {
  const { secretOf } = yield* Profiles
  const source = secretSource(profile)
  if (Option.isNone(source)) return Option.none<Redacted.Redacted>()
  const from = source.value
  const read = from.from === "command" ? secretOf(from.command) : fromVariable(from.variable)
  const named = from.from === "command" ? "The command" : `The variable ${from.variable}`
  return yield* Effect.asSome(
    Effect.mapError(read, (problem) => new SecretUnavailable({ operation, profile: name, source: named, problem }))
  )
})
