/**
 * The sending of an attempt, as its caller is told of it.
 *
 * @internal
 */
import { Context, Effect } from "effect"

/** An attempt whose bytes may have left: when, in epoch milliseconds, and with which nonce. */
export interface Sending {
  readonly at: number
  readonly nonce: number
}

/** Runs after {@link BeforeSend}, in the instant at which the bytes leave. */
export class OnSend extends Context.Reference<OnSend>()("@btse-wallet/core/internal/OnSend", {
  defaultValue: (): ((sending: Sending) => Effect.Effect<void>) => () => Effect.void
}) {}
