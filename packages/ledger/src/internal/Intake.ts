/**
 * Reads history into the books, for whoever needs it read: sync, and the tracking of a withdrawal.
 *
 * @internal
 */
import type { WalletError } from "@btse-wallet/core"
import { Wallet } from "@btse-wallet/core"
import { SqlClient } from "@effect/sql"
import { Clock, Context, Effect, Exit, Layer, Option, Ref, Stream } from "effect"
import type { Scope } from "effect"
import { Account } from "../Account.ts"
import type { LedgerBusy, LedgerUnavailable, SaturatedMillisecond } from "../LedgerError.ts"
import type { Span } from "../Span.ts"
import type { Habits } from "../Walker.ts"
import * as Walker from "../Walker.ts"
import { Events } from "./Events.ts"
import type { HistoryPort } from "./HistoryPort.ts"
import { makeHistoryPort } from "./HistoryPort.ts"
import type { Counts } from "./Counts.ts"
import { addCounts, noCounts } from "./Counts.ts"
import { makeIngest } from "./Ingest.ts"
import { makeQuarantine } from "./Quarantine.ts"
import { translated, writing } from "./SqlFault.ts"

export type IntakeError = WalletError.ReadError | LedgerUnavailable | LedgerBusy | SaturatedMillisecond

/** How far the exchange's clock may be ahead of ours: rows from there are stored, but no coverage is claimed. */
export const clockAhead = 300_000

export interface Run {
  readonly id: number
  readonly requests: Ref.Ref<number>
  readonly counts: Ref.Ref<Counts>
  /** Reads a span into the books, window by window. Coverage is claimed up to `claimUntil`. */
  readonly walk: (
    span: Span,
    claimUntil: number,
    onWindow?: (window: Span) => Effect.Effect<void>
  ) => Effect.Effect<Counts, IntakeError>
  /** Lets go of the rows in quarantine without a time that this run, having read everything, did not meet again. */
  readonly releaseUnmet: Effect.Effect<void, LedgerUnavailable | LedgerBusy>
  /** Whether the newest history is what the books hold. What is new is read into them. */
  readonly isCurrent: (span: Span, claimUntil: number) => Effect.Effect<boolean, IntakeError>
}

export class Intake extends Context.Tag("@btse-wallet/ledger/internal/Intake")<
  Intake,
  { readonly open: (kind: string) => Effect.Effect<Run, LedgerUnavailable | LedgerBusy, Scope.Scope> }
>() {}

interface Learned {
  readonly keeps: Habits["keeps"]
  readonly longest_page: number
}

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const events = yield* Events
  const reader = yield* Wallet.WalletReader
  const account = yield* Account
  const quarantine = makeQuarantine(sql, events, account.id)

  const habits = Effect.fnUntraced(function* () {
    const [row] = yield* sql<Learned>`SELECT keeps, longest_page FROM account WHERE id = ${account.id}`
    return row === undefined ? Walker.noHabits : { keeps: row.keeps, longestPage: row.longest_page }
  })

  const currencies = Effect.fnUntraced(function* () {
    const rows = yield* sql<{ readonly currency: string }>`
      SELECT DISTINCT currency FROM balance b JOIN snapshot s ON s.id = b.snapshot_id WHERE s.account_id = ${account.id}`
    return rows.map((row) => row.currency)
  })

  const begin = Effect.fnUntraced(function* (kind: string) {
    const now = yield* Clock.currentTimeMillis
    const [row] = yield* writing(sql)(
      sql<{ readonly id: number }>`
        INSERT INTO run ${sql.insert({ account_id: account.id, kind, started_at: now, status: "running" })} RETURNING id`
    )
    return row?.id ?? 0
  }, translated("sync"))

  const end = Effect.fnUntraced(function* (
    id: number,
    port: HistoryPort,
    total: Counts,
    exit: Exit.Exit<unknown, unknown>
  ) {
    const now = yield* Clock.currentTimeMillis
    const failed = Exit.causeOption(exit).pipe(
      Option.map((cause) => (cause._tag === "Fail" ? String(cause.error) : cause._tag))
    )
    yield* writing(sql)(
      sql`UPDATE run SET ${sql.update({
        ...total,
        requests: yield* Ref.get(port.requests),
        finished_at: now,
        status: Exit.isSuccess(exit) ? "done" : Exit.isInterrupted(exit) ? "interrupted" : "failed",
        error: Option.getOrNull(failed)
      })} WHERE id = ${id}`
    )
  })

  const open = Effect.fnUntraced(function* (kind: string) {
    const port = yield* makeHistoryPort(reader)
    const counts = yield* Ref.make(noCounts)
    const id = yield* Effect.acquireRelease(begin(kind), (id, exit) =>
      // The run's row is a note beside the books: that it could not be finished must not hide how the run ended.
      Effect.flatMap(Ref.get(counts), (total) => end(id, port, total, exit)).pipe(
        Effect.catchAll((error) => Effect.logDebug("The run could not be closed in the ledger", error))
      )
    )

    const walk: Run["walk"] = Effect.fnUntraced(function* (span, claimUntil, onWindow) {
      const ingest = makeIngest(sql, events, { accountId: account.id, runId: id, claimUntil })
      const options = { span, habits: yield* habits(), currencies: yield* currencies() }
      return yield* Walker.walk(port, options).pipe(
        Stream.runFoldEffect(noCounts, (total, window) =>
          Effect.gen(function* () {
            const done = yield* ingest.commit(window, yield* port.takeTimeless)
            yield* Ref.update(counts, (all) => addCounts(all, done))
            if (onWindow !== undefined) yield* onWindow(window)
            return addCounts(total, done)
          })
        )
      )
    }, translated("sync"))

    const isCurrent: Run["isCurrent"] = Effect.fnUntraced(function* (span, claimUntil) {
      const learned = yield* habits()
      if (learned.keeps === "newest") {
        const page = yield* port.fetchPage({ from: span.from - 1, to: span.to + 1, count: Walker.defaultCount })
        const rows = page.filter((row) => row.timestamp >= span.from && row.timestamp <= span.to)
        const ingest = makeIngest(sql, events, { accountId: account.id, runId: id, claimUntil })
        if (yield* ingest.holds(rows, span)) return true
      }
      const brought = yield* walk(span, claimUntil)
      return brought.inserted + brought.updated + brought.vanished === 0
    }, translated("sync"))

    const releaseUnmet = writing(sql)(
      Effect.flatMap(events.now, (at) => quarantine.releaseUnmet({ accountId: account.id, runId: id, at }))
    ).pipe(translated("sync"))

    return { id, requests: port.requests, counts, walk, isCurrent, releaseUnmet }
  })

  return { open }
})

export const layer = Layer.effect(Intake, make)
