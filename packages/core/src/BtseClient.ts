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
  HttpClientResponse
} from "@effect/platform"
import { Clock, Duration, Effect, Option, Redacted } from "effect"
import { BeforeSend } from "./BeforeSend.ts"
import { BtseApi } from "./BtseApi.ts"
import type { AuthHeaders, BtseConfig } from "./BtseConfig.ts"
import { type AnswerError, answerError, answerOf, isRateLimit } from "./internal/answerError.ts"
import * as ErrorBody from "./internal/errorBody.ts"
import { type Operation, operations } from "./internal/operations.ts"
import { unlockAt } from "./internal/retryAfter.ts"
import * as TransportError from "./internal/transportError.ts"
import { RateLimiter } from "./RateLimiter.ts"
import * as Signature from "./Signature.ts"
import { MissingCredentials, RateLimited, Unreachable } from "./WalletError.ts"

/**
 * The exchange gives up on a request after 30 seconds ("API Status Codes", 408); this is a little more.
 */
const attemptTimeout = Duration.seconds(35)

/**
 * What a request can fail with before its answer is decoded.
 *
 * @since 0.1.0
 * @category errors
 */
export type ClientError = AnswerError | MissingCredentials | Unreachable

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

/**
 * Makes the client. Each method fails with a {@link ClientError}, or with a `ParseError` where the answer is not what is
 * declared. Spans of the HTTP client are off: they would show headers and query strings.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function* (config: BtseConfig) {
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

  const failure = Effect.fnUntraced(function* (
    operation: Operation,
    response: HttpClientResponse.HttpClientResponse,
    status: number,
    body: ErrorBody.ErrorBody
  ) {
    if (!isRateLimit(status, body)) return yield* answerError(operation, status, body)
    const now = yield* Clock.currentTimeMillis
    const opensAt = yield* limiter.blocked(unlockAt(response.headers["retry-after"], now))
    return yield* new RateLimited({ ...answerOf(operation, status, body), unlockAt: opensAt })
  })

  const send = (operation: Operation, request: HttpClientRequest.HttpClientRequest, nonce: number) =>
    Effect.gen(function* () {
      const signed = signs(operation) ? yield* sign(operation, request, nonce) : request
      yield* yield* BeforeSend
      return yield* http
        .execute(HttpClientRequest.prependUrl(signed, urlOf(request.url)))
        .pipe(Effect.mapError(transportError(operation, host)))
    })

  const withinTimeout = (operation: Operation) =>
    Effect.timeoutFail({
      duration: attemptTimeout,
      onTimeout: () =>
        new Unreachable({ operation: operation.name, host, sent: true, reason: "the answer took too long" })
    })

  const exchange = Effect.fnUntraced(function* (operation: Operation, request: HttpClientRequest.HttpClientRequest) {
    const response = yield* limiter.withPermit(operation.repeatable ? "read" : "write", (nonce) =>
      withinTimeout(operation)(send(operation, request, nonce))
    )
    const bytes = yield* response.arrayBuffer.pipe(
      Effect.mapError(transportError(operation, host)),
      withinTimeout(operation)
    )
    const text = new TextDecoder().decode(bytes)
    if (response.status < 200 || response.status > 299)
      return yield* failure(operation, response, response.status, ErrorBody.parse(text))
    const hidden = ErrorBody.hiddenFailure(text)
    if (Option.isSome(hidden)) return yield* failure(operation, response, hidden.value.status, hidden.value)
    return HttpClientResponse.fromWeb(request, new Response(bytes, { status: 200, headers: response.headers }))
  })

  const attempt = (request: HttpClientRequest.HttpClientRequest) => {
    const operation = operations.get(`${request.method} ${request.url}`)
    if (operation === undefined) return Effect.dieMessage(`${request.method} ${request.url} is not declared`)
    return Effect.catchTags(exchange(operation, request), {
      GateClosed: ({ unlockAt }) => {
        const answer = answerOf(operation, 429, { errorCode: null, exchangeMessage: null })
        return Effect.fail(new RateLimited({ ...answer, unlockAt }))
      },
      BudgetUnavailable: ({ reason }) =>
        Effect.fail(
          new Unreachable({
            operation: operation.name,
            host,
            sent: false,
            reason: `the shared budget of requests cannot be used, ${reason}`
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
