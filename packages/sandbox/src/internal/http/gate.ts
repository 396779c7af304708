/**
 * What every request passes before it is routed: the log of arrivals, the rate limit, the path, the signature, the
 * permission. And what every answer passes that is not the exchange's own: errors of the router in the exchange's shape.
 */
import type { HttpApp } from "@effect/platform"
import { HttpServerRequest, HttpServerResponse } from "@effect/platform"
import { Cause, Clock, Effect, Either, Option } from "effect"
import type { SandboxKey } from "../../SandboxOptions.ts"
import * as Authentication from "../authentication.ts"
import * as RateLimit from "../rateLimit.ts"
import type { Settings } from "../settings.ts"
import * as Controls from "./controls.ts"
import * as Faults from "./faults.ts"
import { RequestBody } from "./requestBody.ts"
import * as Responses from "./responses.ts"
import * as Routes from "./routes.ts"

/** Part of every base URL, and of no signature. */
const prefix = "/spot"
/** What stands at the host's root beside it. */
const root = "/public-api"
const controls = "/sandbox"
/** No request of the API comes near this many bytes. */
const bodyLimit = 16_384

const isDecodeError = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "_tag" in error && error._tag === "HttpApiDecodeError"

/** Parameters that the declaration refuses are the client's fault; anything else that fails here is the sandbox's. */
const routerFailure = (cause: Cause.Cause<never>) => {
  if (Cause.isInterruptedOnly(cause)) return Effect.failCause(cause)
  return isDecodeError(Cause.squash(cause))
    ? Effect.succeed(Responses.error(400, -2, "BADREQUEST: a parameter is missing or cannot be understood"))
    : Effect.as(Effect.logError("The sandbox failed to answer a request", cause), Responses.serverError)
}

const userOf = (key: Option.Option<SandboxKey>, request: HttpServerRequest.HttpServerRequest): string =>
  // All keys are one user's; whoever is not known is limited by address.
  Option.isSome(key) ? "user" : `address ${Option.getOrElse(request.remoteAddress, () => "unknown")}`

const targetOf = (url: string) => {
  const query = url.indexOf("?")
  const path = query === -1 ? url : url.slice(0, query)
  return { path, search: query === -1 ? "" : url.slice(query) }
}

/** The path that is signed: without the base URL's own. */
const signedPath = (full: string): string | undefined => {
  if (full.startsWith(`${root}/`)) return full
  return full.startsWith(`${prefix}/`) ? full.slice(prefix.length) : undefined
}

const readBody = (request: HttpServerRequest.HttpServerRequest) =>
  Number(request.headers["content-length"] ?? "0") > bodyLimit
    ? Effect.succeed(Option.none<Uint8Array>())
    : request.arrayBuffer.pipe(
        HttpServerRequest.withMaxBodySize(Option.some(bodyLimit)),
        Effect.map((bytes) => new Uint8Array(bytes)),
        Effect.option
      )

export interface Guard extends Controls.Controlled {
  readonly settings: Settings
  /** When the sandbox started, epoch milliseconds. */
  readonly start: number
}

export const make = ({ arrivals, engine, faults, settings, start }: Guard) => {
  const control = Controls.make({ arrivals, engine, faults })
  const rateLimit = RateLimit.make(settings.rateLimits, start)
  const authentication = Authentication.make(settings.keys, settings.nonceWindow)

  const tooMany = (unlock: number, now: number) =>
    Responses.tooManyRequests(RateLimit.retryAfter(settings.rateLimits.retryAfter, unlock, now))

  /** Lets a request through to the router once it is known whose it is. */
  const admit = Effect.fnUntraced(function* (
    app: HttpApp.Default,
    request: HttpServerRequest.HttpServerRequest,
    credentials: Authentication.Credentials,
    path: string,
    search: string
  ) {
    const canonical = Routes.canonical(path)
    const methods = Routes.find(canonical)
    if (methods === undefined) return Responses.notFound(path)
    const route = methods.get(request.method)
    if (route === undefined) return Responses.methodNotAllowed(request.method)
    const body = yield* readBody(request)
    if (Option.isNone(body)) return Responses.error(400, -2, `BADREQUEST: a body has at most ${bodyLimit} bytes`)
    // A public endpoint that is more exact when signed refuses a wrong signature all the same.
    if (route.signed || (route.optional && credentials.apiKey !== undefined)) {
      const now = yield* Clock.currentTimeMillis
      const key = authentication.verify({ ...credentials, path, body: body.value }, now)
      if (Either.isLeft(key)) return Responses.unauthorized(key.left, now)
      if (
        route.permissions.length > 0 &&
        !route.permissions.some((permission) => key.right.permissions.includes(permission))
      ) {
        return Responses.forbidden(route.permissions.join(" or "))
      }
    }
    return yield* app.pipe(
      Effect.provideService(RequestBody, body.value),
      Effect.provideService(HttpServerRequest.HttpServerRequest, request.modify({ url: `${canonical}${search}` })),
      Effect.catchAllCause(routerFailure)
    )
  })

  /** The answer to a request within the limit, and what goes wrong with it. */
  const answer = (
    app: HttpApp.Default,
    request: HttpServerRequest.HttpServerRequest,
    credentials: Authentication.Credentials,
    user: string
  ): HttpApp.Default => {
    const { path: full, search } = targetOf(request.url)
    const path = signedPath(full)
    if (path === undefined) return Effect.succeed(Responses.notFound(full))
    const admitted = admit(app, request, credentials, path, search)
    const fault = faults.next(request.method, path)
    const blocked = Effect.map(Clock.currentTimeMillis, (now) => tooMany(rateLimit.block(user, now), now))
    return fault === null ? admitted : Faults.apply(fault, request, admitted, blocked)
  }

  return (app: HttpApp.Default) =>
    Effect.gen(function* () {
      const request = yield* HttpServerRequest.HttpServerRequest
      const { path } = targetOf(request.url)
      if (path === controls || path.startsWith(`${controls}/`)) return yield* control(request, path)
      const at = yield* Clock.currentTimeMillis
      const credentials = Authentication.credentialsOf(request.headers)
      const answered = arrivals.add({
        at,
        method: request.method,
        path,
        apiKey: credentials.apiKey ?? null,
        nonce: credentials.nonce ?? null
      })
      const user = userOf(authentication.keyOf(credentials.apiKey), request)
      const unlock = rateLimit.unlockOf(user, at)
      const response = unlock === null ? yield* answer(app, request, credentials, user) : tooMany(unlock, at)
      answered(response.status)
      return HttpServerResponse.setHeader(response, "date", Responses.httpDate(yield* engine.now))
    })
}
