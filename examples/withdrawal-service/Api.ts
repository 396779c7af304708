/**
 * What the service offers over HTTP. A client of it is `HttpApiClient.make(Api)`.
 */
import { Decimal, WalletModel } from "@btse-wallet/core"
import { Payment } from "@btse-wallet/ledger"
import { HttpApi, HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "@effect/platform"
import { Schema } from "effect"
import { Authorization } from "./Authorization.ts"

/** Nothing was sent, and the same request would be refused again. */
export class Refused extends Schema.TaggedError<Refused>()("Refused", { message: Schema.String }) {}

/** The idempotency key stands for another withdrawal. */
export class Conflict extends Schema.TaggedError<Conflict>()("Conflict", { message: Schema.String }) {}

/** The service knows no such withdrawal. */
export class Missing extends Schema.TaggedError<Missing>()("Missing", { message: Schema.String }) {}

/** Nothing was sent, for a reason that passes: the same request with the same key may be made again. */
export class Unavailable extends Schema.TaggedError<Unavailable>()("Unavailable", { message: Schema.String }) {}

/** Nothing was sent, and nothing will be until whoever runs the service mends it. */
export class Misconfigured extends Schema.TaggedError<Misconfigured>()("Misconfigured", { message: Schema.String }) {}

/** Nothing proves that nothing was sent. By its key the caller learns what became of it. */
export class Unknown extends Schema.TaggedError<Unknown>()("Unknown", { message: Schema.String }) {}

/** The books could not be read, which says nothing about what is in them. */
export class Unreadable extends Schema.TaggedError<Unreadable>()("Unreadable", { message: Schema.String }) {}

/**
 * A withdrawal as it is asked for. The amount is text: a JSON number would lose digits. A field that is not known is an
 * error: money that is sent with a misspelt `tag` is lost.
 */
export const NewWithdrawal = Schema.Struct({
  currency: WalletModel.Currency,
  network: WalletModel.Network,
  address: Schema.NonEmptyTrimmedString,
  tag: Schema.optionalWith(Schema.String, { exact: true }),
  amount: Decimal.FromText.pipe(Schema.positiveBigDecimal()),
  feeOnTop: Schema.optionalWith(Schema.Boolean, { default: () => false })
}).annotations({ parseOptions: { onExcessProperty: "error" } })

const Health = Schema.Struct({ withdrawalsInFlight: Schema.Int, snapshotAt: Schema.NullOr(Schema.DateTimeUtc) })

const id = HttpApiSchema.param("id", Schema.NonEmptyString)

const withdrawals = HttpApiGroup.make("withdrawals")
  .add(
    HttpApiEndpoint.post("submit", "/withdrawals")
      .setHeaders(Schema.Struct({ "idempotency-key": Schema.NonEmptyTrimmedString }))
      .setPayload(NewWithdrawal)
      .addSuccess(Payment.Withdrawal, { status: 202 })
      .addError(Refused, { status: 422 })
      .addError(Conflict, { status: 409 })
      .addError(Unavailable, { status: 503 })
      .addError(Misconfigured, { status: 502 })
      .addError(Unknown, { status: 500 })
  )
  .add(
    HttpApiEndpoint.get("status")`/withdrawals/${id}`
      .addSuccess(Payment.Withdrawal)
      .addError(Missing, { status: 404 })
      .addError(Unreadable, { status: 503 })
  )
  .middleware(Authorization)

/** Open to all: a load balancer has no token, and learns a number and a time. */
const health = HttpApiGroup.make("health").add(
  HttpApiEndpoint.get("health", "/health").addSuccess(Health).addError(Unreadable, { status: 503 })
)

export class Api extends HttpApi.make("withdrawal-service").add(withdrawals).add(health) {}
