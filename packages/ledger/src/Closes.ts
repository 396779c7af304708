/**
 * Closing periods: the reconciliation of a month, sealed with a digest in the chain of events, and held against everything
 * that the books learn of that month later.
 *
 * @since 0.1.0
 */
import { SqlClient } from "@effect/sql"
import { Clock, Context, DateTime, Effect, Either, Layer } from "effect"
import { Account } from "./Account.ts"
import type { AccountingPolicy } from "./AccountingPolicy.ts"
import type { ClosedPeriod, Statement } from "./Closes/ClosedPeriod.ts"
import { makeCutOff } from "./Closes/CutOff.ts"
import type { Period } from "./Closes/Period.ts"
import { draftOf, isStale, judge } from "./Closes/Statement.ts"
import { makeStoredCloses } from "./Closes/Stored.ts"
import { AsOf } from "./AsOf.ts"
import { Digest } from "./Digest.ts"
import { Events } from "./internal/Events.ts"
import { makeExtent } from "./internal/Extent.ts"
import { translated, writing } from "./internal/SqlFault.ts"
import type { LedgerError } from "./LedgerError.ts"
import { CloseRefused, LedgerTouched, PeriodBroken } from "./LedgerError.ts"
import { Reconciliation } from "./Reconciliation.ts"
import { Verify, type VerifyOptions } from "./Verify.ts"

export * from "./Closes/ClosedPeriod.ts"
export * as Period from "./Closes/Period.ts"

/**
 * What is closed, and how.
 *
 * @since 0.1.0
 * @category models
 */
export interface CloseOptions {
  readonly period: Period
  readonly policy?: AccountingPolicy | undefined
  /** Why it is closed although its reconciliation does not match. */
  readonly withBreaks?: string | undefined
  /** Closes a period that is closed already; the earlier close stays. */
  readonly again?: boolean | undefined
  /** Called while the ledger is verified, before anything is reconciled. */
  readonly onVerify?: VerifyOptions["onProgress"]
}

/**
 * The closed periods of one account.
 *
 * @since 0.1.0
 * @category services
 */
export class Closes extends Context.Tag("@btse-wallet/ledger/Closes")<
  Closes,
  {
    /**
     * Reconciles from the last snapshot before the period's begin (from zero where there is none and all history is covered) to
     * the last at or before its end, and on to the next where something of the period came after that. Verifies the ledger
     * first, and fails with `LedgerTouched` where it is not what the program wrote. Fails with `PeriodBroken` where the
     * reconciliation does not match, with `CloseRefused` where the period has not ended, is not covered, or is closed already.
     */
    readonly close: (options: CloseOptions) => Effect.Effect<ClosedPeriod, LedgerError>
    /** Every close, in order. */
    readonly list: Effect.Effect<ReadonlyArray<ClosedPeriod>, LedgerError>
    /** The last close of a period. */
    readonly get: (period: string) => Effect.Effect<ClosedPeriod, LedgerError>
  }
>() {}

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const account = yield* Account
  const events = yield* Events
  const { sha256 } = yield* Digest
  const reconciliation = yield* Reconciliation
  const stored = makeStoredCloses(sql, account.id, sha256)
  const cutOffOf = makeCutOff(sql, account.id, reconciliation)
  const extent = makeExtent(sql, account.id)
  const asOf = yield* AsOf
  const verify = yield* Verify

  const refused = (problem: string, advice: string) => new CloseRefused({ operation: "close", problem, advice })

  const ready = Effect.fnUntraced(function* ({ again, period }: CloseOptions) {
    if (asOf !== undefined) {
      return yield* refused("the books are opened as of an earlier moment", "Open them as they are now.")
    }
    if ((yield* Clock.currentTimeMillis) <= period.to) {
      return yield* refused(`${period.name} has not ended yet`, "Close it when it has, after a sync.")
    }
    const covered = (yield* extent.coverage()).at(-1)?.to ?? 0
    if (covered < period.to) {
      return yield* refused(
        `history is not read to the end of ${period.name}, only to ${DateTime.formatIso(DateTime.unsafeMake(covered))}`,
        "Run `btse sync` first."
      )
    }
    const before = (yield* stored.last).find(({ content }) => content.period === period.name)
    if (before !== undefined && again !== true) {
      return yield* refused(
        `${period.name} is closed already, at ${DateTime.formatIso(DateTime.unsafeMake(before.at))}, with the digest ${before.content.digest}`,
        `\`btse closes show ${period.name}\` shows it; --again closes it once more, and the earlier close stays.`
      )
    }
  })

  /**
   * Opens with the snapshot that the period before closes with: the last before the begin. From zero where none is as old,
   * and the books hold everything before.
   */
  const reconcile = Effect.fnUntraced(function* ({ period, policy, withBreaks }: CloseOptions) {
    const to = DateTime.unsafeMake(period.to)
    const [first] = yield* sql<{ readonly at: number | null }>`
      SELECT min(taken_at) AS at FROM snapshot WHERE account_id = ${account.id}`
    if (first?.at == null || first.at > period.to) {
      return yield* refused(
        `no snapshot of balances was taken by the end of ${period.name}, so that nothing says what the wallet held then`,
        "The first period that can be closed is the one of the first sync."
      )
    }
    const before = period.from - 1
    const old = first.at <= before
    const report = yield* reconciliation.run({ ...(old ? { from: DateTime.unsafeMake(before) } : {}), to, policy })
    if (!old && report.opening !== "zero") {
      return yield* refused(
        `no snapshot of balances is as old as ${period.name}, and history does not reach back to the account's first day`,
        "Close a later period, or run `btse sync --full`."
      )
    }
    if (isStale(period, report) && withBreaks === undefined) {
      const days = `${DateTime.formatIsoDateUtc(DateTime.unsafeMake(period.from))}..${DateTime.formatIsoDateUtc(report.to)}`
      return yield* refused(
        `the last snapshot of balances in ${period.name} is of ${DateTime.formatIso(report.to)}, more than a day before its end, so that no balance proves the days after it`,
        `Close the days up to it (${days}), or say with --with-breaks why the period is sealed as incomplete.`
      )
    }
    return report
  })

  /** In the transaction that seals it, so that nothing is entered between what is reconciled and what is sealed. */
  const sealed = Effect.fnUntraced(function* (options: CloseOptions, verified: Statement["verified"]) {
    const { period, policy, withBreaks: reason } = options
    yield* ready(options)
    const report = yield* reconcile(options)
    const cutOff = yield* cutOffOf(period, policy, report)
    const verdict = judge(period, report, cutOff)
    if (verdict.status !== "matched" && reason === undefined) {
      const { currencies, status } = verdict
      // Not a failure of the transaction: the reconciliation stays in the books.
      return Either.left(new PeriodBroken({ operation: "close", period: period.name, status, currencies }))
    }
    const head = yield* events.head
    const draft = yield* draftOf({ account, period, policy, reason, report, cutOff, verdict, head, verified }, sha256)
    yield* events.append([draft], { accountId: account.id, runId: null, at: yield* events.now })
    return Either.void
  })

  /** The head up to which the ledger is what the program wrote. */
  const intact = Effect.fnUntraced(function* (options: CloseOptions) {
    const at = yield* DateTime.now
    const { findings, head, problems } = yield* verify.runWith({ onProgress: options.onVerify })
    if (problems === 0) return { at, ...head }
    return yield* new LedgerTouched({ operation: "close", problems, first: findings[0]?.problem ?? "" })
  })

  const close = Effect.fn("Closes.close")(function* (options: CloseOptions) {
    // What is refused at once is not waited for.
    yield* ready(options)
    const verified = yield* intact(options)
    yield* yield* writing(sql)(sealed(options, verified))
    return yield* find("close", options.period.name)
  }, translated("close"))

  const find = Effect.fnUntraced(function* (operation: string, period: string) {
    const found = (yield* stored.last).find(({ content }) => content.period === period)
    if (found === undefined) {
      return yield* new CloseRefused({
        operation,
        problem: `${period} has not been closed`,
        advice: "`btse closes list` shows what has."
      })
    }
    return yield* stored.shown(found)
  })

  return {
    close,
    list: Effect.flatMap(stored.all, Effect.forEach(stored.shown)).pipe(
      translated("closes list"),
      Effect.withSpan("Closes.list")
    ),
    get: (period: string) => translated("closes show")(find("closes show", period))
  }
})

/**
 * The service of the account that the ledger is opened for.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = Layer.effect(Closes, make)
