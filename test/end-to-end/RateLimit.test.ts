import { RetryPolicy, type WalletError, WalletModel } from "@btse-wallet/core"
import { Sandbox, type SandboxOptions } from "@btse-wallet/sandbox"
import { describe, expect, it } from "@effect/vitest"
import { Clock, Deferred, Effect, Schedule } from "effect"
import * as Campaign from "../Campaign.ts"
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
        const rate = (nonces.length - 5) / seconds
        process.stdout.write(`50 fibers: ${rate.toFixed(3)} requests a second\n`)
        // A machine that is busy with other tests sends later, never sooner: how fast it is shows where it has nothing else to do.
        if (Campaign.full) expect(rate).toBeGreaterThanOrEqual(4.75)
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
            // Not escalating: a first request that comes 250 ms after the start would count as a second offence.
            rateLimits: { startsBlockedFor: "2 seconds", retryAfter, requestsPerSecond: 1_000 }
          })
          const refusedAt = yield* Deferred.make<number>()
          const client = yield* SandboxClient.make(sandbox, { requestsPerSecond: 5 })
          // When the client knows: not before it has read the body, which tells a rate limit from another 429.
          const policy = Schedule.tapInput(RetryPolicy.standard, (error: WalletError.ReadError) =>
            error._tag === "RateLimited"
              ? Effect.flatMap(Clock.currentTimeMillis, (now) => Deferred.succeed(refusedAt, now))
              : Effect.void
          )
          // One goes ahead. What is on the road beside it could not be called back, and would prove nothing.
          const closed = Deferred.await(refusedAt)
          const ask = (index: number) => {
            const asked: Effect.Effect<unknown, WalletError.WalletError> =
              index === 7 ? client.createAddress(address) : client.balances
            return index === 0 ? asked : Effect.zipRight(closed, asked)
          }
          yield* Effect.provideService(fibers(10, ask), RetryPolicy.RetryPolicy, policy)
          const received = yield* sandbox.received
          expect(received.map(({ status }) => status)).toEqual([429, ...Array.from({ length: 10 }, () => 200)])
          expect(received.slice(1).filter(({ at }) => at < started + 2_000)).toEqual([])
        })
    )
  }
})
