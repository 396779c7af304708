/**
 * Reads history into the books, for whoever needs it read: sync, and the tracking of a withdrawal.
 *
 * @internal
 */
import type { WalletError } from "@btse-wallet/core"
import { Wallet } from "@btse-wallet/core"
import { SqlClient } from "@effect/sql"
import { Clock, Context, Effect, Exit, Layer, Option, Ref } from "effect"
import type { Scope } from "effect"
import { Account } from "../Account.ts"
import type { LedgerBusy, LedgerUnavailable } from "../LedgerError.ts"
import type { Span } from "../Span.ts"
import * as Walker from "../Walker.ts"
import { Events } from "./Events.ts"
import type { HistoryPort } from "./HistoryPort.ts"
import { makeHistoryPort } from "./HistoryPort.ts"
import type { Counts } from "./Counts.ts"
import { addCounts, noCounts } from "./Counts.ts"
import { makeExtent } from "./Extent.ts"
import type { Limits } from "./Habits.ts"
import { encodeKeeps, readHabits } from "./Habits.ts"
import { makeHistoryBeginning } from "./HistoryBeginning.ts"
import type { Learned } from "./Learned.ts"
import { makeLearned, nothingLearned } from "./Learned.ts"
import { makeQuarantine } from "./Quarantine.ts"
import type { Sight } from "./Sight.ts"
import { makeRefusals } from "./Refusals.ts"
import { makeSecondLook } from "./SecondLook.ts"
import { translated, writing } from "./SqlFault.ts"
import { makeWalking } from "./Walking.ts"

export type IntakeError = WalletError.ReadError | LedgerUnavailable | LedgerBusy | Walker.WalkError

/** How far the exchange's clock may be ahead of ours: rows from there are stored, but no coverage is claimed. */
export const clockAhead = 300_000

export interface Run {
  readonly id: number
  readonly requests: Ref.Ref<number>
  readonly counts: Ref.Ref<Counts>
  /** Reads a span into the books, window by window. Coverage is claimed up to `claimUntil`. */
  readonly walk: (
    span: Span,
    claimUntil: Effect.Effect<number>,
    onWindow?: (window: Span) => Effect.Effect<void>
  ) => Effect.Effect<Counts, IntakeError>
  /** Reads spans again in pieces of so many milliseconds. Answers whether that brought anything, and remembers it then. */
  readonly walkInPieces: (
    spans: ReadonlyArray<Span>,
    longestRange: number,
    claimUntil: Effect.Effect<number>
  ) => Effect.Effect<boolean, IntakeError>
  /** Where history begins, once all of it has been read; what is known already stays. */
  readonly rememberEarliest: (earliest: number) => Effect.Effect<void, LedgerUnavailable | LedgerBusy>
  /** Reads the rows in quarantine again, which this version may understand, and takes in those that it does. */
  readonly readAside: Effect.Effect<void, LedgerUnavailable | LedgerBusy>
  /** Puts the rows that no request for their own time has shown, and that the books do not hold, into quarantine. */
  readonly quarantineStrays: Effect.Effect<void, LedgerUnavailable | LedgerBusy>
  /** Lets go of the rows in quarantine without a time that this run, having read everything, did not meet again. */
  readonly releaseUnmet: Effect.Effect<void, LedgerUnavailable | LedgerBusy>
  /** What a single request shows of a span, as it is; nothing is stored. */
  readonly peek: (span: Span) => Effect.Effect<ReadonlyArray<Sight>, IntakeError>
  /** Whether the newest history is what the books hold. What is new is read into them. */
  readonly isCurrent: (span: Span, claimUntil: Effect.Effect<number>) => Effect.Effect<boolean, IntakeError>
  /** What the exchange is known to refuse or to leave out. */
  readonly limits: Effect.Effect<Limits, LedgerUnavailable | LedgerBusy>
  /** The time before the oldest record, asked for once more. */
  readonly beginning: ReturnType<typeof makeHistoryBeginning>
  /** Forgets all that was learned of the exchange. */
  readonly forgetLearned: Effect.Effect<void, LedgerUnavailable | LedgerBusy>
  /** Changes what is known of the exchange's limits, and of the evidence for them. */
  readonly updateLimits: (change: (limits: Limits) => Limits) => Effect.Effect<void, LedgerUnavailable | LedgerBusy>
  /** Finds out why a request from `from` until `now` was refused, and remembers it; false where nothing explains it. */
  readonly explain: (from: number, now: number) => Effect.Effect<boolean, IntakeError>
}

export class Intake extends Context.Tag("@btse-wallet/ledger/internal/Intake")<
  Intake,
  { readonly open: (kind: string) => Effect.Effect<Run, LedgerUnavailable | LedgerBusy, Scope.Scope> }
>() {}

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const events = yield* Events
  const reader = yield* Wallet.WalletReader
  const account = yield* Account
  const quarantine = makeQuarantine(sql, events, account.id)
  const learn = makeLearned(sql, events, account.id)
  const learning = (runId: number, news: Partial<Learned>) =>
    writing(sql)(Effect.flatMap(events.now, (at) => learn(news, { accountId: account.id, runId, at })))
  const secondLook = makeSecondLook(sql, events, account.id)
  const extent = makeExtent(sql, account.id)

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
    const refusals = makeRefusals(port)
    const counts = yield* Ref.make(noCounts)
    const id = yield* Effect.acquireRelease(begin(kind), (id, exit) =>
      // The run's row is a note beside the books: that it could not be finished must not hide how the run ended.
      Effect.flatMap(Ref.get(counts), (total) => end(id, port, total, exit)).pipe(
        Effect.catchAll((error) => Effect.logDebug("The run could not be closed in the ledger", error))
      )
    )

    const coveredUntil = yield* Effect.map(extent.coverage(), (spans) => spans.at(-1)?.to).pipe(translated("sync"))
    const walking = makeWalking(sql, events, {
      accountId: account.id,
      exchange: account.exchange,
      runId: id,
      port,
      counts,
      coveredUntil
    })

    const walk: Run["walk"] = (span, claimUntil, onWindow) =>
      translated("sync")(walking(span, claimUntil, { onWindow }))

    const peek: Run["peek"] = (span) =>
      port
        .fetchPage({ from: span.from - 1, to: span.to + 1, count: Walker.defaultCount })
        .pipe(Effect.map(({ rows }) => rows.flatMap(({ sight }) => (sight === undefined ? [] : [sight]))))

    const isCurrent: Run["isCurrent"] = (span, claimUntil) =>
      Effect.map(walk(span, claimUntil), ({ inserted, updated, vanished }) => inserted + updated + vanished === 0)

    const limits = Effect.map(readHabits(sql, account.id), (learned) => learned.limits).pipe(translated("sync"))

    const walkInPieces: Run["walkInPieces"] = (spans, longestRange, claimUntil) =>
      Effect.forEach(spans, (span) => walking(span, claimUntil, { pieces: longestRange })).pipe(
        Effect.map((done) => done.some(({ inserted }) => inserted > 0)),
        translated("sync")
      )

    const rememberEarliest: Run["rememberEarliest"] = (earliest) =>
      Effect.flatMap(extent.earliest(), (known) =>
        known === undefined ? learning(id, { earliest }) : Effect.void
      ).pipe(translated("sync"))

    const explain: Run["explain"] = Effect.fnUntraced(function* (from, now) {
      const found = yield* refusals(from, now)
      if (found === undefined) return false
      const { habits, limits } = yield* readHabits(sql, account.id)
      const keeps = encodeKeeps(habits.keeps, { ...limits, ...found })
      yield* learning(id, { keeps })
      return true
    }, translated("sync"))

    /** A limit that was believed needs the evidence of this run alone to be believed again. */
    const forgetLearned = Effect.flatMap(readHabits(sql, account.id), ({ limits: { showsUntil } }) =>
      learning(id, {
        ...nothingLearned,
        keeps:
          showsUntil === undefined
            ? nothingLearned.keeps
            : encodeKeeps("unknown", { suspectedUntil: showsUntil, suspectedBy: 0 })
      })
    ).pipe(translated("sync"))

    const updateLimits: Run["updateLimits"] = (change) =>
      Effect.flatMap(readHabits(sql, account.id), ({ habits, limits }) =>
        learning(id, { keeps: encodeKeeps(habits.keeps, change(limits)) })
      ).pipe(translated("sync"))

    const readAside = Effect.gen(function* () {
      if ((yield* extent.quarantined()) === 0) return
      const done = yield* writing(sql)(
        Effect.flatMap(events.now, (at) => secondLook({ accountId: account.id, runId: id, at }))
      )
      yield* Ref.update(counts, (all) => addCounts(all, done))
    }).pipe(translated("sync"))

    const quarantineStrays = Effect.gen(function* () {
      const strays = yield* port.strays
      if (strays.length === 0) return
      const ids = yield* sql<{ readonly order_id: string }>`
        SELECT DISTINCT order_id FROM record WHERE account_id = ${account.id}
          AND ${sql.in(
            "order_id",
            strays.map(({ order_id }) => order_id)
          )}`
      const known = new Set(ids.map(({ order_id }) => order_id))
      const lost = strays.flatMap(({ order_id, raw }) =>
        known.has(order_id) ? [] : [{ raw, reason: "shown only where other times were asked for", timestamp: null }]
      )
      yield* writing(sql)(
        Effect.flatMap(events.now, (at) =>
          quarantine.settle(lost, { from: 0, to: -1 }, { accountId: account.id, runId: id, at })
        )
      )
    }).pipe(translated("sync"))

    const releaseUnmet = writing(sql)(
      Effect.flatMap(events.now, (at) => quarantine.releaseUnmet({ accountId: account.id, runId: id, at }))
    ).pipe(translated("sync"))

    return {
      id,
      requests: port.requests,
      counts,
      walk,
      peek,
      isCurrent,
      limits,
      explain,
      beginning: makeHistoryBeginning(sql, events, { accountId: account.id, runId: id, port }),
      forgetLearned,
      updateLimits,
      walkInPieces,
      rememberEarliest,
      readAside,
      quarantineStrays,
      releaseUnmet
    }
  })

  return { open }
})

export const layer = Layer.effect(Intake, make)
