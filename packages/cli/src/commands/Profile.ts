/**
 * `btse profile`: the accounts that a person works with, in a file of the configuration directory.
 *
 * @since 0.1.0
 */
import { BtseConfig } from "@btse-wallet/core"
import { Args, Command } from "@effect/cli"
import { Path } from "@effect/platform"
import { Effect, Option, Record as Records } from "effect"
import { InvalidInput } from "../CliError.ts"
import * as Document from "../Document.ts"
import * as Global from "../Options/Global.ts"
import * as ProfileOptions from "../Options/Profile.ts"
import * as Output from "../Output.ts"
import * as PolicyFile from "../PolicyFile.ts"
import { masked, Name, type Profile } from "../Profile.ts"
import * as Profiles from "../Profiles.ts"
import * as Render from "../Render/Profile.ts"

const name = Args.text({ name: "NAME" }).pipe(
  Args.withSchema(Name),
  Args.withDescription("The profile's name: letters, digits, spaces and . _ @ + -")
)

const added = {
  json: Global.json,
  ledger: Global.ledger,
  baseUrl: Global.baseUrl,
  account: ProfileOptions.account,
  environment: ProfileOptions.environment,
  authHeaders: ProfileOptions.authHeaders,
  rateLimit: ProfileOptions.rateLimit,
  apiKey: ProfileOptions.apiKey,
  secretVariable: ProfileOptions.secretVariable,
  secretCommand: ProfileOptions.secretCommand,
  withdrawalPolicy: ProfileOptions.withdrawalPolicy,
  replace: ProfileOptions.replace,
  name
}

type Adding = Command.Command.ParseConfig<typeof added>

/** A profile as it is shown: the key masked, and of a command only that there is one: its words may hold a secret. */
const shown = (name: string, profile: Profile): typeof Document.Profile.Type => ({
  name,
  account: profile.account ?? name,
  baseUrl: profile.baseUrl ?? BtseConfig.environments[profile.environment ?? "production"].href,
  authHeaders: profile.authHeaders ?? null,
  requestsPerSecond: profile.requestsPerSecond ?? null,
  ledger: profile.ledger ?? null,
  apiKey: profile.apiKey === undefined ? null : masked(profile.apiKey),
  secretVariable: profile.secretVariable ?? null,
  secretCommand: profile.secretCommand === undefined ? null : "a command",
  withdrawalPolicy: profile.withdrawalPolicy ?? null
})

const adding = "btse profile add"

const given = <K extends keyof Profile, A>(key: K, value: Option.Option<A>): Partial<Record<K, A>> =>
  Option.match(value, { onNone: () => ({}), onSome: (some) => Records.singleton(key, some) })

const profileOf = Effect.fnUntraced(function* (options: Adding) {
  const path = yield* Path.Path
  const policy = yield* Effect.transposeMapOption(options.withdrawalPolicy, (file) =>
    PolicyFile.fromFile({
      operation: adding,
      path: file,
      required: true,
      consequence: "The profile was not written.",
      advice: "Name a JSON file that holds a withdrawal policy with --withdrawal-policy."
    })
  )
  const profile: Profile = {
    ...given("account", options.account),
    ...given("environment", options.environment),
    ...given(
      "baseUrl",
      Option.map(options.baseUrl, ({ href }) => href)
    ),
    ...given("authHeaders", options.authHeaders),
    ...given("requestsPerSecond", options.rateLimit),
    ...given(
      "ledger",
      Option.map(options.ledger, (file) => path.resolve(file))
    ),
    ...given("apiKey", options.apiKey),
    ...given("secretVariable", options.secretVariable),
    ...given("secretCommand", options.secretCommand),
    ...given("withdrawalPolicy", policy)
  }
  return profile
})

const refused = (problem: string, advice: string) => new InvalidInput({ operation: adding, problem, advice })

const add = Effect.fn(adding)(function* (options: Adding) {
  const profiles = yield* Profiles.Profiles
  const all = yield* profiles.all
  if (Records.has(all, options.name) && !options.replace) {
    return yield* refused(
      `There is a profile "${options.name}" already; it was left as it is.`,
      "Add --replace to put this one in its place, or take another name."
    )
  }
  if (Option.isSome(options.secretCommand) && Option.isSome(options.secretVariable)) {
    return yield* refused("--secret-command and --secret-variable exclude each other.", "Give one of them.")
  }
  if (Option.isSome(options.environment) && Option.isSome(options.baseUrl)) {
    return yield* refused("--environment and --base-url exclude each other.", "Give one of them.")
  }
  const profile = yield* profileOf(options)
  yield* profiles.save({ ...all, [options.name]: profile })
  yield* Output.result({
    json: options.json,
    schema: Document.Profile,
    value: shown(options.name, profile),
    render: Render.one
  })
  if (!options.json)
    yield* Output.note(`Written to ${yield* profiles.path}. Try it with \`btse doctor --profile ${options.name}\`.`)
})

const list = Effect.fn("btse profile list")(function* (options: Pick<Global.Global, "json">) {
  const { all } = yield* Profiles.Profiles
  yield* Output.result({
    json: options.json,
    schema: Document.Profiles,
    value: Records.toEntries(yield* all).map(([name, profile]) => shown(name, profile)),
    render: Render.list
  })
})

type Named = Pick<Global.Global, "json"> & { readonly name: string }

const known = Effect.fnUntraced(function* ({ name }: Named) {
  const { all } = yield* Profiles.Profiles
  const profiles = yield* all
  const found = Records.get(profiles, name)
  if (Option.isNone(found)) return yield* Profiles.unknown(name, Records.keys(profiles))
  return shown(name, found.value)
})

const show = Effect.fn("btse profile show")(function* (options: Named) {
  yield* Output.result({
    json: options.json,
    schema: Document.Profile,
    value: yield* known(options),
    render: Render.one
  })
})

const remove = Effect.fn("btse profile remove")(function* (options: Named) {
  const profiles = yield* Profiles.Profiles
  const value = yield* known(options)
  yield* profiles.save(Records.remove(yield* profiles.all, options.name))
  yield* Output.result({
    json: options.json,
    schema: Document.Profile,
    value,
    render: ({ name }) => `Removed profile ${name}. Its account's books are left as they are.`
  })
})

const addCommand = Command.make("add", added, add).pipe(
  Command.withDescription(
    "Keep an account under a name, for --profile. Its secret stays where it is: in a variable, or with a program that prints it."
  )
)

const listCommand = Command.make("list", { json: Global.json }, list).pipe(
  Command.withDescription("List the profiles.")
)

const showCommand = Command.make("show", { json: Global.json, name }, show).pipe(
  Command.withDescription("Show one profile.")
)

const removeCommand = Command.make("remove", { json: Global.json, name }, remove).pipe(
  Command.withDescription("Remove a profile. The books of its account stay.")
)

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make("profile").pipe(
  Command.withDescription("Keep accounts under names, each with its exchange, ledger and key."),
  Command.withSubcommands([addCommand, listCommand, showCommand, removeCommand])
)
