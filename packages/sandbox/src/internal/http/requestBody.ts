/**
 * The bytes of the request that is being answered: what was signed, and what is read.
 */
import { Context, Effect, Schema } from "effect"
import * as Refused from "../../Refused.ts"

/** Provided by the gate, which reads the bytes for the signature. */
export class RequestBody extends Context.Reference<RequestBody>()("@btse-wallet/sandbox/internal/RequestBody", {
  defaultValue: (): Uint8Array => new Uint8Array()
}) {}

const notUnderstood = () => Refused.invalidRequest("the body is not the JSON object that the document asks for")

/** Reads a JSON body. Amounts are strings in every request of the document, so a plain parse loses nothing. */
export const read = <A, I>(schema: Schema.Schema<A, I>): Effect.Effect<A, Refused.Refused> => {
  const decode = Schema.decode(Schema.parseJson(schema))
  return Effect.flatMap(RequestBody, (bytes) =>
    Effect.try({ try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes), catch: notUnderstood }).pipe(
      Effect.flatMap((text) => Effect.mapError(decode(text), notUnderstood))
    )
  )
}

export const Address = Schema.Struct({ currency: Schema.String, network: Schema.optional(Schema.String) })

export const Withdraw = Schema.Struct({
  currency: Schema.String,
  address: Schema.String,
  tag: Schema.String,
  amount: Schema.String,
  includeWithdrawFee: Schema.optional(Schema.Boolean)
})

export const Convert = Schema.Struct({ amount: Schema.String, fromAsset: Schema.String, toAsset: Schema.String })

export const Transfer = Schema.Struct({
  amount: Schema.String,
  asset: Schema.String,
  toUser: Schema.String,
  toUserMail: Schema.String
})
