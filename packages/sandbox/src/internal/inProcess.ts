/**
 * The sandbox's HTTP application behind an `HttpClient`, in one process and on the fiber that asks: no socket, no promise, no
 * timer. So a test's clock sees each step, and the order of what happens is the scheduler's.
 */
import {
  Headers,
  HttpApiBuilder,
  type HttpApp,
  HttpClient,
  HttpClientError,
  type HttpClientRequest,
  HttpClientResponse,
  HttpServer,
  HttpServerRequest,
  type HttpServerResponse
} from "@effect/platform"
import { Cause, Data, Effect, Layer, Option, Stream } from "effect"
import { type Broken, Connection } from "./http/connection.ts"
import * as Gate from "./http/gate.ts"
import * as Handlers from "./http/handlers.ts"

/** Ends the fiber that answers, as a broken connection ends it on a server. */
class ConnectionLost extends Data.TaggedError("ConnectionLost")<{
  readonly head: Option.Option<{ readonly response: HttpServerResponse.HttpServerResponse; readonly bytes: Uint8Array }>
}> {}

const inProcess: Broken = {
  reset: () => Effect.die(new ConnectionLost({ head: Option.none() })),
  breakOff: (_, response, bytes) => Effect.die(new ConnectionLost({ head: Option.some({ response, bytes }) }))
}

/** The cause that Node gives to a reset. */
const reset = { code: "ECONNRESET", syscall: "read" }

const bytesOf = ({ body }: HttpClientRequest.HttpClientRequest): Uint8Array<ArrayBuffer> => {
  if (body._tag === "Uint8Array") return new Uint8Array(body.body)
  return new TextEncoder().encode(body._tag === "Raw" && typeof body.body === "string" ? body.body : "")
}

/** The request as a server sees it, with its body at hand. */
const incoming = (request: HttpClientRequest.HttpClientRequest, url: URL): HttpServerRequest.HttpServerRequest => {
  const bytes = bytesOf(request)
  const seen = HttpServerRequest.fromWeb(new Request(url, { method: request.method })).modify({
    headers: Headers.set(request.headers, "content-length", `${bytes.length}`),
    remoteAddress: "127.0.0.1"
  })
  return Object.create(seen, {
    arrayBuffer: { value: Effect.succeed(bytes.buffer) },
    text: { value: Effect.sync(() => new TextDecoder().decode(bytes)) }
  })
}

/** The response as a client sees it. Nothing unpacks a body here: what is compressed stays so. */
const outgoing = (
  request: HttpClientRequest.HttpClientRequest,
  { headers, status }: HttpServerResponse.HttpServerResponse,
  body: Stream.Stream<Uint8Array, "lost">
): HttpClientResponse.HttpClientResponse => {
  const head = HttpClientResponse.fromWeb(request, new Response(null, { status, headers }))
  const stream = Stream.mapError(
    body,
    () => new HttpClientError.ResponseError({ request, response: head, reason: "Decode", cause: reset })
  )
  const arrayBuffer = Effect.map(
    Stream.runFold(stream, new Uint8Array(0), (bytes, chunk) => {
      const both = new Uint8Array(bytes.length + chunk.length)
      both.set(bytes)
      both.set(chunk, bytes.length)
      return both
    }),
    ({ buffer }) => buffer
  )
  const text = Effect.map(arrayBuffer, (bytes) => new TextDecoder().decode(bytes))
  const notJson = (cause: unknown) =>
    new HttpClientError.ResponseError({ request, response: head, reason: "Decode", cause })
  return Object.create(head, {
    stream: { value: stream },
    arrayBuffer: { value: arrayBuffer },
    text: { value: text },
    json: {
      value: Effect.tryMap(text, {
        try: (text): unknown => (text === "" ? null : JSON.parse(text)),
        catch: notJson
      })
    }
  })
}

const bodyOf = ({ body }: HttpServerResponse.HttpServerResponse): Stream.Stream<Uint8Array, "lost"> => {
  if (body._tag === "Uint8Array") return Stream.make(body.body)
  return body._tag === "Stream" ? Stream.mapError(body.stream, () => "lost" as const) : Stream.empty
}

const lostIn = (cause: Cause.Cause<unknown>): Option.Option<ConnectionLost> =>
  Cause.find(cause, (part) =>
    part._tag === "Die" && part.defect instanceof ConnectionLost ? Option.some(part.defect) : Option.none()
  )

const exchange = (
  app: HttpApp.Default,
  request: HttpClientRequest.HttpClientRequest,
  url: URL
): Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError> =>
  app.pipe(
    Effect.scoped,
    Effect.provideService(HttpServerRequest.HttpServerRequest, incoming(request, url)),
    Effect.provideService(Connection, inProcess),
    Effect.map((response) => outgoing(request, response, bodyOf(response))),
    Effect.catchAllCause((cause) =>
      Option.match(lostIn(cause), {
        onNone: () => Effect.failCause(Cause.die(Cause.squash(cause))),
        onSome: ({ head }) =>
          Option.match(head, {
            onNone: () => new HttpClientError.RequestError({ request, reason: "Transport", cause: reset }),
            onSome: ({ bytes, response }) =>
              Effect.succeed(
                outgoing(request, response, Stream.concat(Stream.make(bytes), Stream.fail("lost" as const)))
              )
          })
      })
    )
  )

/** The client of an exchange of this process. What asks for another host gets no answer, as without a network. */
export const make = Effect.fnUntraced(function* (guard: Gate.Guard, host: string) {
  const context = yield* Layer.build(
    HttpApiBuilder.middleware(Gate.make(guard)).pipe(
      Layer.provideMerge(Handlers.layer(guard.settings)),
      Layer.provideMerge(
        Layer.mergeAll(HttpApiBuilder.Router.Live, HttpApiBuilder.Middleware.layer, HttpServer.layerContext)
      )
    )
  )
  const app = Effect.provide(yield* Effect.provide(HttpApiBuilder.httpApp, context), context)
  return HttpClient.make((request, url) =>
    url.host === host
      ? exchange(app, request, url)
      : new HttpClientError.RequestError({
          request,
          reason: "Transport",
          cause: { code: "ENOTFOUND", syscall: "getaddrinfo" }
        })
  )
})
