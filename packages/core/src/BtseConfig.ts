/**
 * Where the exchange is and who asks: configuration by Effect's `Config`.
 *
 * | variable | meaning | default |
 * | --- | --- | --- |
 * | `BTSE_API_KEY`, `BTSE_API_SECRET` | credentials; public operations need none | |
 * | `BTSE_ENVIRONMENT` | `production` or `testnet` | `production` |
 * | `BTSE_BASE_URL` | any base URL, over the environment's | |
 * | `BTSE_AUTH_HEADERS` | `btse` (1.1.0) or `request` (since October 2023) | `btse` |
 * | `BTSE_RATE_LIMIT` | requests in any second | 5 |
 *
 * @since 0.1.0
 */
import type { Redacted } from "effect"
import { Config, ConfigError, Either, Option } from "effect"

/**
 * Which prefix the three authentication headers have.
 *
 * @since 0.1.0
 * @category models
 */
export type AuthHeaders = "btse" | "request"

/**
 * An API key and its secret ("Generating API Key", 1.1.0).
 *
 * @since 0.1.0
 * @category models
 */
export interface Credentials {
  readonly apiKey: Redacted.Redacted
  readonly apiSecret: Redacted.Redacted
}

/**
 * All that the client must be told.
 *
 * @since 0.1.0
 * @category models
 */
export interface BtseConfig {
  readonly baseUrl: URL
  readonly credentials: Option.Option<Credentials>
  readonly authHeaders: AuthHeaders
  readonly requestsPerSecond: number
}

/**
 * The base URLs of "Endpoints", 1.1.0.
 *
 * @since 0.1.0
 * @category constants
 */
export const environments: { readonly production: URL; readonly testnet: URL } = {
  production: new URL("https://api.btse.com/spot"),
  testnet: new URL("https://testapi.btse.io/spot")
}

const baseUrl: Config.Config<URL> = Config.all({
  override: Config.option(
    Config.url("BTSE_BASE_URL").pipe(
      Config.validate({
        message: "Expected an http or https URL",
        validation: ({ protocol }) => protocol === "https:" || protocol === "http:"
      })
    )
  ),
  environment: Config.literal(
    "production",
    "testnet"
  )("BTSE_ENVIRONMENT").pipe(Config.withDefault("production" as const))
}).pipe(Config.map(({ environment, override }) => Option.getOrElse(override, () => environments[environment])))

/** What is pasted with a line break or a fancy dash in it would otherwise fail when the request is made. */
const credential = (name: string) =>
  Config.redacted(
    Config.nonEmptyString(name).pipe(
      Config.validate({
        message: "Expected letters, digits and plain signs only, without spaces or line breaks",
        validation: (text) => /^[\u0021-\u007e]+$/.test(text)
      })
    )
  )

const credentials: Config.Config<Option.Option<Credentials>> = Config.all({
  apiKey: Config.option(credential("BTSE_API_KEY")),
  apiSecret: Config.option(credential("BTSE_API_SECRET"))
}).pipe(
  Config.mapOrFail(({ apiKey, apiSecret }) => {
    if (Option.isSome(apiKey) !== Option.isSome(apiSecret)) {
      const missing = Option.isSome(apiKey) ? "BTSE_API_SECRET" : "BTSE_API_KEY"
      return Either.left(
        ConfigError.MissingData([missing], `Expected ${missing} beside the other half of the credentials`)
      )
    }
    return Either.right(Option.all({ apiKey, apiSecret }))
  })
)

/**
 * The configuration from the environment, or from whatever `ConfigProvider` is in force.
 *
 * @since 0.1.0
 * @category config
 */
export const fromEnvironment: Config.Config<BtseConfig> = Config.all({
  baseUrl,
  credentials,
  authHeaders: Config.literal("btse", "request")("BTSE_AUTH_HEADERS").pipe(Config.withDefault("btse" as const)),
  // Validated before it has a default: only so does the error name the variable.
  requestsPerSecond: Config.integer("BTSE_RATE_LIMIT").pipe(
    Config.validate({ message: "Expected a whole number from 1 to 1000", validation: (n) => n >= 1 && n <= 1000 }),
    Config.withDefault(5)
  )
})
