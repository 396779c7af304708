/**
 * The span and the duration of an HTTP request, by OpenTelemetry's semantic conventions for HTTP clients. A request begins
 * when its bytes leave and ends with its answer's last byte: waiting for a permit is not part of it. No header, query, body
 * or address of a payment is in an attribute.
 *
 * @internal
 */
import { HttpClientRequest, type HttpClientResponse } from "@effect/platform"
import { Cause, Clock, Context, Effect, Exit, Metric, MetricBoundaries, MetricLabel, Option, type Tracer } from "effect"
import { version } from "./version.ts"

/** The number of times that a read was sent before this one. */
export class Resends extends Context.Reference<Resends>()("@btse-wallet/core/internal/Resends", {
  defaultValue: (): number => 0
}) {}

/** A request from the time it is asked for. */
interface Observation {
  readonly method: string
  readonly template: string
  readonly server: URL
  begun: { readonly at: bigint; readonly span: Tracer.Span } | null
  status: number | null
}

class Current extends Context.Reference<Current>()("@btse-wallet/core/internal/Observation", {
  defaultValue: (): Observation | null => null
}) {}

/** The boundaries that the convention advises, and one for the exchange's own timeout. */
const boundaries = MetricBoundaries.fromIterable([
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30
])

const duration = Metric.tagged(
  Metric.histogram("http.client.request.duration", boundaries, "seconds from sending to the answer's last byte"),
  "unit",
  "s"
)

const schemePorts: Readonly<Record<string, number>> = { "https:": 443, "http:": 80 }

const attributesOf = ({ method, server, template }: Observation): Readonly<Record<string, string | number>> => ({
  "http.request.method": method,
  "url.template": template,
  "url.scheme": server.protocol.slice(0, -1),
  "server.address": server.hostname,
  "server.port": server.port === "" ? (schemePorts[server.protocol] ?? 0) : Number(server.port)
})

/** A status that fails, else the kind of failure. */
const errorType = (status: number | null, exit: Exit.Exit<unknown, { readonly _tag: string }>): string | undefined => {
  if (Exit.isSuccess(exit)) return undefined
  if (status !== null && status >= 400) return status.toString()
  const failure = Option.map(Cause.failureOption(exit.cause), ({ _tag }) => _tag)
  return Option.getOrElse(failure, () => (Cause.isInterruptedOnly(exit.cause) ? "interrupted" : "defect"))
}

const end = (observation: Observation, exit: Exit.Exit<unknown, { readonly _tag: string }>) =>
  Effect.flatMap(Clock.currentTimeNanos, (now) => {
    const { begun, status } = observation
    if (begun === null) return Effect.void
    const type = errorType(status, exit)
    const outcome = {
      ...(status === null ? {} : { "http.response.status_code": status }),
      ...(type === undefined ? {} : { "error.type": type })
    }
    for (const [name, value] of Object.entries(outcome)) begun.span.attribute(name, value)
    begun.span.end(now, exit)
    const labels = Object.entries({ ...attributesOf(observation), ...outcome })
    const tagged = Metric.taggedWithLabels(
      duration,
      labels.map(([name, value]) => MetricLabel.make(name, `${value}`))
    )
    return Metric.update(tagged, Number(now - begun.at) / 1e9)
  })

/** Observes one attempt of a request to `server`; `template` is its path, without a query. */
export const attempt =
  (method: string, template: string, server: URL) =>
  <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.suspend(() => {
      const observation: Observation = { method, template, server, begun: null, status: null }
      return Effect.onExit(Effect.provideService(effect, Current, observation), (exit) => end(observation, exit))
    })

/** Begins the request of the attempt that is under way, and notes its answer's status. */
export const sending = <E, R>(
  execute: Effect.Effect<HttpClientResponse.HttpClientResponse, E, R>
): Effect.Effect<HttpClientResponse.HttpClientResponse, E, R> =>
  Effect.gen(function* () {
    const observation = yield* Current
    if (observation === null) return yield* execute
    const resends = yield* Resends
    const span = yield* Effect.makeSpan(`${observation.method} ${observation.template}`, {
      kind: "client",
      captureStackTrace: false,
      attributes: {
        ...attributesOf(observation),
        ...(resends > 0 ? { "http.request.resend_count": resends } : {})
      }
    })
    observation.begun = { at: yield* Clock.currentTimeNanos, span }
    const response = yield* execute
    observation.status = response.status
    return response
  })

/** The request under the name of this package. */
export const named = (request: HttpClientRequest.HttpClientRequest): HttpClientRequest.HttpClientRequest =>
  HttpClientRequest.setHeader(request, "user-agent", `btse-wallet/${version}`)
