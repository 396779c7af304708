/**
 * Requests without an answer of the exchange's: not sent, not answered, answered by something else, or not understood.
 *
 * @since 0.1.0
 */
import { DateTime, Schema } from "effect"
import { answerFields, type Done, doneField, said } from "./Done.ts"

/**
 * 408: the exchange gave up on the request after 30 seconds. Only of reads: a write that meets it is
 * {@link OutcomeUnknown}.
 *
 * @since 0.1.0
 * @category errors
 */
export class ExchangeTimeout extends Schema.TaggedError<ExchangeTimeout>()("ExchangeTimeout", {
  ...answerFields,
  done: doneField("unknown")
}) {
  readonly retryable = true
  override get message(): string {
    return `The exchange gave up on ${this.operation} ${said(this)}. Try again.`
  }
}

/**
 * 5xx, or code -11 under any status: the exchange is at fault. Only of reads: a write that meets it is
 * {@link OutcomeUnknown}.
 *
 * @since 0.1.0
 * @category errors
 */
export class ExchangeUnavailable extends Schema.TaggedError<ExchangeUnavailable>()("ExchangeUnavailable", {
  ...answerFields,
  done: doneField("unknown")
}) {
  readonly retryable = true
  override get message(): string {
    return `The exchange could not answer ${this.operation} ${said(this)}. Try again later.`
  }
}

/**
 * A page of the exchange, or of what stands before it, that announces maintenance. Only of reads.
 *
 * @since 0.1.0
 * @category errors
 */
export class UnderMaintenance extends Schema.TaggedError<UnderMaintenance>()("UnderMaintenance", {
  operation: Schema.String,
  status: Schema.Int,
  done: doneField("unknown")
}) {
  readonly retryable = true
  override get message(): string {
    return `The exchange is under maintenance (a page with HTTP ${this.status}); ${this.operation} was not answered. Look at the exchange's status page, and try again later.`
  }
}

/**
 * A page of a CDN or a proxy that blocks this address or its country: not the exchange's own answer. Of reads, and of
 * creating and deleting an address.
 *
 * @since 0.1.0
 * @category errors
 */
export class AddressBlocked extends Schema.TaggedError<AddressBlocked>()("AddressBlocked", {
  operation: Schema.String,
  status: Schema.Int,
  /** Who answered, as "Cloudflare" or "a proxy". */
  by: Schema.String,
  done: doneField("unknown")
}) {
  readonly retryable = false
  override get message(): string {
    const state = this.done === "nothing" ? "nothing was done" : "that does not prove that nothing was done"
    return `${this.operation} was answered by ${this.by} before the exchange, with a page that blocks this address or its country (HTTP ${this.status}); ${state}. The API key is not the cause: use a network or a country that the exchange serves, or write to its support.`
  }
}

/**
 * An answer of a gateway or a proxy between here and the exchange, or of another address after a redirect. Only of reads.
 *
 * @since 0.1.0
 * @category errors
 */
export class BadGateway extends Schema.TaggedError<BadGateway>()("BadGateway", {
  operation: Schema.String,
  status: Schema.Int,
  reason: Schema.String,
  advice: Schema.optionalWith(Schema.String, {
    default: () => "Check the base URL and the proxy, and try again later."
  }),
  retryable: Schema.optionalWith(Schema.Boolean, { default: () => true }),
  done: doneField("unknown")
}) {
  override get message(): string {
    return `The exchange did not answer ${this.operation} itself: ${this.reason} (HTTP ${this.status}). ${this.advice}`
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
    return this.sent ? "unknown" : "nothing"
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
  retryable: Schema.Boolean,
  done: doneField("unknown")
}) {
  override get message(): string {
    return `The exchange's answer to ${this.operation} is not one this version understands: ${this.where}. Check the base URL; if it is right, the exchange has changed and btse-wallet needs an update.`
  }
}

const orNull = <S extends Schema.Schema.All>(schema: S) =>
  Schema.optionalWith(Schema.NullOr(schema), { default: () => null })

/**
 * A refusal that proves nothing: it may be the answer to a repetition of a request that was carried out.
 *
 * @since 0.1.0
 * @category models
 */
export const Refusal = Schema.Struct({
  status: Schema.Int,
  errorCode: Schema.NullOr(Schema.Int),
  exchangeMessage: Schema.NullOr(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Refusal extends Schema.Schema.Type<typeof Refusal> {}

/**
 * The request may have been carried out, and nothing that came back proves the contrary: a timeout, a reset, a 5xx, half
 * an answer, a refusal that names no fault of the request. It was sent once and must not be sent again; wallet history
 * tells what happened, and the fields are what to look for there. A field is null where it is not known or does not apply.
 *
 * @since 0.1.0
 * @category errors
 */
export class OutcomeUnknown extends Schema.TaggedError<OutcomeUnknown>()("OutcomeUnknown", {
  operation: Schema.String,
  /** The request in words, with addresses left out. */
  request: Schema.String,
  reason: Schema.String,
  currency: orNull(Schema.String),
  /** Exact decimal text. */
  amount: orNull(Schema.String),
  /** The address of a withdrawal, the receiver's user name of a transfer. */
  address: orNull(Schema.Redacted(Schema.String)),
  /** The instant at which the bytes left. */
  sentAt: orNull(Schema.DateTimeUtc),
  nonce: orNull(Schema.Int),
  /** The idempotency key under which a ledger keeps the payment. */
  key: orNull(Schema.String),
  /** The refusal (401, 403, 404, 405, 429, 451, also inside an envelope), where one came; null after anything else. */
  refusal: orNull(Refusal)
}) {
  readonly done: Done = "unknown"
  readonly retryable = false
  override get message(): string {
    const sent = this.sentAt === null ? "" : `, sent at ${DateTime.formatIso(this.sentAt)}`
    return `It is not known whether ${this.operation} was carried out: ${this.reason}. Do not send it again; look in wallet history for ${this.request}${sent}.`
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
  readonly done: Done = "nothing"
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
  readonly done: Done = "nothing"
  readonly retryable = false
  override get message(): string {
    return `${this.operation} was not sent: ${this.reason}`
  }
}
