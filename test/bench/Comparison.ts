/**
 * Contestants measured against the first of them, in one process and in alternation, by the CPU time that they cost.
 */
import { Array as Arr, Console, Effect, Number as Num, Order } from "effect"

export interface Contestant {
  readonly name: string
  readonly run: Effect.Effect<unknown>
}

export interface Options {
  readonly title: string
  /** Each contestant runs once in each. */
  readonly rounds: number
  /** How often a contestant runs in a round; what is printed is per run. */
  readonly runs: number
  readonly contestants: readonly [baseline: Contestant, ...others: ReadonlyArray<Contestant>]
}

/**
 * The young garbage alone. With a whole collection V8 lets go of the compiled code too, since what it was compiled for is garbage by
 * then: each round would be charged with compiling it again, whatever the round before the first is for.
 */
const collectGarbage = Effect.sync(() => globalThis.gc?.({ type: "minor" }))

/** User and system time of this process, all of its threads, in microseconds. */
const cpuTime = Effect.sync(() => {
  const { system, user } = process.cpuUsage()
  return user + system
})

/** Microseconds of CPU per run. */
const measured = Effect.fnUntraced(function* ({ run }: Contestant, runs: number) {
  yield* collectGarbage
  const before = yield* cpuTime
  yield* Effect.repeatN(run, runs - 1)
  return ((yield* cpuTime) - before) / runs
})

const spread = (values: ReadonlyArray<number>) => {
  const sorted = Arr.sort(values, Order.number)
  const at = (index: number) => sorted[index] ?? Number.NaN
  return { median: at(Math.floor(sorted.length / 2)), least: at(0), most: at(sorted.length - 1) }
}

const cells = (name: string, costs: ReadonlyArray<number>, baseline: ReadonlyArray<number>) => {
  const cost = spread(costs)
  // Of pairs from the same round: what else the machine does changes from round to round.
  const ratio = spread(Arr.zipWith(costs, baseline, (one, other) => one / other))
  const micros = (value: number) => Num.round(value, 0).toString()
  return [
    name,
    micros(cost.median),
    `${micros(cost.least)} to ${micros(cost.most)}`,
    ratio.median.toFixed(2),
    `${ratio.least.toFixed(2)} to ${ratio.most.toFixed(2)}`
  ]
}

const table = (rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)))
  return rows
    .map((row) =>
      row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join("  ")
    )
    .join("\n")
}

/** Measures and prints a table. */
export const compare = Effect.fnUntraced(function* ({ contestants, rounds, runs, title }: Options) {
  const costs = contestants.map((): Array<number> => [])
  const indexed = contestants.map((contestant, at) => [contestant, at] as const)
  // A round before the first lets the compiler see all of them.
  for (let round = -1; round < rounds; round++) {
    for (const [contestant, at] of round % 2 === 0 ? indexed : Arr.reverse(indexed)) {
      const cost = yield* measured(contestant, runs)
      if (round >= 0) costs[at]?.push(cost)
    }
  }
  yield* Console.log(
    `\n${title}\nCPU time per run in microseconds, ${rounds} rounds of ${runs} runs, medians and ranges\n\n${table([
      ["", "median", "range", "ratio", "range"],
      ...indexed.map(([{ name }, at]) => cells(name, costs[at] ?? [], costs[0] ?? []))
    ])}`
  )
})
