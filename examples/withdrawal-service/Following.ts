/**
 * Keeps the books up to date beside the service: withdrawals move on with the exchange's history, and those whose outcome is
 * unknown are found in it.
 */
import { Sync, Payments } from "@btse-wallet/ledger"
import { Config, Duration, Effect, Layer, Schedule } from "effect"

const once = Effect.gen(function* () {
  const sync = yield* Sync.Sync
  const book = yield* Payments.PaymentBook
  yield* sync.run()
  yield* book.resolve
}).pipe(Effect.catchAllCause((cause) => Effect.logWarning("The books could not be brought up to date", cause)))

/** Reads every `SYNC_EVERY`, a minute by default, for as long as the layer lives. */
export const layer = Layer.scopedDiscard(
  Effect.gen(function* () {
    const every = yield* Config.duration("SYNC_EVERY").pipe(Config.withDefault(Duration.minutes(1)))
    yield* Effect.forkScoped(Effect.repeat(once, Schedule.spaced(every)))
  })
)
