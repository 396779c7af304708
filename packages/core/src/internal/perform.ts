/**
 * One operation around its attempts: what is retried, what must not be, and which errors come out.
 *
 * @internal
 */
import { Effect, Metric, Option, Ref, Schedule, ScheduleDecision, type Schema } from "effect"
import { RetryPolicy } from "../RetryPolicy.ts"
import type { InvalidRequest, OutcomeUnknown, ReadError, UnexpectedResponse, WriteError } from "../WalletError.ts"
import { type Action, type AttemptError, ofRead, ofWrite, outcomeUnknown } from "./attemptError.ts"
import { OnSend, type Sending } from "./sending.ts"
import { Resends } from "./telemetry.ts"

const requests = Metric.counter("btse_requests_total", {
  description: "requests to the exchange, by operation and outcome"
})

const retries = Metric.counter("btse_retries_total", { description: "reads that were sent again, by operation" })

const retriesOf = (operation: string) => retries.pipe(Metric.tagged("operation", operation))

const counted = (operation: string) => {
  const outcome = (name: string) => requests.pipe(Metric.tagged("operation", operation), Metric.tagged("outcome", name))
  return <A, E extends { readonly _tag: string }, R>(attempt: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    attempt.pipe(
      Effect.tapBoth({
        onSuccess: () => Metric.increment(outcome("ok")),
        onFailure: (error) => Metric.increment(outcome(error._tag))
      }),
      Effect.withSpan(`btse.${operation}.attempt`)
    )
}

/**
 * An operation that only reads: sent again after a passing fault, each time with a permit and a nonce of its own. `errors`
 * are those that it can fail with.
 */
export const read = <A, E extends ReadError, I, R>(
  operation: string,
  errors: Schema.Schema<E, I>,
  attempt: Effect.Effect<A, AttemptError, R>
): Effect.Effect<A, E | UnexpectedResponse, R> =>
  Effect.flatMap(RetryPolicy, (policy) => {
    let sent = 0
    return Effect.suspend(() => Effect.provideService(attempt, Resends, sent++)).pipe(
      Effect.mapError(ofRead(operation, errors)),
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
  }).pipe(Effect.withSpan(`btse.${operation}`))

/**
 * An operation that moves money or creates something: sent at most once. An answer that does not prove what happened is
 * `OutcomeUnknown`, and so is a defect after the sending.
 */
export const write = <A, E extends WriteError, I, R>(
  action: Action,
  errors: Schema.Schema<E, I>,
  attempt: Effect.Effect<A, AttemptError, R>
): Effect.Effect<A, E | OutcomeUnknown | InvalidRequest, R> => {
  const errorOf = ofWrite(action, errors)
  return Effect.flatMap(Ref.make(Option.none<Sending>()), (sent) =>
    attempt.pipe(
      Effect.provideService(OnSend, (sending) => Ref.set(sent, Option.some(sending))),
      Effect.catchAll((error) => Effect.flatMap(Ref.get(sent), (sending) => Effect.fail(errorOf(error, sending)))),
      Effect.catchAllDefect((defect) =>
        Effect.flatMap(Ref.get(sent), (sending) =>
          Option.isNone(sending)
            ? Effect.die(defect)
            : Effect.fail(outcomeUnknown(action, sending, "the program failed after it was sent"))
        )
      )
    )
  ).pipe(counted(action.operation), Effect.withSpan(`btse.${action.operation}`))
}
