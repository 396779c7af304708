import { type WalletError, WalletModel } from "@btse-wallet/core"
import { Sandbox, type SandboxOptions } from "@btse-wallet/sandbox"
import { HttpClient } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect, Ref } from "effect"
import * as SandboxClient from "../SandboxClient.ts"

const address = { currency: WalletModel.Currency.make("BTC"), network: WalletModel.Network.make("Bitcoin") }

/** The most of these instants, oldest first, that fall into any sliding second. */
const mostInASecond = (instants: ReadonlyArray<number>): number =>
  Math.max(...instants.map((start, index) => instants.slice(index).filter((at) => at < start + 1_000).length))

const fibers = <E>(size: number, each: (index: number) => Effect.Effect<unknown, E>) =>
  Effect.forEach(
    Array.from({ length: size }, (_, index) => index),
    each,
    { concurrency: "unbounded" }
  )

describe("Five requests a second", () => {
  it.scopedLive(
    "are what 50 fibers get through to the exchange, never more, and none is refused",
    () =>
      Effect.gen(function* () {
        const sandbox = yield* Sandbox.start({ records: 10 })
        const client = yield* SandboxClient.make(sandbox, { requestsPerSecond: 5 })
        // Twelve seconds' worth.
        yield* fibers(50, (index) => Effect.repeatN(client.balances, index < 10 ? 1 : 0))
        const received = yield* sandbox.received
        expect(received.filter(({ status }) => status !== 200)).toEqual([])
        const nonces = received.map(({ nonce }) => Number(nonce)).toSorted((a, b) => a - b)
        expect(new Set(nonces).size).toBe(60)
        expect(mostInASecond(nonces)).toBe(5)
        // The first five cost no time, so the others are what the time is for.
        const seconds = (Math.max(...nonces) - Math.min(...nonces)) / 1_000
        expect(55 / seconds).toBeGreaterThanOrEqual(4.75)
      }),
    60_000
  )
})

describe("An exchange that starts out blocking for two seconds", () => {
  const dialects = [
    "seconds",
    "epoch-seconds",
    "epoch-millis",
    "http-date"
  ] as const satisfies ReadonlyArray<SandboxOptions.RetryAfter>
  for (const retryAfter of dialects) {
    it.scopedLive(
      `gets no request after its first 429 before the block is over, with Retry-After as ${retryAfter}`,
      () =>
        Effect.gen(function* () {
          const started = yield* Clock.currentTimeMillis
          const sandbox = yield* Sandbox.start({
            rateLimits: { startsBlockedFor: "2 seconds", blocks: "escalating", retryAfter }
          })
          const refusedAt = yield* Ref.make(Infinity)
          const client = yield* SandboxClient.make(sandbox, {
            requestsPerSecond: 5,
            around: HttpClient.tap(({ status }) =>
              status === 429
                ? Effect.flatMap(Clock.currentTimeMillis, (now) => Ref.update(refusedAt, (at) => Math.min(at, now)))
                : Effect.void
            )
          })
          // Reads and a write, half of them there from the start and half coming when the gate is closed.
          const ask = (index: number) => {
            const asked: Effect.Effect<unknown, WalletError.WalletError> =
              index === 7 ? client.createAddress(address) : client.balances
            return Effect.delay(asked, (index % 2) * 500)
          }
          yield* fibers(10, ask)
          const first = yield* Ref.get(refusedAt)
          const received = yield* sandbox.received
          const refused = received.filter(({ status }) => status === 429)
          expect(refused.length).toBeGreaterThan(0)
          expect(refused.filter(({ nonce }) => Number(nonce) > first)).toEqual([])
          expect(received.filter(({ at }) => at > first + 100 && at < started + 2_000)).toEqual([])
          expect(received.filter(({ status }) => status === 200)).toHaveLength(10)
        })
    )
  }
})
