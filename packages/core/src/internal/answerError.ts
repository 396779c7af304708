/**
 * From an answer's status and body to the error it is.
 *
 * @internal
 */
import { Redacted } from "effect"
import type { WalletError } from "../WalletError.ts"
import * as E from "../WalletError.ts"
import type { ErrorBody } from "./errorBody.ts"
import type { Operation } from "./operations.ts"

/** An error that an answer can be, before it is known whether the operation reads or writes. */
export type AnswerError = Exclude<
  WalletError,
  E.OutcomeUnknown | E.MissingCredentials | E.InvalidRequest | E.Unreachable
>

/** Codes of the live exchange (see the docs of each error). */
const code = {
  system: -11,
  unauthorized: new Set([-7, 10002]),
  invalidWithdrawAmount: 3506,
  unusedAddressExists: 3528,
  insufficientBalance: 51523,
  rateLimit: 303
}

/**
 * What an error may carry of an answer. The exchange's text can repeat an address, which no error shows: long words are
 * left out of it.
 */
export const answerOf = (operation: Operation, status: number, { errorCode, exchangeMessage }: ErrorBody) => ({
  operation: operation.name,
  status,
  errorCode,
  exchangeMessage: exchangeMessage?.replaceAll(/[\w:-]{20,}/g, "[left out]") ?? null
})

const addressIn = (message: string | null): string => (message ?? "").replace(/^BADREQUEST:\s*/i, "").trim()

/** Whether the answer is the rate limit's: how long it blocks is the limiter's to say. */
export const isRateLimit = (status: number, { errorCode }: ErrorBody): boolean =>
  // A 429 with a code of its own is a refusal in disguise ("Order not found"), not the rate limit.
  status === 429 && (errorCode === null || errorCode === code.rateLimit || errorCode === 429)

/** The error of an answer that is not the rate limit's. */
export const answerError = (operation: Operation, status: number, body: ErrorBody): AnswerError => {
  const answer = answerOf(operation, status, body)
  const { errorCode } = body
  if (errorCode === code.system) return new E.ExchangeUnavailable(answer)
  if (errorCode !== null && code.unauthorized.has(errorCode)) return new E.Unauthorized(answer)
  if (!operation.repeatable) {
    if (errorCode === code.invalidWithdrawAmount) return new E.InvalidWithdrawAmount(answer)
    if (errorCode === code.insufficientBalance) return new E.InsufficientBalance(answer)
    if (errorCode === code.unusedAddressExists) {
      const address = Redacted.make(addressIn(body.exchangeMessage))
      return new E.UnusedAddressExists({ ...answer, exchangeMessage: null, address })
    }
  }
  switch (status) {
    case 401:
      return new E.Unauthorized(answer)
    case 403:
    case 451:
      return new E.Forbidden({ ...answer, permission: operation.permission })
    case 404:
      return new E.NotFound(answer)
    case 405:
      return new E.MethodNotAllowed(answer)
    case 408:
      return new E.ExchangeTimeout(answer)
    default:
      return status >= 500 ? new E.ExchangeUnavailable(answer) : new E.BadRequest(answer)
  }
}
