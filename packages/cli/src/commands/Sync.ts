/**
 * `btse sync`: brings the ledger up to date.
 *
 * @since 0.1.0
 */
import { Wallet } from "@btse-wallet/core"
import { Sync } from "@btse-wallet/ledger"
import { Command } from "@effect/cli"
import { FileSystem } from "@effect/platform"
import { Clock, type Duration, Effect, Option, Ref } from "effect"
import * as Books from "../Books.ts"
import { BalancesUnexplained } from "../CliError.ts"
import * as ClockNote from "../ClockNote.ts"
import * as Exchange from "../Exchange.ts"
import * as LedgerFile from "../LedgerFile.ts"
import * as BooksOptions from "../Options/Books.ts"
import * as Global from "../Options/Global.ts"
import * as Time from "../Options/Time.ts"
import * as Output from "../Output.ts"
import type * as Style from "../Style.ts"
import * as Progress from "../Render/Progress.ts"
import * as Render from "../Render/Sync.ts"
import * as Payments from "../Render/Withdrawal.ts"
import * as Watching from "../Watching.ts"

const operation = "btse sync"

interface Settings extends Global.Global {
  readonly range: Time.Range
  readonly full: boolean
  readonly watch: Option.Option<Duration.Duration>
}

const once = Effect.fnUntraced(function* (options: Settings, path: string, made: Ref.Ref<boolean>) {
  const sync = yield* Sync.Sync
  const output = yield* Output.Output
  const begun = yield* Clock.currentTimeMillis
  const report = yield* sync.run({
    since: Option.getOrUndefined(options.range.since),
    until: Option.getOrUndefined(options.range.closing),
    full: options.full,
    onProgress: (progress) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => output.progress(Progress.line(progress, now - begun)))
  })
  yield* Effect.forEach(report.alarms, (alarm) => output.note(Payments.alarm(alarm)), { discard: true })
  // Only the first of many syncs makes the file.
  const ledger = (yield* Ref.getAndSet(made, false)) ? `${path} (new)` : path
  const result = {
    json: options.json,
    schema: Sync.SyncReport,
    value: report,
    render: (report: Sync.SyncReport, style: Style.Style) => Render.report(report, style, ledger)
  }
  yield* options.json && Option.isSome(options.watch) ? Output.line(Sync.SyncReport, report) : Output.result(result)
  yield* ClockNote.current
  return report
})

/** Fails with `BalancesUnexplained` where the sync left a balance that the records do not explain. */
const explained = ({ unexplained }: Sync.SyncReport) =>
  unexplained.length === 0
    ? Effect.void
    : new BalancesUnexplained({ operation, currencies: unexplained.map(({ currency }) => currency) })

/**
 * Whether a file is to be made. One that is not there yet is made only for credentials that the exchange accepts: a wrong
 * secret leaves nothing.
 */
const accepted = Effect.fnUntraced(function* (path: string) {
  const fileSystem = yield* FileSystem.FileSystem
  if (yield* Effect.orElseSucceed(fileSystem.exists(path), () => true)) return false
  const wallet = yield* Wallet.WalletReader
  yield* wallet.balances
  return true
})

const work = Effect.fnUntraced(function* (options: Settings) {
  const found = yield* LedgerFile.located(options)
  yield* LedgerFile.agreed(operation, found)
  const { path } = found
  const made = yield* Ref.make(yield* accepted(path))
  const syncing = Option.match(options.watch, {
    onNone: () => Effect.flatMap(once(options, path, made), explained),
    onSome: (pause) => Watching.watching(once(options, path, made), pause)
  })
  yield* Effect.provide(syncing, Books.layer(operation, options))
})

const run = Effect.fn(operation)((options: Settings) =>
  work(options).pipe(
    Effect.onInterrupt(() =>
      Output.note(
        Option.isSome(options.watch)
          ? "Stopped. What was read is kept, and the next sync goes on from there."
          : "Interrupted. What was read is kept: run `btse sync` again to go on from there."
      )
    )
  )
)

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "sync",
  {
    ...Global.all,
    range: Time.range({
      begin: ["since", "Where to start; by default at the beginning, or where the last sync left off."],
      end: ["until", "Where to end, of a date at the end of its day; by default now."]
    }),
    full: BooksOptions.full,
    watch: BooksOptions.watch
  },
  run
).pipe(
  Command.withDescription("Bring the ledger up to date with wallet history, and take a snapshot of balances."),
  Command.provide((options) => Exchange.layer(operation, options))
)
