/**
 * What a reconciliation costs: against a bare sum per currency in the same file, and as a whole program against the programs
 * of plain-text accounting on the journal of the same records.
 */
import { Reconciliation } from "@btse-wallet/ledger"
import { Command, FileSystem, Path } from "@effect/platform"
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import Sqlite from "better-sqlite3"
import { Array as Arr, Config, Console, Duration, Effect, Option } from "effect"
import { compare, type Contestant } from "./Comparison.ts"
import * as FilledLedger from "./FilledLedger.ts"
import * as Ledger from "./Ledger.ts"

const program = "packages/cli/dist/bin.js"

const made = Effect.fnUntraced(function* (name: string, rows: number) {
  const fileSystem = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const file = path.join(yield* fileSystem.makeTempDirectoryScoped({ prefix: "btse-bench-" }), name)
  yield* FilledLedger.make(file, rows)
  return file
})

const bare = (database: Sqlite.Database, name: string, text: string): Contestant => {
  const statement = database.prepare(text)
  return { name, run: Effect.sync(() => statement.all()) }
}

/** Against a bare sum, in this process. */
const inProcess = Effect.fnUntraced(function* (file: string, rows: number) {
  const rounds = yield* Config.withDefault(Config.integer("BTSE_BENCH_ROUNDS"), 9)
  const database = yield* Effect.acquireRelease(
    Effect.sync(() => new Sqlite(file, { readonly: true })),
    (opened) => Effect.sync(() => opened.close())
  )
  const reconciliation = yield* Reconciliation.Reconciliation
  const matched = Effect.filterOrDieMessage(
    Effect.orDie(reconciliation.run()),
    ({ status }) => status === "matched",
    "the reconciliation does not match"
  )
  yield* compare({
    title: `A reconciliation of ${rows} records over ${FilledLedger.currencies.length} currencies`,
    rounds,
    runs: 1,
    contestants: [
      bare(
        database,
        "SELECT currency, SUM(units), of a table of nothing else, by its index",
        "SELECT currency, SUM(units) FROM bare GROUP BY currency"
      ),
      { name: "Reconciliation.run", run: matched },
      bare(
        database,
        "the same of that table, without an index",
        "SELECT currency, SUM(units) FROM bare NOT INDEXED GROUP BY currency"
      )
    ]
  })
})

interface Seconds {
  readonly elapsed: number
  readonly cpu: number
}

/** Seconds that a program takes, and of CPU as the shell that waits for it tells; the least of some runs. */
const secondsOf = Effect.fnUntraced(function* (runs: number, ...command: ReadonlyArray<string>) {
  const measured = Effect.gen(function* () {
    const said = yield* Command.string(
      Command.make("/bin/sh", "-c", '"$@" > /dev/null 2>&1 || exit 1; times', "sh", ...command).pipe(
        // Or beancount would read what it kept of the run before.
        Command.env({ BEANCOUNT_DISABLE_LOAD_CACHE: "1" })
      )
    )
    const [, user, system] = /(\S+) (\S+)\n?$/.exec(said) ?? []
    const seconds = (text = "") => {
      const [, minutes = "0", rest = "nothing"] = /(\d+)m([\d.]+)s/.exec(text) ?? []
      return Number(minutes) * 60 + Number(rest)
    }
    return seconds(user) + seconds(system)
  })
  const all = yield* Effect.replicateEffect(Effect.timed(measured), runs)
  const endless: Seconds = { elapsed: Number.POSITIVE_INFINITY, cpu: Number.POSITIVE_INFINITY }
  return Arr.reduce(all, endless, (least, [took, cpu]) => ({
    elapsed: Math.min(least.elapsed, Duration.toSeconds(took)),
    cpu: Math.min(least.cpu, cpu)
  }))
})

const found = Effect.fnUntraced(function* (name: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const folders = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"]
  return yield* Effect.findFirst(
    folders.map((folder) => `${folder}/${name}`),
    (path) => fileSystem.exists(path)
  )
})

/** The fastest on all records; those that take minutes on fewer. */
const others = [
  { format: "ledger", name: "ledger", whole: true, args: (file: string) => ["--args-only", "-f", file, "balance"] },
  { format: "hledger", name: "hledger", whole: false, args: (file: string) => ["-f", `journal:${file}`, "balance"] },
  { format: "beancount", name: "bean-report", whole: false, args: (file: string) => [file, "balances"] }
]

const told = ({ cpu, elapsed }: Seconds): string => `${elapsed.toFixed(2)} (${cpu.toFixed(2)} of CPU)`

/** Against other programs, each as a process. */
const asPrograms = Effect.fnUntraced(function* (file: string, rows: number) {
  const fewer = Math.min(rows, yield* Config.withDefault(Config.integer("BTSE_BENCH_JOURNAL_ROWS"), 100_000))
  const short = yield* made("journal.sqlite", fewer)
  const btse = (ledger: string, ...args: ReadonlyArray<string>) =>
    [process.execPath, program, ...args, "--ledger", ledger, "--base-url", "http://pages.test/spot"] as const
  const ours = yield* secondsOf(5, ...btse(file, "reconcile", "--json"))
  yield* Console.log(`\nSeconds of whole programs, the least of some runs\n`)
  yield* Console.log(`btse reconcile, ${rows} records: ${told(ours)}`)
  for (const { args, format, name, whole } of others) {
    const path = yield* found(name)
    if (Option.isNone(path)) {
      yield* Console.log(`${name} is not on this machine`)
      continue
    }
    const [ledger, journalRows] = whole ? [file, rows] : [short, fewer]
    const exported = `${ledger}.${format}`
    yield* secondsOf(1, ...btse(ledger, "export", "--format", format, "--output", exported))
    const seconds = yield* secondsOf(2, path.value, ...args(exported))
    const times = (seconds.elapsed * rows) / journalRows / ours.elapsed
    yield* Console.log(
      `${name}, the journal of ${journalRows} records: ${told(seconds)}; ` +
        `${times.toFixed(1)} times as long as btse, if it takes so long for each`
    )
  }
})

NodeRuntime.runMain(
  Effect.gen(function* () {
    const rows = yield* Config.withDefault(Config.integer("BTSE_BENCH_ROWS"), 1_000_000)
    yield* secondsOf(1, process.execPath, "scripts/build-cli.mjs")
    const file = yield* made("ledger.sqlite", rows)
    yield* Effect.provide(Effect.scoped(inProcess(file, rows)), Ledger.layer(file, 0))
    yield* asPrograms(file, rows)
  }).pipe(Effect.scoped, Effect.provide(NodeContext.layer))
)
