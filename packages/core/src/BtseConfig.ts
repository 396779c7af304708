/**
 * Configuration of the client: {@link make} with defaults, {@link fromEnvironment} by Effect's `Config`.
 *
 * | variable | meaning | default |
 * | --- | --- | --- |
 * | `BTSE_API_KEY`, `BTSE_API_SECRET` | credentials; public operations need none | |
 * | `BTSE_ENVIRONMENT` | `production` or `testnet` | `production` |
 * | `BTSE_BASE_URL` | any base URL, over the environment's; without query, fragment, user or password | |
 * | `BTSE_AUTH_HEADERS` | `btse` (1.1.0) or `request` (since October 2023) | `btse` |
 * | `BTSE_RATE_LIMIT` | requests in any second | 5 |
 * | `BTSE_ATTEMPT_TIMEOUT` | time for one attempt of a request, such as `35 seconds` | 35 seconds |
 * | `BTSE_PATIENCE` | time that a request waits at a gate that a 429 closed | 10 seconds |
 * | `BTSE_MAX_ANSWER_BYTES` | size limit of an answer after decompression | 4194304 |
 * | `BTSE_INSECURE_HTTP` | `1` lets a key be sent over `http` to another machine | `0` |
 *
 * @since 0.1.0
 */
import { Config, ConfigError, Duration, Either, Option, Predicate, Redacted } from "effect"
import * as Checks from "./internal/configChecks.ts"

/**
 * The prefix of the three authentication headers.
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
 * The configuration of a client, complete.
 *
 * @since 0.1.0
 * @category models
 */
export interface BtseConfig {
  readonly baseUrl: URL
  readonly credentials: Option.Option<Credentials>
  readonly authHeaders: AuthHeaders
  readonly requestsPerSecond: number
  readonly attemptTimeout: Duration.Duration
  readonly patience: Duration.Duration
  readonly maxAnswerBytes: number
  readonly insecureHttp: boolean
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

/**
 * The settings that {@link make} takes. Each has a default.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The production environment by default. Without query, fragment, user or password. */
  readonly baseUrl?: URL | undefined
  /** None by default: public operations only. */
  readonly credentials?: Credentials | undefined
  /** `btse` by default, as in 1.1.0; `request` is the spelling since October 2023. */
  readonly authHeaders?: AuthHeaders | undefined
  /** Requests in any second: 5 by default. */
  readonly requestsPerSecond?: number | undefined
  /**
   * The time that one attempt of a request may take: 35 seconds by default. The exchange gives up after 30 ("API Status
   * Codes", 408); with less, more payments end as `OutcomeUnknown`.
   */
  readonly attemptTimeout?: Duration.DurationInput | undefined
  /** The time that a request waits at a gate that a 429 closed before it fails with `RateLimited`: 10 seconds by default. */
  readonly patience?: Duration.DurationInput | undefined
  /** The size limit of an answer in bytes, after decompression: 4 MiB by default, ten times a page of 500 rows. */
  readonly maxAnswerBytes?: number | undefined
  /** Lets a key be sent over `http` to another machine than this one. False by default. */
  readonly insecureHttp?: boolean | undefined
}

const defaults = {
  attemptTimeout: Duration.seconds(35),
  patience: Duration.seconds(10),
  requestsPerSecond: 5,
  maxAnswerBytes: 4 * 1024 * 1024
}

/**
 * The configuration with these settings and the defaults of the others. The layers of `Wallet` check it and fail with a
 * `ConfigError` that names the field.
 *
 * @example
 * ```ts
 * import { BtseConfig, Wallet } from "@btse-wallet/core"
 * import { Redacted } from "effect"
 *
 * export const layerTestnet = (apiKey: Redacted.Redacted, apiSecret: Redacted.Redacted) =>
 *   Wallet.layer(
 *     BtseConfig.make({
 *       baseUrl: BtseConfig.environments.testnet,
 *       credentials: { apiKey, apiSecret },
 *       attemptTimeout: "40 seconds"
 *     })
 *   )
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): BtseConfig => ({
  baseUrl: options.baseUrl ?? environments.production,
  credentials: Option.fromNullable(options.credentials),
  authHeaders: options.authHeaders ?? "btse",
  requestsPerSecond: options.requestsPerSecond ?? defaults.requestsPerSecond,
  attemptTimeout: Duration.decode(options.attemptTimeout ?? defaults.attemptTimeout),
  patience: Duration.decode(options.patience ?? defaults.patience),
  maxAnswerBytes: options.maxAnswerBytes ?? defaults.maxAnswerBytes,
  insecureHttp: options.insecureHttp ?? false
})

const invalid = (path: string, problem: Checks.Problem): Either.Either<void, ConfigError.ConfigError> =>
  Option.match(problem, {
    onNone: () => Either.void,
    onSome: (text) => Either.left(ConfigError.InvalidData([path], text))
  })

const credentialsProblem = (credentials: unknown): Either.Either<void, ConfigError.ConfigError> => {
  if (!Option.isOption(credentials)) return invalid("credentials", Option.some("Expected an Option of credentials"))
  if (Option.isNone(credentials)) return Either.void
  const both = credentials.value
  for (const half of ["apiKey", "apiSecret"]) {
    const value = Predicate.hasProperty(both, half) ? both[half] : undefined
    const problem = Checks.credential(Redacted.isRedacted(value) ? Redacted.value(value) : undefined)
    if (Option.isSome(problem)) return invalid(half, problem)
  }
  return Either.void
}

/**
 * The configuration if it can be used, else a `ConfigError` with the field's name. What a caller in plain JavaScript left
 * out has its default. Every layer of `Wallet` checks with this before it makes a client.
 *
 * @since 0.1.0
 * @category validation
 */
export const validate = (config: BtseConfig): Either.Either<BtseConfig, ConfigError.ConfigError> =>
  Either.gen(function* () {
    const { credentials, ...rest } = config
    yield* invalid("attemptTimeout", Checks.attemptTimeout(rest.attemptTimeout ?? defaults.attemptTimeout))
    yield* invalid("patience", Checks.patience(rest.patience ?? defaults.patience))
    const complete = { ...make(rest), credentials: credentials ?? Option.none() }
    yield* invalid("baseUrl", Checks.baseUrl(complete.baseUrl))
    yield* credentialsProblem(complete.credentials)
    yield* invalid("authHeaders", Checks.authHeaders(complete.authHeaders))
    yield* invalid("requestsPerSecond", Checks.anyRequestsPerSecond(complete.requestsPerSecond))
    yield* invalid("maxAnswerBytes", Checks.maxAnswerBytes(complete.maxAnswerBytes))
    yield* invalid("insecureHttp", Checks.boolean(complete.insecureHttp))
    const { baseUrl, insecureHttp } = complete
    yield* invalid("baseUrl", Checks.plainHttp(baseUrl, Option.isSome(complete.credentials), insecureHttp))
    return complete
  })

/** Validated before it has a default: only so does the error name the variable. */
const checked =
  (check: (value: unknown) => Checks.Problem) =>
  <A>(config: Config.Config<A>): Config.Config<A> =>
    Config.mapOrFail(config, (value) =>
      Option.match(check(value), {
        onNone: () => Either.right(value),
        onSome: (text) => Either.left(ConfigError.InvalidData([], text))
      })
    )

/** Effect's own `Config.url` repeats the text in its error, which may hold a password. */
const url = Config.mapOrFail(Config.string("BTSE_BASE_URL"), (text) =>
  Either.try({ try: () => new URL(text), catch: () => Checks.notHttp }).pipe(
    Either.flatMap((url) =>
      Option.match(Checks.baseUrl(url), { onNone: () => Either.right(url), onSome: Either.left })
    ),
    Either.mapLeft((problem) => ConfigError.InvalidData([], problem))
  )
)

const baseUrl: Config.Config<URL> = Config.all({
  override: Config.option(url),
  environment: Config.literal(
    "production",
    "testnet"
  )("BTSE_ENVIRONMENT").pipe(Config.withDefault("production" as const))
}).pipe(Config.map(({ environment, override }) => Option.getOrElse(override, () => environments[environment])))

/** Effect's own `Config.redacted` would hide the reason with the text; none of these reasons holds the text. */
const credential = (name: string) =>
  Config.map(checked(Checks.credential)(Config.nonEmptyString(name)), (text) => Redacted.make(text))

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
 * The configuration from the environment, or from whatever `ConfigProvider` is in force. A second key has the same variables
 * under a prefix: `Config.nested(BtseConfig.fromEnvironment, "PAYOUTS")` reads `PAYOUTS_BTSE_API_KEY` and so on.
 *
 * @since 0.1.0
 * @category config
 */
export const fromEnvironment: Config.Config<BtseConfig> = Config.all({
  baseUrl,
  credentials,
  authHeaders: Config.literal("btse", "request")("BTSE_AUTH_HEADERS").pipe(Config.withDefault("btse" as const)),
  requestsPerSecond: Config.integer("BTSE_RATE_LIMIT").pipe(
    checked(Checks.requestsPerSecond),
    Config.withDefault(defaults.requestsPerSecond)
  ),
  attemptTimeout: Config.duration("BTSE_ATTEMPT_TIMEOUT").pipe(
    checked(Checks.attemptTimeout),
    Config.withDefault(defaults.attemptTimeout)
  ),
  patience: Config.duration("BTSE_PATIENCE").pipe(checked(Checks.patience), Config.withDefault(defaults.patience)),
  maxAnswerBytes: Config.integer("BTSE_MAX_ANSWER_BYTES").pipe(
    checked(Checks.maxAnswerBytes),
    Config.withDefault(defaults.maxAnswerBytes)
  ),
  insecureHttp: Config.boolean("BTSE_INSECURE_HTTP").pipe(Config.withDefault(false))
}).pipe(
  Config.mapOrFail((config) =>
    Either.map(
      invalid(
        "BTSE_BASE_URL",
        Checks.plainHttp(config.baseUrl, Option.isSome(config.credentials), config.insecureHttp)
      ),
      () => config
    )
  )
)
