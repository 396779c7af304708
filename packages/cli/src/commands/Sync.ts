/**
 * `btse sync`: brings the ledger up to date.
 *
 * @since 0.1.0
 */
import { Sync } from "@btse-wallet/ledger"
import { Command } from "@effect/cli"
import { type DateTime, type Duration, Effect, Option, Schedule } from "effect"
import * as Books from "../Books.ts"
import * as BooksOptions from "../Options/Books.ts"
import * as Global from "../Options/Global.ts"
import * as Time from "../Options/Time.ts"
import * as Output from "../Output.ts"
import * as Render from "../Render/Sync.ts"

const operation = "btse sync"

interface Settings extends Global.Global {
  readonly since: Option.Option<DateTime.Utc>
  readonly until: Option.Option<DateTime.Utc>
  readonly full: boolean
  readonly watch: Option.Option<Duration.Duration>
}

const once = Effect.fnUntraced(function* (options: Settings) {
  const sync = yield* Sync.Sync
  const output = yield* Output.Output
  const report = yield* sync.run({
    since: Option.getOrUndefined(options.since),
    until: Option.getOrUndefined(options.until),
    full: options.full,
    onProgress: ({ requests, rows }) => output.progress(`syncing: ${rows} records, ${requests} requests`)
  })
  const result = { json: options.json, schema: Sync.SyncReport, value: report, render: Render.report }
  yield* options.json && Option.isSome(options.watch) ? Output.line(Sync.SyncReport, report) : Output.result(result)
})

const run = Effect.fn(operation)(function* (options: Settings) {
  yield* Option.match(options.watch, {
    onNone: () => once(options),
    onSome: (pause) => Effect.repeat(once(options), Schedule.spaced(pause))
  })
})

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "sync",
  {
    ...Global.all,
    since: Time.optional("since", "Where to start; by default at the beginning, or where the last sync left off."),
    until: Time.optional("until", "Where to end; by default now."),
    full: BooksOptions.full,
    watch: BooksOptions.watch
  },
  run
).pipe(
  Command.withDescription("Bring the ledger up to date with wallet history, and take a snapshot of balances."),
  Command.provide((options) => Books.layerWithExchange(operation, options))
)
