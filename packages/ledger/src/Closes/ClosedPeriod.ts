/**
 * A period that was closed: what its reconciliation said, and what has changed in it since.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import { Schema } from "effect"
import { InstantSpan } from "../Span.ts"
import { ChainHead } from "../Verify/Report.ts"

const SnapshotAt = Schema.Struct({ snapshot: Schema.NullOr(Schema.String), at: Schema.DateTimeUtc })

/**
 * A line of a closed period.
 *
 * @since 0.1.0
 * @category models
 */
export const ClosedLine = Schema.Struct({
  currency: Schema.String,
  opening: Decimal.FromText,
  in: Decimal.FromText,
  out: Decimal.FromText,
  fees: Decimal.FromText,
  adjustments: Decimal.FromText,
  expected: Decimal.FromText,
  actual: Decimal.FromText,
  difference: Decimal.FromText,
  status: Schema.String
})

/**
 * What of a currency is cut off: how many records and entries, and by how much they change the wallet together.
 *
 * @since 0.1.0
 * @category models
 */
export const CutOffSum = Schema.Struct({ currency: Schema.String, items: Schema.Int, change: Decimal.FromText })

/**
 * What is of a period by its date and counts only after its closing snapshot. The reconciliation from that snapshot to the first
 * after the period's end, which `snapshot` is, proves it; `status` is what it said.
 *
 * @since 0.1.0
 * @category models
 */
export const CutOff = Schema.Struct({
  snapshot: Schema.String,
  at: Schema.DateTimeUtc,
  reconciliation: Schema.String,
  status: Schema.Literal("matched", "broken", "incomplete"),
  sums: Schema.Array(CutOffSum)
})

/**
 * What is sealed: its JSON, as `JSON.stringify` writes it, is the text that the close's digest is the SHA-256 of. `opening` has
 * no snapshot where everything since the account's first day is counted. `head` is the last event before the close; `verified` is
 * the head up to which the whole ledger was verified, and found intact, before it was sealed.
 *
 * @since 0.1.0
 * @category models
 */
export const Statement = Schema.Struct({
  format: Schema.Literal(1),
  account: Schema.String,
  exchange: Schema.String,
  period: Schema.String,
  from: Schema.DateTimeUtc,
  to: Schema.DateTimeUtc,
  opening: SnapshotAt,
  closing: SnapshotAt,
  /** Null where nothing is cut off. */
  cutOff: Schema.NullOr(CutOff),
  reconciliation: Schema.String,
  status: Schema.Literal("matched", "broken", "incomplete"),
  reason: Schema.NullOr(Schema.String),
  policy: Schema.String,
  policyDigest: Schema.String,
  lines: Schema.Array(ClosedLine),
  unknownTypes: Schema.Array(Schema.String),
  gaps: Schema.Array(InstantSpan),
  quarantined: Schema.Int,
  head: ChainHead,
  verified: Schema.Struct({ at: Schema.DateTimeUtc, ...ChainHead.fields })
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Statement extends Schema.Schema.Type<typeof Statement> {}

/**
 * Something of a closed period that is not as it was. `before` and `after` are what it changes the wallet by. `inside` says that
 * it counts, or counted, between the snapshots that were closed, and calls for an entry of `after - before`; else it is of the
 * period by its date alone, and calls for nothing. `countsAfter` is the snapshot after which it counts now: null where that is
 * the account's first day, and where it counts nowhere. `entered` is an adjustment, an import or a reversal.
 *
 * @since 0.1.0
 * @category models
 */
export const ChangeAfterClose = Schema.Struct({
  what: Schema.Literal("inserted", "changed", "vanished", "reappeared", "entered"),
  /** The record's order, or the entry's number. */
  id: Schema.String,
  currency: Schema.String,
  type: Schema.String,
  time: Schema.DateTimeUtc,
  at: Schema.DateTimeUtc,
  inside: Schema.Boolean,
  countsAfter: Schema.NullOr(Schema.DateTimeUtc),
  before: Decimal.FromText,
  after: Decimal.FromText
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ChangeAfterClose extends Schema.Schema.Type<typeof ChangeAfterClose> {}

/**
 * The amount that those changes of a currency add up to that are inside.
 *
 * @since 0.1.0
 * @category models
 */
export const CalledFor = Schema.Struct({ currency: Schema.String, amount: Decimal.FromText })

/**
 * A close. `holds` says whether the statement still has its digest. Encodes to the JSON of `btse close` and `btse closes show`.
 *
 * @since 0.1.0
 * @category models
 */
export const ClosedPeriod = Schema.Struct({
  id: Schema.String,
  at: Schema.DateTimeUtc,
  digest: Schema.String,
  holds: Schema.Boolean,
  statement: Statement,
  changes: Schema.Array(ChangeAfterClose),
  callsFor: Schema.Array(CalledFor)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ClosedPeriod extends Schema.Schema.Type<typeof ClosedPeriod> {}
