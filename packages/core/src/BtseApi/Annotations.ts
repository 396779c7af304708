/**
 * What the declaration says of an endpoint beside its shape.
 *
 * @since 0.1.0
 */
import { OpenApi } from "@effect/platform"
import { Context, Schema } from "effect"

/**
 * `public`: no credentials are needed. `signed`: key, nonce and signature go with the request. `optional`: they go with
 * it where there are credentials.
 *
 * @since 0.1.0
 * @category annotations
 */
export class Authentication extends Context.Reference<Authentication>()("@btse-wallet/core/Authentication", {
  defaultValue: (): "public" | "signed" | "optional" => "signed"
}) {}

/**
 * The permission that the API key needs, as the document names it; `none` for public endpoints.
 *
 * @since 0.1.0
 * @category annotations
 */
export class Permission extends Context.Reference<Permission>()("@btse-wallet/core/Permission", {
  defaultValue: (): "none" | "Read" | "Wallet" | "Transfer" | "Withdraw" => "none"
}) {}

/**
 * Whether the same request may be sent again after an answer that leaves open what happened. False for all that moves
 * money or creates something.
 *
 * @since 0.1.0
 * @category annotations
 */
export class Repeatable extends Context.Reference<Repeatable>()("@btse-wallet/core/Repeatable", {
  defaultValue: (): boolean => false
}) {}

/**
 * Whether the endpoint moves money. A refusal of such a request proves that nothing was done only by a documented code that
 * names a fault of the request.
 *
 * @since 0.1.0
 * @category annotations
 */
export class Payment extends Context.Reference<Payment>()("@btse-wallet/core/Payment", {
  defaultValue: (): boolean => false
}) {}

/**
 * The JSON of an answer, for the OpenAPI document: the document's own example where it has one.
 *
 * @since 0.1.0
 * @category annotations
 */
export class Example extends Context.Tag("@btse-wallet/core/BtseApi/Annotations/Example")<Example, unknown>() {}

/**
 * What an endpoint is called, what it does, and what its answer looks like.
 *
 * @since 0.1.0
 * @category annotations
 */
export const words = (options: {
  readonly summary: string
  readonly description: string
  readonly example?: unknown
}): Context.Context<never> => {
  const { example, ...texts } = options
  const context: Context.Context<never> = OpenApi.annotations(texts)
  return example === undefined ? context : Context.add(context, Example, example)
}

/**
 * A field with what the document says of it.
 *
 * @since 0.1.0
 * @category annotations
 */
export const field = <S extends Schema.Schema.All>(schema: S, description: string): Schema.propertySignature<S> =>
  Schema.propertySignature(schema).annotations({ description })
