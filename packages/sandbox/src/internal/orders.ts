/**
 * The decisions before money moves. They only decide: whoever calls them books the outcome in the same breath, so that
 * no other request comes between the look at the balance and the movement.
 */
import { BigDecimal, Either } from "effect"
import type { ConversionSides } from "../HistoryRow.ts"
import * as Refused from "../Refused.ts"
import * as Amounts from "./amounts.ts"
import type { CryptoNetwork, Currency } from "./market.ts"
import * as Market from "./market.ts"

const read = (text: string): Either.Either<BigDecimal.BigDecimal, Refused.Refused> =>
  Either.fromOption(Amounts.read(text), () => Refused.invalidRequest("amount must be a decimal in plain notation"))

/** A positive amount of something that is there. */
export const spend = (
  text: string,
  currency: Currency,
  available: BigDecimal.BigDecimal
): Either.Either<BigDecimal.BigDecimal, Refused.Refused> =>
  Either.gen(function* () {
    const amount = yield* read(text)
    if (amount.value <= 0n) return yield* Either.left(Refused.invalidRequest("amount must be positive"))
    if (BigDecimal.greaterThan(amount, available)) {
      return yield* Either.left(Refused.insufficientBalance(currency.name))
    }
    return amount
  })

/** What a conversion takes and brings at today's rate. */
export const convert = (
  text: string,
  from: Currency,
  to: Currency,
  available: BigDecimal.BigDecimal
): Either.Either<ConversionSides, Refused.Refused> =>
  Either.gen(function* () {
    if (from === to || !from.convertible || !to.convertible) {
      return yield* Either.left(Refused.invalidRequest(`${from.name} cannot be converted to ${to.name}`))
    }
    const sourceAmount = yield* spend(text, from, available)
    const rate = Market.rate(from, to)
    const targetAmount = Market.settle(sourceAmount, rate, to)
    if (targetAmount.value === 0n) return yield* Either.left(Refused.invalidRequest("amount is too small to convert"))
    return { sourceCurrency: from.name, sourceAmount, targetCurrency: to.name, targetAmount, rate }
  })

/** What a withdrawal takes from the wallet, fee and all. */
export const withdraw = (
  text: string,
  currency: Currency,
  network: CryptoNetwork,
  feeIncluded: boolean,
  available: BigDecimal.BigDecimal
): Either.Either<BigDecimal.BigDecimal, Refused.Refused> =>
  Either.gen(function* () {
    const refuse = (reason: string) => Either.left(Refused.invalidWithdrawAmount(reason))
    const asked = yield* read(text)
    if (asked.scale > 8) return yield* refuse("at most 8 decimals are supported")
    if (asked.value <= 0n) return yield* refuse("the amount must be positive")
    if (BigDecimal.lessThan(asked, network.withdrawMinimum)) {
      return yield* refuse(`the minimum is ${Amounts.plain(network.withdrawMinimum)}`)
    }
    if (feeIncluded && BigDecimal.lessThanOrEqualTo(asked, network.withdrawFee)) {
      return yield* refuse("the amount does not cover the fee")
    }
    const deducted = feeIncluded ? asked : BigDecimal.sum(asked, network.withdrawFee)
    if (BigDecimal.greaterThan(deducted, available)) {
      return yield* Either.left(Refused.insufficientBalance(currency.name))
    }
    return deducted
  })
