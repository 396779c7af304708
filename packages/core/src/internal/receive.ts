/**
 * An attempt: a permit, a signature, the sending, and the answer with its body, in one bounded time.
 *
 * @internal
 */
import { type HttpClient, type HttpClientError, HttpClientRequest, type HttpClientResponse } from "@effect/platform"
import { Clock, DateTime, Duration, Effect, Option } from "effect"
import { BeforeSend } from "../BeforeSend.ts"
import type { BtseConfig } from "../BtseConfig.ts"
import * as ClockSkew from "../ClockSkew.ts"
import { RateLimiter } from "../RateLimiter.ts"
import { Unreachable } from "../WalletError.ts"
import * as BoundedBody from "./boundedBody.ts"
import type { Operation } from "./operations.ts"
import { unlockAt } from "./retryAfter.ts"
import { OnSend } from "./sending.ts"
import * as Signer from "./signer.ts"
import * as SingleRequest from "./singleRequest.ts"
import * as Telemetry from "./telemetry.ts"
import * as TransportError from "./transportError.ts"

/** An answer as it came. */
export interface Received extends BoundedBody.Body {
  readonly response: HttpClientResponse.HttpClientResponse
  /** Whether another address answered than the one that was asked. */
  readonly elsewhere: boolean
  /** The instant until which the answer's head has closed the gate. */
  readonly closed: Option.Option<DateTime.Utc>
}

type Fault = HttpClientError.HttpClientError | SingleRequest.SentAgain

const unreachable =
  (operation: Operation, host: string) =>
  (error: Fault): Unreachable => {
    const where = { operation: operation.name, host }
    if (error._tag === "SentAgain") {
      const reason = "the HTTP client wanted to send it a second time, which was not allowed"
      return new Unreachable({ ...where, sent: true, reason, advice: "Provide an HttpClient that does not retry." })
    }
    return error._tag === "RequestError" && error.reason !== "Transport"
      ? new Unreachable({ ...where, sent: false, reason: "the address is not a valid URL" })
      : new Unreachable({ ...where, ...TransportError.read(error.cause) })
  }

const nothing: BoundedBody.Body = { bytes: new ArrayBuffer(0), whole: true }

/** Makes the function that sends a request and reads its answer, and the one that closes the gate. */
export const make = Effect.fnUntraced(function* (config: BtseConfig, client: HttpClient.HttpClient) {
  const limiter = yield* RateLimiter
  const execute = yield* SingleRequest.make(client)
  const sign = yield* Signer.make(config)
  const base = config.baseUrl.toString().replace(/\/+$/, "")
  // What is under `/public-api` stands at the host's root, beside the base URL's own path.
  const urlOf = (path: string) => (path.startsWith("/public-api/") ? config.baseUrl.origin : base)
  const { host } = config.baseUrl

  /** A budget that cannot be written now does not change what is known of a request that has left. */
  const closeGate = (until: Option.Option<DateTime.Utc>, now: number) =>
    Effect.catchTag(limiter.blocked(until), "BudgetUnavailable", () =>
      Effect.succeed(Option.getOrElse(until, () => DateTime.unsafeMake(now + 1_000)))
    )

  /**
   * The gate after an answer's head: a 429 closes it before its body is read, which may be slow, or never come; a 503
   * that names an instant closes it until then.
   */
  const heed = Effect.fnUntraced(function* ({ headers, status }: HttpClientResponse.HttpClientResponse) {
    if (status !== 429 && status !== 503) return Option.none<DateTime.Utc>()
    const now = yield* Clock.currentTimeMillis
    const named = unlockAt(headers["retry-after"], now)
    if (status === 503 && Option.isNone(named)) return Option.none<DateTime.Utc>()
    return Option.some(yield* closeGate(named, now))
  })

  const send = Effect.fnUntraced(function* (
    operation: Operation,
    request: HttpClientRequest.HttpClientRequest,
    nonce: number
  ) {
    const signed = yield* sign(operation, request, nonce)
    yield* yield* BeforeSend
    const onSend = yield* OnSend
    const sentAt = yield* Clock.currentTimeMillis
    yield* onSend({ at: sentAt, nonce })
    const asked = Telemetry.named(HttpClientRequest.prependUrl(signed, urlOf(request.url)))
    const response = yield* Effect.mapError(Telemetry.sending(execute(asked)), unreachable(operation, host))
    const elsewhere = SingleRequest.isElsewhere(asked.url, response)
    const answeredAt = yield* Clock.currentTimeMillis
    if (!elsewhere) yield* ClockSkew.observe(config.baseUrl, response.headers, sentAt, answeredAt)
    return { response, elsewhere }
  })

  const within = (operation: Operation, duration: Duration.Duration) =>
    Effect.timeoutFail({
      duration,
      onTimeout: () =>
        new Unreachable({ operation: operation.name, host, sent: true, reason: "the answer took too long" })
    })

  const attempt = Effect.fnUntraced(function* (
    operation: Operation,
    request: HttpClientRequest.HttpClientRequest,
    nonce: number
  ) {
    const [took, sent] = yield* Effect.timed(within(operation, config.attemptTimeout)(send(operation, request, nonce)))
    const closed = yield* heed(sent.response)
    return { ...sent, closed, left: Duration.subtract(config.attemptTimeout, took) }
  })

  const receive = Effect.fnUntraced(function* (operation: Operation, request: HttpClientRequest.HttpClientRequest) {
    const { left, ...head } = yield* limiter.withPermit(operation.repeatable ? "read" : "write", (nonce) =>
      attempt(operation, request, nonce)
    )
    const body = yield* BoundedBody.read(head.response, config.maxAnswerBytes).pipe(
      Effect.mapError(unreachable(operation, host)),
      within(operation, left),
      // Its status says what there is to know of a 429.
      Effect.catchAll((error) => (head.response.status === 429 ? Effect.succeed(nothing) : Effect.fail(error)))
    )
    const received: Received = { ...head, ...body }
    return received
  })

  return { receive, closeGate }
})
