/**
 * What a reconciliation says.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import { Schema } from "effect"
import { AccountName } from "../Account.ts"
import { InstantSpan } from "../Span.ts"

/**
 * `matched`: no difference. `in_flight`: the difference is what pending withdrawals hold. `no_baseline`: the opening
 * snapshot does not know the currency's balance. `break`: an unexplained difference.
 *
 * @since 0.1.0
 * @category models
 */
export const LineStatus = Schema.Literal("matched", "break", "in_flight", "no_baseline")

/**
 * @since 0.1.0
 * @category models
 */
export type LineStatus = typeof LineStatus.Type

/**
 * What may explain a break, with its arithmetic as text.
 *
 * @since 0.1.0
 * @category models
 */
export const Candidate = Schema.Struct({
  kind: Schema.Literal("record_missing", "record_twice", "pending_as_final", "unknown_type", "coverage_gap"),
  explanation: Schema.String,
  orderIds: Schema.Array(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Candidate extends Schema.Schema.Type<typeof Candidate> {}

/**
 * One currency: `expected = opening + in - out - fees + adjustments`, `difference = actual - expected`.
 *
 * @since 0.1.0
 * @category models
 */
export const ReconciliationLine = Schema.Struct({
  currency: Schema.String,
  opening: Decimal.FromText,
  in: Decimal.FromText,
  out: Decimal.FromText,
  fees: Decimal.FromText,
  adjustments: Decimal.FromText,
  expected: Decimal.FromText,
  actual: Decimal.FromText,
  difference: Decimal.FromText,
  status: LineStatus,
  candidates: Schema.Array(Candidate)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ReconciliationLine extends Schema.Schema.Type<typeof ReconciliationLine> {}

/**
 * A reconciliation. Encodes to the JSON of `btse reconcile --json`. `incomplete` where coverage has a gap or rows could not
 * be read, whatever the numbers say. `opening` is `zero` where everything since the account's first day is counted.
 *
 * @since 0.1.0
 * @category models
 */
export const ReconciliationReport = Schema.Struct({
  /** Null where it is as of an earlier moment: such a one is not stored. */
  id: Schema.NullOr(Schema.String),
  account: AccountName,
  status: Schema.Literal("matched", "broken", "incomplete"),
  from: Schema.DateTimeUtc,
  to: Schema.DateTimeUtc,
  opening: Schema.Literal("zero", "snapshot"),
  policy: Schema.String,
  lines: Schema.Array(ReconciliationLine),
  unknownTypes: Schema.Array(Schema.String),
  gaps: Schema.Array(InstantSpan),
  quarantined: Schema.Int
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ReconciliationReport extends Schema.Schema.Type<typeof ReconciliationReport> {}
