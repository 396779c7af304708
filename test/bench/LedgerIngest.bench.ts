/**
 * What it costs to bring pages of history into the ledger, from text to committed rows with events and chain, against
 * `JSON.parse` and a prepared upsert a row.
 */
// @effect-diagnostics preferSchemaOverJson:off -- JSON.parse is what the ledger is compared with
import { NodeRuntime } from "@effect/platform-node"
import Sqlite from "better-sqlite3"
import { Config, Effect } from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { compare, type Contestant } from "./Comparison.ts"
import * as Ledger from "./Ledger.ts"
import * as Pages from "./Pages.ts"

const columns = [
  "orderId",
  "currency",
  "type",
  "amount",
  "fees",
  "status",
  "timestamp",
  "description",
  "username",
  "wallet",
  "txid",
  "currencyNetwork"
]

const upsert = (path: string, rows: number): void => {
  const database = new Sqlite(path)
  database.pragma("journal_mode = WAL")
  database.exec(`CREATE TABLE history (${columns.join(", ")}, PRIMARY KEY (orderId, currency, type))`)
  const statement = database.prepare(
    `INSERT INTO history VALUES (${columns.map((column) => `@${column}`).join(", ")})
     ON CONFLICT DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(", ")}`
  )
  const write = database.transaction((page: ReadonlyArray<unknown>) => {
    for (const row of page) statement.run(row)
  })
  for (let to = rows; to > 0; to -= Pages.cap) write(JSON.parse(Pages.page(Math.max(0, to - Pages.cap), to)))
  database.close()
}

const inFolder = <A, E>(use: (folder: string) => Effect.Effect<A, E>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "btse-bench-"))),
    use,
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )

const baseline = (rows: number): Contestant => ({
  name: "JSON.parse, a prepared upsert a row, a transaction a page",
  run: inFolder((folder) => Effect.sync(() => upsert(join(folder, "history.sqlite"), rows)))
})

const ledger = (rows: number): Contestant => ({
  name: "Sync.run: rows, events, chain, coverage, snapshot",
  run: Effect.orDie(inFolder((folder) => Ledger.sync(join(folder, "ledger.sqlite"), rows)))
})

NodeRuntime.runMain(
  Effect.gen(function* () {
    const rows = yield* Config.withDefault(Config.integer("BTSE_BENCH_ROWS"), 200_000)
    const rounds = yield* Config.withDefault(Config.integer("BTSE_BENCH_ROUNDS"), 3)
    const contestants = [baseline(rows), ledger(rows)] as const
    yield* compare({ title: `${rows} rows of 12 fields into a new SQLite file`, rounds, runs: 1, contestants })
  })
)
