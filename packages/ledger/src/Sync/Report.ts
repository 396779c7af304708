/**
 * What a sync says it did.
 *
 * @since 0.1.0
 */
import { Schema } from "effect"
import { AccountName } from "../Account.ts"
import { PaymentAlarm } from "../Payment.ts"
import { InstantSpan } from "../Span.ts"

/**
 * How many rows a sync saw, and what became of them. `seen` counts distinct rows; `vanished` those the exchange no longer
 * shows.
 *
 * @since 0.1.0
 * @category models
 */
export const RecordCounts = Schema.Struct({
  seen: Schema.Int,
  inserted: Schema.Int,
  updated: Schema.Int,
  unchanged: Schema.Int,
  vanished: Schema.Int
})

/**
 * @since 0.1.0
 * @category models
 */
export interface RecordCounts extends Schema.Schema.Type<typeof RecordCounts> {}

/**
 * What a sync did. Encodes to the JSON of `btse sync --json`.
 *
 * @since 0.1.0
 * @category models
 */
export const SyncReport = Schema.Struct({
  account: AccountName,
  requests: Schema.Int,
  records: RecordCounts,
  quarantined: Schema.Int,
  coverage: Schema.Array(InstantSpan),
  /** Null where the sync ended in the past (`--until`): balances are always those of now. */
  snapshot: Schema.NullOr(Schema.String),
  durationMs: Schema.Int,
  /** Rows that showed up for payments that were not to have one, by this sync or before; a person has to look at each. */
  alarms: Schema.Array(PaymentAlarm)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface SyncReport extends Schema.Schema.Type<typeof SyncReport> {}
