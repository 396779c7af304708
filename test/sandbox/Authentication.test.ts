import { Sandbox } from "@btse-wallet/sandbox"
import type { SandboxOptions } from "@btse-wallet/sandbox"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted, TestClock } from "effect"
import * as SignedClient from "./SignedClient.ts"

/** "Example 1: Get Wallet" of the document. */
const vector = {
  apiKey: "4e9536c79f0fdd72bf04f2430982d3f61d9d76c996f0175bbba470d69d59816x",
  secret: "848db84ac252b6726e5f6e7a711d9c96d9fd77d020151b45839a5b59c37203bx",
  nonce: 1624984297330
}

const wallet = "/api/v3.2/user/wallet"
const fast = { rateLimits: { requestsPerSecond: 1_000 } }

const unauthorized = (reason: string) => ({
  code: 10002,
  msg: expect.stringContaining(`UNAUTHORIZED: ${reason}`),
  time: expect.any(Number),
  data: null,
  success: false
})

const key = (apiKey: string, permissions: ReadonlyArray<SandboxOptions.Permission>) => ({
  apiKey,
  apiSecret: Redacted.make("secret"),
  permissions
})

describe("signatures", () => {
  it.scoped("the document's example is accepted at its time, and with one bit changed it is not", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(vector.nonce)
      const apiSecret = Redacted.make(vector.secret)
      const sandbox = yield* Sandbox.start({ keys: [{ apiKey: vector.apiKey, apiSecret, permissions: ["Read"] }] })
      const signature = SignedClient.sign(vector.secret, `${wallet}${vector.nonce}`)
      expect(signature.startsWith("14b986706a4368221e0af14a67253771")).toBe(true)
      const call = SignedClient.make(sandbox)
      const altered = yield* call({ path: wallet, nonce: `${vector.nonce}`, signedPath: `${wallet}s` })
      expect(altered.status).toBe(401)
      expect(altered.json).toEqual(unauthorized("the signature"))
      const { json, status } = yield* call({ path: wallet, nonce: `${vector.nonce}` })
      expect({ json, status }).toEqual({ json: [], status: 200 })
    })
  )

  it.scopedLive("either header prefix is taken, and the query is not signed but the body is", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.start(fast)
      const call = SignedClient.make(sandbox)
      const path = "/api/v3.2/user/wallet_history"
      expect((yield* call({ path, search: "?count=3&currency=BTC" })).status).toBe(200)
      expect((yield* call({ path, prefix: "request" })).status).toBe(200)
      expect((yield* call({ path, search: "?count=3", signedPath: `${path}?count=3` })).status).toBe(401)
      expect((yield* call({ path, signedPath: `/spot${path}` })).status).toBe(401)
      const post = { method: "POST", path: "/api/v3.2/user/wallet/address" } as const
      const body = `{"currency":"BTC","network":"Bitcoin"}`
      expect((yield* call({ ...post, body, signedPath: `${post.path}other` })).status).toBe(401)
      expect((yield* call({ ...post, body })).status).toBe(200)
    })
  )

  it.scopedLive("a wrong secret, an unknown key and missing headers are 401 in the exchange's shape", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.start(fast)
      const call = SignedClient.make(sandbox)
      const wrong = yield* call({ path: wallet, apiSecret: "wrong" })
      expect([wrong.status, wrong.json]).toEqual([401, unauthorized("the signature does not match")])
      const unknown = yield* call({ path: wallet, apiKey: "unknown" })
      expect([unknown.status, unknown.json]).toEqual([401, unauthorized("unknown API key")])
      const missing = yield* SignedClient.unsigned(sandbox, { path: wallet })
      expect([missing.status, missing.json]).toEqual([401, unauthorized("the headers")])
    })
  )

  it.scoped("a nonce is a whole number near the clock, and is taken once", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(vector.nonce)
      const sandbox = yield* Sandbox.start({ ...fast, nonceWindow: "10 seconds" })
      const call = SignedClient.make(sandbox)
      const status = (nonce: string) => Effect.map(call({ path: wallet, nonce }), (answer) => answer.status)
      expect(yield* status(`${vector.nonce - 10_000}`)).toBe(200)
      expect(yield* status(`${vector.nonce - 10_001}`)).toBe(401)
      expect(yield* status(`${vector.nonce + 10_000}`)).toBe(200)
      expect(yield* status(`${vector.nonce + 10_001}`)).toBe(401)
      expect(yield* status("12.5")).toBe(401)
      expect(yield* status(`${vector.nonce}`)).toBe(200)
      const repeated = yield* call({ path: wallet, nonce: `${vector.nonce}` })
      expect([repeated.status, repeated.json]).toEqual([401, unauthorized("the nonce was used before")])
    })
  )
})

describe("permissions", () => {
  const requests = {
    balance: { path: wallet },
    history: { path: "/api/v3.2/user/wallet_history" },
    getAddress: { path: "/api/v3.2/user/wallet/address", search: "?currency=BTC&network=Bitcoin" },
    createAddress: {
      method: "POST",
      path: "/api/v3.2/user/wallet/address",
      body: `{"currency":"BTC","network":"Bitcoin"}`
    },
    withdraw: { method: "POST", path: "/api/v3.2/user/wallet/withdraw", body: "{}" },
    convert: { method: "POST", path: "/api/v3.2/user/wallet/convert", body: "{}" },
    transfer: { method: "POST", path: "/api/v3.2/user/wallet/transfer", body: "{}" }
  } as const

  const allowed: Readonly<Record<SandboxOptions.Permission, ReadonlyArray<keyof typeof requests>>> = {
    Read: ["balance", "history"],
    Wallet: ["getAddress", "createAddress", "convert", "transfer"],
    Transfer: ["transfer"],
    Withdraw: ["withdraw"]
  }

  it.scopedLive("each key may do what its permissions say, and the rest is 403", () =>
    Effect.gen(function* () {
      const permissions = ["Read", "Wallet", "Transfer", "Withdraw"] as const
      const keys = permissions.map((permission) => key(permission, [permission]))
      const sandbox = yield* Sandbox.start({ ...fast, keys })
      const call = SignedClient.make(sandbox)
      for (const permission of permissions) {
        const open: Array<string> = []
        for (const [name, request] of Object.entries(requests)) {
          const { json, status } = yield* call({ ...request, apiKey: permission, apiSecret: "secret" })
          if (status !== 403) open.push(name)
          else
            expect(json).toMatchObject({ status: 403, message: expect.stringContaining("FORBIDDEN"), extraData: null })
        }
        expect(open).toEqual(allowed[permission])
      }
    })
  )
})
