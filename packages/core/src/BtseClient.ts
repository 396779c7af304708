/**
 * The HTTP client of the declaration, one method an endpoint, on the wire's own terms.
 *
 * Around each request, outermost first: rate limit, signature, sending, status to error. Retrying is the caller's
 * (see {@link Wallet}), because each attempt takes a permit and a nonce of its own. Whichever `HttpClient` is provided, a
 * request is sent once and to one address, and an answer has a size and a time.
 *
 * @since 0.1.0
 */
import { HttpApiClient, HttpClient, type HttpClientRequest } from "@effect/platform"
import { Effect } from "effect"
import { BtseApi } from "./BtseApi.ts"
import { type BtseConfig, validate } from "./BtseConfig.ts"
import { type AnswerError, answerOf } from "./internal/answerError.ts"
import { type Operation, operations } from "./internal/operations.ts"
import * as Outcome from "./internal/outcome.ts"
import * as Receive from "./internal/receive.ts"
import * as Telemetry from "./internal/telemetry.ts"
import type { BudgetUnavailable, GateClosed } from "./RateLimiter.ts"
import { type MissingCredentials, RateLimited, Unreachable } from "./WalletError.ts"

/**
 * The errors of a request before its answer is decoded.
 *
 * @since 0.1.0
 * @category errors
 */
export type ClientError = AnswerError | MissingCredentials | Unreachable

/** Why no permit was given, as an error of the operation. Nothing was sent. */
const noPermit = (operation: Operation, host: string) => ({
  GateClosed: ({ unlockAt }: GateClosed) => {
    const answer = answerOf(operation, 429, { errorCode: null, exchangeMessage: null }, [])
    return Effect.fail(new RateLimited({ ...answer, unlockAt }))
  },
  BudgetUnavailable: ({ reason }: BudgetUnavailable) =>
    Effect.fail(
      new Unreachable({
        operation: operation.name,
        host,
        sent: false,
        reason: `the budget of requests that processes share cannot be used, ${reason}`,
        advice: "Look at the budget's file and its disk, and whether another program keeps it locked, then try again."
      })
    )
})

/**
 * Makes the client. Each method fails with a {@link ClientError}, or with a `ParseError` where the answer is not what is
 * declared. Making it fails with a `ConfigError` where the configuration cannot be used.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function* (options: BtseConfig) {
  const config = yield* validate(options)
  const { closeGate, receive } = yield* Receive.make(config, yield* HttpClient.HttpClient)

  const exchange = Effect.fnUntraced(function* (operation: Operation, request: HttpClientRequest.HttpClientRequest) {
    const received = yield* Effect.catchTags(receive(operation, request), noPermit(operation, config.baseUrl.host))
    const { closed } = received
    return yield* Outcome.of({ operation, request, closeGate, closed }, received, config.maxAnswerBytes)
  })

  const attempt = (request: HttpClientRequest.HttpClientRequest) => {
    const operation = operations.get(`${request.method} ${request.url}`)
    if (operation === undefined) return Effect.dieMessage(`${request.method} ${request.url} is not declared`)
    const observed = Telemetry.attempt(request.method, request.url, config.baseUrl)
    return observed(exchange(operation, request))
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
