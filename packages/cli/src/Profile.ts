/**
 * A profile: one account on one exchange, as a person keeps it in a file. A secret never stands in it, only where the
 * secret comes from.
 *
 * @since 0.1.0
 */
import { PaymentPolicy } from "@btse-wallet/ledger"
import { Option, Schema } from "effect"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

/**
 * A profile's name, which is its account's in the ledger unless it says otherwise.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Name = Schema.String.pipe(
  Schema.pattern(/^[\p{L}\p{N}][\p{L}\p{N} ._@+-]{0,62}(?<! )$/u),
  Schema.annotations({ identifier: "ProfileName" })
)

/**
 * The base URL of an exchange: over http or https, without credentials, query and fragment.
 *
 * @since 0.1.0
 * @category schemas
 */
export const BaseUrl = Schema.String.pipe(
  Schema.filter((text) =>
    Option.match(Option.liftThrowable((url: string) => new URL(url))(text), {
      onNone: () => false,
      onSome: ({ href, password, protocol, username }) =>
        (protocol === "http:" || protocol === "https:") && username === "" && password === "" && !/[?#]/.test(href)
    })
  )
)

/**
 * The most requests in any second that a profile may ask for.
 *
 * @since 0.1.0
 * @category schemas
 */
export const RequestsPerSecond = Schema.Int.pipe(Schema.between(1, 1000))

/**
 * An API key: letters, digits and plain signs.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ApiKey = Schema.String.pipe(Schema.pattern(/^[\u0021-\u007e]+$/))

/**
 * The name of a variable of the environment.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Variable = Schema.String.pipe(Schema.pattern(/^[A-Za-z_][A-Za-z0-9_]*$/))

/**
 * A command that prints a secret: one that a system can start, so without control characters but tabs and line breaks.
 *
 * @since 0.1.0
 * @category schemas
 */
export const SecretCommand = Schema.NonEmptyTrimmedString.pipe(
  // oxlint-disable-next-line no-control-regex -- what must not be there
  Schema.pattern(/^[^\u0000-\u0008\u000b-\u001f\u007f]*$/)
)

/**
 * What a profile can say. What it leaves out is as it would be without one; `ledger` is relative to the file's folder;
 * `secretCommand` prints the API secret on its first line.
 *
 * @since 0.1.0
 * @category models
 */
export const Profile = Schema.Struct({
  account: optional(Name),
  environment: optional(Schema.Literal("production", "testnet")),
  baseUrl: optional(BaseUrl),
  authHeaders: optional(Schema.Literal("btse", "request")),
  requestsPerSecond: optional(RequestsPerSecond),
  ledger: optional(Schema.NonEmptyString),
  apiKey: optional(ApiKey),
  secretVariable: optional(Variable),
  secretCommand: optional(SecretCommand),
  withdrawalPolicy: optional(PaymentPolicy.PaymentPolicy)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Profile extends Schema.Schema.Type<typeof Profile> {}

/**
 * The file's content: each profile under its name.
 *
 * @since 0.1.0
 * @category models
 */
export const ProfileFile = Schema.Struct({ profiles: Schema.Record({ key: Name, value: Profile }) })

/**
 * @since 0.1.0
 * @category models
 */
export interface ProfileFile extends Schema.Schema.Type<typeof ProfileFile> {}

/**
 * Where a profile's secret comes from.
 *
 * @since 0.1.0
 * @category models
 */
export type SecretSource =
  | { readonly from: "command"; readonly command: string }
  | { readonly from: "variable"; readonly variable: string }

/**
 * Its source of the secret; `None` where it is left to `BTSE_API_SECRET`.
 *
 * @since 0.1.0
 * @category getters
 */
export const secretSource = ({ secretCommand, secretVariable }: Profile): Option.Option<SecretSource> => {
  if (secretCommand !== undefined) return Option.some({ from: "command", command: secretCommand })
  if (secretVariable !== undefined) return Option.some({ from: "variable", variable: secretVariable })
  return Option.none()
}

/** Words that a shell would take as they stand: then it need not be started. */
const plainWords = /^(?!\S*=)[A-Za-z0-9_./:@%+,=-]+( +[A-Za-z0-9_./:@%+,=-]+)*$/

/**
 * The program of a command line and its arguments: the words themselves, or a shell that reads them.
 *
 * @since 0.1.0
 * @category conversions
 */
export const argvOf = (command: string): readonly [program: string, ...args: ReadonlyArray<string>] => {
  const [program, ...args] = command.split(/ +/)
  return program !== undefined && plainWords.test(command) ? [program, ...args] : ["/bin/sh", "-c", command]
}

/**
 * An API key as it may be shown: enough to tell one from another.
 *
 * @since 0.1.0
 * @category conversions
 */
export const masked = (apiKey: string): string =>
  apiKey.length < 16 ? "…" : `${apiKey.slice(0, 4)}…${apiKey.slice(-4)}`
