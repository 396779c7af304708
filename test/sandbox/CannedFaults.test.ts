import { Fault, Sandbox } from "@btse-wallet/sandbox"
import { HttpClient, HttpClientRequest } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { BigDecimal, Chunk, Clock, Duration, Effect, Redacted, Stream, TestClock } from "effect"
import { gunzipSync } from "node:zlib"
import * as SignedClient from "./SignedClient.ts"

const now = 1_790_000_000_000

const path = "/api/v3.2/user/wallet/withdraw"
const body = `{"currency":"BTC-Bitcoin","address":"bc1qx","tag":"","amount":"0.01"}`

/** Sends a withdrawal; the answer is the raw response. */
const withdraw = Effect.gen(function* () {
  const { apiKey, apiSecret, baseUrl } = yield* Sandbox.Sandbox
  yield* TestClock.adjust("1 seconds")
  const nonce = `${yield* Clock.currentTimeMillis}`
  return yield* HttpClient.execute(
    HttpClientRequest.post(`${baseUrl.href}${path}`).pipe(
      HttpClientRequest.bodyText(body, "application/json"),
      HttpClientRequest.setHeaders({
        "btse-api": apiKey,
        "btse-nonce": nonce,
        "btse-sign": SignedClient.sign(Redacted.value(apiSecret), `${path}${nonce}${body}`)
      })
    )
  )
})

const sandboxed = <A, E>(test: Effect.Effect<A, E, Sandbox.Sandbox | HttpClient.HttpClient>) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(now)
    return yield* Effect.provide(test, Sandbox.layerInProcess())
  })

const withdrawals = Effect.flatMap(Sandbox.Sandbox, ({ engine }) =>
  Effect.map(engine.rows, (rows) => rows.filter(({ type }) => type === "Withdraw"))
)

const funded = Effect.flatMap(Sandbox.Sandbox, ({ engine }) =>
  engine.deposit({ currency: "BTC", amount: BigDecimal.unsafeFromString("10") })
)

const statuses = [401, 403, 404, 405, 429, 451] as const

/** What a client sees of each fault, and whether the withdrawal was made: the table in the module's documentation. */
const seen: ReadonlyArray<readonly [Fault.FaultKind, number, unknown, done: boolean]> = [
  ...statuses.flatMap(
    (status) =>
      [
        [`repeated-${status}`, status, expect.stringMatching(/^\{.*\}$/), true],
        [`repeated-${status}-bare`, status, "", true],
        [`repeated-${status}-in-200`, 200, expect.stringContaining(`"success":false`), true]
      ] as const
  ),
  ["refused-with-id", 200, expect.stringMatching(/"withdraw_id":"\d+","success":false/), true],
  ["system-busy", 400, expect.stringContaining(`"errorCode":-1,`), false],
  ["bare-400", 400, "", false],
  ...([200, 400, 403, 429, 503] as const).map(
    (status) => [`html-${status}`, status, expect.stringContaining("<html>"), false] as const
  ),
  ["redirect-302", 302, "", false],
  ["redirect-307", 307, "", false],
  ["answer", 418, "tea", false]
]

describe("An answer in the place of the exchange's own", () => {
  it.effect("looks as documented, over a withdrawal that was made or not as documented, or as the injection says", () =>
    sandboxed(
      Effect.gen(function* () {
        const { inject } = yield* Sandbox.Sandbox
        yield* funded
        for (const [kind, status, text, byDefault] of seen) {
          for (const done of [undefined, true, false]) {
            const before = (yield* withdrawals).length
            yield* inject({ kind, done, answer: { status: 418, body: "tea" } })
            const response = yield* withdraw
            const made = (yield* withdrawals).length - before === 1
            expect([kind, done, response.status, made]).toEqual([kind, done, status, done ?? byDefault])
            if (kind !== "refused-with-id" || made) expect([kind, yield* response.text]).toEqual([kind, text])
          }
        }
      })
    )
  )

  it("covers every fault beyond the usual ones", () => {
    const named = [...Fault.usual, ...seen.map(([kind]) => kind), "endless-body", "gzip-bomb"]
    expect(new Set(named)).toEqual(new Set(Fault.FaultKind.literals))
  })

  it.effect("names the withdrawal that was made where a refusal carries its id", () =>
    sandboxed(
      Effect.gen(function* () {
        const { inject } = yield* Sandbox.Sandbox
        yield* funded
        yield* inject({ kind: "refused-with-id" })
        const text = yield* (yield* withdraw).text
        const [made] = yield* withdrawals
        expect(text).toContain(`"withdraw_id":"${made?.orderId}"`)
      })
    )
  )

  it.effect("redirects to where the injection says", () =>
    sandboxed(
      Effect.gen(function* () {
        const { inject } = yield* Sandbox.Sandbox
        yield* inject({ kind: "redirect-307", location: "https://thief.invalid/spot" })
        expect((yield* withdraw).headers["location"]).toBe("https://thief.invalid/spot")
      })
    )
  )

  it.effect("can have a body without end, or one that unpacks to a gigabyte", () =>
    sandboxed(
      Effect.gen(function* () {
        const { inject } = yield* Sandbox.Sandbox
        yield* inject({ kind: "endless-body" })
        const chunks = yield* Stream.runCollect(Stream.take((yield* withdraw).stream, 100))
        expect(Chunk.reduce(chunks, 0, (sum, { length }) => sum + length)).toBe(6_553_600)
        yield* inject({ kind: "gzip-bomb" })
        const packed = new Uint8Array(yield* (yield* withdraw).arrayBuffer)
        expect(packed.length).toBeLessThan(2_000_000)
        const member = packed.subarray(0, packed.length / 64)
        expect(gunzipSync(member).length * 64).toBe(1_073_741_824)
      })
    )
  )
})

describe("The exchange's clock", () => {
  it.effect("is what its Date header, its rows and its server time tell, ahead or behind of the machine's", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      for (const clockSkew of [3_600_000, -3_600_000]) {
        yield* Effect.gen(function* () {
          const { baseUrl, engine } = yield* Sandbox.Sandbox
          yield* funded
          const response = yield* withdraw
          const at = (yield* Clock.currentTimeMillis) + clockSkew
          expect(response.status).toBe(200)
          expect(Date.parse(response.headers["date"] ?? "")).toBe(at)
          expect((yield* withdrawals).map(({ timestamp }) => timestamp)).toEqual([at])
          yield* engine.advance(Duration.minutes(1))
          const time = yield* HttpClient.get(`${baseUrl.href}/api/v3.3/time`)
          expect(Date.parse(time.headers["date"] ?? "")).toBe(at + 60_000)
          expect(yield* time.text).toContain(`"epoch":${(at + 60_000) / 1_000}`)
        }).pipe(Effect.provide(Sandbox.layerInProcess({ clockSkew })))
      }
    })
  )
})
