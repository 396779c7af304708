import { RateLimiter, WaitNotice } from "@btse-wallet/core"
import { describe, expect, it } from "@effect/vitest"
import { Clock, DateTime, Effect, Exit, Fiber, Layer, Option, Redacted, Scheduler, Scope, TestClock } from "effect"

const exchange = new URL("https://exchange.test/spot")

const options = (changes: Partial<RateLimiter.KeyOptions> = {}): RateLimiter.KeyOptions => ({
  exchange,
  apiKey: Option.some(Redacted.make("key")),
  requestsPerSecond: 5,
  ...changes
})

type Limiter = typeof RateLimiter.RateLimiter.Service

const limiter = RateLimiter.RateLimiter

/** A limiter whose layer is built for itself, as a second `Wallet.layer` in a program is. */
const built = (changes: Partial<RateLimiter.KeyOptions> = {}) =>
  Effect.provide(limiter, RateLimiter.layerKey(options(changes)))

/** The instants at which so many requests are sent by these limiters in turn. */
const sendings = Effect.fnUntraced(function* (limiters: ReadonlyArray<Limiter>, count: number) {
  const sent: Array<number> = []
  const all = yield* Effect.forEach(Array.from({ length: count }), (_, at) =>
    Effect.fork(
      limiters[at % limiters.length]?.withPermit("read", () =>
        Effect.map(Clock.currentTimeMillis, (now) => void sent.push(now))
      ) ?? Effect.void
    )
  )
  for (let step = 0; step < 10 * count; step++) yield* TestClock.adjust("101 millis")
  yield* Effect.forEach(all, Fiber.join)
  return sent
})

const mostInASecond = (instants: ReadonlyArray<number>): number =>
  Math.max(...instants.map((start) => instants.filter((at) => at >= start && at < start + 1_000).length))

describe("One limiter per exchange and key in a process", () => {
  it.scoped("holds for layers that are open at once, under any spelling of the exchange", () =>
    Effect.gen(function* () {
      const context = yield* Layer.build(RateLimiter.layerKey(options()))
      const other = yield* Layer.build(
        RateLimiter.layerKey(options({ exchange: new URL("https://EXCHANGE.test.:443") }))
      )
      const both = yield* Effect.all([Effect.provide(limiter, context), Effect.provide(limiter, other)])
      expect(mostInASecond(yield* sendings(both, 20))).toBe(5)
    })
  )

  it.effect("holds for layers that follow one another: permits stay out when a scope closes", () =>
    Effect.gen(function* () {
      const sent: Array<number> = []
      for (let turn = 0; turn < 12; turn++) {
        const scope = yield* Scope.make()
        const one = yield* RateLimiter.makeKey(options()).pipe(Scope.extend(scope))
        const sending = yield* Effect.fork(
          one.withPermit("read", () => Effect.map(Clock.currentTimeMillis, (now) => void sent.push(now)))
        )
        for (let step = 0; step < 80 && Option.isNone(yield* Fiber.poll(sending)); step++)
          yield* TestClock.adjust("25 millis")
        yield* Fiber.join(sending)
        yield* Scope.close(scope, Exit.void)
      }
      expect(sent).toHaveLength(12)
      expect(mostInASecond(sent)).toBe(5)
    })
  )

  it.scoped("gives back a permit whose layer has closed to the layers that are open", () =>
    Effect.gen(function* () {
      const mine = yield* Scope.make()
      const closing = yield* RateLimiter.makeKey(options({ requestsPerSecond: 1 })).pipe(Scope.extend(mine))
      const staying = yield* RateLimiter.makeKey(options({ requestsPerSecond: 1 }))
      yield* closing.withPermit("read", Effect.succeed)
      const waiting = yield* Effect.fork(staying.withPermit("read", Effect.succeed))
      yield* TestClock.adjust("10 millis")
      yield* Scope.close(mine, Exit.void)
      yield* TestClock.adjust("1100 millis")
      expect(Option.isSome(yield* Fiber.poll(waiting))).toBe(true)
    })
  )

  it.scoped("is governed by the smallest limit that is open", () =>
    Effect.gen(function* () {
      const large = yield* RateLimiter.makeKey(options({ requestsPerSecond: 5 }))
      const scope = yield* Scope.make()
      const small = yield* RateLimiter.makeKey(options({ requestsPerSecond: 2 })).pipe(Scope.extend(scope))
      expect(mostInASecond(yield* sendings([large, small], 8))).toBe(2)
      yield* Scope.close(scope, Exit.void)
      yield* TestClock.adjust("5 seconds")
      expect(mostInASecond(yield* sendings([large], 10))).toBe(5)
    })
  )

  it.effect("keeps a gate that was closed under a layer that is gone", () =>
    Effect.gen(function* () {
      yield* Effect.flatMap(built(), (one) => one.blocked(Option.some(DateTime.unsafeMake(60_000))))
      const again = yield* built()
      expect(yield* Effect.flip(again.withPermit("read", Effect.succeed))).toMatchObject({ _tag: "GateClosed" })
      const another = yield* built({ apiKey: Option.some(Redacted.make("another")) })
      expect(yield* another.withPermit("read", () => Effect.succeed("sent"))).toBe("sent")
    })
  )

  it.effect("never repeats a nonce across layers within one millisecond", () =>
    Effect.gen(function* () {
      const nonce = Effect.scoped(
        Effect.flatMap(RateLimiter.makeKey(options()), (one) => one.withPermit("read", Effect.succeed))
      )
      const nonces = yield* Effect.all([nonce, nonce, nonce])
      expect(new Set(nonces).size).toBe(3)
    })
  )
})

/** Counts the steps that fibers take. */
const counting = () => {
  const base = new Scheduler.MixedScheduler(2_048)
  const steps = { count: 0 }
  const scheduler: Scheduler.Scheduler = {
    shouldYield: (fiber) => {
      steps.count++
      return base.shouldYield(fiber)
    },
    scheduleTask: (task, priority, fiber) => base.scheduleTask(task, priority, fiber)
  }
  return { scheduler, steps }
}

describe("The queue of a limiter", () => {
  /** The steps that a permit costs with so many waiting. */
  const stepsOfAPermit = (waiting: number) =>
    Effect.gen(function* () {
      const { scheduler, steps } = counting()
      const one = yield* RateLimiter.make({ requestsPerSecond: 5 })
      yield* Effect.gen(function* () {
        const all = yield* Effect.forEach(Array.from({ length: waiting }), () =>
          Effect.fork(one.withPermit("read", () => Effect.void))
        )
        yield* TestClock.adjust("3 seconds")
        const before = steps.count
        for (let second = 0; second < 10; second++) yield* TestClock.adjust("1010 millis")
        const after = steps.count
        yield* Fiber.interruptAll(all)
        steps.count = (after - before) / 50
      }).pipe(Effect.withScheduler(scheduler))
      return steps.count
    }).pipe(Effect.scoped)

  it.effect("costs a permit the same with 10,000 waiting as with 100", () =>
    Effect.gen(function* () {
      const few = yield* stepsOfAPermit(100)
      const many = yield* stepsOfAPermit(10_000)
      yield* Effect.sync(() => process.stdout.write(`steps a permit: ${few} with 100 waiting, ${many} with 10,000\n`))
      expect(many).toBeLessThan(2 * few)
    })
  )

  it.effect("serves in order, and lets those who give up leave from any place", () =>
    Effect.gen(function* () {
      const one = yield* RateLimiter.make({ requestsPerSecond: 1 })
      const order: Array<number> = []
      const fibers = yield* Effect.forEach(Array.from({ length: 200 }), (_, at) =>
        Effect.fork(one.withPermit("read", () => Effect.sync(() => void order.push(at))))
      )
      yield* TestClock.adjust("10 millis")
      yield* Fiber.interruptAll(fibers.filter((_, at) => at % 10 !== 0))
      yield* TestClock.adjust("60 seconds")
      yield* Effect.forEach(fibers, Fiber.await)
      expect(order).toEqual(Array.from({ length: 20 }, (_, at) => at * 10))
    }).pipe(Effect.scoped)
  )

  it.effect("gives notice where others come first for longer than the pace, once", () =>
    Effect.gen(function* () {
      const notices: Array<WaitNotice.Wait> = []
      const one = yield* RateLimiter.make({ requestsPerSecond: 5 })
      const all = yield* Effect.forEach(Array.from({ length: 40 }), () =>
        Effect.fork(
          Effect.provideService(
            one.withPermit("read", () => Effect.void),
            WaitNotice.WaitNotice,
            {
              waiting: (wait) => Effect.sync(() => void notices.push(wait))
            }
          )
        )
      )
      yield* TestClock.adjust("20 seconds")
      yield* Effect.forEach(all, Fiber.join)
      expect(notices.map(({ kind }) => kind)).toEqual(["permit"])
    }).pipe(Effect.scoped)
  )

  it.effect("gives notice once of a gate that many wait at for more than a second", () =>
    Effect.gen(function* () {
      const notices: Array<string> = []
      const one = yield* RateLimiter.make({ requestsPerSecond: 5 })
      yield* one.blocked(Option.some(DateTime.unsafeMake(5_000)))
      const all = yield* Effect.forEach(Array.from({ length: 5 }), () =>
        Effect.fork(
          Effect.provideService(
            one.withPermit("read", () => Effect.void),
            WaitNotice.WaitNotice,
            {
              waiting: ({ reason }) => Effect.sync(() => void notices.push(reason))
            }
          )
        )
      )
      yield* TestClock.adjust("6 seconds")
      yield* Effect.forEach(all, Fiber.join)
      expect(notices).toEqual([
        "Waiting for the exchange, which takes no requests with this key before 1970-01-01T00:00:05.000Z."
      ])
    }).pipe(Effect.scoped)
  )
})
