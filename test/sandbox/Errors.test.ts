import { Sandbox } from "@btse-wallet/sandbox"
import { describe, expect, it } from "@effect/vitest"
import { BigDecimal, Effect, Fiber, Schedule } from "effect"
import { createServer } from "node:net"
import * as SignedClient from "./SignedClient.ts"

const fast = { rateLimits: { requestsPerSecond: 1_000 } }

const refusal = (status: number, errorCode: number, message: string) => ({
  status,
  errorCode,
  message: expect.stringContaining(message),
  extraData: null
})

const started = Effect.gen(function* () {
  const sandbox = yield* Sandbox.start(fast)
  yield* sandbox.engine.deposit({ currency: "BTC", amount: BigDecimal.unsafeFromString("1") })
  return { sandbox, call: SignedClient.make(sandbox) }
})

describe("refusals", () => {
  it.scopedLive("a withdrawal that cannot be is refused with its code, and nothing moves", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* started
      const withdraw = (fields: Readonly<Record<string, unknown>>) =>
        call({
          method: "POST",
          path: "/api/v3.2/user/wallet/withdraw",
          body: JSON.stringify({ currency: "BTC-Bitcoin", address: "a", tag: "", amount: "0.5", ...fields })
        })
      const cases: ReadonlyArray<readonly [Readonly<Record<string, unknown>>, number, string]> = [
        [{ amount: "0.123456789" }, 3506, "8 decimals"],
        [{ amount: "0.100000000" }, 3506, "8 decimals"],
        [{ amount: "0.0009" }, 3506, "the minimum is 0.001"],
        [{ amount: "0" }, 3506, "positive"],
        [{ amount: "-1" }, 3506, "positive"],
        [{ amount: "1e-3" }, -2, "plain notation"],
        [{ amount: 0.5 }, -2, "the body"],
        [{ tag: undefined }, -2, "the body"],
        [{ address: " " }, -2, "address"],
        [{ currency: "NOPE-Bitcoin" }, 11, "NOPE-Bitcoin"],
        [{ currency: "BTC" }, 11, "BTC"],
        [{ amount: "1.00000001" }, 51523, "BTC"],
        [{ amount: "1", includeWithdrawFee: false }, 51523, "BTC"]
      ]
      for (const [fields, code, message] of cases) {
        const { json, status } = yield* withdraw(fields)
        expect([fields, status, json]).toEqual([fields, 400, refusal(400, code, message)])
      }
      expect(yield* sandbox.engine.count).toBe(1)
      expect(yield* sandbox.engine.account("hold", "BTC")).toEqual(BigDecimal.make(0n, 0))
    })
  )

  it.scopedLive("an unused address stands in the way of another until a deposit uses it", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* started
      const create = call({
        method: "POST",
        path: "/api/v3.2/user/wallet/address",
        body: `{"currency":"XRP","network":"RIPPLE"}`
      })
      const [first] = Object(yield* create).json
      const second = yield* create
      expect([second.status, second.json]).toEqual([400, refusal(400, 3528, `BADREQUEST: ${first.address}`)])
      expect(first.address).toMatch(/^r[0-9a-f]+:\d+$/)
      yield* sandbox.engine.deposit({ currency: "XRP", amount: BigDecimal.make(1n, 0) })
      expect((yield* create).status).toBe(200)
    })
  )

  it.scopedLive("conversions and transfers of what is not there, or not known, are refused", () =>
    Effect.gen(function* () {
      const { call } = yield* started
      const post = (operation: string, body: unknown) =>
        call({ method: "POST", path: `/api/v3.2/user/wallet/${operation}`, body: JSON.stringify(body) })
      const convert = { amount: "2", fromAsset: "BTC", toAsset: "USD" }
      expect((yield* post("convert", convert)).json).toEqual(refusal(400, 51523, "BTC"))
      expect((yield* post("convert", { ...convert, toAsset: "NOPE" })).json).toEqual(refusal(400, 11, "NOPE"))
      expect((yield* post("convert", { ...convert, toAsset: "BTC" })).json).toEqual(refusal(400, -2, "converted"))
      const transfer = { amount: "2", asset: "BTC", toUser: "jamesbond", toUserMail: "james.bond@google.com" }
      expect((yield* post("transfer", transfer)).json).toEqual(refusal(400, 51523, "BTC"))
      expect((yield* post("transfer", { ...transfer, asset: "NOPE" })).json).toEqual(refusal(400, 11, "NOPE"))
      expect((yield* post("transfer", { ...transfer, amount: "0" })).json).toEqual(refusal(400, -2, "positive"))
    })
  )

  it.scopedLive("bodies and parameters that cannot be understood are 400 with -2", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* started
      const post = { method: "POST", path: "/api/v3.2/user/wallet/convert" } as const
      const history = "/api/v3.2/user/wallet_history"
      for (const body of ["", "{", "[]", "null", `{"amount":"1"}`, `{"amount":"1","fromAsset":"BTC","toAsset":5}`]) {
        expect([body, (yield* call({ ...post, body })).json]).toEqual([body, refusal(400, -2, "")])
      }
      const large = yield* call({ ...post, body: `{"amount":"${"1".repeat(20_000)}"}` })
      expect(large.json).toEqual(refusal(400, -2, "bytes"))
      for (const search of ["?count=0", "?count=x", "?startTime=1.5", "?startTime=2&endTime=1", "?count=1&count=2"]) {
        expect([search, (yield* call({ path: history, search })).json]).toEqual([search, refusal(400, -2, "")])
      }
      const action = yield* SignedClient.unsigned(sandbox, {
        path: "/api/v3.2/availableCurrencies",
        search: "?action=STEAL"
      })
      expect([action.status, action.json]).toEqual([400, refusal(400, -2, "")])
      expect((yield* SignedClient.unsigned(sandbox, { path: "/api/v3.2/availableCurrencyNetworks" })).status).toBe(400)
    })
  )

  it.scopedLive("an unknown path is 404, a known one with another method 405", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* started
      for (const path of ["/api/v3.2/nope", "/api/v3.3/user/wallet", "/", "/api/v3.2/user/wallet/"]) {
        const { json, status } = yield* call({ path })
        expect([path, status, json]).toEqual([path, 404, refusal(404, -1, "NOT FOUND")])
      }
      const put = yield* call({ method: "DELETE", path: "/api/v3.2/user/wallet" })
      expect([put.status, put.json]).toEqual([405, refusal(405, -1, "METHOD NOT ALLOWED")])
      const root = yield* SignedClient.unsigned(
        { ...sandbox, baseUrl: new URL("/nope", sandbox.baseUrl) },
        { path: "" }
      )
      expect(root.status).toBe(404)
    })
  )
})

describe("starting", () => {
  const occupied = Effect.acquireRelease(
    Effect.async<{ readonly port: number; readonly close: () => void }>((resume) => {
      const server = createServer().listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" && address !== null ? address.port : 0
        resume(Effect.succeed({ port, close: () => server.close() }))
      })
    }),
    ({ close }) => Effect.sync(close)
  )

  it.scopedLive("a port in use, and a number that is no port, are errors that say what to do", () =>
    Effect.gen(function* () {
      const { port } = yield* occupied
      const inUse = yield* Effect.flip(Sandbox.start({ port }))
      expect(inUse._tag).toBe("PortInUse")
      expect(inUse.message).toContain(`Port ${port} is in use`)
      const wrong = yield* Effect.flip(Sandbox.start({ port: 70_000 }))
      expect(wrong._tag).toBe("PortNotAllowed")
    })
  )

  it.scopedLive("a port is free again once the sandbox is closed", () =>
    Effect.gen(function* () {
      const first = yield* Effect.scoped(
        Effect.tap(Sandbox.start(fast), (sandbox) => SignedClient.make(sandbox)({ path: "/api/v3.2/user/wallet" }))
      )
      const second = yield* Sandbox.start({ port: Number(first.baseUrl.port) })
      expect(second.baseUrl.href).toBe(first.baseUrl.href)
    })
  )

  it.scopedLive("closing waits for no request that is still being answered", () =>
    Effect.gen(function* () {
      const answering = yield* Effect.scoped(
        Effect.gen(function* () {
          const sandbox = yield* Sandbox.start({ ...fast, faults: { rate: 1, kinds: ["latency"], latency: "1 hours" } })
          const fiber = yield* Effect.forkDaemon(SignedClient.unsigned(sandbox, { path: "/api/v3.3/time" }))
          yield* Effect.repeat(sandbox.received, {
            until: (arrivals) => arrivals.length === 1,
            schedule: Schedule.spaced("5 millis")
          })
          return fiber
        })
      )
      expect((yield* Fiber.await(answering))._tag).toBe("Failure")
    })
  )
})
