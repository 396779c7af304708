/**
 * Refusals: answers of the exchange that say why it does not do what was asked.
 *
 * Statuses are those of "API Status Codes", 1.1.0; error codes are those of the live exchange.
 *
 * @since 0.1.0
 */
import { DateTime, Schema } from "effect"
import { answerFields, doneField, type Permission, said, stateOf } from "./Done.ts"

/**
 * 400, or 200 with a failure inside: the exchange refused the request as it stands. Of a payment only with a documented
 * code that names a fault of the request.
 *
 * @since 0.1.0
 * @category errors
 */
export class BadRequest extends Schema.TaggedError<BadRequest>()("BadRequest", {
  ...answerFields,
  done: doneField("nothing")
}) {
  readonly retryable = false
  override get message(): string {
    return `The exchange refused ${this.operation} ${said(this)}; ${stateOf(this.done)}. Correct the request before sending it again.`
  }
}

/**
 * 400 with code 3506: the amount to withdraw is below the minimum, or has more than 8 decimals. Nothing was done.
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidWithdrawAmount extends Schema.TaggedError<InvalidWithdrawAmount>()("InvalidWithdrawAmount", {
  ...answerFields,
  done: doneField("nothing")
}) {
  readonly retryable = false
  override get message(): string {
    return `The exchange does not accept this amount for ${this.operation} ${said(this)}; nothing was sent. Use at most 8 decimals and no less than the currency's minimum.`
  }
}

/**
 * 400 because of an address that was created earlier and has not been used yet; it is in `address`, and `tag` where it has
 * one. Both are null where the exchange does not name it: `getAddress` lists it. "Create Wallet Address", 1.1.0.
 *
 * @since 0.1.0
 * @category errors
 */
export class UnusedAddressExists extends Schema.TaggedError<UnusedAddressExists>()("UnusedAddressExists", {
  ...answerFields,
  exchangeMessage: Schema.Null,
  address: Schema.NullOr(Schema.Redacted(Schema.String)),
  tag: Schema.optionalWith(Schema.NullOr(Schema.Redacted(Schema.String)), { default: () => null }),
  done: doneField("nothing")
}) {
  readonly retryable = false
  override get message(): string {
    const next = this.address === null ? "Get the address, and use it." : "Use the existing address."
    return `An address that was created earlier has not been used yet; no new one was created. ${next}`
  }
}

/**
 * 400 with code 51523: the wallet does not hold enough. Nothing was done.
 *
 * @since 0.1.0
 * @category errors
 */
export class InsufficientBalance extends Schema.TaggedError<InsufficientBalance>()("InsufficientBalance", {
  ...answerFields,
  done: doneField("nothing")
}) {
  readonly retryable = false
  override get message(): string {
    return `The wallet does not hold enough for ${this.operation} ${said(this)}; nothing was done. Check the available balance, and that it covers the fee.`
  }
}

/**
 * 401, or code -7 or 10002: the exchange does not accept the API key, the signature or the nonce. Never of a payment.
 *
 * @since 0.1.0
 * @category errors
 */
export class Unauthorized extends Schema.TaggedError<Unauthorized>()("Unauthorized", {
  ...answerFields,
  done: doneField("unknown")
}) {
  readonly retryable = false
  override get message(): string {
    return `The exchange did not accept the credentials for ${this.operation} ${said(this)}; ${stateOf(this.done)}. Check BTSE_API_KEY, BTSE_API_SECRET, the environment and the machine's clock.`
  }
}

const PermissionName: Schema.Schema<Permission> = Schema.String

/**
 * 403: the API key lacks the permission that the operation wants; 451: the account is banned. Never of a payment.
 *
 * @since 0.1.0
 * @category errors
 */
export class Forbidden extends Schema.TaggedError<Forbidden>()("Forbidden", {
  ...answerFields,
  permission: PermissionName,
  done: doneField("unknown")
}) {
  readonly retryable = false
  override get message(): string {
    return this.status === 451
      ? `The exchange has banned this account ${said(this)}: it refused ${this.operation}; ${stateOf(this.done)}. Write to the exchange's support.`
      : `The API key may not do ${this.operation} ${said(this)}; ${stateOf(this.done)}. Give the key the ${this.permission} permission, or use another key.`
  }
}

/**
 * 404: the exchange knows no such thing. Never of a payment.
 *
 * @since 0.1.0
 * @category errors
 */
export class NotFound extends Schema.TaggedError<NotFound>()("NotFound", {
  ...answerFields,
  done: doneField("unknown")
}) {
  readonly retryable = false
  override get message(): string {
    return `The exchange found nothing for ${this.operation} ${said(this)}; ${stateOf(this.done)}. Check the base URL and the request.`
  }
}

/**
 * 405: the exchange does not serve this method at this path. Never of a payment.
 *
 * @since 0.1.0
 * @category errors
 */
export class MethodNotAllowed extends Schema.TaggedError<MethodNotAllowed>()("MethodNotAllowed", {
  ...answerFields,
  done: doneField("unknown")
}) {
  readonly retryable = false
  override get message(): string {
    return `The exchange does not serve ${this.operation} here ${said(this)}; ${stateOf(this.done)}. Check the base URL.`
  }
}

/**
 * 429, or the gate that an earlier one closed: the exchange takes no requests until `unlockAt`; offending again lengthens
 * the block. Of a payment only the gate, before anything was sent.
 *
 * @since 0.1.0
 * @category errors
 */
export class RateLimited extends Schema.TaggedError<RateLimited>()("RateLimited", {
  ...answerFields,
  unlockAt: Schema.DateTimeUtc,
  done: doneField("nothing")
}) {
  get retryable(): boolean {
    return this.done === "nothing"
  }
  override get message(): string {
    const state = this.done === "nothing" ? "was not done" : "was refused, which does not prove that nothing was done"
    return `The exchange takes no more requests before ${DateTime.formatIso(this.unlockAt)} ${said(this)}; ${this.operation} ${state}. Try again after that, not before: each offence lengthens the block.`
  }
}
