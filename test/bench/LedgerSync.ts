/**
 * One ledger brought up to date from nothing, and then again with nothing new; prints what each took, as JSON. A process of
 * its own, so that its memory is its own.
 */
// @effect-diagnostics preferSchemaOverJson:off -- three numbers
import { NodeRuntime } from "@effect/platform-node"
import { Array as Arr, Console, Effect, Order } from "effect"
import { setFlagsFromString } from "node:v8"
import * as Ledger from "./Ledger.ts"

// As `btse` does.
setFlagsFromString("--heap-growing-percent=30")

const [, , filename = "", rows = "0"] = process.argv

const cpuTime = Effect.sync(() => {
  const { system, user } = process.cpuUsage()
  return user + system
})

/** Microseconds of CPU. */
const measured = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const before = yield* cpuTime
    yield* Effect.orDie(effect)
    return (yield* cpuTime) - before
  })

const sync = Ledger.sync(filename, Number(rows))

NodeRuntime.runMain(
  Effect.gen(function* () {
    const whole = yield* measured(sync)
    const maxRss = process.resourceUsage().maxRSS
    const again = yield* Effect.replicateEffect(measured(sync), 21)
    // The first ones still warm up.
    const incremental = Arr.sort(again.slice(6), Order.number)[7]
    yield* Console.log(JSON.stringify({ whole, maxRss, incremental }))
  })
)
