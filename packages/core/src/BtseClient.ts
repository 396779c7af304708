/**
 * The HTTP client of the declaration, one method an endpoint, on the wire's own terms.
 *
 * Around each request, outermost first: rate limit, signature, sending, status to error. Retrying is the caller's
 * (see {@link Wallet}), because each attempt takes a permit and a nonce of its own.
 *
 * @since 0.1.0
 */
import {
  HttpApiClient,
  HttpClient,
  type HttpClientError,
  HttpClientRequest,
  type HttpClientResponse
} from "@effect/platform"
import { Clock, type DateTime, Effect, Option, Redacted, Schema } from "effect"
import { BeforeSend } from "./BeforeSend.ts"
import { BtseApi } from "./BtseApi.ts"
import { type AuthHeaders, type BtseConfig, validate } from "./BtseConfig.ts"
import { type AnswerError, answerError, answerOf, isRateLimit, ofPayment } from "./internal/answerError.ts"
import * as ErrorBody from "./internal/errorBody.ts"
import { type Operation, operations } from "./internal/operations.ts"
import { unlockAt } from "./internal/retryAfter.ts"
import { OnSend } from "./internal/sending.ts"
import * as Telemetry from "./internal/telemetry.ts"
import * as TransportError from "./internal/transportError.ts"
import { RateLimiter } from "./RateLimiter.ts"
import * as Signature from "./Signature.ts"
import { MissingCredentials, RateLimited, Unreachable } from "./WalletError.ts"

/**
 * What a request can fail with before its answer is decoded.
 *
 * @since 0.1.0
 * @category errors
 */
export type ClientError = AnswerError | MissingCredentials | Unreachable

const utf8 = new TextDecoder()
const utf8Encoder = new TextEncoder()

const openBracket = 91

/** A list is no failure, and a page of history is long: it is decoded once, by its schema. */
const isList = (bytes: ArrayBuffer): boolean => new Uint8Array(bytes)[0] === openBracket

/** A response with the one status of success that is declared, and the body that has been read. */
const succeeded = (
  response: HttpClientResponse.HttpClientResponse,
  body: ArrayBuffer
): HttpClientResponse.HttpClientResponse =>
  Object.create(response, { status: { value: 200 }, arrayBuffer: { value: Effect.succeed(body) } })

/** The answer of "Withdraw Funds", with this id. */
const withdrawn = (id: string): ArrayBuffer => utf8Encoder.encode(JSON.stringify({ withdraw_id: id })).buffer

const decodeFields = Schema.decodeOption(Schema.parseJson(Schema.Record({ key: Schema.String, value: Schema.Unknown })))

const signer = Effect.fnUntraced(function* (config: BtseConfig) {
  if (Option.isNone(config.credentials)) {
    return (operation: Operation) => Effect.fail(new MissingCredentials({ operation: operation.name }))
  }
  const { apiKey, apiSecret } = config.credentials.value
  const { sign } = yield* Signature.make(apiSecret)
  const header = (name: string) => `${config.authHeaders satisfies AuthHeaders}-${name}`
  return Effect.fnUntraced(function* (_: Operation, request: HttpClientRequest.HttpClientRequest, nonce: number) {
    const body = request.body._tag === "Uint8Array" ? request.body.body : new Uint8Array()
    return HttpClientRequest.setHeaders(request, {
      [header("api")]: Redacted.value(apiKey),
      [header("nonce")]: nonce.toString(),
      [header("sign")]: yield* sign(request.url, nonce, body)
    })
  })
})

const transportError = (operation: Operation, host: string) => (error: HttpClientError.HttpClientError) =>
  error._tag === "RequestError" && error.reason !== "Transport"
    ? new Unreachable({ operation: operation.name, host, sent: false, reason: "the address is not a valid URL" })
    : new Unreachable({ operation: operation.name, host, ...TransportError.read(error.cause) })

/** What of a request no error may show. */
const unspoken = /^(address|tag|toUser|toUserMail)$/

const secretsOf = (request: HttpClientRequest.HttpClientRequest): ReadonlyArray<string> => {
  const body = request.body._tag === "Uint8Array" ? utf8.decode(request.body.body) : "{}"
  const fields = Option.getOrElse(decodeFields(body), () => ({}))
  return [...request.urlParams, ...Object.entries(fields)].flatMap(([name, value]) =>
    unspoken.test(name) && typeof value === "string" && value.length > 2 ? [value] : []
  )
}

/**
 * Makes the client. Each method fails with a {@link ClientError}, or with a `ParseError` where the answer is not what is
 * declared. Spans of the HTTP client are off: they would show headers and query strings. Making it fails with a `ConfigError`
 * where the configuration cannot be used.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function* (options: BtseConfig) {
  const config = yield* validate(options)
  const limiter = yield* RateLimiter
  const http = (yield* HttpClient.HttpClient).pipe(
    HttpClient.withTracerDisabledWhen(() => true),
    HttpClient.withTracerPropagation(false)
  )
  const sign = yield* signer(config)
  const base = config.baseUrl.toString().replace(/\/+$/, "")
  // What is under `/public-api` stands at the host's root, beside the base URL's own path.
  const urlOf = (path: string) => (path.startsWith("/public-api/") ? config.baseUrl.origin : base)
  const host = config.baseUrl.host

  const signs = (operation: Operation) =>
    operation.authentication === "signed" ||
    (operation.authentication === "optional" && Option.isSome(config.credentials))

  /**
   * The failure that an answer is; the rate limit's answer closes the gate for as long as is documented, where it did not
   * name its unlock time and close it by that.
   */
  const failure = Effect.fnUntraced(function* (
    operation: Operation,
    request: HttpClientRequest.HttpClientRequest,
    response: HttpClientResponse.HttpClientResponse,
    status: number,
    body: ErrorBody.ErrorBody,
    heeded: Option.Option<DateTime.Utc>
  ) {
    const secrets = secretsOf(request)
    const limited = isRateLimit(status, body)
    if (!limited && !operation.payment) return yield* answerError(operation, status, body, secrets)
    if (!limited) return yield* ofPayment(operation, status, body, secrets)
    const now = yield* Clock.currentTimeMillis
    const opensAt = Option.isSome(heeded)
      ? heeded.value
      : yield* limiter.blocked(unlockAt(response.headers["retry-after"], now))
    if (operation.payment) return yield* ofPayment(operation, status, body, secrets)
    return yield* new RateLimited({
      ...answerOf(operation, status, body, secrets),
      unlockAt: opensAt,
      done: operation.repeatable ? "nothing" : "unknown"
    })
  })

  /** A 429 that names its unlock time closes the gate before its body is read: the body may be slow, or never come. */
  const heed = Effect.fnUntraced(function* (response: HttpClientResponse.HttpClientResponse) {
    if (response.status !== 429) return Option.none()
    const named = unlockAt(response.headers["retry-after"], yield* Clock.currentTimeMillis)
    return Option.isSome(named) ? Option.some(yield* limiter.blocked(named)) : Option.none()
  })

  const send = (operation: Operation, request: HttpClientRequest.HttpClientRequest, nonce: number) =>
    Effect.gen(function* () {
      const signed = signs(operation) ? yield* sign(operation, request, nonce) : request
      yield* yield* BeforeSend
      const onSend = yield* OnSend
      yield* onSend({ at: yield* Clock.currentTimeMillis, nonce })
      const named = Telemetry.named(HttpClientRequest.prependUrl(signed, urlOf(request.url)))
      return yield* Telemetry.sending(http.execute(named)).pipe(Effect.mapError(transportError(operation, host)))
    })

  const withinTimeout = (operation: Operation) =>
    Effect.timeoutFail({
      duration: config.attemptTimeout,
      onTimeout: () =>
        new Unreachable({ operation: operation.name, host, sent: true, reason: "the answer took too long" })
    })

  const exchange = Effect.fnUntraced(function* (operation: Operation, request: HttpClientRequest.HttpClientRequest) {
    const [response, heeded] = yield* limiter.withPermit(operation.repeatable ? "read" : "write", (nonce) =>
      Effect.flatMap(withinTimeout(operation)(send(operation, request, nonce)), (response) =>
        Effect.map(heed(response), (heeded) => [response, heeded] as const)
      )
    )
    const bytes = yield* response.arrayBuffer.pipe(
      Effect.mapError(transportError(operation, host)),
      withinTimeout(operation),
      // The status alone says that nothing was done.
      Effect.catchAll((error) => (response.status === 429 ? Effect.succeed(new ArrayBuffer(0)) : Effect.fail(error)))
    )
    const id = operation.name === "withdraw" ? ErrorBody.withdrawalId(utf8.decode(bytes)) : Option.none()
    // What has an id was carried out, whatever else the answer says.
    if (Option.isSome(id)) return succeeded(response, withdrawn(id.value))
    if (response.status < 200 || response.status > 299) {
      const body = ErrorBody.parse(utf8.decode(bytes))
      return yield* failure(operation, request, response, response.status, body, heeded)
    }
    const hidden = isList(bytes) ? Option.none() : ErrorBody.hiddenFailure(utf8.decode(bytes))
    if (Option.isSome(hidden)) {
      return yield* failure(operation, request, response, hidden.value.status, hidden.value, heeded)
    }
    return succeeded(response, bytes)
  })

  const attempt = (request: HttpClientRequest.HttpClientRequest) => {
    const operation = operations.get(`${request.method} ${request.url}`)
    if (operation === undefined) return Effect.dieMessage(`${request.method} ${request.url} is not declared`)
    const observed = Telemetry.attempt(request.method, request.url, config.baseUrl)
    return Effect.catchTags(observed(exchange(operation, request)), {
      GateClosed: ({ unlockAt }) => {
        const answer = answerOf(operation, 429, { errorCode: null, exchangeMessage: null }, [])
        return Effect.fail(new RateLimited({ ...answer, unlockAt }))
      },
      BudgetUnavailable: ({ reason }) =>
        Effect.fail(
          new Unreachable({
            operation: operation.name,
            host,
            sent: false,
            reason: `the budget of requests that processes share cannot be used, ${reason}`,
            advice:
              "Look at the budget's file and its disk, and whether another program keeps it locked, then try again."
          })
        )
    })
  }

  return yield* HttpApiClient.makeWith(BtseApi, {
    httpClient: HttpClient.makeWith<never, never, ClientError, never>(
      (request) => Effect.flatMap(request, attempt),
      Effect.succeed
    )
  })
})

/**
 * The client's shape.
 *
 * @since 0.1.0
 * @category models
 */
export type BtseClient = Effect.Effect.Success<ReturnType<typeof make>>
