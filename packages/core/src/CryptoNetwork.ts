/**
 * What it costs to move a currency on a network, computed exactly.
 *
 * @since 0.1.0
 */
import { BigDecimal, Schema } from "effect"
import type { CryptoNetworkRow } from "./BtseApi/TodayBodies.ts"
import { Network } from "./WalletModel.ts"

/**
 * A network's terms in one direction. `minimum` and `feeMinimum` and `extraFee` are amounts of the currency; the rates
 * are fractions of the amount moved.
 *
 * @since 0.1.0
 * @category models
 */
export const FeeSchedule = Schema.Struct({
  enabled: Schema.Boolean,
  minimum: Schema.BigDecimalFromSelf,
  feeMinimum: Schema.BigDecimalFromSelf,
  feeRate: Schema.BigDecimalFromSelf,
  extraFee: Schema.BigDecimalFromSelf,
  extraFeeRate: Schema.BigDecimalFromSelf
})

/**
 * @since 0.1.0
 * @category models
 */
export interface FeeSchedule extends Schema.Schema.Type<typeof FeeSchedule> {}

/**
 * A network a currency can move on. `tagName` is the name of the tag (memo, destination tag) where one is needed beside
 * the address.
 *
 * @since 0.1.0
 * @category models
 */
export const CryptoNetwork = Schema.Struct({
  network: Network,
  name: Schema.String,
  confirmationTime: Schema.NullOr(Schema.Int),
  needsTag: Schema.Boolean,
  tagName: Schema.NullOr(Schema.String),
  deposit: FeeSchedule,
  withdraw: FeeSchedule
})

/**
 * @since 0.1.0
 * @category models
 */
export interface CryptoNetwork extends Schema.Schema.Type<typeof CryptoNetwork> {}

/**
 * The fee of moving `amount`, to the last digit:
 * max(feeMinimum, amount × feeRate) + extraFee + extraFeeRate × amount.
 *
 * @since 0.1.0
 * @category fees
 */
export const fee = (schedule: FeeSchedule, amount: BigDecimal.BigDecimal): BigDecimal.BigDecimal =>
  BigDecimal.sumAll([
    BigDecimal.max(schedule.feeMinimum, BigDecimal.multiply(amount, schedule.feeRate)),
    schedule.extraFee,
    BigDecimal.multiply(amount, schedule.extraFeeRate)
  ])

/**
 * Turns a decoded wire row into a network.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromRow = (row: CryptoNetworkRow): CryptoNetwork => ({
  network: row.network,
  name: row.name,
  confirmationTime: row.confirmationTime ?? null,
  needsTag: row.needAddressExtension,
  tagName: row.addressExtensionTypeName ?? null,
  deposit: {
    enabled: row.depositEnable,
    minimum: row.depositAmtMin,
    feeMinimum: row.depositFeeMin,
    feeRate: row.depositFeeRate,
    extraFee: row.depositExtFees,
    extraFeeRate: row.depositExtFeeRate
  },
  withdraw: {
    enabled: row.withdrawEnable,
    minimum: row.withdrawAmtMin,
    feeMinimum: row.withdrawFeeMin,
    feeRate: row.withdrawFeeRate,
    extraFee: row.withdrawExtFees,
    extraFeeRate: row.withdrawExtFeeRate
  }
})
