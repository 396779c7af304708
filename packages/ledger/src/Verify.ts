/**
 * Verification of a ledger: the file and its schema, the chain of events, the rows against the events, the totals against both.
 *
 * @since 0.1.0
 */
import { SqlClient } from "@effect/sql"
import { Clock, Context, Effect, Layer, Option } from "effect"
import { Digest } from "./Digest.ts"
import { type ChainedEvent, genesis } from "./EventChain.ts"
import type { Head } from "./internal/Events.ts"
import * as LedgerClient from "./internal/LedgerClient.ts"
import { translated } from "./internal/SqlFault.ts"
import type { LedgerError } from "./LedgerError.ts"
import * as Spans from "./Span.ts"
import { type AccountBooks, makeBooks, snapshotOf } from "./Verify/Books.ts"
import { makeChain } from "./Verify/Chain.ts"
import { checkPages, checkSchema, orUnreadable } from "./Verify/File.ts"
import type { Findings } from "./Verify/Findings.ts"
import { makeFindings } from "./Verify/Findings.ts"
import { readLast, writeLast } from "./Verify/Last.ts"
import type { LastVerification, VerifiedAccount, VerifyReport } from "./Verify/Report.ts"
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
 * `onProgress` is called after each piece of a thousand events. `head` is the hash of a head that was kept elsewhere: an event of
 * the chain must have it.
 *
 * @since 0.1.0
 * @category models
 */
export interface VerifyOptions {
  readonly onProgress?: ((progress: VerifyProgress) => Effect.Effect<void>) | undefined
  readonly head?: string | undefined
}

/**
 * The verification of a ledger file, with every account in it: its pages and indices, its schema, the chain of events, and the
 * rows against the events. Each run is written down, where the file can be written; `last` is the last of them, null where
 * there was none.
 *
 * @since 0.1.0
 * @category services
 */
export class Verify extends Context.Tag("@btse-wallet/ledger/Verify")<
  Verify,
  {
    readonly run: Effect.Effect<VerifyReport, LedgerError>
    readonly runWith: (options: VerifyOptions) => Effect.Effect<VerifyReport, LedgerError>
    readonly last: Effect.Effect<LastVerification | null, LedgerError>
  }
>() {}

interface Walked {
  readonly count: { events: number; records: number; snapshots: number; balances: number }
  readonly recordsOf: ReadonlyMap<number, number>
  readonly books: ReadonlyMap<number, AccountBooks>
}

/** Finds the event of a head that was kept elsewhere: every event's hash is part of the chain. */
const makeKept = (hash: string | undefined) => {
  let event: number | null = hash === genesis ? 0 : null
  return {
    follow: (one: ChainedEvent) => {
      if (one.hash === hash) event = one.seq
    },
    report: (findings: Findings) => {
      if (hash === undefined) return null
      if (event === null) {
        findings.add({
          table: "event",
          row: hash,
          event: null,
          problem: `no event has the hash ${hash}, which was kept elsewhere`
        })
      }
      return { event, hash }
    }
  }
}

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
  const walk = Effect.fnUntraced(function* (
    findings: Findings,
    head: Head,
    kept: ReturnType<typeof makeKept>,
    { onProgress }: VerifyOptions
  ) {
    const chain = makeChain(sha256, findings)
    const books = makeBooks()
    const totals = makeTotals(sql, findings)
    const count = { events: 0, records: 0, snapshots: 0, balances: 0 }
    const recordsOf = new Map<number, number>()
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
        kept.follow(event)
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
    return { count, recordsOf, books: books.accounts } satisfies Walked
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
  })

  const checkAccounts = Effect.fnUntraced(function* (findings: Findings, { books, recordsOf }: Walked) {
    const covered = yield* stored.covered
    const quarantine = yield* stored.quarantine
    const known = yield* stored.accounts
    for (const [id, one] of books) {
      if (!known.some((account) => account.id === id)) {
        const row = one.bound?.name ?? String(id)
        findings.add({ table: "account", row, event: null, problem: "an account is gone" })
      }
    }
    return known.map((account): VerifiedAccount => {
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
  })

  const run = Effect.fn("Verify.run")(function* (options: VerifyOptions) {
    const findings = makeFindings()
    const readable = orUnreadable(findings)
    yield* readable(checkSchema(sql, findings))
    const head = (yield* readable(stored.head)) ?? { seq: 0, at: 0, hash: genesis }
    const kept = makeKept(options.head)
    const read = yield* readable(
      Effect.gen(function* () {
        yield* checkPages(sql, findings)
        const walked = yield* walk(findings, head, kept, options)
        const accounts = yield* checkAccounts(findings, walked)
        yield* checkCounts(findings, walked.count)
        return { ...walked.count, accounts }
      })
    )
    const { accounts, events, records } = read ?? { accounts: [], events: 0, records: 0 }
    const empty = events === 0 && accounts.length === 0
    const ofKept = kept.report(findings)
    const found = findings.all()
    yield* Effect.annotateCurrentSpan({ events, problems: found.problems })
    return {
      status: found.problems > 0 ? "touched" : empty ? "empty" : "intact",
      events,
      records,
      head: { event: head.seq, hash: head.hash },
      kept: ofKept,
      ...found,
      accounts
    } satisfies VerifyReport
  })

  const runWith = Effect.fnUntraced(function* (options: VerifyOptions) {
    const at = yield* Clock.currentTimeMillis
    // One transaction, so that all is read as of one moment while others write.
    const report = yield* sql.withTransaction(run(options))
    const { findings, head, problems, status } = report
    // Nothing is written through a schema that is another's.
    if (status !== "empty" && !findings.some(({ table }) => table === "schema")) {
      yield* writeLast(sql, { at, head: { seq: head.event, hash: head.hash }, problems })
    }
    return report
  }, translated("verify"))

  return { run: Effect.suspend(() => runWith({})), runWith, last: translated("verify")(readLast(sql)) }
})

/**
 * `Verify` on the ledger that is provided.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = Layer.provide(Layer.effect(Verify, make), LedgerClient.layer)
