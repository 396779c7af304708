/**
 * Closing periods: the reconciliation of a month, sealed with a digest in the chain of events, and held against everything
 * that the books learn of that month later.
 *
 * @since 0.1.0
 */
import { SqlClient } from "@effect/sql"
import { Clock, Context, DateTime, Effect, Layer, Schema } from "effect"
import { Account } from "./Account.ts"
import type { AccountingPolicy } from "./AccountingPolicy.ts"
import { standard } from "./AccountingPolicy.ts"
import type { ClosedPeriod } from "./Closes/ClosedPeriod.ts"
import { Statement } from "./Closes/ClosedPeriod.ts"
import type { Period } from "./Closes/Period.ts"
import { Closing, makeStoredCloses } from "./Closes/Stored.ts"
import { Digest } from "./Digest.ts"
import { bookEvent, Events } from "./internal/Events.ts"
import { makeExtent } from "./internal/Extent.ts"
import { translated, writing } from "./internal/SqlFault.ts"
import type { LedgerError } from "./LedgerError.ts"
import { CloseRefused, PeriodBroken } from "./LedgerError.ts"
import type { ReconciliationReport } from "./Reconciliation.ts"
import { Reconciliation } from "./Reconciliation.ts"

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
     * Reconciles from the last snapshot at or before the period's begin (from zero where there is none and all history is
     * covered) to the last at or before its end. Fails with `PeriodBroken` where that does not match, with `CloseRefused` where
     * the period has not ended, is not covered, or is closed already.
     */
    readonly close: (options: CloseOptions) => Effect.Effect<ClosedPeriod, LedgerError>
    /** Every close, in order. */
    readonly list: Effect.Effect<ReadonlyArray<ClosedPeriod>, LedgerError>
    /** The last close of a period. */
    readonly get: (period: string) => Effect.Effect<ClosedPeriod, LedgerError>
  }
>() {}

const encodeStatement = Schema.encode(Schema.parseJson(Statement))

const encodeClosing = Schema.encode(Closing)

interface Ends {
  readonly opening: number | null
  readonly closing: number
}

/** How long before a period's end its last snapshot may be, in milliseconds. */
const furthest = 86_400_000

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const account = yield* Account
  const events = yield* Events
  const { sha256 } = yield* Digest
  const reconciliation = yield* Reconciliation
  const stored = makeStoredCloses(sql, account.id, sha256)
  const extent = makeExtent(sql, account.id)

  const refused = (problem: string, advice: string) => new CloseRefused({ operation: "close", problem, advice })

  const ready = Effect.fnUntraced(function* ({ again, period }: CloseOptions) {
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

  /** From zero where no snapshot is as old as the period, and the books hold everything before. */
  const reconcile = Effect.fnUntraced(function* ({ period, policy }: CloseOptions) {
    const to = DateTime.unsafeMake(period.to)
    const [first] = yield* sql<{ readonly at: number | null }>`
      SELECT min(taken_at) AS at FROM snapshot WHERE account_id = ${account.id}`
    if (first?.at == null || first.at > period.to) {
      return yield* refused(
        `no snapshot of balances was taken by the end of ${period.name}, so that nothing says what the wallet held then`,
        "The first period that can be closed is the one of the first sync."
      )
    }
    const [last] = yield* sql<{ readonly at: number }>`
      SELECT max(taken_at) AS at FROM snapshot WHERE account_id = ${account.id} AND taken_at <= ${period.to}`
    // Whatever moved after it would be signed without having been looked at.
    if (last === undefined || period.to - last.at > furthest) {
      return yield* refused(
        `the last snapshot of balances before the end of ${period.name} is of ${DateTime.formatIso(DateTime.unsafeMake(last?.at ?? first.at))}, more than a day before it`,
        "Reconcile to a later time instead, and sync at least once a day, so that the next period can be closed."
      )
    }
    const old = first.at <= period.from
    const report = yield* reconciliation.run({ ...(old ? { from: DateTime.unsafeMake(period.from) } : {}), to, policy })
    if (!old && report.opening !== "zero") {
      return yield* refused(
        `no snapshot of balances is as old as ${period.name}, and history does not reach back to the account's first day`,
        "Close a later period, or run `btse sync --full`."
      )
    }
    return report
  })

  const statementOf = Effect.fnUntraced(function* (
    { period, withBreaks }: CloseOptions,
    report: ReconciliationReport,
    ends: Ends
  ) {
    const { hash, seq } = yield* events.head
    const { gaps, id, lines, policy, policyDigest, quarantined, status, unknownTypes } = report
    return yield* encodeStatement({
      format: 1,
      account: account.name,
      exchange: account.exchange,
      period: period.name,
      from: DateTime.unsafeMake(period.from),
      to: DateTime.unsafeMake(period.to),
      opening: { snapshot: ends.opening === null ? null : String(ends.opening), at: report.from },
      closing: { snapshot: String(ends.closing), at: report.to },
      reconciliation: id ?? "",
      status,
      reason: status === "matched" ? null : (withBreaks ?? null),
      policy,
      policyDigest,
      lines,
      unknownTypes,
      gaps,
      quarantined,
      head: { event: seq, hash }
    })
  })

  const close = Effect.fn("Closes.close")(function* (options: CloseOptions) {
    const { period, withBreaks } = options
    yield* ready(options)
    const report = yield* reconcile(options)
    if (report.status !== "matched" && withBreaks === undefined) {
      return yield* new PeriodBroken({
        operation: "close",
        period: period.name,
        status: report.status,
        currencies: report.lines.filter(({ status }) => status === "break").map(({ currency }) => currency)
      })
    }
    yield* writing(sql)(
      Effect.gen(function* () {
        const [ends] = yield* sql<Ends>`
          SELECT opening_id AS opening, closing_id AS closing FROM reconciliation WHERE id = ${Number(report.id)}`
        const { closing, opening } = ends ?? { opening: null, closing: 0 }
        const statement = yield* statementOf(options, report, { opening, closing })
        const content = yield* encodeClosing({
          period: period.name,
          from: period.from,
          to: period.to,
          opening: opening ?? 0,
          closing,
          reconciliation: Number(report.id),
          status: report.status,
          reason: report.status === "matched" ? null : (withBreaks ?? null),
          policy: options.policy ?? standard,
          digest: sha256(statement)
        })
        yield* events.append([bookEvent("closed", content, statement)], {
          accountId: account.id,
          runId: null,
          at: yield* events.now
        })
      })
    )
    return yield* find("close", period.name)
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
