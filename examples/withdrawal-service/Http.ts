/**
 * How the service answers.
 */
import { LedgerStatus, Withdrawals } from "@btse-wallet/ledger"
import { HttpApiBuilder } from "@effect/platform"
import { Effect, Layer } from "effect"
import { Api, Conflict, Missing, Refused, Unavailable } from "./Api.ts"

const refused = ({ message }: { readonly message: string }) => new Refused({ message })

const unavailable = ({ message }: { readonly message: string }) => new Unavailable({ message })

const withdrawals = HttpApiBuilder.group(Api, "withdrawals", (handlers) =>
  Effect.gen(function* () {
    const { submit } = yield* Withdrawals.Withdrawals
    const book = yield* Withdrawals.WithdrawalBook
    return handlers
      .handle("submit", ({ headers: { "idempotency-key": key }, payload }) =>
        submit({ key, request: payload }).pipe(
          // Nobody knows yet whether it was done. It is not sent again; the caller follows it by its key.
          Effect.catchTag("OutcomeUnknown", () => book.get(key)),
          Effect.catchTags({
            KeyConflict: ({ message }) => new Conflict({ message }),
            BadRequest: refused,
            InsufficientBalance: refused,
            InvalidRequest: refused,
            InvalidWithdrawAmount: refused,
            WithdrawalBlocked: refused
          }),
          Effect.catchIf((error) => error._tag !== "Conflict" && error._tag !== "Refused", unavailable),
          // A client that hangs up, or a service that is told to stop, must not leave its outcome open.
          Effect.uninterruptible
        )
      )
      .handle("status", ({ path }) =>
        book.get(path.id).pipe(
          Effect.catchTag("WithdrawalNotFound", ({ message }) => new Missing({ message })),
          Effect.catchIf((error) => error._tag !== "Missing", unavailable)
        )
      )
  })
)

const health = HttpApiBuilder.group(Api, "health", (handlers) =>
  Effect.map(LedgerStatus.LedgerStatus, (status) =>
    handlers.handle("health", () =>
      status.get.pipe(
        Effect.mapBoth({
          onFailure: unavailable,
          onSuccess: ({ snapshot, withdrawalsInFlight }) => ({
            withdrawalsInFlight: withdrawalsInFlight.length,
            snapshotAt: snapshot?.at ?? null
          })
        })
      )
    )
  )
)

/** The API, on a ledger. */
export const layer = Layer.provide(HttpApiBuilder.api(Api), [withdrawals, health])
