/**
 * What a reconciliation says.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import { Schema } from "effect"
import { AccountName } from "../Account.ts"
import { InstantSpan } from "../Span.ts"
import { LastVerification } from "../Verify/Report.ts"

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
 * What a candidate takes for the cause of a break; `docs/reference/reconciliation.md` tells of each.
 *
 * @since 0.1.0
 * @category models
 */
export const CandidateKind = Schema.Literal(
  "row_lost",
  "row_altered",
  "row_unknown",
  "record_changed",
  "record_vanished",
  "record_late",
  "record_twice",
  "record_missing",
  "pending_as_final",
  "final_as_pending",
  "entry",
  "fees",
  "direction",
  "pending_policy",
  "pair",
  "triple",
  "coverage_gap",
  "unreadable_rows",
  "unknown_type",
  "unrecorded"
)

/**
 * @since 0.1.0
 * @category models
 */
export type CandidateKind = typeof CandidateKind.Type

/**
 * What may explain a break. `arithmetic` adds up to the difference; it is null where a candidate names a place to look in
 * and no amount. `orderIds` are the orders of the records that it is about, `entries` the numbers of the adjustments and imports.
 *
 * @since 0.1.0
 * @category models
 */
export const Candidate = Schema.Struct({
  kind: CandidateKind,
  explanation: Schema.String,
  arithmetic: Schema.NullOr(Schema.String),
  orderIds: Schema.Array(Schema.String),
  entries: Schema.Array(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Candidate extends Schema.Schema.Type<typeof Candidate> {}

/**
 * The interval between two successive snapshots in which a break's difference first appeared: the line was explained at its
 * begin, and at no snapshot since. `difference` is what appeared in it. `fromSnapshot` is null at the account's first day.
 *
 * @since 0.1.0
 * @category models
 */
export const Birthday = Schema.Struct({
  from: Schema.DateTimeUtc,
  to: Schema.DateTimeUtc,
  fromSnapshot: Schema.NullOr(Schema.String),
  toSnapshot: Schema.String,
  difference: Decimal.FromText
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Birthday extends Schema.Schema.Type<typeof Birthday> {}

/**
 * One currency: `expected = opening + in - out - fees + adjustments`, `difference = actual - expected`. Of the closing
 * snapshot, `available` is what can be spent, `held` is the rest of the total, and `inFlight` is what the withdrawals on
 * their way account for; where they disagree, `warnings` says so.
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
  available: Decimal.FromText,
  held: Decimal.FromText,
  inFlight: Decimal.FromText,
  warnings: Schema.Array(Schema.String),
  birthday: Schema.NullOr(Birthday),
  candidates: Schema.Array(Candidate)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ReconciliationLine extends Schema.Schema.Type<typeof ReconciliationLine> {}

/**
 * A withdrawal, or whatever else takes something out, that was on its way at the closing snapshot: as history showed it then.
 *
 * @since 0.1.0
 * @category models
 */
export const InFlight = Schema.Struct({
  orderId: Schema.String,
  type: Schema.String,
  currency: Schema.String,
  status: Schema.String,
  time: Schema.DateTimeUtc,
  amount: Decimal.FromText,
  fees: Decimal.FromText
})

/**
 * @since 0.1.0
 * @category models
 */
export interface InFlight extends Schema.Schema.Type<typeof InFlight> {}

/**
 * A reconciliation. Encodes to the JSON of `btse reconcile --json`. `incomplete` where coverage has a gap or rows could not
 * be read, whatever the numbers say, and where a line has no baseline. `opening` is `zero` where everything since the
 * account's first day is counted. `policyDigest` is the SHA-256 of the policy's canonical JSON.
 *
 * @since 0.1.0
 * @category models
 */
export const ReconciliationReport = Schema.Struct({
  /** Null where it is not stored: as of an earlier moment, or in a ledger that may only be read. */
  id: Schema.NullOr(Schema.String),
  account: AccountName,
  status: Schema.Literal("matched", "broken", "incomplete"),
  from: Schema.DateTimeUtc,
  to: Schema.DateTimeUtc,
  opening: Schema.Literal("zero", "snapshot"),
  /** The snapshots that it is between; null where it opens with zero. */
  openingSnapshot: Schema.NullOr(Schema.String),
  closingSnapshot: Schema.String,
  policy: Schema.String,
  policyDigest: Schema.String,
  lines: Schema.Array(ReconciliationLine),
  inFlight: Schema.Array(InFlight),
  unknownTypes: Schema.Array(Schema.String),
  gaps: Schema.Array(InstantSpan),
  quarantined: Schema.Int,
  /** The last verification of the ledger; null where there was none. */
  verified: Schema.NullOr(LastVerification)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ReconciliationReport extends Schema.Schema.Type<typeof ReconciliationReport> {}
