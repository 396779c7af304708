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
  unspecific: -1,
  unauthorized: new Set([-7, 10002]),
  invalidWithdrawAmount: 3506,
  unusedAddressExists: 3528,
  insufficientBalance: 51523,
  rateLimit: 303
}

/** Long words are addresses, keys or signatures, and a word with an @ in it is somebody's mail. */
const unspeakable = /[\w:+/=-]{20,}|\S+@\S+/g

const longest = 300

const leaveOut = (message: string, secrets: ReadonlyArray<string>): string =>
  secrets
    .reduce((text, secret) => text.replaceAll(secret, "[left out]"), message)
    .replaceAll(unspeakable, "[left out]")
    .slice(0, longest)

/**
 * What an error may carry of an answer. The exchange's text can repeat what it was sent: the request's own address, tag,
 * user and mail (`secrets`) are left out of it, and whatever looks like one.
 */
export const answerOf = (
  operation: Operation,
  status: number,
  { errorCode, exchangeMessage }: ErrorBody,
  secrets: ReadonlyArray<string>
) => ({
  operation: operation.name,
  status,
  errorCode,
  exchangeMessage: exchangeMessage === null ? null : leaveOut(exchangeMessage, secrets)
})

const addressIn = (message: string | null): string => (message ?? "").replace(/^BADREQUEST:\s*/i, "").trim()

/** Whether the answer is the rate limit's: how long it blocks is the limiter's to say. */
export const isRateLimit = (status: number, { errorCode }: ErrorBody): boolean =>
  // A 429 with a code of its own is a refusal in disguise ("Order not found"), not the rate limit.
  status === 429 && (errorCode === null || errorCode === code.rateLimit || errorCode === 429)

/** The error of an answer that is not the rate limit's. */
export const answerError = (
  operation: Operation,
  status: number,
  body: ErrorBody,
  secrets: ReadonlyArray<string>
): AnswerError => {
  const answer = answerOf(operation, status, body, secrets)
  const { errorCode } = body
  if (errorCode === code.system) return new E.ExchangeUnavailable(answer)
  // "System busy" and the like come under code -1 and say nothing of the request: asking again does no harm.
  if (operation.repeatable && errorCode === code.unspecific && (status === 400 || status === 429)) {
    return new E.ExchangeUnavailable(answer)
  }
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
    case 400:
    case 429:
      return new E.BadRequest(answer)
    default:
      if (status >= 500) return new E.ExchangeUnavailable(answer)
      // A redirect or a conflict may well come after the deed: only the documented refusals prove that nothing was done.
      return new E.UnexpectedResponse({
        operation: operation.name,
        status,
        where: `HTTP ${status} is not a status that the exchange documents`,
        retryable: false
      })
  }
}
