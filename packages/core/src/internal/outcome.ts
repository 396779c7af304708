/**
 * From an answer to its declared success, or to the error that it is.
 *
 * @internal
 */
import type { HttpClientRequest, HttpClientResponse } from "@effect/platform"
import { Clock, type DateTime, Effect, Option, Schema } from "effect"
import { RateLimited, UnexpectedResponse } from "../WalletError.ts"
import { answerError, answerOf, isRateLimit, ofPage, ofPayment, unusedAddress } from "./answerError.ts"
import * as ErrorBody from "./errorBody.ts"
import { type Arrived, errorOf as pageError, recognize } from "./foreignPage.ts"
import type { Operation } from "./operations.ts"
import type { Received } from "./receive.ts"
import { unlockAt } from "./retryAfter.ts"

const utf8 = new TextDecoder()
const exactly = new TextDecoder("utf-8", { fatal: true })
const utf8Encoder = new TextEncoder()

const openBracket = 91

/** A list is no failure, and a page of history is long: it is decoded once, by its schema. */
const isList = (bytes: ArrayBuffer): boolean => new Uint8Array(bytes)[0] === openBracket

/** A response with the one status of success that is declared, and the body that has been read. */
const succeeded = (
  response: HttpClientResponse.HttpClientResponse,
  body: ArrayBuffer
): HttpClientResponse.HttpClientResponse =>
  Object.create(response, { status: { value: 200 }, arrayBuffer: { value: Effect.succeed(body) } })

/** The answer of "Withdraw Funds", with this id. */
const withdrawn = (id: string): ArrayBuffer => utf8Encoder.encode(JSON.stringify({ withdraw_id: id })).buffer

/** The encoding that a client left as it was: its bytes are no text. */
const undecoded = ({ bytes, response: { headers } }: Received): string | undefined => {
  const encoding = headers["content-encoding"]?.trim().toLowerCase()
  if (encoding === undefined || encoding === "" || encoding === "identity") return undefined
  const name = /^[a-z]{1,12}$/.test(encoding) ? encoding : "another encoding"
  return Option.isNone(Option.liftThrowable(() => exactly.decode(bytes))()) ? name : undefined
}

const decodeFields = Schema.decodeOption(Schema.parseJson(Schema.Record({ key: Schema.String, value: Schema.Unknown })))

/** The fields of a request that no error may show. */
const unspoken = /^(address|tag|toUser|toUserMail)$/

const secretsOf = (request: HttpClientRequest.HttpClientRequest): ReadonlyArray<string> => {
  const body = request.body._tag === "Uint8Array" ? utf8.decode(request.body.body) : "{}"
  const fields = Option.getOrElse(decodeFields(body), () => ({}))
  return [...request.urlParams, ...Object.entries(fields)].flatMap(([name, value]) =>
    unspoken.test(name) && typeof value === "string" && value.length > 2 ? [value] : []
  )
}

type CloseGate = (until: Option.Option<DateTime.Utc>, now: number) => Effect.Effect<DateTime.Utc>

interface Asked {
  readonly operation: Operation
  readonly request: HttpClientRequest.HttpClientRequest
  readonly closeGate: CloseGate
  /** The instant until which the answer's head has closed the gate. */
  readonly closed: Option.Option<DateTime.Utc>
}

/** The failure that an answer is; the rate limit's closes the gate, once. */
const failure = Effect.fnUntraced(function* (
  { closeGate, closed, operation, request }: Asked,
  arrived: Arrived,
  status: number,
  body: ErrorBody.ErrorBody
) {
  const secrets = secretsOf(request)
  if (isRateLimit(status, body)) {
    const now = yield* Clock.currentTimeMillis
    const opensAt = Option.isSome(closed)
      ? closed.value
      : yield* closeGate(unlockAt(arrived.headers["retry-after"], now), now)
    if (operation.payment) return yield* ofPayment(operation, status, body, secrets)
    const done = operation.repeatable ? "nothing" : "unknown"
    return yield* new RateLimited({ ...answerOf(operation, status, body, secrets), unlockAt: opensAt, done })
  }
  if (operation.payment) return yield* ofPayment(operation, status, body, secrets)
  return yield* Option.getOrElse(unusedAddress(operation, status, body, arrived.text), () =>
    answerError(operation, status, body, secrets)
  )
})

/** What is not the exchange's own answer, or cannot be read. A 429 is one whoever sends it. */
const notTheExchanges = (operation: Operation, received: Received, arrived: Arrived, limit: number) => {
  const { status } = arrived
  if (status === 429 && !arrived.elsewhere) return undefined
  const encoding = undecoded(received)
  const page = recognize(encoding === undefined ? arrived : { ...arrived, text: "" })
  if (Option.isSome(page)) {
    return operation.payment ? ofPage(operation, page.value, arrived) : pageError(operation, page.value, status)
  }
  const unexpected = (where: string) =>
    new UnexpectedResponse({ operation: operation.name, status, where, retryable: false })
  if (encoding !== undefined && !operation.payment) {
    return unexpected(`the body came in the content-encoding ${encoding}, which this HTTP client does not decode`)
  }
  return !received.whole && status < 300 ? unexpected(`the body is larger than ${limit} bytes`) : undefined
}

/** Judges an answer: the response to decode, or the error. `limit` is the size up to which it was read. */
export const of = Effect.fnUntraced(function* (asked: Asked, received: Received, limit: number) {
  const { operation } = asked
  const { bytes, elsewhere, response, whole } = received
  const { headers, status } = response
  if (status === 200 && whole && !elsewhere && isList(bytes)) return succeeded(response, bytes)
  const arrived: Arrived = { status, headers, text: utf8.decode(bytes), elsewhere }
  const foreign = notTheExchanges(operation, received, arrived, limit)
  if (foreign !== undefined) return yield* foreign
  const id = operation.name === "withdraw" ? ErrorBody.withdrawalId(arrived.text) : Option.none()
  // What has an id was carried out, whatever else the answer says.
  if (Option.isSome(id)) return succeeded(response, withdrawn(id.value))
  if (status < 200 || status > 299) return yield* failure(asked, arrived, status, ErrorBody.parse(arrived.text))
  const hidden = ErrorBody.hiddenFailure(arrived.text)
  if (Option.isSome(hidden)) return yield* failure(asked, arrived, hidden.value.status, hidden.value)
  return succeeded(response, bytes)
})
