/**
 * What people enter into the books because wallet history does not hold it: adjustments with a reason, and imported
 * movements. Each is an event of the chain and counts in reconciliations; none is ever changed or deleted.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import { SqlClient } from "@effect/sql"
import { BigDecimal, Clock, Context, DateTime, Effect, Layer } from "effect"
import { Account } from "./Account.ts"
import { refusals } from "./Entries/EntryRules.ts"
import { changesOf, decide } from "./Entries/Importing.ts"
import type { ImportReport, ImportRow, LedgerEntry } from "./Entries/LedgerEntry.ts"
import {
  draftOf,
  type Entering,
  entering,
  type EntryKind,
  makeStoredEntries,
  reversalsOf,
  type StoredEntry,
  toEntry
} from "./Entries/Stored.ts"
import { Events } from "./internal/Events.ts"
import { translated, writing } from "./internal/SqlFault.ts"
import type { LedgerError } from "./LedgerError.ts"
import { EntryRefused, ImportRefused } from "./LedgerError.ts"

export * from "./Entries/LedgerEntry.ts"

/**
 * An adjustment: `amount` is by how much the wallet's balance of `currency` changes, with its sign. It counts at `at`, by
 * default at the last snapshot, so that the last reconciliation has it. What is dated at a snapshot's own moment is in it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Adjustment {
  readonly currency: string
  readonly amount: BigDecimal.BigDecimal
  readonly reason: string
  readonly reference?: string | undefined
  readonly at?: DateTime.Utc | undefined
}

/**
 * The entries of one account.
 *
 * @since 0.1.0
 * @category services
 */
export class Entries extends Context.Tag("@btse-wallet/ledger/Entries")<
  Entries,
  {
    /** In the order in which they were entered. */
    readonly list: Effect.Effect<ReadonlyArray<LedgerEntry>, LedgerError>
    readonly adjust: (adjustment: Adjustment) => Effect.Effect<LedgerEntry, LedgerError>
    /** Checks an adjustment as `adjust` does, enters nothing, and returns the time at which it would count. */
    readonly check: (adjustment: Adjustment) => Effect.Effect<DateTime.Utc, LedgerError>
    /** Enters the opposite of an entry, at the moment where that counts. */
    readonly reverse: (id: string, reason: string) => Effect.Effect<LedgerEntry, LedgerError>
    /**
     * Enters the rows of a file, all or, with `ImportRefused`, none. Those that the ledger holds already change nothing.
     * `file` is what the file is known by: the SHA-256 of its bytes.
     */
    readonly import: (options: {
      readonly file: string
      readonly rows: ReadonlyArray<ImportRow>
      readonly dryRun?: boolean | undefined
    }) => Effect.Effect<ImportReport, LedgerError>
  }
>() {}

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const account = yield* Account
  const events = yield* Events
  const stored = makeStoredEntries(sql, account.id)

  const place = Effect.map(events.now, (at) => ({ accountId: account.id, runId: null, at }))

  /** Inside a transaction that writes. */
  const enter = Effect.fnUntraced(function* (kind: EntryKind, said: Entering, settledAfter: number) {
    yield* events.append([yield* draftOf(kind, said, settledAfter)], yield* place)
    const { at, seq } = yield* events.head
    const one: StoredEntry = {
      seq,
      recorded: at,
      kind,
      settled_after: settledAfter,
      content: { ...said, legs: [] }
    }
    return toEntry(one, new Map())
  })

  /** The currencies that the exchange has shown. */
  const currencies = Effect.fnUntraced(function* () {
    const rows = yield* sql<{ readonly currency: string }>`
      SELECT DISTINCT currency FROM record WHERE account_id = ${account.id}
      UNION SELECT b.currency FROM balance b JOIN snapshot s ON s.id = b.snapshot_id WHERE s.account_id = ${account.id}`
    return new Set(rows.map(({ currency }) => currency))
  })

  const lastSnapshot = Effect.fnUntraced(function* () {
    const [row] = yield* sql<{ readonly at: number | null }>`
      SELECT max(taken_at) AS at FROM snapshot WHERE account_id = ${account.id}`
    return row?.at ?? undefined
  })

  const checked = Effect.fnUntraced(function* ({ amount, at: asked, currency, reason }: Adjustment) {
    const refused = (problem: string, advice: string) => new EntryRefused({ operation: "adjust", problem, advice })
    const now = yield* Clock.currentTimeMillis
    const at = asked?.epochMillis ?? (yield* lastSnapshot()) ?? now
    const known = yield* currencies()
    const [refusal] = refusals("an adjustment", { currency, amount, fees: Decimal.zero, at }, now, known)
    if (refusal !== undefined) return yield* refused(refusal.problem, refusal.advice)
    if (reason.trim() === "") return yield* refused("it has no reason", "Say why, for whoever reads the books later.")
    if (!known.has(currency)) {
      return yield* refused(
        `the books know no currency "${currency}"`,
        "Write it as the exchange does; `btse import` takes movements of any currency."
      )
    }
    return at
  })

  const check = Effect.fn("Entries.check")(
    (adjustment: Adjustment) => Effect.map(checked(adjustment), DateTime.unsafeMake),
    translated("adjust")
  )

  const adjust = Effect.fn("Entries.adjust")(function* (adjustment: Adjustment) {
    const { amount, currency, reason, reference } = adjustment
    const at = yield* checked(adjustment)
    const said = entering({
      currency,
      type: "adjustment",
      amount,
      at,
      reason,
      reference: reference ?? null
    })
    return yield* writing(sql)(Effect.flatMap(stored.settling(), (after) => enter("adjusted", said, after(at))))
  }, translated("adjust"))

  const reverse = Effect.fn("Entries.reverse")(function* (id: string, reason: string) {
    const refused = (problem: string) =>
      new EntryRefused({ operation: "entries reverse", problem, advice: "`btse entries list` shows the entries." })
    const reversing = Effect.gen(function* () {
      const all = yield* stored.all
      const one = all.find(({ seq }) => String(seq) === id)
      if (one === undefined) return yield* refused(`there is no entry ${id}`)
      if (one.kind === "reversed") return yield* refused(`entry ${id} is a reversal itself`)
      const by = reversalsOf(all).get(one.seq)
      if (by !== undefined) return yield* refused(`entry ${id} is reversed already, by entry ${by}`)
      const { amount, at, currency, fees, type } = one.content
      const said = entering({
        currency,
        type,
        amount: BigDecimal.negate(amount),
        fees: BigDecimal.negate(fees),
        at,
        reason,
        reverses: one.seq
      })
      return yield* enter("reversed", said, one.settled_after)
    })
    return yield* writing(sql)(reversing)
  }, translated("entries reverse"))

  const importing = Effect.fnUntraced(function* (
    file: string,
    rows: ReadonlyArray<ImportRow>,
    dryRun: boolean,
    now: number
  ) {
    const plan = decide({ held: yield* stored.all, currencies: yield* currencies(), now }, rows, file)
    const [problem, ...problems] = plan.problems
    if (problem !== undefined)
      return yield* new ImportRefused({ operation: "import", problems: [problem, ...problems] })
    if (!dryRun) {
      const after = yield* stored.settling()
      const drafts = yield* Effect.forEach(plan.fresh, ({ entry, row }) =>
        draftOf("imported", entry, after(entry.at), row.raw)
      )
      yield* events.append(drafts, yield* place)
    }
    return {
      dryRun,
      file,
      rows: rows.length,
      inserted: plan.fresh.length,
      unchanged: plan.unchanged,
      changes: changesOf(plan.fresh)
    } satisfies ImportReport
  })

  const importRows = Effect.fn("Entries.import")(function* (options: {
    readonly file: string
    readonly rows: ReadonlyArray<ImportRow>
    readonly dryRun?: boolean | undefined
  }) {
    const { dryRun = false, file, rows } = options
    yield* Effect.annotateCurrentSpan({ rows: rows.length, dryRun })
    const work = importing(file, rows, dryRun, yield* Clock.currentTimeMillis)
    return yield* dryRun ? work : writing(sql)(work)
  }, translated("import"))

  const list = Effect.map(stored.all, (all) => {
    const reversals = reversalsOf(all)
    return all.map((one) => toEntry(one, reversals))
  }).pipe(translated("entries list"), Effect.withSpan("Entries.list"))

  return { list, adjust, check, reverse, import: importRows }
})

/**
 * `Entries` on the ledger and the account that are provided.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = Layer.effect(Entries, make)
