/**
 * Brings the ledger up to date with the exchange, and takes a snapshot of balances.
 *
 * @since 0.1.0
 */
import { Monotonic, type WalletError } from "@btse-wallet/core"
import { SqlClient } from "@effect/sql"
import type { DateTime } from "effect"
import { Context, Effect, Layer, Ref } from "effect"
import { Account } from "./Account.ts"
import { makeBalanceCheck } from "./internal/BalanceCheck.ts"
import { makeExchangeTime, type Moment } from "./internal/ExchangeTime.ts"
import { makeExtent } from "./internal/Extent.ts"
import type { IntakeError, Run } from "./internal/Intake.ts"
import { Intake } from "./internal/Intake.ts"
import { makeLease } from "./internal/Lease.ts"
import { afterSync, depthDue } from "./internal/ReadDepth.ts"
import { makeSearch } from "./internal/Search.ts"
import { Snapshots } from "./internal/Snapshots.ts"
import { makeSpansToRead } from "./internal/SpansToRead.ts"
import { translated } from "./internal/SqlFault.ts"
import type { LedgerError } from "./LedgerError.ts"
import { makePaymentAlarms } from "./Payments/PaymentAlarms.ts"
import * as Spans from "./Span.ts"
import type { SyncReport } from "./Sync/Report.ts"

export * from "./Sync/Report.ts"

/**
 * How far a sync is: told after each window that was committed.
 *
 * @since 0.1.0
 * @category models
 */
export interface SyncProgress {
  readonly requests: number
  readonly windows: number
  readonly rows: number
  /** How much of the time span that is read has been proven, from 0 to 1. */
  readonly share: number
  readonly window: Spans.InstantSpan
}

/**
 * How much of history to read.
 *
 * @since 0.1.0
 * @category models
 */
export interface SyncOptions {
  /** Where to start; by default at the beginning of history, or where earlier syncs left off. */
  readonly since?: DateTime.Utc | undefined
  /** Where to end; by default now. */
  readonly until?: DateTime.Utc | undefined
  /** Read everything again, so that rows the exchange no longer shows are found. */
  readonly full?: boolean | undefined
  readonly onProgress?: ((progress: SyncProgress) => Effect.Effect<void>) | undefined
}

/**
 * The synchronisation of one account.
 *
 * @since 0.1.0
 * @category services
 */
export class Sync extends Context.Tag("@btse-wallet/ledger/Sync")<
  Sync,
  {
    readonly run: (options?: SyncOptions) => Effect.Effect<SyncReport, WalletError.ReadError | LedgerError>
  }
>() {}

/**
 * Where history is first asked for: 2018-01-01, before the exchange opened.
 *
 * @since 0.1.0
 * @category constants
 */
export const firstDay = 1_514_764_800_000

/** Some endpoint refuses to be asked for more than 1569888000000 (October 2019); requests go a millisecond beyond. */
const refusedBefore = 1_569_888_000_001

/** How often a refusal is looked into: the end of what is refused moves while history is read. */
const mostRefusals = 6

/** So many times a first reading is extended by what the exchange shows when it is asked again. */
const mostRounds = 20

type Reading = Effect.Effect<number, IntakeError>

/**
 * How the synchronisation is set up. `lookback` is how far before the end of coverage history is read again for rows that
 * came late, in milliseconds; an hour by default. `search` says whether long silences are asked for again in
 * shorter times where the records do not add up to the balances, by the first sync and by a full one; it is, by default.
 *
 * @since 0.1.0
 * @category models
 */
export interface SyncSettings {
  readonly lookback?: number | undefined
  readonly earliest?: number | undefined
  readonly search?: boolean | undefined
}

const make = Effect.fnUntraced(function* (settings: SyncSettings) {
  const sql = yield* SqlClient.SqlClient
  const account = yield* Account
  const intake = yield* Intake
  const snapshots = yield* Snapshots
  const holdingLease = yield* makeLease
  const extent = makeExtent(sql, account.id)
  const beginningOfAll = settings.earliest ?? firstDay
  const search = makeSearch(sql, account.id, firstDay)
  const unexplainedBalances = makeBalanceCheck(sql, account.id, firstDay)
  const spansToRead = makeSpansToRead(extent, settings.lookback ?? 3_600_000)
  const alarms = makePaymentAlarms(sql, account.id)
  const time = makeExchangeTime(account.exchange)

  const read = Effect.fnUntraced(function* (run: Run, options: SyncOptions, earliest: number, moment: Moment) {
    const now = moment.at
    const limits = yield* run.limits
    const spans = yield* spansToRead({ earliest, now, limits, ...options }).pipe(translated("sync"))
    const claimUntil = Effect.map(time.latest(moment), (latest) => Math.min(options.until?.epochMillis ?? now, latest))
    const whole = spans.reduce((sum, { from, to }) => sum + to - from + 1, 0)
    let windows = 0
    let proven = 0
    for (const span of spans.toReversed()) {
      yield* run.walk(span, claimUntil, (window) =>
        Effect.gen(function* () {
          windows++
          proven += window.to - window.from + 1
          yield* (
            options.onProgress?.({
              requests: yield* Ref.get(run.requests),
              windows,
              rows: (yield* Ref.get(run.counts)).seen,
              share: Math.min(1, proven / whole),
              window: Spans.toInstants(window)
            }) ?? Effect.void
          )
        })
      )
    }
  })

  /** History from its beginning; where the exchange refuses that, as much as it does not refuse. */
  const readAll = Effect.fnUntraced(function* (run: Run, options: SyncOptions, started: Moment) {
    const known = yield* extent.earliest().pipe(translated("sync"))
    const whole = known === undefined && options.since === undefined
    const reading = Effect.fnUntraced(function* (first: number, tries: number) {
      const now = tries === 0 ? started : yield* time.now
      return yield* read(run, options, first, now).pipe(
        Effect.as(first),
        Effect.catchTag("BadRequest", (refusal): Reading =>
          Effect.gen(function* () {
            if (tries >= mostRefusals) return yield* refusal
            if (whole && first < refusedBefore) return yield* reading(refusedBefore, tries + 1)
            const asked = options.since?.epochMillis ?? Math.min(first, (yield* extent.oldestNotFinal(0)) ?? first)
            return (yield* run.explain(asked, now.at)) ? yield* reading(first, tries + 1) : yield* refusal
          }).pipe(translated("sync"))
        )
      )
    })
    const first = yield* reading(known ?? beginningOfAll, 0)
    const { refusesBeyond } = yield* run.limits
    const [oldest] = yield* extent.coverage().pipe(translated("sync"))
    return { whole, first: refusesBeyond === undefined ? first : Math.max(first, oldest?.from ?? first) }
  })

  /** Asks again for the time before the oldest record where too few answers have confirmed it, or a deep read is due. */
  const confirmBeginning = Effect.fnUntraced(function* (run: Run, now: number) {
    const known = yield* extent.earliest()
    if (known === undefined) return
    const limits = yield* run.limits
    const { isDeep } = depthDue(limits, { beginning: known, covered: now, now })
    const isDue = isDeep || limits.unexplainedSyncs !== undefined || (yield* run.beginning.isOpen)
    if (isDue) yield* run.beginning.check(Math.max(refusedBefore, Math.min(known, beginningOfAll)), now)
  }, translated("sync"))

  /** A first reading ends when the time before the oldest record, asked for once more, shows nothing new. */
  const untilConfirmed = Effect.fnUntraced(function* (
    run: Run,
    first: Effect.Effect.Success<ReturnType<typeof readAll>>,
    options: SyncOptions,
    moment: Moment
  ) {
    let read = first
    for (let rounds = 0; read.whole && rounds < mostRounds; rounds++) {
      const finding = yield* translated("sync")(run.beginning.check(Math.max(refusedBefore, read.first), moment.at))
      if (finding === "confirmed") break
      read = yield* readAll(run, options, moment)
    }
    return read
  })

  const run = Effect.fn("Sync.run")(function* (options: SyncOptions = {}) {
    const opened = yield* intake.open("sync")
    const begun = yield* Monotonic.millis
    const started = yield* time.now
    yield* opened.readAside
    const past = options.until !== undefined && options.until.epochMillis < started.at
    const bounded = options.since !== undefined || past
    const isFirst = (yield* translated("sync")(extent.coverage())).length === 0
    if (options.full === true && !bounded) yield* opened.forgetLearned
    const before = yield* opened.limits
    if (options.full !== true && !bounded) yield* confirmBeginning(opened, started.at)
    const read = yield* readAll(opened, options, started)
    // What a clock that is behind did not ask for is read now.
    const behind = yield* time.wasBehind(started)
    const moment = behind ? yield* time.now : started
    if (behind) yield* readAll(opened, options, moment)
    const now = yield* time.latest(moment)
    const { first, whole } = bounded ? read : yield* untilConfirmed(opened, read, options, moment)
    const walked = yield* Ref.get(opened.counts)
    const taken = past ? null : yield* snapshots.take(opened)
    const searching =
      settings.search !== false && taken !== null && (whole || (options.full === true && options.since === undefined))
    const found = searching ? yield* search(opened, { from: first, to: now }, snapshots.take(opened)) : undefined
    const snapshot = found ?? taken
    if (options.since === undefined && !past) yield* opened.rememberEarliest(first)
    yield* opened.quarantineStrays
    const checked = yield* translated("sync")(unexplainedBalances())
    const unexplained = checked ?? []
    // Rows in quarantine that a reading of everything did not meet again are no longer shown.
    const isReadAgain = depthDue(before, { beginning: first, covered: now, now }).from === first
    if (!bounded && (options.full === true || isFirst || isReadAgain)) yield* opened.releaseUnmet
    if (!bounded) {
      const timeless = yield* translated("sync")(extent.timeless())
      const snapshotBefore = yield* translated("sync")(extent.lastSnapshotBefore(opened.id))
      const isUnexplained = unexplained.length + timeless > 0
      const isExplained = checked !== undefined && !isUnexplained
      const end = { beginning: beginningOfAll, covered: now, now, snapshotBefore, isUnexplained, isExplained }
      yield* opened.updateLimits(afterSync(before, end))
    }
    const records = yield* Ref.get(opened.counts)
    const report: SyncReport = {
      account: account.name,
      requests: yield* Ref.get(opened.requests),
      // What the looks around the snapshot read again is no new row; what they brought is.
      records: { ...records, seen: walked.seen + records.inserted - walked.inserted, unchanged: walked.unchanged },
      quarantined: yield* extent.quarantined().pipe(translated("sync")),
      coverage: (yield* extent.coverage().pipe(translated("sync"))).map(Spans.toInstants),
      snapshot: snapshot === null ? null : String(snapshot),
      durationMs: (yield* Monotonic.millis) - begun,
      unexplained,
      alarms: yield* alarms.list.pipe(translated("sync"))
    }
    yield* Effect.annotateCurrentSpan({ requests: report.requests, rows: report.records.seen })
    return report
  }, Effect.scoped)

  return { run: (options?: SyncOptions) => holdingLease(run(options)) }
})

/**
 * `Sync` of the wallet that is provided, into the ledger and the account that are.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (settings: SyncSettings = {}) => Layer.effect(Sync, make(settings))
