/**
 * The client's configuration: options over the environment over the profile, and sentences where something is missing or wrong.
 *
 * @since 0.1.0
 */
import { BtseConfig } from "@btse-wallet/core"
import { Array as Arr, Config, type ConfigError, ConfigProvider, Effect, Option, Redacted } from "effect"
import { ConfigurationInvalid, InvalidInput, type SecretUnavailable } from "./CliError.ts"
import type { Global } from "./Options/Global.ts"
import { masked, secretSource } from "./Profile.ts"
import * as Profiles from "./Profiles.ts"

interface Explanation {
  readonly variable: string
  readonly problem: string
}

const missing = ConfigurationInvalid.missing

const explain = (error: ConfigError.ConfigError): Explanation => {
  switch (error._op) {
    // A variable that no flag sets is missing there and may be wrong in the environment: what is wrong says more.
    case "And":
    case "Or": {
      const left = explain(error.left)
      return left.problem === missing ? explain(error.right) : left
    }
    case "MissingData":
      return { variable: error.path.join("_"), problem: missing }
    case "InvalidData":
    case "SourceUnavailable":
    case "Unsupported": {
      // The reasons of core hold no value: some values are secret.
      return { variable: error.path.join("_"), problem: `cannot be used (${error.message.replace(/\.$/, "")})` }
    }
  }
}

/**
 * Why there is no configuration. Nothing was sent.
 *
 * @since 0.1.0
 * @category errors
 */
export type Unusable = ConfigurationInvalid | InvalidInput | SecretUnavailable

/**
 * A variable's value, and where it was found. What is not among the settings is as it is by default.
 *
 * @since 0.1.0
 * @category models
 */
export interface Setting {
  readonly variable: string
  readonly from: "flag" | "environment" | "profile"
  /** Redacted as a whole: some of them are secret. */
  readonly value: Redacted.Redacted
}

/**
 * The options that a configuration is made of.
 *
 * @since 0.1.0
 * @category models
 */
export type Options = Pick<Global, "baseUrl" | "insecureHttp" | "profile">

const places = ["BTSE_BASE_URL", "BTSE_ENVIRONMENT"] as const
const manners = [
  "BTSE_AUTH_HEADERS",
  "BTSE_RATE_LIMIT",
  "BTSE_ATTEMPT_TIMEOUT",
  "BTSE_PATIENCE",
  "BTSE_MAX_ANSWER_BYTES",
  "BTSE_INSECURE_HTTP"
] as const

const setting = (from: Setting["from"], variable: string, value: string): Setting => ({
  from,
  variable,
  value: Redacted.make(value)
})

/** A variable that is empty says nothing. */
const inEnvironment = Effect.fnUntraced(function* (variables: ReadonlyArray<string>) {
  const found = yield* Effect.forEach(variables, (variable) =>
    Effect.map(
      Effect.option(Config.redacted(Config.nonEmptyString(variable))),
      Option.map((value): Setting => ({ from: "environment", variable, value }))
    )
  )
  return Arr.getSomes(found)
})

const inProfile = (values: Readonly<Record<string, string | undefined>>): ReadonlyArray<Setting> =>
  Object.entries(values).flatMap(([variable, value]) =>
    value === undefined ? [] : [setting("profile", variable, value)]
  )

/** The settings of an earlier place, and those of a later one that it does not name. */
const over = (earlier: ReadonlyArray<Setting>, later: ReadonlyArray<Setting>): ReadonlyArray<Setting> => [
  ...earlier,
  ...later.filter(({ variable }) => !earlier.some((setting) => setting.variable === variable))
]

/**
 * The settings without the credentials: no secret is asked for. Where the exchange is comes from one place: an environment
 * that names another one is not mixed with a profile's base URL.
 *
 * @since 0.1.0
 * @category getters
 */
export const publicSettings = Effect.fnUntraced(function* (options: Options) {
  const { profile } = yield* Profiles.selected(options.profile)
  const flags = Option.match(options.baseUrl, {
    onNone: (): ReadonlyArray<Setting> => [],
    onSome: (url) => [setting("flag", "BTSE_BASE_URL", url.toString())]
  })
  const placed = over(flags, yield* inEnvironment(places))
  const where =
    placed.length > 0 ? placed : inProfile({ BTSE_BASE_URL: profile.baseUrl, BTSE_ENVIRONMENT: profile.environment })
  const how = over(
    over(options.insecureHttp ? [setting("flag", "BTSE_INSECURE_HTTP", "true")] : [], yield* inEnvironment(manners)),
    inProfile({ BTSE_AUTH_HEADERS: profile.authHeaders, BTSE_RATE_LIMIT: profile.requestsPerSecond?.toString() })
  )
  return [...where, ...how]
})

/**
 * The settings that say where the exchange is; none where it is as it is by default.
 *
 * @since 0.1.0
 * @category getters
 */
export const whereabouts = (options: Options) =>
  Effect.map(publicSettings(options), (settings) =>
    settings.filter(({ variable }) => places.some((place) => place === variable))
  )

const key = "BTSE_API_KEY"
const secret = "BTSE_API_SECRET"

/** The key that is used. A profile's account is never another's: a key of the environment that is not its own is refused. */
const keyOf = Effect.fnUntraced(function* (operation: string, { name, profile }: Profiles.Selected) {
  const [given] = yield* inEnvironment([key])
  const [own] = inProfile({ [key]: profile.apiKey })
  if (given !== undefined && profile.apiKey !== undefined && Redacted.value(given.value) !== profile.apiKey) {
    return yield* new InvalidInput({
      operation,
      problem: `${key} is not the key of profile ${name} (${masked(Redacted.value(given.value))} there, ${masked(profile.apiKey)} in the profile); nothing was sent.`,
      advice: `Unset ${key} and ${secret} to work with the profile's key, or name the other account's profile.`
    })
  }
  return Option.fromNullable(given ?? own)
})

/**
 * The API key that a command would sign with, as it may be shown.
 *
 * @since 0.1.0
 * @category getters
 */
export const maskedKey = Effect.fnUntraced(function* (operation: string, options: Pick<Global, "profile">) {
  const found = yield* keyOf(operation, yield* Profiles.selected(options.profile))
  return Option.map(found, ({ value }) => masked(Redacted.value(value)))
})

/**
 * The credentials. A key and a secret of two accounts are never paired: the environment's secret is used with the
 * environment's key, and with a profile that says nothing of where its secret comes from. The secret of a profile is asked
 * for only where it is the one that is used. Fails with `InvalidInput` where the environment has another key than the profile.
 *
 * @since 0.1.0
 * @category getters
 */
export const credentials = Effect.fnUntraced(function* (operation: string, options: Pick<Options, "profile">) {
  const selected = yield* Profiles.selected(options.profile)
  const found = yield* keyOf(operation, selected)
  const [given] = yield* inEnvironment([secret])
  const keys = Option.toArray(found)
  const own = Option.isSome(secretSource(selected.profile))
  if (given !== undefined && (!own || keys[0]?.from === "environment")) return [...keys, given]
  if (keys.length === 0) return keys
  return Option.match(yield* Profiles.secret(operation, selected), {
    onNone: () => keys,
    onSome: (value): ReadonlyArray<Setting> => [...keys, { variable: secret, from: "profile", value }]
  })
})

/**
 * The configuration that settings make. Fails with `ConfigurationInvalid` where one cannot be used.
 *
 * @since 0.1.0
 * @category constructors
 */
export const decode = (operation: string, settings: ReadonlyArray<Setting>) =>
  BtseConfig.fromEnvironment.pipe(
    Effect.withConfigProvider(
      ConfigProvider.fromMap(new Map(settings.map(({ value, variable }) => [variable, Redacted.value(value)])))
    ),
    Effect.mapError((error) => new ConfigurationInvalid({ operation, ...explain(error) }))
  )

/**
 * Where the exchange is and how it is asked, without credentials: for what asks nothing.
 *
 * @since 0.1.0
 * @category constructors
 */
export const place = Effect.fnUntraced(function* (operation: string, options: Options) {
  return yield* decode(operation, yield* publicSettings(options))
})

/**
 * The configuration for a command that asks the exchange.
 *
 * @since 0.1.0
 * @category constructors
 */
export const read = Effect.fnUntraced(function* (operation: string, options: Options) {
  return yield* decode(operation, [...(yield* publicSettings(options)), ...(yield* credentials(operation, options))])
})
