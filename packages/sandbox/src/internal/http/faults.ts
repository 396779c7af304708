/**
 * How each fault looks on the wire.
 */
import type { HttpApp, HttpServerRequest } from "@effect/platform"
import { HttpServerResponse } from "@effect/platform"
import { Effect } from "effect"
import type { Fault } from "../faultPlan.ts"
import * as CannedAnswers from "./cannedAnswers.ts"
import { Connection } from "./connection.ts"

type Response = HttpServerResponse.HttpServerResponse
type Request = HttpServerRequest.HttpServerRequest

const bytesOf = ({ body }: Response): Uint8Array => (body._tag === "Uint8Array" ? body.body : new Uint8Array())

const half = (bytes: Uint8Array): Uint8Array => bytes.slice(0, Math.floor(bytes.length / 2))

const reset = (request: Request): Effect.Effect<never> => Effect.flatMap(Connection, ({ reset }) => reset(request))

const truncate = (request: Request, response: Response): Effect.Effect<never> => {
  const bytes = bytesOf(response)
  return Effect.flatMap(Connection, ({ breakOff }) => breakOff(request, response, half(bytes), bytes.length))
}

const malformed = (response: Response): Response =>
  HttpServerResponse.uint8Array(half(bytesOf(response)), { status: response.status, contentType: "application/json" })

/** `answer` as it comes out under the fault; `blocked` begins a block and says 429. */
export const apply = (
  fault: Fault,
  request: Request,
  answer: HttpApp.Default,
  blocked: Effect.Effect<Response>
): HttpApp.Default => {
  const canned = CannedAnswers.find(fault)
  if (canned !== undefined) {
    return (fault.done ?? canned.done)
      ? Effect.map(answer, (own) => canned.answer(fault, own))
      : Effect.sync(() => canned.answer(fault, null))
  }
  switch (fault.kind) {
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
    case "rate-limited":
      return blocked
    default:
      return Effect.delay(answer, fault.delay)
  }
}
