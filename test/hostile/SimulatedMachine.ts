/**
 * A machine in virtual time: its true time jumps from one timer to the next, and each of its processes has a clock of its own
 * that can be set, and a monotonic counter that cannot.
 */
import { Clock, Duration, Effect, Fiber } from "effect"
import * as Campaign from "../Campaign.ts"

interface Timer {
  readonly at: number
  readonly wake: () => void
}

/** So many turns let every fiber run until it waits. */
const turns = 8

export const make = (begun: number) => {
  let now = begun
  const timers = new Set<Timer>()

  const sleep = (duration: Duration.Duration) =>
    Effect.async<void>((resume) => {
      const timer: Timer = { at: now + Duration.toMillis(duration), wake: () => resume(Effect.void) }
      timers.add(timer)
      return Effect.sync(() => void timers.delete(timer))
    })

  /** The clock of a process, which is `ahead()` milliseconds ahead of the true time. */
  const clock = (ahead: () => number): Clock.Clock => {
    const millis = () => now + ahead()
    const nanos = () => BigInt(now - begun) * 1_000_000n
    return {
      [Clock.ClockTypeId]: Clock.ClockTypeId,
      unsafeCurrentTimeMillis: millis,
      currentTimeMillis: Effect.sync(millis),
      unsafeCurrentTimeNanos: nanos,
      currentTimeNanos: Effect.sync(nanos),
      sleep
    }
  }

  const next = (): Timer | undefined => {
    let first: Timer | undefined
    for (const timer of timers) if (first === undefined || timer.at < first.at) first = timer
    return first
  }

  /** Lets time pass until an effect has ended. */
  const run = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(effect)
      while (fiber.unsafePoll() === null) {
        for (let turn = 0; turn < turns; turn++) yield* Campaign.breath
        const timer = fiber.unsafePoll() === null ? next() : undefined
        if (timer === undefined) continue
        timers.delete(timer)
        now = Math.max(now, timer.at)
        timer.wake()
      }
      return yield* Fiber.join(fiber)
    })

  return { clock, run, now: () => now, uptime: Effect.sync(() => now - begun + 1_000_000) }
}

export type SimulatedMachine = ReturnType<typeof make>
