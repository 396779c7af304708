/**
 * A schedule, lived through: a real sandbox over HTTP, a real client, and afterwards the sandbox's books, which are the
 * truth that the client is judged by.
 */
import { RetryPolicy, type WalletError } from "@btse-wallet/core"
import { type Refused, Sandbox } from "@btse-wallet/sandbox"
import { Duration, Effect, Either, Option, Schedule } from "effect"
import * as SandboxClient from "../SandboxClient.ts"
import type { Call, FaultSchedule } from "./FaultSchedule.ts"
import * as Judgement from "./Judgement.ts"
import { type Engine, fund } from "./Place.ts"
import * as Prediction from "./Prediction.ts"
import type { Movement } from "./Writing.ts"

/** A lived schedule: what was wrong, what came of each call, and the faults that were called for and met. */
export interface Life {
  readonly complaints: Judgement.Complaints
  readonly verdicts: ReadonlyArray<Prediction.Verdict>
  readonly met: ReadonlySet<string>
}

/** A block of two seconds at most before each attempt, the latency of its answer, and a machine that has more to do. */
const bound = (schedule: FaultSchedule, call: Call): Duration.Duration =>
  Duration.seconds(15 + (call._tag === "Reading" ? 2.5 * call.pages * (schedule.retries + 1) : 2.5))

const listen = (
  schedule: FaultSchedule,
  call: Call,
  asked: Effect.Effect<string, WalletError.WalletError>
): Effect.Effect<Judgement.Heard> => {
  const within = bound(schedule, call)
  return Effect.exit(asked).pipe(
    Effect.timeoutOption(within),
    Effect.map(
      Option.match({
        onNone: () => ({ _tag: "Nothing", why: `no end within ${Duration.format(within)}` }) as const,
        onSome: Judgement.heard
      })
    )
  )
}

const text = (told: ReadonlyArray<string>): string => told.join("\n")

/** What the exchange itself says to a read; none for a write. */
type Truth = Option.Option<Either.Either<string, Refused.Refused>>

/** A call at an exchange that is ready for it. */
interface Staged {
  readonly call: Call
  readonly ask: (client: SandboxClient.SandboxClient) => Effect.Effect<string, WalletError.WalletError>
  readonly truth: Effect.Effect<Truth>
  /** The movements in the books that are this call's. */
  readonly found: Effect.Effect<ReadonlyArray<Movement>>
  /** Whether the exchange does what it is asked, where nothing goes wrong. */
  readonly accepted: boolean
}

const staged = (engine: Engine) =>
  Effect.fnUntraced(function* (call: Call): Effect.fn.Return<Staged> {
    if (call._tag === "Reading") {
      const truth = Effect.map(Effect.either(call.truth(engine)), Either.map(text))
      return {
        call,
        ask: (client) => Effect.map(call.ask(client), text),
        truth: Effect.asSome(truth),
        found: Effect.succeed([]),
        accepted: Either.isRight(yield* truth)
      }
    }
    const prepared = yield* call.prepare(engine)
    return {
      call,
      ask: prepared.send,
      truth: Effect.succeedNone,
      found: prepared.found(engine),
      accepted: call.fate === "done"
    }
  })

/** A call that was made. */
interface Made {
  readonly call: Call
  readonly heard: Judgement.Heard
  readonly truth: Truth
  /** The requests that reached the exchange meanwhile. */
  readonly requests: number
}

const live = (schedule: FaultSchedule) =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.start(schedule.exchange)
    const { engine } = sandbox
    yield* fund(engine)
    const calls = yield* Effect.forEach(schedule.calls, staged(engine))
    const before = yield* Judgement.before(engine)
    yield* Effect.forEach(schedule.injections, sandbox.inject)
    const client = yield* SandboxClient.make(sandbox, {
      authHeaders: schedule.authHeaders,
      requestsPerSecond: 100_000
    })
    const arrived = Effect.map(sandbox.received, (all) => all.length)
    const make = Effect.fnUntraced(function* ({ ask, call, truth }: Staged) {
      const earlier = yield* arrived
      const heard = yield* listen(schedule, call, ask(client))
      const requests = (yield* arrived) - earlier
      const made: Made = { call, heard, requests, truth: yield* truth }
      return made
    })
    const made = yield* Effect.forEach(calls, make, {
      concurrency: schedule.order === "in turn" ? 1 : "unbounded"
    })
    return { engine, before, calls, made, received: yield* sandbox.received }
  }).pipe(
    Effect.scoped,
    Effect.provideService(
      RetryPolicy.RetryPolicy,
      Schedule.intersect(Schedule.spaced("2 millis"), Schedule.recurs(schedule.retries))
    )
  )

type Lived = Effect.Effect.Success<ReturnType<typeof live>>

const verdictOf = ({ call, heard }: Made): Prediction.Verdict => {
  if (call._tag === "Reading") return heard._tag === "Value" ? "answer" : "error"
  if (heard._tag === "Value") return "done"
  return heard._tag === "Error" && heard.error.done === "nothing" ? "not done" : "unknown"
}

const ofPrediction = (made: Made, expected: Prediction.Predicted | undefined): Judgement.Complaints => {
  const verdict = verdictOf(made)
  return expected?.verdict === verdict && expected.requests === made.requests
    ? []
    : [
        `came out as "${verdict}" after ${made.requests} requests; expected "${expected?.verdict}" after ${expected?.requests}`
      ]
}

/** No write is sent more often than it is called for. */
const ofRequests = ({ made, received }: Lived): Judgement.Complaints => {
  const writes = made.flatMap(({ call }) => (call._tag === "Writing" ? `${call.method} /spot${call.path}` : []))
  return [...new Set(writes)].flatMap((endpoint) => {
    const sent = received.filter(({ method, path }) => `${method} ${path}` === endpoint).length
    const called = writes.filter((one) => one === endpoint).length
    return sent > called ? [`${sent} requests to ${endpoint} for ${called} calls`] : []
  })
}

/** Lives through a schedule and judges it when the exchange serves no more. */
export const of = Effect.fnUntraced(function* (schedule: FaultSchedule) {
  const lived = yield* live(schedule)
  const { before, calls, engine, made } = lived
  const predictable = schedule.order === "in turn" && schedule.exchange.faults?.rate === 0
  const accepted = new Set(calls.filter((one) => one.accepted).map(({ call }) => call))
  const prediction = predictable ? Prediction.of(schedule, (call) => accepted.has(call)) : undefined
  const complaints: Array<string> = []
  const movements: Array<Movement> = []
  for (const [index, one] of made.entries()) {
    const found = yield* calls[index]?.found ?? Effect.succeed([])
    movements.push(...found)
    const own = Option.match(one.truth, {
      onNone: () => Judgement.ofWrite(one.heard, found),
      onSome: (truth) => Judgement.ofRead(one.heard, truth)
    })
    const all = prediction === undefined ? own : [...own, ...ofPrediction(one, prediction.calls[index])]
    complaints.push(...all.map((complaint) => `call ${index}, ${one.call.name}: ${complaint}`))
  }
  complaints.push(...ofRequests(lived), ...(yield* Judgement.ofBooks(engine, before, movements)))
  const life: Life = { complaints, verdicts: made.map(verdictOf), met: prediction?.met ?? new Set() }
  return life
})
