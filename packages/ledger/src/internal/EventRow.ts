/**
 * An event as its row: the one order of columns that is hashed and stored.
 *
 * @internal
 */
import type { ChainedEvent, EventContent } from "../EventChain.ts"

/** The table's columns, but for the hash, which stands first: in the place of the predecessor's, of which it is made. */
export const eventColumns = [
  "hash",
  "seq",
  "account_id",
  "run_id",
  "at",
  "kind",
  "record_id",
  "wallet",
  "order_id",
  "currency",
  "type",
  "line",
  "settled_after",
  "content",
  "raw"
] as const satisfies ReadonlyArray<keyof ChainedEvent>

/** What is hashed: the predecessor's hash, and the event's values in the order of {@link eventColumns}. */
export const hashedValues = (previous: string, seq: number, event: EventContent): Array<string | number | null> => [
  previous,
  seq,
  event.account_id,
  event.run_id,
  event.at,
  event.kind,
  event.record_id,
  event.wallet,
  event.order_id,
  event.currency,
  event.type,
  event.line,
  event.settled_after,
  event.content,
  event.raw
]
