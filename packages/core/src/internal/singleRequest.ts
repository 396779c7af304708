/**
 * One request to one address, whichever HTTP client is underneath: redirects are not followed, and what the client would
 * send a second time is not sent.
 *
 * @internal
 */
import {
  FetchHttpClient,
  HttpClient,
  type HttpClientError,
  HttpClientRequest,
  type HttpClientResponse
} from "@effect/platform"
import { Context, Effect, Option, Predicate, Ref } from "effect"

/** Options of the undici client of @effect/platform-node, by its key: core imports no Node package. */
const UndiciOptions = Context.GenericTag<object>("@effect/platform-node/NodeHttpClient/undiciOptions")

const withoutRedirects = (given: Context.Context<never>, caller: Context.Context<never>): Context.Context<never> => {
  const options = <I>(tag: Context.Tag<I, object>) =>
    Option.getOrElse(
      Option.orElse(Context.getOption(caller, tag), () => Context.getOption(given, tag)),
      () => ({})
    )
  return caller.pipe(
    Context.add(FetchHttpClient.RequestInit, { ...options(FetchHttpClient.RequestInit), redirect: "manual" }),
    Context.add(UndiciOptions, { ...options(UndiciOptions), maxRedirections: 0 })
  )
}

/**
 * The context in which a client sends: what its layer was given is visible only from within, where requests are made. The
 * request is given up there, before anything is sent.
 */
const contextOf = Effect.fnUntraced(function* (http: HttpClient.HttpClient) {
  const seen = yield* Ref.make<Context.Context<never>>(Context.empty())
  const looking = HttpClient.mapRequestInputEffect(http, () =>
    Effect.context<never>().pipe(
      Effect.flatMap((context) => Ref.set(seen, context)),
      Effect.zipRight(Effect.interrupt)
    )
  )
  yield* Effect.exit(looking.execute(HttpClientRequest.get("http://localhost")))
  return yield* Ref.get(seen)
})

/** The client tried to send a request again. */
export class SentAgain {
  readonly _tag = "SentAgain"
}

/** Lets a request through once; a client that retries by itself comes here again. */
const onlyOnce = (http: HttpClient.HttpClient) =>
  Effect.map(Ref.make(false), (sent) =>
    HttpClient.mapRequestInputEffect(http, (request) =>
      Effect.flatMap(Ref.getAndSet(sent, true), (before) =>
        before ? Effect.die(new SentAgain()) : Effect.succeed(request)
      )
    )
  )

/** A client that fails at statuses it does not like has the answer all the same. */
const answerOf = (error: HttpClientError.HttpClientError) =>
  error._tag === "ResponseError" && error.reason === "StatusCode" ? Effect.succeed(error.response) : Effect.fail(error)

/** Makes the function that sends. Spans of the HTTP client are off: they would show headers and query strings. */
export const make = Effect.fnUntraced(function* (client: HttpClient.HttpClient) {
  const http = client.pipe(
    HttpClient.withTracerDisabledWhen(() => true),
    HttpClient.withTracerPropagation(false)
  )
  const given = yield* contextOf(http)
  return (
    request: HttpClientRequest.HttpClientRequest
  ): Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError | SentAgain> =>
    Effect.flatMap(onlyOnce(http), (once) =>
      // What is compressed may unpack to any size.
      once.execute(HttpClientRequest.setHeader(request, "accept-encoding", "identity"))
    ).pipe(
      Effect.catchAll(answerOf),
      Effect.mapInputContext((caller: Context.Context<never>) => withoutRedirects(given, caller)),
      Effect.catchSomeDefect((defect) =>
        defect instanceof SentAgain ? Option.some(Effect.fail(defect)) : Option.none()
      )
    )
})

const sameAddress = (one: string, other: string): boolean => {
  if (one === other) return true
  const [a, b] = [one, other].map((text) => Option.liftThrowable(() => new URL(text))())
  return (
    a !== undefined &&
    b !== undefined &&
    Option.isSome(a) &&
    Option.isSome(b) &&
    a.value.origin === b.value.origin &&
    a.value.pathname === b.value.pathname
  )
}

/** The platform's own answer, under what Effect puts around it. */
const sourceOf = (response: HttpClientResponse.HttpClientResponse): unknown => {
  const original = Predicate.hasProperty(response, "original") ? response.original : response
  return Predicate.hasProperty(original, "source") ? original.source : undefined
}

/** The addresses that undici has been sent to, the first one included. */
const historyOf = (source: unknown): ReadonlyArray<unknown> =>
  Predicate.hasProperty(source, "context") &&
  Predicate.hasProperty(source.context, "history") &&
  Array.isArray(source.context.history)
    ? source.context.history
    : []

/** Whether the answer comes from another address than the one that was asked. */
export const isElsewhere = (asked: string, response: HttpClientResponse.HttpClientResponse): boolean => {
  const source = sourceOf(response)
  if (!sameAddress(asked, response.request.url) || historyOf(source).length > 1) return true
  if (Predicate.hasProperty(source, "redirected") && source.redirected === true) return true
  const url = Predicate.hasProperty(source, "url") ? source.url : undefined
  return typeof url === "string" && url !== "" && URL.canParse(url) && !sameAddress(asked, url)
}
