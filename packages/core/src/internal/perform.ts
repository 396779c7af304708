/**
 * One operation around its attempts: what is retried, what must not be, and which errors come out.
 *
 * @internal
 */
import type { HttpApiError, HttpClientError } from "@effect/platform"
import { Duration, Effect, Metric, MetricBoundaries, ParseResult, Schedule, ScheduleDecision, Schema } from "effect"
import type { ClientError } from "../BtseClient.ts"
import { RetryPolicy } from "../RetryPolicy.ts"
import {
  BadRequest,
  ExchangeUnavailable,
  OutcomeUnknown,
  ReadError,
  UnexpectedResponse,
  WriteError
} from "../WalletError.ts"
import * as Wire from "../Wire.ts"
import { placeOf } from "./place.ts"

type AttemptError =
  | ClientError
  | ParseResult.ParseError
  | HttpClientError.HttpClientError
  | HttpApiError.HttpApiDecodeError

const requests = Metric.counter("btse_requests_total", {
  description: "requests to the exchange, by operation and outcome"
})

const latency = Metric.histogram(
  "btse_request_duration_ms",
  MetricBoundaries.exponential({ start: 5, factor: 2, count: 14 }),
  "milliseconds from asking for a permit to a decoded answer, by operation"
)

const retries = Metric.counter("btse_retries_total", { description: "reads that were sent again, by operation" })

const retriesOf = (operation: string) => retries.pipe(Metric.tagged("operation", operation))

const isNotJson = (error: ParseResult.ParseError): boolean =>
  ParseResult.TreeFormatter.formatErrorSync(error).includes(Wire.notJson)

const unexpected = (operation: string, error: ParseResult.ParseError) => {
  const notJson = isNotJson(error)
  const place = placeOf(error)
  const misshapen =
    place === undefined
      ? "the body has another shape than documented"
      : `the field ${place} is missing or of another type`
  const where = notJson ? "the body is not JSON, or broke off" : misshapen
  return new UnexpectedResponse({ operation, status: 200, where, retryable: notJson })
}

const settled =
  (operation: string) =>
  (error: AttemptError): ClientError | UnexpectedResponse => {
    switch (error._tag) {
      case "ParseError":
        return unexpected(operation, error)
      // The client has read the whole body and made an error of every status but 200 by now: these three are in the
      // types of the declaration's client and do not happen.
      case "RequestError":
      case "ResponseError":
      case "HttpApiDecodeError":
        return new UnexpectedResponse({ operation, status: 200, where: "the body cannot be read", retryable: true })
      default:
        return error
    }
  }

const isReadError = Schema.is(ReadError)
const isWriteError = Schema.is(WriteError)

const asReadError = (error: ClientError | UnexpectedResponse): ReadError =>
  isReadError(error) ? error : new BadRequest({ ...error })

const counted = (operation: string) => {
  const outcome = (name: string) => requests.pipe(Metric.tagged("operation", operation), Metric.tagged("outcome", name))
  return <A, E extends { readonly _tag: string }, R>(attempt: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    attempt.pipe(
      Metric.trackDurationWith(latency.pipe(Metric.tagged("operation", operation)), Duration.toMillis),
      Effect.tapBoth({
        onSuccess: () => Metric.increment(outcome("ok")),
        onFailure: (error) => Metric.increment(outcome(error._tag))
      }),
      Effect.withSpan(`btse.${operation}.attempt`)
    )
}

/** An operation that only reads: sent again after a passing fault, each time with a permit and a nonce of its own. */
export const read = <A, R>(
  operation: string,
  attempt: Effect.Effect<A, AttemptError, R>
): Effect.Effect<A, ReadError, R> =>
  Effect.flatMap(RetryPolicy, (policy) =>
    attempt.pipe(
      Effect.mapError((error) => asReadError(settled(operation)(error))),
      counted(operation),
      Effect.retry({
        schedule: policy.pipe(
          Schedule.whileInput((error: ReadError) => error.retryable),
          Schedule.onDecision((_, decision) =>
            ScheduleDecision.isContinue(decision) ? Metric.increment(retriesOf(operation)) : Effect.void
          )
        )
      })
    )
  ).pipe(Effect.withSpan(`btse.${operation}`))

const reasonOf = (error: ClientError | UnexpectedResponse): string => {
  switch (error._tag) {
    case "Unreachable":
      return `no answer came, ${error.reason}`
    case "UnexpectedResponse":
      return `its answer could not be understood, ${error.where}`
    case "ExchangeTimeout":
      return "the exchange gave up on it, HTTP 408"
    default:
      return `the exchange answered HTTP ${error instanceof ExchangeUnavailable ? error.status : "with a fault"}`
  }
}

/**
 * An operation that moves money or creates something: sent at most once. An answer that does not prove what happened is
 * `OutcomeUnknown`; `request` says in words what was asked for.
 */
export const write = <A, R>(
  operation: string,
  request: string,
  attempt: Effect.Effect<A, AttemptError, R>
): Effect.Effect<A, WriteError, R> =>
  attempt.pipe(
    Effect.mapError((error): WriteError => {
      const known = settled(operation)(error)
      return known.done === "no" && isWriteError(known)
        ? known
        : new OutcomeUnknown({ operation, request, reason: reasonOf(known) })
    }),
    counted(operation),
    Effect.withSpan(`btse.${operation}`)
  )
