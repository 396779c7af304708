/**
 * What is looked at before a withdrawal is sent, and what it will cost.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import { Schema } from "effect"

/**
 * A check and its outcome; `unchecked` where the exchange or the key does not tell, which holds nothing up. `detail` is
 * what was found, in words.
 *
 * @since 0.1.0
 * @category models
 */
export const WithdrawalCheck = Schema.Struct({
  check: Schema.Literal("amount", "network", "minimum", "tag", "fee", "balance", "address", "limit", "limit per day"),
  outcome: Schema.Literal("passed", "failed", "unchecked"),
  detail: Schema.String
})

/**
 * @since 0.1.0
 * @category models
 */
export interface WithdrawalCheck extends Schema.Schema.Type<typeof WithdrawalCheck> {}

/**
 * Every check of a withdrawal, and its arithmetic in units of the currency: the exchange's `fee`, what the wallet pays
 * (`deducted`) and what arrives (`received`); null where the exchange does not tell its fee.
 *
 * @since 0.1.0
 * @category models
 */
export const WithdrawalPreview = Schema.Struct({
  checks: Schema.Array(WithdrawalCheck),
  fee: Schema.NullOr(Decimal.FromText),
  deducted: Schema.NullOr(Decimal.FromText),
  received: Schema.NullOr(Decimal.FromText)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface WithdrawalPreview extends Schema.Schema.Type<typeof WithdrawalPreview> {}
