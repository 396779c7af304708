/**
 * Appends events to the chain.
 *
 * @internal
 */
import { ClockSkew } from "@btse-wallet/core"
import { SqlClient, type SqlError } from "@effect/sql"
import { Context, Effect, Iterable as Iterables, Layer } from "effect"
import { Digest } from "../Digest.ts"
import type { EventContent } from "../EventChain.ts"
import { genesis } from "../EventChain.ts"
import { eventColumns, hashedValues } from "./EventRow.ts"
import type { Row } from "./InsertRows.ts"
import { makeInsertRows } from "./InsertRows.ts"
import type { Changes, Content, Identity } from "./Sight.ts"
import { valuesOf } from "./Sight.ts"

/** The last event: its number, its time and its hash. */
export interface Head {
  readonly seq: number
  readonly at: number
  readonly hash: string
}

/** An event before it has its place. Of a first sight the record's number is the event's own. */
export type Draft = Omit<EventContent, "account_id" | "run_id" | "at">

/** Whose events they are, of which run, and when. */
export interface Place {
  readonly accountId: number
  readonly runId: number | null
  readonly at: number
}

export class Events extends Context.Tag("@btse-wallet/ledger/internal/Events")<
  Events,
  {
    /** The last event of all accounts; it stands still while a transaction that writes is open. */
    readonly head: Effect.Effect<Head, SqlError.SqlError>
    /** The time of what is appended now, by the exchange's clock as far as it is known: it never falls. */
    readonly now: Effect.Effect<number, SqlError.SqlError>
    /** Inside a transaction that writes: gives events their numbers, from that after the head's. */
    readonly append: (drafts: Iterable<Draft>, context: Place) => Effect.Effect<void, SqlError.SqlError>
  }
>() {}

const ofNoRecord = { record_id: null, wallet: null, order_id: null, currency: null, type: null, line: null } as const

/** An event of the books beside the records. */
export const bookEvent = (kind: EventContent["kind"], content: object, raw: string | null = null): Draft => ({
  ...ofNoRecord,
  kind,
  settled_after: null,
  content: JSON.stringify(content),
  raw
})

/** What a change of a record says. */
export const told = (changes: Changes): string => JSON.stringify(changes)

/** What a first sight says: the values alone, in the fields' order. */
export const firstTold = (sight: Content): string => JSON.stringify(valuesOf(sight))

/** Whose event it is. */
export const identityOfRecord = ({ currency, line, order_id, type, wallet }: Identity & { readonly line: number }) => ({
  wallet,
  order_id,
  currency,
  type,
  line
})

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const { sha256 } = yield* Digest
  const insert = makeInsertRows(sql, "event", eventColumns)

  const head = Effect.map(sql<Head>`SELECT seq, at, hash FROM head`, ([row]) => row ?? { seq: 0, at: 0, hash: genesis })

  const now = Effect.zipWith(ClockSkew.now(), head, (clock, last) => Math.max(clock, last.at))

  const append = Effect.fnUntraced(function* (drafts: Iterable<Draft>, { accountId, at, runId }: Place) {
    const before = yield* head
    let { hash, seq } = before
    const rows = Iterables.map(drafts, (draft): Row => {
      const { content, currency, kind, line, order_id, raw, record_id, settled_after, type, wallet } = draft
      seq++
      const row = hashedValues(hash, seq, {
        account_id: accountId,
        run_id: runId,
        at,
        kind,
        record_id: kind === "seen" ? seq : record_id,
        wallet,
        order_id,
        currency,
        type,
        line,
        settled_after,
        content,
        raw
      })
      hash = sha256(JSON.stringify(row))
      row[0] = hash
      return row
    })
    yield* insert(rows)
    if (seq > before.seq) yield* sql`UPDATE head SET seq = ${seq}, at = ${at}, hash = ${hash}`
  })

  return { head, now, append }
})

export const layer = Layer.effect(Events, make)
