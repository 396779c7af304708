/**
 * Entries as their events hold them.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { type SqlClient, SqlSchema } from "@effect/sql"
import { BigDecimal, DateTime, Effect, Schema } from "effect"
import { bookEvent, type Draft } from "../internal/Events.ts"
import { LedgerAccount } from "../Posting.ts"
import { legs, LedgerEntry } from "./LedgerEntry.ts"

const nullable = Schema.NullOr(Schema.String)

/** What the event says. `leg` tells the fees of a row in another currency from its amount; `legs` are the postings. */
export const Entered = Schema.Struct({
  currency: Schema.String,
  type: LedgerEntry.fields.type,
  amount: Decimal.FromText,
  fees: Decimal.FromText,
  at: Schema.Int,
  reason: nullable,
  reference: nullable,
  externalId: nullable,
  leg: Schema.Literal("amount", "fees"),
  file: nullable,
  line: Schema.NullOr(Schema.Int),
  break: Schema.NullOr(Schema.Int),
  reverses: Schema.NullOr(Schema.Int),
  legs: Schema.Array(Schema.Tuple(LedgerAccount, Decimal.FromText))
})

export interface Entered extends Schema.Schema.Type<typeof Entered> {}

export const EntryKind = Schema.Literal("adjusted", "imported", "reversed")

export type EntryKind = typeof EntryKind.Type

export const StoredEntry = Schema.Struct({
  seq: Schema.Int,
  recorded: Schema.Int,
  kind: EntryKind,
  settled_after: Schema.Int,
  content: Schema.parseJson(Entered)
})

export interface StoredEntry extends Schema.Schema.Type<typeof StoredEntry> {}

/** What an entry says beside its postings, which follow from it. */
export type Entering = Omit<Entered, "legs">

const nothing: Omit<Entering, "currency" | "type" | "amount" | "at"> = {
  fees: Decimal.zero,
  reason: null,
  reference: null,
  externalId: null,
  leg: "amount",
  file: null,
  line: null,
  break: null,
  reverses: null
}

export const entering = (
  said: Partial<Entering> & Pick<Entering, "currency" | "type" | "amount" | "at">
): Entering => ({
  ...nothing,
  ...said
})

const encode = Schema.encode(Entered)

/** The event of an entry; `settledAfter` is the last snapshot before it counts. */
export const draftOf = (kind: EntryKind, said: Entering, settledAfter: number, raw: string | null = null) =>
  Effect.map(
    encode({ ...said, legs: legs(said.type, said.amount, said.fees).map(({ account, amount }) => [account, amount]) }),
    (content): Draft => ({ ...bookEvent(kind, content, raw), settled_after: settledAfter })
  )

const kinds = { adjusted: "adjustment", imported: "import", reversed: "reversal" } as const

const idOrNull = (id: number | null): string | null => (id === null ? null : String(id))

/** As people see it; `reversals` has the entries that undo others, by what they undo. */
export const toEntry = (stored: StoredEntry, reversals: ReadonlyMap<number, number>): LedgerEntry => {
  const { amount, at, currency, externalId, fees, file, reason, reference, reverses, type } = stored.content
  return {
    id: String(stored.seq),
    kind: kinds[stored.kind],
    currency,
    type,
    amount,
    fees,
    at: DateTime.unsafeMake(at),
    reason,
    reference,
    externalId,
    file,
    break: idOrNull(stored.content.break),
    reverses: idOrNull(reverses),
    reversedBy: idOrNull(reversals.get(stored.seq) ?? null),
    recordedAt: DateTime.unsafeMake(stored.recorded)
  }
}

export const reversalsOf = (entries: ReadonlyArray<StoredEntry>): ReadonlyMap<number, number> =>
  new Map(entries.flatMap(({ content, seq }) => (content.reverses === null ? [] : [[content.reverses, seq] as const])))

const Change = Schema.Struct({ after: Schema.Int, currency: Schema.String, change: Decimal.FromText })

export const makeStoredEntries = (sql: SqlClient.SqlClient, accountId: number) => {
  // Spelled as the index that holds them has it.
  const entries = sql`account_id = ${accountId}
    AND kind IN ('adjusted', 'imported', 'reversed', 'break', 'closed') AND kind IN ('adjusted', 'imported', 'reversed')`

  const all = SqlSchema.findAll({
    Request: Schema.Void,
    Result: StoredEntry,
    execute: () => sql`
      SELECT seq, at AS recorded, kind, settled_after, content FROM event WHERE ${entries} ORDER BY seq`
  })

  /** How each entry that counts after the one snapshot and by the other changes the wallet, and after which it counts. */
  const changes = SqlSchema.findAll({
    Request: Schema.Struct({ opening: Schema.Int, closing: Schema.Int }),
    Result: Change,
    execute: ({ closing, opening }) => sql`
      SELECT settled_after AS after, content ->> 'currency' AS currency, content ->> '$.legs[0][1]' AS change FROM event
      WHERE ${entries} AND content ->> '$.legs[0][0]' = 'wallet'
        AND settled_after >= ${opening} AND settled_after < ${closing}`
  })

  /** What could be wrong where some currencies break between two snapshots: their entries, and all that people made. */
  const suspect = SqlSchema.findAll({
    Request: Schema.Struct({ opening: Schema.Int, closing: Schema.Int, currencies: Schema.Array(Schema.String) }),
    Result: StoredEntry,
    execute: ({ closing, currencies, opening }) => sql`
      SELECT seq, at AS recorded, kind, settled_after, content FROM event
      WHERE ${entries} AND (kind <> 'imported' OR (
        settled_after >= ${opening} AND settled_after < ${closing} AND content ->> 'currency' IN ${sql.in(currencies)}))
      ORDER BY seq`
  })

  /** By how much the entries that count after the one snapshot and by the other change the wallet, per currency. */
  const between = Effect.fnUntraced(function* (span: { readonly opening: number; readonly closing: number }) {
    const sums = new Map<string, BigDecimal.BigDecimal>()
    for (const { change, currency } of yield* changes(span)) {
      sums.set(currency, BigDecimal.sum(sums.get(currency) ?? Decimal.zero, change))
    }
    return sums
  })

  /** Finds the last snapshot before a moment, 0 before any: what is dated at a snapshot's own moment is in it. */
  const settling = Effect.fnUntraced(function* () {
    const snapshots = yield* sql<{ readonly id: number; readonly taken_at: number }>`
      SELECT id, taken_at FROM snapshot WHERE account_id = ${accountId} ORDER BY id`
    return (at: number): number => snapshots.findLast((snapshot) => snapshot.taken_at < at)?.id ?? 0
  })

  return { entries, all: all(), between, changes, suspect, settling }
}
