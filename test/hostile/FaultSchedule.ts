/**
 * What a seed stands for: how the exchange behaves, which calls are made, and what goes wrong with them.
 */
import type { BtseConfig } from "@btse-wallet/core"
import { Fault, type SandboxOptions } from "@btse-wallet/sandbox"
import { Effect, Random } from "effect"
import { pick } from "./Place.ts"
import * as Reading from "./Reading.ts"
import * as Writing from "./Writing.ts"

export type Call = Reading.Reading | Writing.Writing

export interface FaultSchedule {
  readonly seed: number
  readonly exchange: SandboxOptions.SandboxOptions
  readonly authHeaders: BtseConfig.AuthHeaders
  /** How often a read is sent again. */
  readonly retries: number
  /** One after the other, or all at once: then they are all reads or all writes, so that the truth stands still. */
  readonly order: "in turn" | "at once"
  readonly calls: ReadonlyArray<Call>
  /** Faults that are called for, in order per method and path; else they are dealt out by the exchange's seed. */
  readonly injections: ReadonlyArray<Fault.Injection>
}

const [latency, ...otherKinds] = Fault.usual
const kind = pick([latency, ...otherKinds])

const calls = Effect.fnUntraced(function* (seed: number, order: FaultSchedule["order"]) {
  const size = yield* Random.nextIntBetween(1, 6)
  const reads = yield* Random.nextBoolean
  const shift = yield* Random.nextIntBetween(0, 7)
  return yield* Effect.forEach(Array.from({ length: size }), (_, index) =>
    Effect.gen(function* () {
      const read = order === "at once" ? reads : yield* Random.nextBoolean
      return read ? yield* Reading.draw : yield* Writing.draw(`${seed}-${index}`, shift + index)
    })
  )
})

const injection = (call: Call, kind: Fault.FaultKind, times = 1): Fault.Injection => ({
  kind,
  times,
  method: call.method,
  path: call.path
})

const injectionsFor = (call: Call) =>
  Effect.gen(function* () {
    const size = yield* Random.nextIntBetween(0, 4)
    return yield* Effect.replicateEffect(
      Effect.zipWith(kind, pick([1, 1, 2]), (kind, times) => injection(call, kind, times)),
      size
    )
  })

/** A write that is sent, so that it meets its fault. */
const sentWrite = (seed: number) =>
  Effect.repeat(Writing.draw(`${seed}-0`, seed), { until: ({ fate }) => fate !== "unsent" })

/** Every third seed is one call with one fault: 96 seeds in a row have every kind at a read and at a write. */
const single = Effect.fnUntraced(function* (seed: number) {
  const turn = Math.floor(seed / 3)
  const call = turn % 2 === 0 ? yield* Reading.draw : yield* sentWrite(seed)
  const kinds = Fault.usual
  return { call, fault: injection(call, kinds[Math.floor(turn / 2) % kinds.length] ?? latency) }
})

/** The schedule of a seed, always the same one. */
export const draw = (seed: number): Effect.Effect<FaultSchedule> =>
  Effect.gen(function* () {
    const alone = seed % 3 === 0 ? yield* single(seed) : undefined
    const order = alone === undefined ? yield* pick(["in turn", "in turn", "at once"]) : "in turn"
    const drawn = alone === undefined ? yield* calls(seed, order) : [alone.call]
    const dealt = alone === undefined && (yield* Random.nextIntBetween(0, 4)) === 0
    const called = alone === undefined ? (yield* Effect.forEach(drawn, injectionsFor)).flat() : [alone.fault]
    const rate = yield* pick([0.2, 0.5, 0.9])
    const dialect = yield* pick(["1.1.0", "today"])
    return {
      seed,
      exchange: {
        seed,
        records: yield* Random.nextIntBetween(0, 30),
        dialect,
        statuses: yield* pick(["integer", "digits", "name"]),
        orderIds: yield* pick(["string", "number"]),
        history: { order: yield* pick(["newest-first", "oldest-first", "shuffled"]) },
        rateLimits: {
          requestsPerSecond: 100_000,
          retryAfter: yield* pick(["seconds", "epoch-seconds", "epoch-millis", "http-date", "none"]),
          blocks: yield* pick(["none", "escalating"])
        },
        // Far off, so that what is compared before and after does not change by itself.
        withdrawals: { processingAfter: "1 hour", finalAfter: "2 hours" },
        faults: { latency: "20 millis", rate: dealt ? rate : 0 }
      },
      authHeaders: yield* pick(["btse", "request"]),
      retries: yield* Random.nextIntBetween(0, 5),
      order,
      calls: drawn,
      injections: dealt ? [] : called
    } satisfies FaultSchedule
  }).pipe(Effect.withRandom(Random.make(seed)))

/** The schedule for whoever has to find out why its seed is red. */
export const show = (schedule: FaultSchedule): string => {
  const { dialect, faults, orderIds, rateLimits, statuses } = schedule.exchange
  return [
    `seed ${schedule.seed}: ${schedule.calls.length} calls ${schedule.order}, ${schedule.retries} retries, ${schedule.authHeaders}- headers`,
    `  dialect ${dialect}, statuses as ${statuses}, orderIds as ${orderIds}`,
    `  Retry-After ${rateLimits?.retryAfter}, blocks ${rateLimits?.blocks}, faults dealt out at ${faults?.rate}`,
    ...schedule.calls.map((call, index) => `  call ${index}: ${call.name}${fate(call)}`),
    ...schedule.injections.map(({ kind, method, path, times }) => `  fault ${kind} ×${times} at ${method} ${path}`)
  ].join("\n")
}

const fate = (call: Call): string => (call._tag === "Writing" ? ` (to be ${call.fate})` : "")
