/**
 * What can go wrong between a caller and the exchange, as a closed union. Each error says what happened (`message`),
 * whether anything was done (`done`), and whether the same request may be sent again (`retryable`).
 *
 * Statuses are those of "API Status Codes", 1.1.0; error codes are those of the live exchange.
 *
 * @since 0.1.0
 */
import { DateTime, Schema } from "effect"

/**
 * Whether the exchange carried the request out: it did not, or nobody can tell.
 *
 * @since 0.1.0
 * @category models
 */
export type Done = "no" | "unknown"

/** What every answer of the exchange that is an error carries. */
const answer = {
  operation: Schema.String,
  status: Schema.Int,
  errorCode: Schema.NullOr(Schema.Int),
  exchangeMessage: Schema.NullOr(Schema.String)
}

interface Answer {
  readonly operation: string
  readonly status: number
  readonly errorCode: number | null
  readonly exchangeMessage: string | null
}

const said = (error: Answer): string => {
  const code = error.errorCode === null ? `HTTP ${error.status}` : `HTTP ${error.status}, code ${error.errorCode}`
  return error.exchangeMessage === null ? `(${code})` : `(${code}: ${error.exchangeMessage})`
}

/**
 * 400, or 200 with a failure inside: the exchange refused the request as it stands. Nothing was done.
 *
 * @since 0.1.0
 * @category errors
 */
export class BadRequest extends Schema.TaggedError<BadRequest>()("BadRequest", answer) {
  readonly done: Done = "no"
  readonly retryable = false
  override get message(): string {
    return `The exchange refused ${this.operation} ${said(this)}; nothing was done. Correct the request before sending it again.`
  }
}

/**
 * 400 with code 3506: the amount to withdraw is below the minimum, or has more than 8 decimals. Nothing was done.
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidWithdrawAmount extends Schema.TaggedError<InvalidWithdrawAmount>()(
  "InvalidWithdrawAmount",
  answer
) {
  readonly done: Done = "no"
  readonly retryable = false
  override get message(): string {
    return `The exchange does not accept this amount for ${this.operation} ${said(this)}; nothing was sent. Use at most 8 decimals and no less than the currency's minimum.`
  }
}

/**
 * 400 with code 3528: an address that was created earlier has not been used yet; it is in `address` (and `tag`).
 * "Create Wallet Address", 1.1.0.
 *
 * @since 0.1.0
 * @category errors
 */
export class UnusedAddressExists extends Schema.TaggedError<UnusedAddressExists>()("UnusedAddressExists", {
  ...answer,
  exchangeMessage: Schema.Null,
  address: Schema.Redacted(Schema.String)
}) {
  readonly done: Done = "no"
  readonly retryable = false
  override get message(): string {
    return "An address that was created earlier has not been used yet; no new one was created. Use the existing address."
  }
}

/**
 * 400 with code 51523: the wallet does not hold enough. Nothing was done.
 *
 * @since 0.1.0
 * @category errors
 */
export class InsufficientBalance extends Schema.TaggedError<InsufficientBalance>()("InsufficientBalance", answer) {
  readonly done: Done = "no"
  readonly retryable = false
  override get message(): string {
    return `The wallet does not hold enough for ${this.operation} ${said(this)}; nothing was done. Check the available balance, and that it covers the fee.`
  }
}

/**
 * 401, or code -7 or 10002: the exchange does not accept the API key, the signature or the nonce.
 *
 * @since 0.1.0
 * @category errors
 */
export class Unauthorized extends Schema.TaggedError<Unauthorized>()("Unauthorized", answer) {
  readonly done: Done = "no"
  readonly retryable = false
  override get message(): string {
    return `The exchange did not accept the credentials for ${this.operation} ${said(this)}; nothing was done. Check BTSE_API_KEY, BTSE_API_SECRET, the environment and the machine's clock.`
  }
}

/**
 * 403: the API key lacks the permission that the operation wants; 451: the account is banned.
 *
 * @since 0.1.0
 * @category errors
 */
export class Forbidden extends Schema.TaggedError<Forbidden>()("Forbidden", {
  ...answer,
  permission: Schema.String
}) {
  readonly done: Done = "no"
  readonly retryable = false
  override get message(): string {
    return this.status === 451
      ? `The exchange has banned this account ${said(this)}; ${this.operation} was not done. Write to the exchange's support.`
      : `The API key may not do ${this.operation} ${said(this)}; nothing was done. Give the key the ${this.permission} permission, or use another key.`
  }
}

/**
 * 404: the exchange knows no such thing.
 *
 * @since 0.1.0
 * @category errors
 */
export class NotFound extends Schema.TaggedError<NotFound>()("NotFound", answer) {
  readonly done: Done = "no"
  readonly retryable = false
  override get message(): string {
    return `The exchange found nothing for ${this.operation} ${said(this)}; nothing was done. Check the base URL and the request.`
  }
}

/**
 * 405: the exchange does not serve this method at this path.
 *
 * @since 0.1.0
 * @category errors
 */
export class MethodNotAllowed extends Schema.TaggedError<MethodNotAllowed>()("MethodNotAllowed", answer) {
  readonly done: Done = "no"
  readonly retryable = false
  override get message(): string {
    return `The exchange does not serve ${this.operation} here ${said(this)}; nothing was done. Check the base URL.`
  }
}

/**
 * 408: the exchange gave up on the request after 30 seconds. Only of reads: a write that meets it is
 * {@link OutcomeUnknown}.
 *
 * @since 0.1.0
 * @category errors
 */
export class ExchangeTimeout extends Schema.TaggedError<ExchangeTimeout>()("ExchangeTimeout", answer) {
  readonly done: Done = "unknown"
  readonly retryable = true
  override get message(): string {
    return `The exchange gave up on ${this.operation} ${said(this)}. Try again.`
  }
}

/**
 * 429: too many requests, and the exchange takes none until `unlockAt`. Nothing was done; offending again lengthens the
 * block.
 *
 * @since 0.1.0
 * @category errors
 */
export class RateLimited extends Schema.TaggedError<RateLimited>()("RateLimited", {
  ...answer,
  unlockAt: Schema.DateTimeUtc
}) {
  readonly done: Done = "no"
  readonly retryable = true
  override get message(): string {
    return `The exchange takes no more requests before ${DateTime.formatIso(this.unlockAt)} ${said(this)}; ${this.operation} was not done. Try again after that, not before: each offence lengthens the block.`
  }
}

/**
 * 5xx, or code -11 under any status: the exchange is at fault. Only of reads: a write that meets it is
 * {@link OutcomeUnknown}.
 *
 * @since 0.1.0
 * @category errors
 */
export class ExchangeUnavailable extends Schema.TaggedError<ExchangeUnavailable>()("ExchangeUnavailable", answer) {
  readonly done: Done = "unknown"
  readonly retryable = true
  override get message(): string {
    return `The exchange could not answer ${this.operation} ${said(this)}. Try again later.`
  }
}

/**
 * There was no whole answer: no connection, a timeout, a reset. `sent` is false only where it is proven that the
 * exchange received nothing. A write with `sent` true is {@link OutcomeUnknown} instead.
 *
 * @since 0.1.0
 * @category errors
 */
export class Unreachable extends Schema.TaggedError<Unreachable>()("Unreachable", {
  operation: Schema.String,
  host: Schema.String,
  sent: Schema.Boolean,
  reason: Schema.String,
  advice: Schema.optionalWith(Schema.String, {
    default: () => "Check the connection and the base URL, then try again."
  })
}) {
  readonly retryable = true
  get done(): Done {
    return this.sent ? "unknown" : "no"
  }
  override get message(): string {
    return `No answer from ${this.host} for ${this.operation} (${this.reason})${this.sent ? "" : "; nothing was sent"}. ${this.advice}`
  }
}

/**
 * The answer is not what the document says: `where` names the place in the body, without its values. Only of reads.
 *
 * @since 0.1.0
 * @category errors
 */
export class UnexpectedResponse extends Schema.TaggedError<UnexpectedResponse>()("UnexpectedResponse", {
  operation: Schema.String,
  status: Schema.Int,
  where: Schema.String,
  retryable: Schema.Boolean
}) {
  readonly done: Done = "unknown"
  override get message(): string {
    return `The exchange's answer to ${this.operation} is not one this version understands: ${this.where}. Check the base URL; if it is right, the exchange has changed and btse-wallet needs an update.`
  }
}

/**
 * The request may have been carried out, and nothing that came back says so: a timeout, a reset, a 5xx, half an answer.
 * It was sent once and must not be sent again; wallet history tells what happened.
 *
 * @since 0.1.0
 * @category errors
 */
export class OutcomeUnknown extends Schema.TaggedError<OutcomeUnknown>()("OutcomeUnknown", {
  operation: Schema.String,
  /** What was asked for, with addresses left out. */
  request: Schema.String,
  reason: Schema.String
}) {
  readonly done: Done = "unknown"
  readonly retryable = false
  override get message(): string {
    return `It is not known whether ${this.operation} was carried out: ${this.reason}. Do not send it again; look in wallet history for ${this.request}.`
  }
}

/**
 * A signed operation was called without credentials. Nothing was sent.
 *
 * @since 0.1.0
 * @category errors
 */
export class MissingCredentials extends Schema.TaggedError<MissingCredentials>()("MissingCredentials", {
  operation: Schema.String
}) {
  readonly done: Done = "no"
  readonly retryable = false
  override get message(): string {
    return `${this.operation} needs an API key and there is none; nothing was sent. Set BTSE_API_KEY and BTSE_API_SECRET.`
  }
}

/**
 * A request that cannot be put to the exchange as it stands: an amount with nine decimals, say. Nothing was sent.
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidRequest extends Schema.TaggedError<InvalidRequest>()("InvalidRequest", {
  operation: Schema.String,
  reason: Schema.String
}) {
  readonly done: Done = "no"
  readonly retryable = false
  override get message(): string {
    return `${this.operation} was not sent: ${this.reason}`
  }
}

/**
 * Every error that an answer of the exchange, or its absence, can be.
 *
 * @since 0.1.0
 * @category errors
 */
export const ReadError = Schema.Union(
  BadRequest,
  Unauthorized,
  Forbidden,
  NotFound,
  MethodNotAllowed,
  ExchangeTimeout,
  RateLimited,
  ExchangeUnavailable,
  Unreachable,
  UnexpectedResponse,
  MissingCredentials,
  InvalidRequest
)

/**
 * The errors of an operation that only reads.
 *
 * @since 0.1.0
 * @category errors
 */
export type ReadError = typeof ReadError.Type

/**
 * The errors of an operation that moves money or creates something.
 *
 * @since 0.1.0
 * @category errors
 */
export const WriteError = Schema.Union(
  BadRequest,
  InvalidWithdrawAmount,
  UnusedAddressExists,
  InsufficientBalance,
  Unauthorized,
  Forbidden,
  NotFound,
  MethodNotAllowed,
  RateLimited,
  Unreachable,
  OutcomeUnknown,
  MissingCredentials,
  InvalidRequest
)

/**
 * @since 0.1.0
 * @category errors
 */
export type WriteError = typeof WriteError.Type

/**
 * Everything that an operation of the wallet can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export type WalletError = ReadError | WriteError
