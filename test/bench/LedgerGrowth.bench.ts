/**
 * What grows with the history and what does not: peak memory of a first sync, CPU of a sync with nothing new.
 */
import { Command, FileSystem, Path } from "@effect/platform"
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { Config, Console, Effect, Schema } from "effect"
import { fileURLToPath } from "node:url"

const Measured = Schema.parseJson(
  Schema.Struct({ whole: Schema.Number, maxRss: Schema.Number, incremental: Schema.Number })
)

const measured = Effect.fnUntraced(function* (rows: number) {
  const fileSystem = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const folder = yield* fileSystem.makeTempDirectoryScoped({ prefix: "btse-bench-" })
  const program = fileURLToPath(new URL("LedgerSync.js", import.meta.url))
  const said = yield* Command.string(
    Command.make(process.execPath, program, path.join(folder, "ledger.sqlite"), String(rows))
  )
  return { rows, ...(yield* Schema.decode(Measured)(said)) }
}, Effect.scoped)

const line = (cells: ReadonlyArray<string>): string => cells.map((cell) => cell.padStart(22)).join("")

NodeRuntime.runMain(
  Effect.gen(function* () {
    const most = yield* Config.withDefault(Config.integer("BTSE_BENCH_MOST_ROWS"), 1_000_000)
    const all = yield* Effect.forEach([10_000, 20_000, most], measured)
    yield* Console.log("\nA ledger of so many rows, each in a process of its own\n")
    yield* Console.log(line(["rows", "peak memory, MB", "first sync, µs a row", "nothing new, ms of CPU"]))
    for (const { incremental, maxRss, rows, whole } of all) {
      const cells = [rows, maxRss / 1_024, whole / rows, incremental / 1_000].map((cell) =>
        cell.toFixed(cell < 100 ? 1 : 0)
      )
      yield* Console.log(line(cells))
    }
    const [small, less, large] = all
    if (small === undefined || less === undefined || large === undefined) return
    yield* Console.log(
      `\nMemory of ${large.rows} rows against ${less.rows}: ${(large.maxRss / less.maxRss).toFixed(2)}; ` +
        `nothing new in ${large.rows} rows against ${small.rows}: ${(large.incremental / small.incremental).toFixed(2)}`
    )
  }).pipe(Effect.provide(NodeContext.layer))
)
