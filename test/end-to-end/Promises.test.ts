import { Sandbox } from "@btse-wallet/sandbox"
import { HttpClient } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Either, Layer, Option } from "effect"
import * as Promises from "../../examples/promises.ts"
import * as Requests from "../core/Requests.ts"

/** The wallet of the example on a sandbox of its own, closed with the scope. */
const opened = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const http = Layer.succeed(HttpClient.HttpClient, yield* HttpClient.HttpClient)
  const wallet = yield* Effect.acquireRelease(
    Effect.sync(() => Promises.open(sandbox.config, http)),
    ({ close }) => Effect.promise(close)
  )
  yield* sandbox.engine.deposit({ currency: "BTC", amount: Requests.amount("1") })
  return { sandbox, wallet }
})

const rejectionOf = (call: () => Promise<unknown>) =>
  Effect.promise(() =>
    call().then(
      (): unknown => "no rejection",
      (rejection: unknown) => rejection
    )
  )

describe("The wallet for a program of promises", () => {
  it.scopedLive("resolves, and a payment's error keeps its type", () =>
    Effect.gen(function* () {
      const { sandbox, wallet } = yield* opened
      expect((yield* Effect.promise(() => wallet.balances())).map(({ currency }) => currency)).toEqual(["BTC"])
      const withdraw = Effect.promise(() => wallet.withdraw(Requests.withdrawal))
      expect(Promises.outcomeOf(yield* withdraw)).toMatch(/^sent as \d+$/)
      yield* sandbox.inject({ kind: "reset-after" })
      const lost = yield* withdraw
      expect(Either.getOrThrow(Either.flip(lost))._tag).toBe("OutcomeUnknown")
      expect(Promises.outcomeOf(lost)).toMatch(/^look before you repeat it: /)
      const tooSmall = { ...Requests.withdrawal, amount: Requests.amount("0.0000001") }
      expect(Promises.outcomeOf(yield* Effect.promise(() => wallet.withdraw(tooSmall)))).toMatch(/^not sent: /)
    }).pipe(Effect.provide(Sandbox.layerInProcess()))
  )

  it.scopedLive("rejects with the error, which is found by its tag", () =>
    Effect.gen(function* () {
      const { sandbox, wallet } = yield* opened
      const answer = { status: 429, body: `{"status":429,"errorCode":303}`, headers: { "retry-after": "600" } }
      yield* sandbox.inject({ kind: "answer", answer })
      const rejection = yield* rejectionOf(() => wallet.balances())
      expect(Promises.isRateLimited(rejection)).toBe(true)
      expect(String(rejection)).toContain("takes no more requests before")
      expect(Option.isNone(Promises.errorOf(new Error("another")))).toBe(true)
    }).pipe(Effect.provide(Sandbox.layerInProcess()))
  )

  it.scopedLive("rejects as interrupted where its signal aborts", () =>
    Effect.gen(function* () {
      const { wallet } = yield* opened
      const rejection = yield* rejectionOf(() => wallet.balances(AbortSignal.abort()))
      expect(Option.isNone(Promises.errorOf(rejection))).toBe(true)
    }).pipe(Effect.provide(Sandbox.layerInProcess()))
  )
})
