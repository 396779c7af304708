/**
 * A proxy between a wallet and a sandbox that goes wrong with payments: it loses, repeats, refuses, hangs and breaks.
 */
import { HttpClient, HttpClientError, type HttpClientRequest, HttpClientResponse } from "@effect/platform"
import type { Sandbox } from "@btse-wallet/sandbox"
import { Deferred, Effect } from "effect"

/** An answer that proves nothing: of a proxy to its repetition, of the exchange in trouble, or of a page before it. */
const unproven: ReadonlyArray<readonly [status: number, body: string]> = [
  ...[401, 403, 404, 405, 429, 451].flatMap((status): ReadonlyArray<readonly [number, string]> => [
    [status, ""],
    [status, `{"errorCode":${status},"message":"refused"}`],
    [200, `{"success":false,"status":${status},"message":"refused"}`],
    [200, `{"code":${status},"msg":"refused","success":false}`]
  ]),
  [400, ""],
  [400, "<html><body>Bad Request</body></html>"],
  [400, `{"errorCode":-1,"message":"System busy"}`],
  [200, `{"success":false,"errorCode":-1,"message":"System busy"}`],
  [400, `{"errorCode":-11,"message":"System error"}`],
  [200, `{"success":false}`],
  [400, `{"errorCode":987654,"message":"new"}`],
  [408, ""],
  [500, ""],
  [502, "<html><body>Bad Gateway</body></html>"],
  [503, `{"message":"unavailable"}`],
  [200, "<html><body>We are under maintenance</body></html>"],
  [200, "{"],
  [302, ""]
]

/** Documented faults of the request. */
const proven = [
  `{"errorCode":51523,"message":"no"}`,
  `{"errorCode":-2,"message":"no"}`,
  `{"errorCode":11,"message":"no"}`
]

export const faults = [
  "ok",
  "ok",
  "lost before",
  "lost after",
  "no connection",
  "refused",
  "unproven before",
  "unproven after",
  "unproven after",
  "unproven after",
  "id in a refusal",
  "defect before",
  "defect after",
  "hang before",
  "hang after"
] as const

export type Fault = (typeof faults)[number]

export interface Plan {
  readonly fault: Fault
  /** Picks one of the answers. */
  readonly pick: number
  /** Done when the request is at the exchange, or past it. */
  readonly reached: Deferred.Deferred<void>
  /** Ends a hang. */
  readonly release: Deferred.Deferred<void>
}

const isPayment = ({ method, url }: HttpClientRequest.HttpClientRequest): boolean =>
  method === "POST" && /\/(?:withdraw|transfer|convert)$/.test(url)

export const make = (client: HttpClient.HttpClient, sandbox: Sandbox.RunningSandbox, planned: () => Plan) =>
  HttpClient.transform(client, (response, request) => {
    if (!isPayment(request)) return response
    const { fault, pick, reached, release } = planned()
    const broken = (code: string, syscall: string) =>
      new HttpClientError.RequestError({ request, reason: "Transport", cause: { code, syscall } })
    const answer = ([status, body]: readonly [number, string]) =>
      HttpClientResponse.fromWeb(
        request,
        new Response(body, {
          status,
          headers: { "content-type": body.startsWith("<") ? "text/html" : "application/json" }
        })
      )
    const one = <A>(all: ReadonlyArray<A>, otherwise: A): A => all[pick % all.length] ?? otherwise
    const any = answer(one(unproven, [500, ""] as const))
    const hang = Effect.zipRight(Deferred.await(release), broken("ECONNRESET", "read"))
    const done = Effect.zipLeft(response, Deferred.succeed(reached, undefined))
    const undone = Deferred.succeed(reached, undefined)
    switch (fault) {
      case "ok":
        return done
      case "lost before":
        return Effect.zipRight(undone, broken("ECONNRESET", "read"))
      case "lost after":
        return Effect.zipRight(done, broken("ECONNRESET", "read"))
      case "no connection":
        return Effect.zipRight(undone, broken("ECONNREFUSED", "connect"))
      case "refused":
        return Effect.as(undone, answer([400, one(proven, "")]))
      case "unproven before":
        return Effect.as(undone, any)
      case "unproven after":
        return Effect.as(done, any)
      case "id in a refusal":
        return Effect.zipRight(done, sandbox.engine.rows).pipe(
          Effect.map((rows) => {
            const last = rows.filter(({ type }) => type === "Withdraw").at(-1)
            return request.url.endsWith("withdraw") && last !== undefined
              ? answer([one([200, 400, 500, 429], 200), `{"success":false,"withdraw_id":"${last.orderId}"}`])
              : any
          })
        )
      case "defect before":
        return Effect.zipRight(undone, Effect.dieMessage("a body that cannot be held"))
      case "defect after":
        return Effect.zipRight(done, Effect.dieMessage("a body that cannot be held"))
      case "hang before":
        return Effect.zipRight(undone, hang)
      case "hang after":
        return Effect.zipRight(done, hang)
    }
  })
