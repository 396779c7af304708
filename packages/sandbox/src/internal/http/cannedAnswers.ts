/**
 * The answers that faults put in the place of the exchange's own.
 */
import { HttpServerResponse } from "@effect/platform"
import { Stream } from "effect"
import { gzipSync } from "node:zlib"
import type { Fault } from "../faultPlan.ts"
import * as Responses from "./responses.ts"

type Response = HttpServerResponse.HttpServerResponse

interface Refusal {
  readonly status: number
  readonly code: number
  readonly message: string
}

/** The exchange's words to a request that it saw before, or that comes too soon or from the wrong place. */
const refusals: ReadonlyArray<Refusal> = [
  { status: 401, code: 10002, message: "UNAUTHORIZED: the nonce was used before" },
  { status: 403, code: -1, message: "FORBIDDEN" },
  { status: 404, code: -1, message: "NOT FOUND" },
  { status: 405, code: -1, message: "METHOD NOT ALLOWED" },
  { status: 429, code: 303, message: "TOO MANY REQUESTS: rate limit exceeded" },
  { status: 451, code: -1, message: "UNAVAILABLE FOR LEGAL REASONS" }
]

const envelope = (code: number, message: string, fields: object = {}) =>
  HttpServerResponse.text(JSON.stringify({ code, msg: message, time: 0, data: null, ...fields, success: false }), {
    contentType: "application/json"
  })

const asRefused = ({ code, message, status }: Refusal): Response => {
  if (status === 401) return HttpServerResponse.setStatus(envelope(code, message), status)
  return Responses.error(status, code, message)
}

const page = (status: number): Response =>
  HttpServerResponse.text(
    `<!DOCTYPE html><html><head><title>${status} | Attention Required!</title></head><body><h1>${status}</h1></body></html>`,
    { status, contentType: "text/html; charset=UTF-8", headers: { server: "cloudflare" } }
  )

const redirect =
  (status: number) =>
  ({ location = "https://elsewhere.invalid/" }: Fault): Response =>
    HttpServerResponse.empty({ status, headers: { location } })

const blanks = new Uint8Array(65_536).fill(32)

const endless = () => HttpServerResponse.stream(Stream.repeatValue(blanks), { contentType: "application/json" })

/** A gzip file may have several members, one after the other: each here holds 16 MiB of blanks in 16 KiB. */
const bomb = (): Response => {
  const member = gzipSync(new Uint8Array(16 * 1_048_576).fill(32))
  const members = Array.from({ length: 64 }, () => member)
  return HttpServerResponse.uint8Array(Buffer.concat(members), {
    contentType: "application/json",
    headers: { "content-encoding": "gzip" }
  })
}

const fieldsOf = ({ body }: Response): object => {
  if (body._tag !== "Uint8Array") return {}
  const value: unknown = JSON.parse(new TextDecoder().decode(body.body))
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {}
}

/** An answer, and whether the exchange carries the request out first where the injection does not say so. */
interface Canned {
  readonly done: boolean
  /** `own` is the exchange's answer where it was asked. */
  readonly answer: (fault: Fault, own: Response | null) => Response
}

const notDone = (answer: Canned["answer"]): Canned => ({ done: false, answer })
const done = (answer: Canned["answer"]): Canned => ({ done: true, answer })

const canned: ReadonlyMap<string, Canned> = new Map([
  ["html-502", notDone(() => page(502))],
  ["error-500", notDone(() => Responses.serverError)],
  ["error-500-after", done(() => Responses.serverError)],
  ["error-503", notDone(() => HttpServerResponse.empty({ status: 503 }))],
  ["timeout-408", notDone(() => Responses.timeout)],
  ["timeout-408-after", done(() => Responses.timeout)],
  ["system-error", notDone(() => Responses.error(400, -11, "System error"))],
  ["failure-in-200", notDone(() => envelope(-1, "System busy"))],
  ["other-429", notDone(() => Responses.error(429, -1, "Order not found"))],
  ["system-busy", notDone(() => Responses.error(400, -1, "System busy"))],
  ["bare-400", notDone(() => HttpServerResponse.empty({ status: 400 }))],
  ["refused-with-id", done((_, own) => envelope(-1, "System busy", own === null ? {} : fieldsOf(own)))],
  ["redirect-302", notDone(redirect(302))],
  ["redirect-307", notDone(redirect(307))],
  ["endless-body", notDone(endless)],
  ["gzip-bomb", notDone(bomb)],
  [
    "answer",
    notDone(({ answer = { status: 200 } }) =>
      HttpServerResponse.text(answer.body ?? "", {
        status: answer.status,
        contentType: answer.headers?.["content-type"] ?? "application/json",
        headers: answer.headers ?? {}
      })
    )
  ],
  ...[200, 400, 403, 429, 503].map((status) => [`html-${status}`, notDone(() => page(status))] as const),
  ...refusals.flatMap((refusal) => [
    [`repeated-${refusal.status}`, done(() => asRefused(refusal))] as const,
    [`repeated-${refusal.status}-bare`, done(() => HttpServerResponse.empty({ status: refusal.status }))] as const,
    [
      `repeated-${refusal.status}-in-200`,
      done(() => envelope(refusal.code, refusal.message, { status: refusal.status }))
    ] as const
  ])
])

/** The answer of a fault that has one of its own. */
export const find = ({ kind }: Fault): Canned | undefined => canned.get(kind)
