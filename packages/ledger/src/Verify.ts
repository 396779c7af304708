/**
 * Whether the ledger is what the program wrote: the chain of events, the rows against the events, the totals against both.
 *
 * @since 0.1.0
 */
import { SqlClient } from "@effect/sql"
import { Context, Effect, Layer, Option } from "effect"
import { Digest } from "./Digest.ts"
import type { ChainedEvent } from "./EventChain.ts"
import { translated } from "./internal/SqlFault.ts"
import type { LedgerError } from "./LedgerError.ts"
import * as Spans from "./Span.ts"
import { makeBooks, snapshotOf } from "./Verify/Books.ts"
import { makeChain } from "./Verify/Chain.ts"
import type { Findings } from "./Verify/Findings.ts"
import { makeFindings } from "./Verify/Findings.ts"
import type { VerifiedAccount, VerifyReport } from "./Verify/Report.ts"
import { compareAccount, compareRecords, compareSnapshot } from "./Verify/Rows.ts"
import { makeStored } from "./Verify/Stored.ts"
import { makeTotals } from "./Verify/Totals.ts"

export * from "./Verify/Report.ts"

/**
 * How far a verification is: so many of all events.
 *
 * @since 0.1.0
 * @category models
 */
export interface VerifyProgress {
  readonly events: number
  readonly all: number
}

/**
 * What is told while it runs, after each piece of a thousand events.
 *
 * @since 0.1.0
 * @category models
 */
export interface VerifyOptions {
  readonly onProgress?: ((progress: VerifyProgress) => Effect.Effect<void>) | undefined
}

/**
 * The verification of a ledger file, with every account in it. `runWith` tells how far it is.
 *
 * @since 0.1.0
 * @category services
 */
export class Verify extends Context.Tag("@btse-wallet/ledger/Verify")<
  Verify,
  {
    readonly run: Effect.Effect<VerifyReport, LedgerError>
    readonly runWith: (options: VerifyOptions) => Effect.Effect<VerifyReport, LedgerError>
  }
>() {}

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const { sha256 } = yield* Digest
  const stored = makeStored(sql)

  const checkSnapshot = Effect.fnUntraced(function* (findings: Findings, event: ChainedEvent) {
    const taken = snapshotOf(event)
    if (Option.isNone(taken)) return 0
    const [snapshot] = yield* stored.snapshot(taken.value.id)
    compareSnapshot(findings, event, taken.value, snapshot, yield* stored.balances(taken.value.id))
    return taken.value.balances.length
  })

  /** From the first event to the last, a piece at a time. */
  const walk = Effect.fnUntraced(function* (findings: Findings, { onProgress }: VerifyOptions) {
    const chain = makeChain(sha256, findings)
    const books = makeBooks()
    const totals = makeTotals(sql, findings)
    const count = { events: 0, records: 0, snapshots: 0, balances: 0 }
    const recordsOf = new Map<number, number>()
    const head = yield* stored.head
    let after = Number.MIN_SAFE_INTEGER
    for (;;) {
      const events = yield* stored.eventsAfter(after)
      const to = events.at(-1)?.seq ?? Number.MAX_SAFE_INTEGER
      const records = yield* stored.records(after, to)
      const seen = events.filter((event) => event.kind === "seen")
      compareRecords(findings, seen, seen.length === 0 ? [] : yield* stored.laterEvents(after, to), records)
      for (const record of records) recordsOf.set(record.account_id, (recordsOf.get(record.account_id) ?? 0) + 1)
      for (const event of events) {
        chain.follow(event)
        books.take(event)
        totals.take(event)
        if (event.kind === "snapshot") {
          count.snapshots++
          count.balances += yield* checkSnapshot(findings, event)
        }
      }
      count.events += events.length
      count.records += records.length
      if (events.length === 0) break
      after = to
      if (onProgress !== undefined) yield* onProgress({ events: count.events, all: head.seq })
    }
    chain.end(head)
    yield* totals.check()
    return { count, recordsOf, books: books.accounts, head }
  })

  const checkCounts = Effect.fnUntraced(function* (
    findings: Findings,
    told: { readonly snapshots: number; readonly balances: number }
  ) {
    const wrong = (table: string, problem: string) => findings.add({ table, row: "", event: null, problem })
    const [found] = yield* stored.counts
    if (found !== undefined && found.snapshots > told.snapshots) wrong("snapshot", "no event tells of a snapshot")
    if (found !== undefined && found.balances !== told.balances) {
      wrong("balance", "there are more or fewer balances than the events tell of")
    }
    const [guard] = yield* stored.guards
    if (guard?.guards !== 2) wrong("event", "the triggers that keep events from being changed are gone")
  })

  const run = Effect.fn("Verify.run")(function* (options: VerifyOptions) {
    const findings = makeFindings()
    const { books, count, head, recordsOf } = yield* walk(findings, options)
    const covered = yield* stored.covered
    const quarantine = yield* stored.quarantine
    const known = yield* stored.accounts
    for (const [id, one] of books) {
      if (!known.some((account) => account.id === id)) {
        findings.add({
          table: "account",
          row: one.bound?.name ?? String(id),
          event: null,
          problem: "an account is gone"
        })
      }
    }
    const accounts = known.map((account): VerifiedAccount => {
      const spans = covered.filter((span) => span.account_id === account.id)
      const aside = quarantine.filter((row) => row.account_id === account.id)
      compareAccount(findings, account, books.get(account.id), spans, aside)
      const first = account.earliest ?? spans[0]?.from
      const last = spans.at(-1)?.to
      const gaps = first === undefined || last === undefined ? [] : Spans.gaps({ from: first, to: last }, spans)
      return {
        account: account.name,
        records: recordsOf.get(account.id) ?? 0,
        coverage: Spans.union(spans).map(Spans.toInstants),
        gaps: gaps.map(Spans.toInstants),
        quarantined: aside.length
      }
    })
    yield* checkCounts(findings, count)
    const found = findings.all()
    yield* Effect.annotateCurrentSpan({ events: count.events, problems: found.problems })
    return {
      status: found.problems === 0 ? "intact" : "touched",
      events: count.events,
      records: count.records,
      head: { event: head.seq, hash: head.hash },
      ...found,
      accounts
    } satisfies VerifyReport
  })

  // One transaction, so that all is read as of one moment while others write.
  const runWith = (options: VerifyOptions) => translated("verify")(sql.withTransaction(run(options)))

  return { run: Effect.suspend(() => runWith({})), runWith }
})

/**
 * `Verify` on the ledger that is provided.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = Layer.effect(Verify, make)
