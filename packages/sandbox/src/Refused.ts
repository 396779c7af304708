/**
 * What the exchange says when it does not do what it is asked.
 *
 * @since 0.1.0
 */
import { Schema } from "effect"

/**
 * A request was refused with HTTP 400 and nothing was done. The codes are those of the live exchange: 3506 bad
 * withdraw amount, 3528 an unused address exists, 51523 insufficient balance, 11 invalid currency, -2 invalid request.
 *
 * @since 0.1.0
 * @category errors
 */
export class Refused extends Schema.TaggedError<Refused>()("Refused", {
  errorCode: Schema.Int,
  reason: Schema.String
}) {
  override get message(): string {
    return `The sandbox refused the request with code ${this.errorCode}: ${this.reason}`
  }
}

/**
 * -2: the request cannot be understood.
 *
 * @since 0.1.0
 * @category constructors
 */
export const invalidRequest = (reason: string): Refused => new Refused({ errorCode: -2, reason })

/**
 * 11: no such currency, or none on this network.
 *
 * @since 0.1.0
 * @category constructors
 */
export const invalidCurrency = (currency: string): Refused =>
  new Refused({ errorCode: 11, reason: `Invalid currency: ${currency}` })

/**
 * 3506: too many decimals, below the minimum, or nothing at all.
 *
 * @since 0.1.0
 * @category constructors
 */
export const invalidWithdrawAmount = (reason: string): Refused =>
  new Refused({ errorCode: 3506, reason: `CRYPTO_WITHDRAW_INVALID_AMOUNT: ${reason}` })

/**
 * 3528: the address that must be used first.
 *
 * @since 0.1.0
 * @category constructors
 */
export const unusedAddressExists = (address: string): Refused =>
  new Refused({ errorCode: 3528, reason: `BADREQUEST: ${address}` })

/**
 * 51523: less is available than the movement takes.
 *
 * @since 0.1.0
 * @category constructors
 */
export const insufficientBalance = (currency: string): Refused =>
  new Refused({ errorCode: 51523, reason: `Insufficient balance: ${currency}` })
