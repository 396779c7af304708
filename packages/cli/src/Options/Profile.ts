/**
 * The options that say what a profile holds.
 *
 * @since 0.1.0
 */
import { Options } from "@effect/cli"
import { Option, Schema } from "effect"
import * as Profile from "../Profile.ts"
import * as Input from "./Input.ts"

const text =
  <A extends string>(schema: Schema.Schema<A, string>) =>
  (value: string): Option.Option<A> =>
    Schema.decodeOption(schema)(value.trim())

/**
 * @since 0.1.0
 * @category options
 */
export const account = Input.option({
  name: "account",
  placeholder: "NAME",
  description: "The account's name in the ledger; by default the profile's.",
  expected: "a name of letters, digits, spaces and . _ @ + -",
  read: text(Profile.Name)
}).pipe(Options.optional)

/**
 * The words of `--environment`.
 *
 * @since 0.1.0
 * @category options
 */
export const environmentChoice = {
  name: "environment",
  choices: ["production", "testnet"],
  description: "Which of the exchange's environments: production or testnet."
} as const satisfies Input.Choice

/**
 * @since 0.1.0
 * @category options
 */
export const environment = Input.choice(environmentChoice).pipe(Options.optional)

/**
 * The words of `--auth-headers`.
 *
 * @since 0.1.0
 * @category options
 */
export const authHeadersChoice = {
  name: "auth-headers",
  choices: ["btse", "request"],
  description: "What the authentication headers begin with: btse or request. `btse doctor` finds out."
} as const satisfies Input.Choice

/**
 * @since 0.1.0
 * @category options
 */
export const authHeaders = Input.choice(authHeadersChoice).pipe(Options.optional)

/**
 * @since 0.1.0
 * @category options
 */
export const rateLimit = Input.option({
  name: "rate-limit",
  placeholder: "N",
  description: "Requests in any second.",
  expected: "a whole number from 1 to 1000",
  read: (value) =>
    Option.filter(
      Option.map(
        Option.liftPredicate(value, (digits) => /^\d{1,4}$/.test(digits)),
        Number
      ),
      Schema.is(Profile.RequestsPerSecond)
    )
}).pipe(Options.optional)

/**
 * @since 0.1.0
 * @category options
 */
export const apiKey = Input.option({
  name: "api-key",
  placeholder: "KEY",
  description: "The API key, which is no secret. Without it BTSE_API_KEY is used.",
  expected: "an API key, without spaces",
  confidential: () => true,
  read: text(Profile.ApiKey)
}).pipe(Options.optional)

/**
 * @since 0.1.0
 * @category options
 */
export const secretVariable = Input.option({
  name: "secret-variable",
  placeholder: "VARIABLE",
  description: "The variable of the environment that holds the API secret.",
  expected: "the name of a variable, as in BOOKS_SECRET",
  read: text(Profile.Variable)
}).pipe(Options.optional)

/**
 * @since 0.1.0
 * @category options
 */
export const secretCommand = Input.option({
  name: "secret-command",
  placeholder: "COMMAND",
  description: 'A command that prints the API secret on its first line, as in "pass show btse".',
  expected: "a command, without control characters",
  confidential: () => true,
  read: text(Profile.SecretCommand)
}).pipe(Options.optional)

/**
 * @since 0.1.0
 * @category options
 */
export const withdrawalPolicy = Input.option({
  name: "withdrawal-policy",
  placeholder: "FILE",
  description: "A withdrawal policy as a JSON file, whose content the profile keeps.",
  expected: "a file's path",
  read: (path) => Option.liftPredicate(path, (given) => given !== "")
}).pipe(Options.optional)

/**
 * @since 0.1.0
 * @category options
 */
export const replace = Options.boolean("replace").pipe(
  Options.withDescription("Put it in the place of the profile of that name.")
)
