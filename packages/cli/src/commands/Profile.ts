/**
 * `btse profile`: the accounts that a person works with, in a file of the configuration directory.
 *
 * @since 0.1.0
 */
import { BtseConfig } from "@btse-wallet/core"
import { Args, Command } from "@effect/cli"
import { Path } from "@effect/platform"
import { Effect, Option, Record as Records, Struct } from "effect"
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

const said = {
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
  name
}

type Saying = Command.Command.ParseConfig<typeof said>
type Adding = Saying & { readonly replace: boolean }

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
const setting = "btse profile set"

const refused = (operation: string, problem: string, advice: string) => new InvalidInput({ operation, problem, advice })

const given = <K extends keyof Profile, A>(key: K, value: Option.Option<A>): Partial<Record<K, A>> =>
  Option.match(value, { onNone: () => ({}), onSome: (some) => Records.singleton(key, some) })

/** What the options say. */
const profileOf = Effect.fnUntraced(function* (operation: string, options: Saying) {
  if (Option.isSome(options.secretCommand) && Option.isSome(options.secretVariable)) {
    return yield* refused(operation, "--secret-command and --secret-variable exclude each other.", "Give one of them.")
  }
  if (Option.isSome(options.environment) && Option.isSome(options.baseUrl)) {
    return yield* refused(operation, "--environment and --base-url exclude each other.", "Give one of them.")
  }
  const path = yield* Path.Path
  const policy = yield* Effect.transposeMapOption(options.withdrawalPolicy, (file) =>
    PolicyFile.fromFile({
      operation,
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

/** Two fields of which a profile holds one. */
const alternatives = [
  ["secretCommand", "secretVariable"],
  ["environment", "baseUrl"]
] as const

/** A profile with something else in it; what it no longer can hold beside that is gone. */
const changed = (profile: Profile, by: Profile): Profile => {
  const gone = alternatives.flatMap(([one, other]) => [
    ...(by[one] === undefined ? [] : [other]),
    ...(by[other] === undefined ? [] : [one])
  ])
  return { ...Struct.omit(profile, ...gone), ...by }
}

const keep = Effect.fnUntraced(function* ({ json, name }: Named, profile: Profile) {
  const profiles = yield* Profiles.Profiles
  yield* profiles.save({ ...(yield* profiles.all), [name]: profile })
  yield* Output.result({ json, schema: Document.Profile, value: shown(name, profile), render: Render.one })
  if (json) return
  yield* Output.note(`Written to ${yield* profiles.path}. Try it with \`btse doctor --profile ${name}\`.`)
})

const add = Effect.fn(adding)(function* (options: Adding) {
  const { all } = yield* Profiles.Profiles
  const found = Records.get(yield* all, options.name)
  if (Option.isSome(found) && !options.replace) {
    return yield* refused(
      adding,
      `There is a profile "${options.name}" already; it was left as it is.`,
      "Change single things of it with `btse profile set`, add --replace to put this one in its place, or take another name."
    )
  }
  const profile = yield* profileOf(adding, options)
  const limited = Option.exists(found, ({ withdrawalPolicy }) => withdrawalPolicy !== undefined)
  if (limited && profile.withdrawalPolicy === undefined) {
    return yield* refused(
      adding,
      `Profile ${options.name} has a withdrawal policy, which this one lacks; it was left as it is.`,
      `Change single things with \`btse profile set ${options.name}\`, give a policy with --withdrawal-policy, or remove the profile first.`
    )
  }
  yield* keep(options, profile)
})

const set = Effect.fn(setting)(function* (options: Saying) {
  const { all } = yield* Profiles.Profiles
  const profiles = yield* all
  const found = Records.get(profiles, options.name)
  if (Option.isNone(found)) return yield* Profiles.unknown(options.name, Records.keys(profiles))
  const by = yield* profileOf(setting, options)
  if (Object.keys(by).length === 0) {
    return yield* refused(setting, "There is nothing to change; the profile was left as it is.", "Give an option.")
  }
  yield* keep(options, changed(found.value, by))
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

const addCommand = Command.make("add", { ...said, replace: ProfileOptions.replace }, add).pipe(
  Command.withDescription(
    "Keep an account under a name, for --profile. Its secret stays where it is: in a variable, or with a program that prints it."
  )
)

const setCommand = Command.make("set", said, set).pipe(
  Command.withDescription("Change what the options name of a profile, and leave the rest of it as it is.")
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
  Command.withSubcommands([addCommand, setCommand, listCommand, showCommand, removeCommand])
)
