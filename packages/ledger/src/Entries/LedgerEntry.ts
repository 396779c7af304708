/**
 * A movement that wallet history does not hold: an adjustment that a person gives a reason for, a row of an imported file,
 * or the reversal of either.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import { BigDecimal, Schema } from "effect"
import type { Posting } from "../Posting.ts"

/**
 * What an imported movement is, which says where its other side is booked: `trade` with the conversions, `transfer` with what
 * comes in and goes out, `income`, `fee` with the fees, `other` with the adjustments.
 *
 * @since 0.1.0
 * @category models
 */
export const ImportType = Schema.Literal("trade", "transfer", "income", "fee", "other")

/**
 * @since 0.1.0
 * @category models
 */
export type ImportType = typeof ImportType.Type

/**
 * An entry. The wallet changes by `amount - fees`, in units of `currency`. It counts between the last snapshot before `at` and
 * the next one. `externalId` is the id that the file gave, `file` the SHA-256 of the file; `break` is the break that an
 * adjustment resolves. An entry is never changed or deleted: `reversedBy` is the entry that undoes it.
 *
 * @since 0.1.0
 * @category models
 */
export const LedgerEntry = Schema.Struct({
  id: Schema.String,
  kind: Schema.Literal("adjustment", "import", "reversal"),
  currency: Schema.String,
  type: Schema.Union(Schema.Literal("adjustment"), ImportType),
  amount: Decimal.FromText,
  fees: Decimal.FromText,
  at: Schema.DateTimeUtc,
  reason: Schema.NullOr(Schema.String),
  reference: Schema.NullOr(Schema.String),
  externalId: Schema.NullOr(Schema.String),
  file: Schema.NullOr(Schema.String),
  break: Schema.NullOr(Schema.String),
  reverses: Schema.NullOr(Schema.String),
  reversedBy: Schema.NullOr(Schema.String),
  recordedAt: Schema.DateTimeUtc
})

/**
 * @since 0.1.0
 * @category models
 */
export interface LedgerEntry extends Schema.Schema.Type<typeof LedgerEntry> {}

/**
 * A movement of another source, as `btse import` reads it from a file. `id` is the source's own and tells it from all others
 * in its currency: imported again it changes nothing. `line` is where it stands in the file.
 *
 * @since 0.1.0
 * @category models
 */
export const ImportRow = Schema.Struct({
  line: Schema.Int,
  id: Schema.NonEmptyString,
  at: Schema.DateTimeUtc,
  currency: Schema.NonEmptyString,
  amount: Decimal.FromText,
  fees: Decimal.FromText,
  /** The currency of the fees; null where it is that of the amount. */
  feeCurrency: Schema.NullOr(Schema.String),
  type: ImportType,
  description: Schema.NullOr(Schema.String),
  reference: Schema.NullOr(Schema.String),
  /** The row as it stands in its source; kept with the event. */
  raw: Schema.NullOr(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ImportRow extends Schema.Schema.Type<typeof ImportRow> {}

/**
 * What an import did, or would do. Encodes to the JSON of `btse import --json`. A row whose fees are in another currency makes
 * two entries; `unchanged` are those that the ledger holds already.
 *
 * @since 0.1.0
 * @category models
 */
export const ImportReport = Schema.Struct({
  dryRun: Schema.Boolean,
  file: Schema.String,
  rows: Schema.Int,
  inserted: Schema.Int,
  unchanged: Schema.Int,
  changes: Schema.Array(Schema.Struct({ currency: Schema.String, change: Decimal.FromText, entries: Schema.Int }))
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ImportReport extends Schema.Schema.Type<typeof ImportReport> {}

const counterOf = (type: LedgerEntry["type"], amount: BigDecimal.BigDecimal): Posting["account"] => {
  switch (type) {
    case "trade":
      return "conversion"
    case "income":
      return "income"
    case "fee":
      return "fees"
    case "transfer":
      return BigDecimal.isNegative(amount) ? "external_out" : "external_in"
    default:
      return "adjustment"
  }
}

/**
 * The legs of an entry: they sum to zero, and the wallet's is `amount - fees`.
 *
 * @since 0.1.0
 * @category conversions
 */
export const legs = (
  type: LedgerEntry["type"],
  amount: BigDecimal.BigDecimal,
  fees: BigDecimal.BigDecimal
): ReadonlyArray<Posting> => {
  const counter = counterOf(type, amount)
  const all: ReadonlyArray<Posting> = [
    { account: "wallet", amount: BigDecimal.subtract(amount, fees) },
    ...(counter === "fees"
      ? [{ account: counter, amount: BigDecimal.subtract(fees, amount) }]
      : [
          { account: "fees" as const, amount: fees },
          { account: counter, amount: BigDecimal.negate(amount) }
        ])
  ]
  return all.filter((leg) => !BigDecimal.isZero(leg.amount))
}
