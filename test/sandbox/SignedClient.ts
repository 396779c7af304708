/**
 * A client written from the document alone, so that the sandbox is not judged by the package it is made to test.
 */
import type { HttpClientResponse } from "@effect/platform"
import { FetchHttpClient, HttpClient, HttpClientRequest } from "@effect/platform"
import type { Sandbox } from "@btse-wallet/sandbox"
import { Clock, Effect, Option, Redacted, Schema } from "effect"
import { createHmac } from "node:crypto"

export interface Sent {
  readonly method?: "GET" | "POST" | "DELETE" | "HEAD"
  readonly path: string
  readonly search?: string
  readonly body?: string
  readonly prefix?: "btse" | "request"
  readonly apiKey?: string
  readonly apiSecret?: string
  readonly nonce?: string
  /** What is signed instead of the path. */
  readonly signedPath?: string
}

export interface Answer {
  readonly status: number
  readonly headers: HttpClientResponse.HttpClientResponse["headers"]
  readonly text: string
  /** Null where the text is not JSON. */
  readonly json: unknown
}

export const sign = (secret: string, text: string): string => createHmac("sha384", secret).update(text).digest("hex")

const parse = Schema.decodeOption(Schema.parseJson(Schema.Unknown))

const receive = Effect.fnUntraced(function* (request: HttpClientRequest.HttpClientRequest) {
  const response = yield* HttpClient.execute(request)
  const text = yield* response.text
  const json = Option.getOrNull(parse(text))
  const answer: Answer = { status: response.status, headers: response.headers, text, json }
  return answer
}, Effect.provide(FetchHttpClient.layer))

const at = (sandbox: Sandbox.RunningSandbox, sent: Sent) => {
  const request = HttpClientRequest.make(sent.method ?? "GET")(
    `${sandbox.baseUrl.href}${sent.path}${sent.search ?? ""}`
  )
  return sent.body === undefined ? request : HttpClientRequest.bodyText(request, sent.body, "application/json")
}

export const unsigned = (sandbox: Sandbox.RunningSandbox, sent: Sent) => receive(at(sandbox, sent))

/** Nonces of one client never repeat, also under a clock that stands still. */
const client = (sandbox: Sandbox.RunningSandbox) => {
  let last = 0
  return Effect.fnUntraced(function* (sent: Sent) {
    last = Math.max(last + 1, yield* Clock.currentTimeMillis)
    const nonce = sent.nonce ?? `${last}`
    const secret = sent.apiSecret ?? Redacted.value(sandbox.apiSecret)
    const prefix = sent.prefix ?? "btse"
    return yield* receive(
      HttpClientRequest.setHeaders(at(sandbox, sent), {
        [`${prefix}-api`]: sent.apiKey ?? sandbox.apiKey,
        [`${prefix}-nonce`]: nonce,
        [`${prefix}-sign`]: sign(secret, `${sent.signedPath ?? sent.path}${nonce}${sent.body ?? ""}`)
      })
    )
  })
}

export { client as make }
