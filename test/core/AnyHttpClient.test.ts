// @effect-diagnostics globalFetch:off -- a fetch of the test's own stands before the platform's
import { FetchHttpClient, HttpClient, type HttpClientRequest } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { Agent, interceptors } from "@effect/platform-node/Undici"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Schedule } from "effect"
import * as Documented from "./Documented.ts"
import * as HttpClients from "./HttpClients.ts"
import * as Requests from "./Requests.ts"
import * as Stage from "./Stage.ts"

const changed = (change: (client: HttpClient.HttpClient) => HttpClient.HttpClient) =>
  Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, change)).pipe(
    Layer.provide(NodeHttpClient.layerUndici)
  )

/** Clients that follow redirects by themselves, which nobody can hinder. */
const following = changed(HttpClient.followRedirects(3))

/** An agent that follows redirects unless each request says otherwise. */
const redirectingAgent = NodeHttpClient.layerUndiciWithoutDispatcher.pipe(
  Layer.provide(
    Layer.succeed(NodeHttpClient.Dispatcher, new Agent().compose(interceptors.redirect({ maxRedirections: 3 })))
  )
)

const redirectTo = ({ href }: URL): Stage.Answer => Stage.answer(307, "", { location: `${href}/elsewhere` })

describe("Any HTTP client", () => {
  it.live("that follows a redirect brings no answer of the exchange's", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const elsewhere = yield* Stage.open([Stage.answer(200, `{"withdraw_id":"astray"}`)])
        const { baseUrl } = yield* Stage.open([redirectTo(elsewhere.baseUrl)])
        yield* HttpClients.withWallet(
          following,
          baseUrl,
          Effect.fnUntraced(function* (wallet) {
            const error = yield* Effect.flip(wallet.withdraw(Requests.withdrawal))
            expect(error).toMatchObject({ _tag: "OutcomeUnknown", refusal: null })
            expect(error.message).toContain("redirect")
            expect((yield* Effect.flip(wallet.balances))._tag).toBe("BadGateway")
          })
        )
      })
    )
  )

  it.live("of undici whose agent follows redirects sends nothing to another host", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const elsewhere = yield* Stage.open([Stage.answer(200, `{"withdraw_id":"astray"}`)])
        const { baseUrl } = yield* Stage.open([redirectTo(elsewhere.baseUrl)])
        const error = yield* HttpClients.withWallet(redirectingAgent, baseUrl, (wallet) =>
          Effect.flip(wallet.withdraw(Requests.withdrawal))
        )
        expect(error._tag).toBe("OutcomeUnknown")
        expect(elsewhere.received).toEqual([])
      })
    )
  )

  it.live("that sends again by itself sends a request once", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const retrying = changed(HttpClient.retryTransient({ times: 3, schedule: Schedule.spaced("1 millis") }))
        const { baseUrl, received } = yield* Stage.open([Stage.answer(503, ""), Stage.answer(200, Documented.withdraw)])
        const error = yield* HttpClients.withWallet(retrying, baseUrl, (wallet) =>
          Effect.flip(wallet.withdraw(Requests.withdrawal))
        )
        expect(error._tag).toBe("OutcomeUnknown")
        expect(received).toHaveLength(1)
      })
    )
  )

  it.live("that fails at a status is read all the same", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const body = `{"errorCode":51523,"message":"no funds"}`
        const { baseUrl } = yield* Stage.open([Stage.answer(400, body)])
        const error = yield* HttpClients.withWallet(changed(HttpClient.filterStatusOk), baseUrl, (wallet) =>
          Effect.flip(wallet.withdraw(Requests.withdrawal))
        )
        expect(error._tag).toBe("InsufficientBalance")
      })
    )
  )

  it.live("of fetch keeps the options of its layer and of its caller, all but following", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const { baseUrl, received } = yield* Stage.open([Stage.answer(200, Documented.balance)])
        const seen: Array<RequestInit | undefined> = []
        const fetching: typeof fetch = (input, init) => {
          seen.push(init)
          return fetch(input, init)
        }
        const layer = FetchHttpClient.layer.pipe(
          Layer.provide([
            Layer.succeed(FetchHttpClient.Fetch, fetching),
            Layer.succeed(FetchHttpClient.RequestInit, { redirect: "follow", headers: { "x-layer": "kept" } })
          ])
        )
        yield* HttpClients.withWallet(
          layer,
          baseUrl,
          Effect.fnUntraced(function* (wallet) {
            yield* wallet.balances
            yield* Effect.provideService(wallet.balances, FetchHttpClient.RequestInit, {
              headers: { "x-caller": "kept" }
            })
          })
        )
        expect(seen.map((init) => init?.redirect)).toEqual(["manual", "manual"])
        expect(received.map(({ headers }) => [headers["x-layer"], headers["x-caller"]])).toEqual([
          ["kept", undefined],
          [undefined, "kept"]
        ])
      })
    )
  )

  it.live("asks for no compression, and an encoding that is not undone is named", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const zstd = Buffer.from("28b52ffd0458", "hex")
        const { baseUrl, received } = yield* Stage.open([
          (response) => {
            response.writeHead(200, { "content-type": "application/json", "content-encoding": "zstd" })
            response.end(zstd)
          }
        ])
        yield* HttpClients.withWallet(
          NodeHttpClient.layerUndici,
          baseUrl,
          Effect.fnUntraced(function* (wallet) {
            expect((yield* Effect.flip(wallet.balances)).message).toContain("content-encoding zstd")
            expect((yield* Effect.flip(wallet.withdraw(Requests.withdrawal)))._tag).toBe("OutcomeUnknown")
          })
        )
        expect(received[0]?.headers["accept-encoding"]).toBe("identity")
      })
    )
  )

  it.live("is not asked while a wallet is made", () =>
    Effect.gen(function* () {
      const asked: Array<HttpClientRequest.HttpClientRequest> = []
      const counting = changed(HttpClient.mapRequest((request) => (asked.push(request), request)))
      yield* HttpClients.withWallet(counting, new URL("http://127.0.0.1:9/spot"), () => Effect.void)
      expect(asked).toEqual([])
    })
  )
})
