/**
 * Reads a payment's outcome from the end of its request.
 *
 * @internal
 */
import { Decimal, WalletError } from "@btse-wallet/core"
import type { Wallet } from "@btse-wallet/core"
import type { BigDecimal } from "effect"
import { Cause, Effect, Exit, Option, Schema } from "effect"
import type { PaymentRequest } from "../Payment.ts"

/** A confirmation by the exchange. A withdrawal's id is followed in history; the other answers name none. */
export interface Answer {
  readonly orderId: string | null
  readonly received: BigDecimal.BigDecimal | null
  readonly rate: BigDecimal.BigDecimal | null
}

export interface Outcome extends Answer {
  /** Whether the exchange confirmed it. */
  readonly done: boolean
  readonly status: "SUBMITTED" | "COMPLETED" | "UNSENT" | "REFUSED" | "UNKNOWN"
  readonly reason: string | null
  /** The error as JSON, to be given again. */
  readonly error: string | null
}

const noAnswer: Answer = { orderId: null, received: null, rate: null }

/** The operation of a payment's kind. */
export const perform = (
  wallet: typeof Wallet.Wallet.Service,
  payment: PaymentRequest
): Effect.Effect<Answer, WalletError.PaymentError> => {
  switch (payment.kind) {
    case "withdraw": {
      const { kind: _kind, ...request } = payment
      return Effect.map(wallet.withdraw(request), (orderId) => ({ ...noAnswer, orderId }))
    }
    case "transfer": {
      const { kind: _kind, ...request } = payment
      return Effect.as(wallet.transfer(request), noAnswer)
    }
    case "convert": {
      const { kind: _kind, ...request } = payment
      return Effect.map(wallet.convert(request), ({ rate, settlementAmount }) => ({
        ...noAnswer,
        received: settlementAmount,
        rate
      }))
    }
  }
}

/** A request in words, with addresses and receivers left out. */
export const describe = (request: PaymentRequest): string => {
  const amount = Decimal.toText(request.amount)
  switch (request.kind) {
    case "withdraw":
      return `a withdrawal of ${amount} ${request.currency} on ${request.network}`
    case "transfer":
      return `a transfer of ${amount} ${request.asset}`
    case "convert":
      return `a conversion of ${amount} ${request.from} to ${request.to}`
  }
}

const encodeError = Schema.encode(Schema.parseJson(WalletError.PaymentError))

/**
 * The exchange has judged the payment itself, and would again. Every other error that proves that nothing was done is about
 * the moment or the caller (the rate limit, the connection, the credentials), and passes.
 */
const isJudgement = (error: WalletError.PaymentError): boolean =>
  error._tag === "BadRequest" || error._tag === "InvalidWithdrawAmount" || error._tag === "InsufficientBalance"

/** `left`: whether it passed the gate, after which its bytes may have left. */
export const outcomeOf = Effect.fnUntraced(function* (
  kind: PaymentRequest["kind"],
  exit: Exit.Exit<Answer, WalletError.PaymentError>,
  left: boolean
) {
  if (Exit.isSuccess(exit)) {
    const status = kind === "withdraw" ? "SUBMITTED" : "COMPLETED"
    return { ...exit.value, done: true, status, reason: null, error: null } satisfies Outcome
  }
  const failure = Cause.failureOption(exit.cause)
  if (Option.isNone(failure)) {
    const event = Cause.isInterrupted(exit.cause) ? "it was interrupted" : "the program failed"
    const status = left ? "UNKNOWN" : "UNSENT"
    const reason = `${event} ${left ? "while it was being sent" : "before anything was sent"}`
    return { ...noAnswer, done: false, status, reason, error: null } satisfies Outcome
  }
  const { value: error } = failure
  // An error that does not prove that nothing was done leaves it unknown, whatever passed the gate.
  const status = error.done !== "nothing" ? "UNKNOWN" : isJudgement(error) ? "REFUSED" : "UNSENT"
  return {
    ...noAnswer,
    done: false,
    status,
    reason: error.message,
    // An error of core's own schema that cannot be encoded is a broken invariant.
    error: yield* Effect.orDie(encodeError(error))
  } satisfies Outcome
})
