/**
 * Checks before a payment is sent, and its cost.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import { Schema } from "effect"

/**
 * A check and its outcome; `unchecked` where the exchange or the key does not tell, which holds nothing up. `detail` is
 * the finding, in words.
 *
 * @since 0.1.0
 * @category models
 */
export const PaymentCheck = Schema.Struct({
  check: Schema.Literal(
    "amount",
    "network",
    "minimum",
    "tag",
    "fee",
    "balance",
    "address",
    "receiver",
    "limit",
    "limit per day"
  ),
  outcome: Schema.Literal("passed", "failed", "unchecked"),
  detail: Schema.String
})

/**
 * @since 0.1.0
 * @category models
 */
export interface PaymentCheck extends Schema.Schema.Type<typeof PaymentCheck> {}

/**
 * Every check of a payment and, for a withdrawal, its arithmetic in units of the currency: the exchange's `fee`, the
 * amount that the wallet pays (`deducted`) and that arrives (`received`); null where the exchange does not tell its fee.
 *
 * @since 0.1.0
 * @category models
 */
export const PaymentPreview = Schema.Struct({
  checks: Schema.Array(PaymentCheck),
  fee: Schema.NullOr(Decimal.FromText),
  deducted: Schema.NullOr(Decimal.FromText),
  received: Schema.NullOr(Decimal.FromText)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface PaymentPreview extends Schema.Schema.Type<typeof PaymentPreview> {}
