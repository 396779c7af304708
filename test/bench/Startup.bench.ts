/**
 * How long the program takes to be there, against Node itself. Each round runs every command once, so that what else the
 * machine does meets all of them; a ratio is of one round, and the median of all rounds is told.
 */
import { NodeRuntime } from "@effect/platform-node"
import { Array as Arr, Clock, Console, Effect, Order } from "effect"
import { execFileSync, spawnSync } from "node:child_process"
import { join } from "node:path"

// `pnpm bench` is run from the repository's root.
const root = process.cwd()
const rounds = 25

const bin = join(root, "packages/cli/dist/bin.js")

const contestants: ReadonlyArray<readonly [name: string, args: ReadonlyArray<string>]> = [
  ["node -e 0", ["-e", "0"]],
  ["btse --version", [bin, "--version"]],
  ["btse --help", [bin, "--help"]],
  ["btse profile list", [bin, "profile", "list"]],
  ["btse query --help", [bin, "query", "--help"]]
]

const timed = (args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const before = yield* Clock.currentTimeNanos
    spawnSync(process.execPath, args, { stdio: "ignore" })
    return Number((yield* Clock.currentTimeNanos) - before) / 1e6
  })

const median = (values: ReadonlyArray<number>): number =>
  Arr.sort(values, Order.number)[Math.floor(values.length / 2)] ?? Number.NaN

const main = Effect.gen(function* () {
  execFileSync(process.execPath, [join(root, "scripts/build-cli.mjs")], { stdio: "inherit" })
  // The first one fills the caches.
  yield* Effect.forEach(contestants, ([, args]) => timed(args))
  const measured = yield* Effect.replicateEffect(
    Effect.forEach(contestants, ([, args]) => timed(args)),
    rounds
  )
  yield* Console.log(`\nStart-up in milliseconds, ${rounds} rounds, medians\n`)
  for (const [at, [name]] of contestants.entries()) {
    const ratio = median(measured.map((round) => (round[at] ?? 0) / (round[0] ?? 0)))
    const time = median(measured.map((round) => round[at] ?? 0))
    yield* Console.log(`${name.padEnd(20)}${time.toFixed(0).padStart(6)}${ratio.toFixed(2).padStart(8)}`)
  }
})

NodeRuntime.runMain(main)
