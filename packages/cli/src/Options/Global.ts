/**
 * The options that every command takes.
 *
 * @since 0.1.0
 */
import { Options } from "@effect/cli"
import { Config, ConfigError, Either, Option, Schema } from "effect"
import * as Profile from "../Profile.ts"
import * as Input from "./Input.ts"

/**
 * `--json`: one JSON document instead of a table.
 *
 * @since 0.1.0
 * @category options
 */
export const json = Options.boolean("json").pipe(
  Options.withDescription("Print one JSON document instead of text for eyes.")
)

/**
 * `--utc`: instants in UTC where text for eyes has the machine's time zone. `Btse.run` reads it for all commands.
 *
 * @since 0.1.0
 * @category options
 */
export const utc = Options.boolean("utc").pipe(
  Options.withDescription("Show instants in UTC instead of this machine's time zone (also with BTSE_UTC=1).")
)

/**
 * `--base-url`: over BTSE_BASE_URL and BTSE_ENVIRONMENT.
 *
 * @since 0.1.0
 * @category options
 */
export const baseUrl = Input.option({
  name: "base-url",
  placeholder: "URL",
  description: "The exchange's base URL, as in https://api.btse.com/spot (over BTSE_BASE_URL).",
  expected: "an http or https URL without user, password, query or fragment, as in https://api.btse.com/spot",
  confidential: (text) => text.includes("@"),
  read: (text) => Option.map(Schema.decodeOption(Profile.BaseUrl)(text), (url) => new URL(url))
}).pipe(Options.optional)

/**
 * `--insecure-http`: over BTSE_INSECURE_HTTP.
 *
 * @since 0.1.0
 * @category options
 */
export const insecureHttp = Options.boolean("insecure-http").pipe(
  Options.withDescription("Let the key be sent over http to another machine (also with BTSE_INSECURE_HTTP=1).")
)

const profileName = "a name of letters, digits, spaces and . _ @ + -"

/** A variable that is empty says nothing. */
const profileVariable = Config.string("BTSE_PROFILE").pipe(
  Config.mapOrFail((text) =>
    text.trim() === ""
      ? Either.left(ConfigError.MissingData([], "it is empty"))
      : Either.fromOption(Schema.decodeOption(Profile.Name)(text.trim()), () =>
          ConfigError.InvalidData([], `cannot be what it is. It wants ${profileName}.`)
        )
  )
)

/**
 * `--profile`: which profile, and so which account of the ledger.
 *
 * @since 0.1.0
 * @category options
 */
export const profile = Input.option({
  name: "profile",
  placeholder: "NAME",
  description: "The profile, whose name is the account's in the ledger (over BTSE_PROFILE).",
  expected: profileName,
  read: (text) => Schema.decodeOption(Profile.Name)(text.trim())
}).pipe(Options.withFallbackConfig(profileVariable), Options.withDefault("default"))

/**
 * `--ledger`: over BTSE_LEDGER.
 *
 * @since 0.1.0
 * @category options
 */
export const ledger = Input.option({
  name: "ledger",
  placeholder: "FILE",
  description: "The ledger's SQLite file (over BTSE_LEDGER; by default in the user's data directory).",
  expected: "a file's path",
  read: (text) => Option.liftPredicate(text, (path) => path !== "")
}).pipe(Options.optional)

/**
 * `--ledger` of the demo, which leaves the ledger of BTSE_LEDGER alone.
 *
 * @since 0.1.0
 * @category options
 */
export const demoLedger = Input.option({
  name: "ledger",
  placeholder: "FILE",
  description:
    "Where to put the demo's ledger; by default in a new temporary folder. It gets an account of its own in it.",
  expected: "a file's path",
  read: (text) => Option.liftPredicate(text, (path) => path !== "")
}).pipe(Options.optional)

/**
 * All of them, to be spread into a command's options.
 *
 * @since 0.1.0
 * @category options
 */
export const all = { json, utc, ledger, profile, baseUrl, insecureHttp }

/**
 * What a command gets of them.
 *
 * @since 0.1.0
 * @category models
 */
export interface Global {
  readonly json: boolean
  readonly utc: boolean
  readonly ledger: Option.Option<string>
  readonly profile: string
  readonly baseUrl: Option.Option<URL>
  readonly insecureHttp: boolean
}
