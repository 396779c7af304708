/**
 * How the service answers.
 */
import type { WalletError } from "@btse-wallet/core"
import { LedgerError, LedgerStatus, Payment, Payments } from "@btse-wallet/ledger"
import { HttpApiBuilder } from "@effect/platform"
import { Effect, Layer, Match } from "effect"
import { Api, Conflict, Misconfigured, Missing, Refused, Unavailable, Unknown, Unreadable } from "./Api.ts"
import * as Authorization from "./Authorization.ts"

const refused = ({ message }: { readonly message: string }) => new Refused({ message })

/** Proves that nothing was sent: what is not a withdrawal's own outcome was one of the checks before it. */
const unavailable = (error: { readonly message: string }) =>
  Effect.zipRight(
    Effect.logWarning("A withdrawal was not sent", error),
    new Unavailable({ message: "Nothing was sent. Make the same request with the same key again." })
  )

const misconfigured = (error: { readonly message: string }) =>
  Effect.zipRight(
    Effect.logError("The exchange does not let this service withdraw", error),
    new Misconfigured({ message: "Nothing was sent, and nothing will be until this service is mended." })
  )

const unknown = (error: { readonly message: string }) =>
  Effect.zipRight(
    Effect.logError("It is not known what became of a withdrawal", error),
    new Unknown({
      message: "It is not known whether it was sent. Ask for it by its key: nothing is sent twice under one."
    })
  )

const unreadable = (error: { readonly message: string }) =>
  Effect.zipRight(
    Effect.logWarning("The books cannot be read", error),
    new Unreadable({ message: "The books cannot be read now. This says nothing about any withdrawal: ask again." })
  )

/**
 * What an error of a submit proves. Named are those that prove that nothing was sent; every other, a ledger that was busy
 * after the sending among them, proves nothing.
 */
const answerOf = (
  error: Exclude<Payments.PaymentError, WalletError.OutcomeUnknown>
): Effect.Effect<never, Refused | Conflict | Unavailable | Misconfigured | Unknown> =>
  Match.value(error).pipe(
    Match.tag("KeyConflict", ({ message }) => new Conflict({ message })),
    Match.tag(
      "BadRequest",
      "InsufficientBalance",
      "InvalidRequest",
      "InvalidWithdrawAmount",
      "PaymentBlocked",
      refused
    ),
    Match.tag(
      "ExchangeTimeout",
      "ExchangeUnavailable",
      "RateLimited",
      "UnexpectedResponse",
      "Unreachable",
      unavailable
    ),
    Match.tag("Forbidden", "MethodNotAllowed", "MissingCredentials", "NotFound", "Unauthorized", misconfigured),
    Match.orElse(unknown)
  )

const withdrawals = HttpApiBuilder.group(Api, "withdrawals", (handlers) =>
  Effect.gen(function* () {
    const { withdraw } = yield* Payments.Payments
    const book = yield* Payments.PaymentBook
    /** This service's payments are withdrawals: another kind of payment is not one of its own. */
    const withdrawalOf = (id: string) =>
      Effect.filterOrFail(
        book.get(id),
        Payment.isWithdrawal,
        () => new LedgerError.PaymentNotFound({ operation: "withdrawal", id })
      )
    return handlers
      .handle("submit", ({ headers: { "idempotency-key": key }, payload }) =>
        withdraw({ key, request: payload }).pipe(
          // Nobody knows yet whether it was done. It is not sent again; the caller follows it by its key.
          Effect.catchTag("OutcomeUnknown", () => withdrawalOf(key)),
          Effect.catchAll(answerOf),
          // A service that is told to stop answers what it is sending.
          Effect.uninterruptible
        )
      )
      .handle("status", ({ path }) =>
        withdrawalOf(path.id).pipe(
          Effect.catchTag("PaymentNotFound", ({ message }) => new Missing({ message })),
          Effect.catchIf((error) => error._tag !== "Missing", unreadable)
        )
      )
  })
)

const health = HttpApiBuilder.group(Api, "health", (handlers) =>
  Effect.map(LedgerStatus.LedgerStatus, (status) =>
    handlers.handle("health", () =>
      status.get.pipe(
        Effect.map(({ snapshot, withdrawalsInFlight }) => ({
          withdrawalsInFlight: withdrawalsInFlight.length,
          snapshotAt: snapshot?.at ?? null
        })),
        Effect.catchAll(unreadable)
      )
    )
  )
)

/** The API, on a ledger. */
export const layer = HttpApiBuilder.api(Api).pipe(
  Layer.provide([withdrawals, health]),
  Layer.provide(Authorization.layer)
)
