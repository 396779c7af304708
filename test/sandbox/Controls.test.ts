import { Sandbox } from "@btse-wallet/sandbox"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as SignedClient from "./SignedClient.ts"

const started = Effect.gen(function* () {
  const sandbox = yield* Sandbox.start()
  const beside = { ...sandbox, baseUrl: new URL("/sandbox", sandbox.baseUrl) }
  const control = (method: "GET" | "POST", path: string, body?: string) =>
    SignedClient.unsigned(beside, body === undefined ? { method, path } : { method, path, body })
  return { sandbox, call: SignedClient.make(sandbox), control }
})

describe("the controls over HTTP", () => {
  it.scopedLive("show and drive the exchange from another process", () =>
    Effect.gen(function* () {
      const { call, control } = yield* started
      const deposit = `{"currency":"BTC","amount":"123456789012345.123456789012345678","orderId":"90071992547409931"}`
      expect((yield* control("POST", "/deposits", deposit)).json).toEqual({ orderId: "90071992547409931" })
      const body = `{"currency":"BTC-Bitcoin","address":"address","tag":"","amount":"1"}`
      yield* call({ method: "POST", path: "/api/v3.2/user/wallet/withdraw", body })
      yield* control("POST", "/advance", `{"millis":2000}`)
      yield* control("POST", "/faults", `{"kind":"error-500"}`)
      expect((yield* call({ path: "/api/v3.2/user/wallet" })).status).toBe(500)
      expect((yield* control("GET", "")).json).toEqual({
        now: expect.any(Number),
        records: 2,
        balances: [
          {
            currency: "BTC",
            total: "123456789012344.123456789012345678",
            available: "123456789012344.123456789012345678"
          }
        ],
        requests: 2,
        refusedForRate: 0
      })
      expect((yield* control("GET", "/received")).json).toMatchObject([{ status: 200 }, { status: 500 }])
    })
  )

  it.scopedLive("are neither signed nor limited, and say what they do not understand", () =>
    Effect.gen(function* () {
      const { control } = yield* started
      const statuses = yield* Effect.all(
        Effect.replicate(
          Effect.map(control("GET", ""), ({ status }) => status),
          20
        )
      )
      expect(new Set(statuses)).toEqual(new Set([200]))
      expect((yield* control("GET", "/nope")).status).toBe(404)
      for (const body of ["", "{", `{"millis":-1}`, `{"millis":"1"}`]) {
        expect([body, (yield* control("POST", "/advance", body)).status]).toEqual([body, 400])
      }
      expect((yield* control("POST", "/faults", `{"kind":"earthquake"}`)).status).toBe(400)
      expect((yield* control("POST", "/deposits", `{"currency":"BTC","amount":"1e5"}`)).status).toBe(400)
    })
  )
})
