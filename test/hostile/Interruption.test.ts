import { BeforeSend, RetryPolicy } from "@btse-wallet/core"
import { Fault, Sandbox } from "@btse-wallet/sandbox"
import { HttpClient } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Option, Random, Ref, Schedule } from "effect"
import * as Campaign from "../Campaign.ts"
import * as SandboxClient from "../SandboxClient.ts"
import * as Judgement from "./Judgement.ts"
import { fund, pick } from "./Place.ts"
import * as Writing from "./Writing.ts"

const lives = Campaign.size(150, 2_000)

/**
 * When the calling fiber is interrupted: while it waits for a permit or at a closed gate, so many steps of the scheduler
 * after it began, in the instant before its bytes leave, when the exchange's books hold it, or when the answer's head has
 * come and its body has not been read.
 */
const moments = ["queued", "blocked", "begun", "sending", "booked", "answered"] as const

interface Interruption {
  readonly seed: number
  readonly moment: (typeof moments)[number]
  /** Steps of the scheduler after the moment. */
  readonly steps: number
  readonly fault: Fault.FaultKind | undefined
  readonly writing: Writing.Writing
}

const draw = (seed: number): Effect.Effect<Interruption> =>
  Effect.gen(function* () {
    const [latency, ...others] = Fault.usual
    return {
      seed,
      moment: yield* pick(moments),
      steps: yield* Random.nextIntBetween(0, 40),
      fault: yield* pick([
        undefined,
        undefined,
        undefined,
        undefined,
        latency,
        latency,
        yield* pick([latency, ...others])
      ]),
      writing: yield* Writing.draw(`${seed}`, seed)
    }
  }).pipe(Effect.withRandom(Random.make(seed)))

const show = ({ fault, moment, seed, steps, writing }: Interruption): string =>
  `seed ${seed}: ${writing.name} (to be ${writing.fate}), fault ${fault ?? "none"}, interrupted ${steps} steps after it was ${moment}`

const budget = "/api/v3.2/user/wallet"

/** Makes the call and interrupts it; everything is at rest when this ends. */
const live = ({ fault, moment, steps, writing }: Interruption) =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.start({
      rateLimits: { requestsPerSecond: 100_000 },
      withdrawals: { processingAfter: "1 hour", finalAfter: "2 hours" },
      faults: { latency: "20 millis" }
    })
    const { engine } = sandbox
    yield* fund(engine)
    const prepared = yield* writing.prepare(engine)
    const before = yield* Judgement.before(engine)
    const sent = yield* Ref.make(false)
    const sending = yield* Deferred.make<void>()
    const answered = yield* Deferred.make<void>()
    const client = yield* SandboxClient.make(sandbox, {
      requestsPerSecond: moment === "queued" ? 1 : 100_000,
      around: HttpClient.tap(() => Effect.zipRight(Deferred.succeed(answered, undefined), Effect.yieldNow()))
    })
    // The permit that the write will wait for, or the block.
    if (moment === "blocked") yield* sandbox.inject({ kind: "rate-limited", path: budget })
    if (moment === "blocked" || moment === "queued") yield* Effect.exit(client.balances)
    if (fault !== undefined) yield* sandbox.inject({ kind: fault, method: writing.method, path: writing.path })

    const beforeSend = Effect.all([
      Effect.yieldNow(),
      Ref.set(sent, true),
      Deferred.succeed(sending, undefined),
      Effect.yieldNow()
    ])
    const fiber = yield* Effect.fork(
      Effect.provideService(prepared.send(client), BeforeSend.BeforeSend, Effect.asVoid(beforeSend))
    )
    const held = Effect.map(prepared.found(engine), (found) => found.length > 0)
    const reached = {
      queued: Effect.void,
      blocked: Effect.void,
      begun: Effect.void,
      sending: Deferred.await(sending),
      booked: Effect.repeat(held, { until: (held) => held, schedule: Schedule.spaced("1 millis") }),
      answered: Deferred.await(answered)
    }[moment]
    // A call that fails before never reaches its moment.
    yield* Effect.race(Effect.asVoid(reached), Effect.asVoid(Fiber.await(fiber)))
    yield* Effect.repeatN(Effect.yieldNow(), steps)
    const exit = yield* Fiber.interrupt(fiber)
    // Whatever still goes out in the background goes out before this, as writes go first.
    yield* Effect.exit(client.balances)
    return { engine, prepared, before, exit, sent: yield* Ref.get(sent), received: sandbox.received }
  }).pipe(Effect.scoped, Effect.provideService(RetryPolicy.RetryPolicy, Schedule.stop))

type Outcome = "not sent" | "sent, and done" | "sent, and not done" | "ended before"

const judge = Effect.fnUntraced(function* (interruption: Interruption) {
  const { moment, writing } = interruption
  const lived = yield* live(interruption).pipe(Effect.disconnect, Effect.timeoutOption("30 seconds"))
  if (Option.isNone(lived)) return expect.fail(`${show(interruption)}\n\nno end within 30 seconds`)
  const { before, engine, exit, prepared, received, sent } = lived.value
  const found = yield* prepared.found(engine)
  const requests = (yield* received).filter(
    ({ method, path }) => method === writing.method && path === `/spot${writing.path}`
  ).length
  const complaints: Array<string> = [...(yield* Judgement.ofBooks(engine, before, found))]
  if (!sent && requests > 0) complaints.push("bytes left before BeforeSend had run")
  if (requests > 1) complaints.push(`it was sent ${requests} times`)
  if ((moment === "queued" || moment === "blocked") && sent) complaints.push("it was sent though it had to wait")
  const interrupted = Exit.isInterrupted(exit)
  if (!interrupted) complaints.push(...Judgement.ofWrite(Judgement.heard(exit), found))
  else if (found.length > (sent ? 1 : 0)) complaints.push(`the books hold it ${found.length} times`)
  if (complaints.length > 0) expect.fail(`${show(interruption)}\n\n${complaints.join("\n")}`)
  const outcome: Outcome = !interrupted
    ? "ended before"
    : !sent
      ? "not sent"
      : found.length > 0
        ? "sent, and done"
        : "sent, and not done"
  return outcome
})

describe("A write whose calling fiber is interrupted", () => {
  it.live(
    `was not done where BeforeSend had not run, and at most once where it had, over ${lives} interruptions`,
    () =>
      Effect.gen(function* () {
        const first = Campaign.firstSeed("interruptions")
        const outcomes = yield* Effect.forEach(
          Array.from({ length: lives }, (_, at) => first + at),
          (seed) => Effect.flatMap(draw(seed), judge),
          { concurrency: 16 }
        )
        // A campaign that always interrupted too early or too late would be green too.
        expect([...new Set(outcomes)].toSorted()).toEqual([
          "ended before",
          "not sent",
          "sent, and done",
          "sent, and not done"
        ])
      }),
    Campaign.timeout
  )
})
