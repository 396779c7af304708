/**
 * What is to happen in the instant before a request's bytes leave.
 *
 * @since 0.1.0
 */
import { Context, Effect } from "effect"

/**
 * Runs once an attempt has its permit and signature and before anything is sent. Whoever keeps books of what may have
 * happened writes here: interrupted before it ran, nothing was sent; after it, the outcome is unknown until an answer
 * comes. It does nothing by default.
 *
 * @since 0.1.0
 * @category references
 */
export class BeforeSend extends Context.Reference<BeforeSend>()("@btse-wallet/core/BeforeSend", {
  defaultValue: (): Effect.Effect<void> => Effect.void
}) {}
