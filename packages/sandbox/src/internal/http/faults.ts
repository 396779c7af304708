/**
 * How each fault looks on the wire.
 */
import type { HttpApp, HttpServerRequest } from "@effect/platform"
import { HttpServerResponse } from "@effect/platform"
import { NodeHttpServerRequest } from "@effect/platform-node"
import { Effect } from "effect"
import type { Fault } from "../faultPlan.ts"
import * as Responses from "./responses.ts"

type Response = HttpServerResponse.HttpServerResponse

/** The connection is gone, so no answer comes; the server interrupts the fiber that would give it. */
const reset = (request: HttpServerRequest.HttpServerRequest): Effect.Effect<never> =>
  Effect.zipRight(
    Effect.sync(() => NodeHttpServerRequest.toIncomingMessage(request).socket.resetAndDestroy()),
    Effect.never
  )

const bytesOf = ({ body }: Response): Uint8Array => (body._tag === "Uint8Array" ? body.body : new Uint8Array())

const half = (bytes: Uint8Array): Uint8Array => bytes.slice(0, Math.floor(bytes.length / 2))

/** Promises the whole body, sends half of it and goes. */
const truncate = (request: HttpServerRequest.HttpServerRequest, response: Response): Effect.Effect<never> => {
  const bytes = bytesOf(response)
  return Effect.zipRight(
    Effect.async<void>((resume) => {
      const node = NodeHttpServerRequest.toServerResponse(request)
      node.writeHead(response.status, { "content-type": "application/json", "content-length": bytes.length })
      node.write(half(bytes), () => resume(Effect.void))
    }),
    reset(request)
  )
}

const malformed = (response: Response): Response =>
  HttpServerResponse.uint8Array(half(bytesOf(response)), { status: response.status, contentType: "application/json" })

const html502 = HttpServerResponse.text("<html><head><title>502 Bad Gateway</title></head><body></body></html>", {
  status: 502,
  contentType: "text/html"
})

const failureIn200 = Responses.ok({ code: -1, msg: "System busy", time: 0, data: null, success: false })

/** `answer` as it comes out under the fault; `blocked` begins a block and says 429. */
export const apply = (
  { delay, kind }: Fault,
  request: HttpServerRequest.HttpServerRequest,
  answer: HttpApp.Default,
  blocked: Effect.Effect<Response>
): HttpApp.Default => {
  switch (kind) {
    case "latency":
      return Effect.delay(answer, delay)
    case "reset-before":
      return reset(request)
    case "reset-after":
      return Effect.zipRight(answer, reset(request))
    case "truncated":
      return Effect.flatMap(answer, (response) => truncate(request, response))
    case "malformed":
      return Effect.map(answer, malformed)
    case "empty":
      // A refusal stays one: under a 200 no client could tell it from a deletion that was made.
      return Effect.map(answer, ({ status }) => HttpServerResponse.empty({ status }))
    case "html-502":
      return Effect.succeed(html502)
    case "error-500":
      return Effect.succeed(Responses.serverError)
    case "error-500-after":
      return Effect.as(answer, Responses.serverError)
    case "error-503":
      return Effect.succeed(HttpServerResponse.empty({ status: 503 }))
    case "timeout-408":
      return Effect.succeed(Responses.timeout)
    case "timeout-408-after":
      return Effect.as(answer, Responses.timeout)
    case "system-error":
      return Effect.succeed(Responses.error(400, -11, "System error"))
    case "failure-in-200":
      return Effect.succeed(failureIn200)
    case "rate-limited":
      return blocked
    case "other-429":
      return Effect.succeed(Responses.error(429, -1, "Order not found"))
  }
}
