import { BtseConfig, RateLimiter, RetryPolicy, Wallet } from "@btse-wallet/core"
import { HttpClient, HttpClientResponse } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import {
  Config,
  ConfigProvider,
  Duration,
  Effect,
  Either,
  Fiber,
  Layer,
  Option,
  Redacted,
  Ref,
  Schedule,
  TestClock
} from "effect"

const key = { BTSE_API_KEY: "key", BTSE_API_SECRET: "hidden-secret" }
const credentials = { apiKey: Redacted.make("key"), apiSecret: Redacted.make("hidden-secret") }

const fromMap = <A>(config: Config.Config<A>, variables: Readonly<Record<string, string>>) =>
  Effect.withConfigProvider(config, ConfigProvider.fromMap(new Map(Object.entries(variables)), { pathDelim: "_" }))

const fromEnvironment = (variables: Readonly<Record<string, string>>) => fromMap(BtseConfig.fromEnvironment, variables)

/** An HTTP client that counts its requests and answers with an empty list. */
const counting = Effect.map(Ref.make(0), (sent) => ({
  sent,
  client: HttpClient.make((request) =>
    Effect.as(
      Ref.update(sent, (count) => count + 1),
      HttpClientResponse.fromWeb(request, new Response("[]", { headers: { "content-type": "application/json" } }))
    )
  )
}))

describe("BtseConfig.make", () => {
  it("fills in the exchange's production address, the headers of 1.1.0 and its limit", () => {
    expect(BtseConfig.make()).toEqual({
      baseUrl: new URL("https://api.btse.com/spot"),
      credentials: Option.none(),
      authHeaders: "btse",
      requestsPerSecond: 5,
      attemptTimeout: Duration.seconds(35),
      patience: Duration.seconds(10),
      maxAnswerBytes: 4_194_304,
      insecureHttp: false
    })
  })

  it("takes each setting", () => {
    const config = BtseConfig.make({
      baseUrl: BtseConfig.environments.testnet,
      credentials,
      authHeaders: "request",
      requestsPerSecond: 7,
      attemptTimeout: "40 seconds",
      patience: "1 minute",
      maxAnswerBytes: 1_000_000
    })
    expect(config).toMatchObject({ authHeaders: "request", requestsPerSecond: 7, maxAnswerBytes: 1_000_000 })
    expect(Duration.toSeconds(config.attemptTimeout)).toBe(40)
    expect(Duration.toSeconds(config.patience)).toBe(60)
    expect(Either.isRight(BtseConfig.validate(config))).toBe(true)
  })
})

describe("The environment", () => {
  it.effect("sets timeouts, patience and the answer's size limit", () =>
    Effect.gen(function* () {
      const config = yield* fromEnvironment({
        BTSE_ATTEMPT_TIMEOUT: "12 seconds",
        BTSE_PATIENCE: "2 minutes",
        BTSE_MAX_ANSWER_BYTES: "65536"
      })
      expect(Duration.toSeconds(config.attemptTimeout)).toBe(12)
      expect(Duration.toSeconds(config.patience)).toBe(120)
      expect(config.maxAnswerBytes).toBe(65_536)
    })
  )

  it.effect("names the variable and the reason, and repeats no value that may be secret", () =>
    Effect.gen(function* () {
      const cases: ReadonlyArray<readonly [Readonly<Record<string, string>>, string, string]> = [
        [{ ...key, BTSE_API_KEY: "hidden-key\n" }, "BTSE_API_KEY", "white space at its end"],
        [{ ...key, BTSE_API_KEY: "hidden-key\r\n" }, "BTSE_API_KEY", "white space at its end"],
        [{ ...key, BTSE_API_KEY: "\thidden-key" }, "BTSE_API_KEY", "white space at its beginning"],
        [{ ...key, BTSE_API_SECRET: "hidden-secret " }, "BTSE_API_SECRET", "white space at its end"],
        [{ ...key, BTSE_API_SECRET: "\u00a0hidden-secret" }, "BTSE_API_SECRET", "white space at its beginning"],
        [{ ...key, BTSE_API_SECRET: "hidden secret" }, "BTSE_API_SECRET", "inside"],
        [{ BTSE_BASE_URL: "https://api.btse.com/spot?hidden=1" }, "BTSE_BASE_URL", "no query"],
        [{ BTSE_BASE_URL: "https://api.btse.com/spot?" }, "BTSE_BASE_URL", "no query"],
        [{ BTSE_BASE_URL: "https://api.btse.com/spot#hidden" }, "BTSE_BASE_URL", "no fragment"],
        [{ BTSE_BASE_URL: "https://me:hidden@api.btse.com/spot" }, "BTSE_BASE_URL", "no user and no password"],
        [{ BTSE_BASE_URL: "https//me:hidden@api.btse.com" }, "BTSE_BASE_URL", "http or https"],
        [{ BTSE_BASE_URL: "ftp://hidden/spot" }, "BTSE_BASE_URL", "http or https"],
        [{ ...key, BTSE_BASE_URL: "http://exchange.test/spot" }, "BTSE_BASE_URL", "unencrypted"],
        [{ BTSE_RATE_LIMIT: "0" }, "BTSE_RATE_LIMIT", "from 1 to 1000"],
        [{ BTSE_ATTEMPT_TIMEOUT: "soon" }, "BTSE_ATTEMPT_TIMEOUT", "duration"],
        [{ BTSE_ATTEMPT_TIMEOUT: "0 seconds" }, "BTSE_ATTEMPT_TIMEOUT", "from 1ms to 1h"],
        [{ BTSE_ATTEMPT_TIMEOUT: "Infinity" }, "BTSE_ATTEMPT_TIMEOUT", "duration"],
        [{ BTSE_PATIENCE: "2 days" }, "BTSE_PATIENCE", "from 0 to 1h"],
        [{ BTSE_MAX_ANSWER_BYTES: "1" }, "BTSE_MAX_ANSWER_BYTES", "whole number"],
        [{ BTSE_INSECURE_HTTP: "maybe" }, "BTSE_INSECURE_HTTP", "boolean"]
      ]
      for (const [variables, variable, reason] of cases) {
        const text = String(yield* Effect.flip(fromEnvironment(variables)))
        expect(text).toContain(variable)
        expect(text).toContain(reason)
        expect(text).not.toContain("hidden")
      }
    })
  )

  it.effect("keeps a second key under a prefix", () =>
    Effect.gen(function* () {
      const variables = {
        ...key,
        PAYOUTS_BTSE_API_KEY: "payouts-key",
        PAYOUTS_BTSE_API_SECRET: "payouts-secret",
        PAYOUTS_BTSE_ENVIRONMENT: "testnet"
      }
      const payouts = yield* fromMap(Config.nested(BtseConfig.fromEnvironment, "PAYOUTS"), variables)
      const own = yield* fromEnvironment(variables)
      expect(Option.map(payouts.credentials, ({ apiKey }) => Redacted.value(apiKey))).toEqual(
        Option.some("payouts-key")
      )
      expect(payouts.baseUrl).toEqual(BtseConfig.environments.testnet)
      expect(Option.map(own.credentials, ({ apiKey }) => Redacted.value(apiKey))).toEqual(Option.some("key"))
      expect(own.baseUrl).toEqual(BtseConfig.environments.production)
      const broken = fromMap(Config.nested(BtseConfig.fromEnvironment, "PAYOUTS"), {
        ...variables,
        PAYOUTS_BTSE_API_KEY: "key\n"
      })
      expect(String(yield* Effect.flip(broken))).toContain("PAYOUTS.BTSE_API_KEY")
    })
  )
})

describe("A key over plain http", () => {
  const allowed = ["127.0.0.1", "127.9.8.7:8420", "localhost", "[::1]:80", "2130706433"]
  const refused = [
    "exchange.test",
    "192.168.0.7",
    "0.0.0.0",
    "localhost.exchange.test",
    "127.0.0.1.exchange.test",
    "[::2]"
  ]

  it("is sent to this machine only, unless that is allowed", () => {
    const at = (host: string, options: BtseConfig.Options = {}) =>
      BtseConfig.validate(BtseConfig.make({ baseUrl: new URL(`http://${host}/spot`), credentials, ...options }))
    for (const host of allowed) expect(Either.isRight(at(host)), host).toBe(true)
    for (const host of refused) {
      expect(String(Either.getOrThrow(Either.flip(at(host)))), host).toContain("unencrypted")
      expect(Either.isRight(at(host, { insecureHttp: true })), host).toBe(true)
      expect(Either.isRight(at(host, { credentials: undefined })), host).toBe(true)
    }
  })

  it.effect("stops every way to make a wallet, with nothing sent", () =>
    Effect.gen(function* () {
      const { client, sent } = yield* counting
      const config = BtseConfig.make({ baseUrl: new URL("http://exchange.test/spot"), credentials })
      const http = Layer.succeed(HttpClient.HttpClient, client)
      const limiter = RateLimiter.layer({ requestsPerSecond: 5 })
      const environment = ConfigProvider.fromMap(
        new Map(Object.entries({ ...key, BTSE_BASE_URL: "http://exchange.test/spot" }))
      )
      const balances = Effect.flatMap(Wallet.WalletReader, (wallet) => wallet.balances)
      const ways = [
        Effect.provide(balances, Layer.provide(Wallet.layer(config), http)),
        Effect.provide(balances, Layer.provide(Wallet.layerReader(config), http)),
        Effect.provide(balances, Wallet.layerLimited(config).pipe(Layer.provide(http), Layer.provide(limiter))),
        Effect.provide(balances, Layer.provide(Wallet.layerConfig(), http)).pipe(
          Effect.withConfigProvider(environment)
        ),
        Effect.flatMap(Wallet.make(config, ["Read"]), (wallet) => wallet.balances).pipe(
          Effect.provide(Layer.merge(http, limiter))
        )
      ]
      for (const way of ways) expect(String(yield* Effect.flip(way))).toContain("unencrypted")
      expect(yield* Ref.get(sent)).toBe(0)
    })
  )
})

describe("A configuration made in plain JavaScript", () => {
  const baseUrl = new URL("https://api.btse.com/spot")

  it("has the defaults of what it leaves out", () => {
    const plain = { baseUrl, credentials: Option.none(), authHeaders: "btse", requestsPerSecond: 5 }
    // @ts-expect-error -- a caller without types
    expect(BtseConfig.validate(plain)).toEqual(Either.right(BtseConfig.make()))
  })

  it("is refused by the field's name where it cannot be used", () => {
    const cases: ReadonlyArray<readonly [object, string]> = [
      [{ baseUrl: "https://api.btse.com/spot" }, "baseUrl"],
      [{ baseUrl: new URL("https://api.btse.com/spot?x=1") }, "baseUrl"],
      [{ credentials: { apiKey: "key", apiSecret: "hidden" } }, "credentials"],
      [{ credentials: Option.some({ apiKey: "key", apiSecret: "hidden" }) }, "apiKey"],
      [{ credentials: Option.some({ apiKey: Redacted.make("key") }) }, "apiSecret"],
      [{ credentials: Option.some({ ...credentials, apiSecret: Redacted.make("hidden\n") }) }, "apiSecret"],
      [{ authHeaders: "x-btse" }, "authHeaders"],
      [{ requestsPerSecond: 0 }, "requestsPerSecond"],
      [{ requestsPerSecond: "5" }, "requestsPerSecond"],
      [{ attemptTimeout: "soon" }, "attemptTimeout"],
      [{ attemptTimeout: Infinity }, "attemptTimeout"],
      [{ patience: "long" }, "patience"],
      [{ maxAnswerBytes: "all" }, "maxAnswerBytes"],
      [{ insecureHttp: "yes" }, "insecureHttp"]
    ]
    for (const [fields, name] of cases) {
      const text = String(Either.getOrThrow(Either.flip(BtseConfig.validate({ ...BtseConfig.make(), ...fields }))))
      expect(text, name).toContain(name)
      expect(text).not.toContain("hidden")
    }
  })
})

describe("The settings of time", () => {
  const walletWith = (options: BtseConfig.Options, answer: HttpClient.HttpClient) =>
    Effect.map(
      Layer.build(
        Layer.provide(
          Wallet.layer(BtseConfig.make({ credentials, ...options })),
          Layer.succeed(HttpClient.HttpClient, answer)
        )
      ),
      (context) => Effect.provide(Wallet.WalletReader, context)
    ).pipe(Effect.flatten)

  it.scoped("an attempt ends after the timeout that was set", () =>
    Effect.gen(function* () {
      const silent = HttpClient.make(() => Effect.never)
      const wallet = yield* walletWith({ attemptTimeout: "2 seconds" }, silent)
      const fiber = yield* Effect.fork(Effect.flip(wallet.balances))
      yield* TestClock.adjust("2 seconds")
      expect((yield* Fiber.join(fiber))._tag).toBe("Unreachable")
    }).pipe(Effect.provideService(RetryPolicy.RetryPolicy, Schedule.recurs(0)))
  )

  it.scoped("a request waits at a closed gate for as long as its patience is", () =>
    Effect.gen(function* () {
      const busy = HttpClient.make((request) =>
        Effect.succeed(
          HttpClientResponse.fromWeb(request, new Response("", { status: 429, headers: { "retry-after": "20" } }))
        )
      )
      const impatient = yield* walletWith({ patience: "1 second" }, busy)
      yield* Effect.flip(impatient.balances)
      expect((yield* Effect.flip(impatient.balances))._tag).toBe("RateLimited")
      const { client, sent } = yield* counting
      const patient = yield* walletWith(
        { patience: "30 seconds", baseUrl: BtseConfig.environments.testnet },
        HttpClient.make((request) =>
          Effect.flatMap(Ref.get(sent), (count) =>
            count === 0
              ? Effect.zipRight(
                  Ref.update(sent, (n) => n + 1),
                  busy.execute(request)
                )
              : client.execute(request)
          )
        )
      )
      yield* Effect.flip(patient.balances)
      const fiber = yield* Effect.fork(patient.balances)
      yield* TestClock.adjust("20 seconds")
      expect(yield* Fiber.join(fiber)).toEqual([])
    }).pipe(Effect.provideService(RetryPolicy.RetryPolicy, Schedule.recurs(0)))
  )
})
