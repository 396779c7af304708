/**
 * What a sync says it did.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
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
 * A balance that differs from what the records add up to, by `difference` units of the currency: positive where the exchange
 * holds more.
 *
 * @since 0.1.0
 * @category models
 */
export const UnexplainedBalance = Schema.Struct({ currency: Schema.String, difference: Decimal.FromText })

/**
 * @since 0.1.0
 * @category models
 */
export interface UnexplainedBalance extends Schema.Schema.Type<typeof UnexplainedBalance> {}

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
  /** While there is one, the books are not complete, and the next sync reads further back. */
  unexplained: Schema.Array(UnexplainedBalance),
  durationMs: Schema.Int,
  /** Rows that showed up for payments that were not to have one, by this sync or before; a person has to look at each. */
  alarms: Schema.Array(PaymentAlarm)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface SyncReport extends Schema.Schema.Type<typeof SyncReport> {}
