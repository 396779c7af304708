/**
 * What an event is, and the text whose SHA-256 chains it to the one before.
 *
 * Whoever has the `event` table can recompute the chain: the hash of an event is the SHA-256 of the UTF-8 bytes of
 * {@link canonical}, in lowercase hexadecimal. `docs/reference/chain.md` does so in ten lines of Python.
 *
 * @since 0.1.0
 */
import { hashedValues } from "./internal/EventRow.ts"

/**
 * The kinds of events. Of a record: `seen` (its first sight), `changed`, `vanished`, `reappeared`. Of the books beside
 * them: `account` (bound to its exchange), `covered` (a span is complete), `uncovered` (it was claimed without ground),
 * `snapshot` (balances), `learned` (of the exchange: how far back, how pages are cut), `quarantined` and `released` (a row
 * that cannot be read, and its end). Of what people enter:
 * `adjusted`, `imported` and `reversed` (a movement that history does not hold, and its reversal), `break` (a step of the
 * work on one), `closed` (a period).
 *
 * @since 0.1.0
 * @category models
 */
export type EventKind =
  | "seen"
  | "changed"
  | "vanished"
  | "reappeared"
  | "account"
  | "covered"
  | "uncovered"
  | "snapshot"
  | "learned"
  | "quarantined"
  | "released"
  | "adjusted"
  | "imported"
  | "reversed"
  | "break"
  | "closed"

/**
 * What an event says. `record_id` is the `seq` of the record's `seen`; it, the identity and `settled_after` are null where
 * the event is of no record, but for the `settled_after` of an entry. `content` is JSON: of a first sight the values, of what came later `{"field": {"old", "new"}}`; `raw` the row as it came.
 * `at` is epoch milliseconds and never falls.
 *
 * @since 0.1.0
 * @category models
 */
export interface EventContent {
  readonly account_id: number
  readonly run_id: number | null
  readonly at: number
  readonly kind: EventKind
  readonly record_id: number | null
  readonly wallet: string | null
  readonly order_id: string | null
  readonly currency: string | null
  readonly type: string | null
  readonly line: number | null
  readonly settled_after: number | null
  readonly content: string
  readonly raw: string | null
}

/**
 * An event in its place: numbered from 1 without a gap.
 *
 * @since 0.1.0
 * @category models
 */
export interface ChainedEvent extends EventContent {
  readonly seq: number
  readonly hash: string
}

/**
 * What the first event has for its predecessor's hash.
 *
 * @since 0.1.0
 * @category constants
 */
export const genesis = "0".repeat(64)

/**
 * The text that is hashed: a JSON array without spaces of the predecessor's hash and the event's columns in the table's
 * order, as `JSON.stringify` writes it (Python: `json.dumps(…, separators=(",", ":"), ensure_ascii=False)`).
 *
 * @since 0.1.0
 * @category conversions
 */
export const canonical = (previous: string, seq: number, event: EventContent): string =>
  JSON.stringify(hashedValues(previous, seq, event))
