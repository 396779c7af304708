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

/** An error that an answer can be. */
export type AnswerError = Exclude<WalletError, E.MissingCredentials | E.InvalidRequest | E.Unreachable>

/** Codes of the live exchange (see the docs of each error). */
const code = {
  system: -11,
  unspecific: -1,
  invalidRequest: -2,
  invalidCurrency: 11,
  unifiedInvalidRequest: 11_000_001,
  unauthorized: new Set([-7, 10_002]),
  invalidWithdrawAmount: 3506,
  unusedAddressExists: 3528,
  insufficientBalance: 51_523,
  rateLimit: 303
}

/** The documented codes that name a fault of the request: what is refused with one was not done. */
const faultsOfRequests: ReadonlySet<number> = new Set([
  code.invalidWithdrawAmount,
  code.unusedAddressExists,
  code.insufficientBalance,
  code.invalidCurrency,
  code.invalidRequest,
  code.unifiedInvalidRequest
])

/** Statuses that refuse without naming a fault of the request: they may answer a repetition of what was carried out. */
const refusals: ReadonlySet<number> = new Set([401, 403, 404, 405, 429, 451])

/** Long words are addresses, keys or signatures, and a word with an @ in it is somebody's mail. */
const unspeakable = /[\w:+/=-]{20,}|\S+@\S+/g

const longest = 300

const leaveOut = (message: string, secrets: ReadonlyArray<string>): string =>
  secrets
    .reduce((text, secret) => text.replaceAll(secret, "[left out]"), message)
    .replaceAll(unspeakable, "[left out]")
    .slice(0, longest)

/**
 * The fields of an answer that an error may carry. The exchange's text can repeat what it was sent: the request's own
 * address, tag, user and mail (`secrets`) are left out of it, and whatever looks like one.
 */
export const answerOf = (
  operation: Operation,
  status: number,
  { errorCode, exchangeMessage }: Pick<ErrorBody, "errorCode" | "exchangeMessage">,
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

type Fields = ReturnType<typeof answerOf>

/** A refusal proves that nothing was done where all that it says names a fault of the request. */
const provesNothingDone = (status: number, body: ErrorBody): boolean =>
  status === 400 &&
  (body.status === null || body.status === 400) &&
  body.success !== true &&
  body.codes.length > 0 &&
  body.codes.every((one) => faultsOfRequests.has(one))

/** The statuses that a code stands for, whatever status it came under. */
const effectiveStatus = (status: number, { codes }: ErrorBody): number => {
  if (codes.some((one) => code.unauthorized.has(one))) return 401
  return codes.includes(code.rateLimit) ? 429 : status
}

/** The error of a payment's answer that is no success. */
export const ofPayment = (
  operation: Operation,
  status: number,
  body: ErrorBody,
  secrets: ReadonlyArray<string>
): AnswerError => {
  const answer = answerOf(operation, status, body, secrets)
  if (provesNothingDone(status, body)) {
    if (body.errorCode === code.insufficientBalance) return new E.InsufficientBalance(answer)
    return body.errorCode === code.invalidWithdrawAmount && operation.name === "withdraw"
      ? new E.InvalidWithdrawAmount(answer)
      : new E.BadRequest(answer)
  }
  const { errorCode, exchangeMessage } = answer
  const refused = refusals.has(status) || refusals.has(effectiveStatus(status, body))
  const words = [`HTTP ${status}`, errorCode === null ? [] : `code ${errorCode}`, exchangeMessage ?? []].flat()
  return new E.OutcomeUnknown({
    operation: operation.name,
    request: operation.name,
    reason: `the exchange answered ${words.join(", ")}, which does not prove that nothing was done`,
    refusal: refused ? { status, errorCode, exchangeMessage } : null
  })
}

const ofStatus = (operation: Operation, answer: Fields, body: ErrorBody): AnswerError => {
  const { status } = answer
  const done: E.Done = operation.repeatable ? "nothing" : "unknown"
  const ofKey = operation.authentication !== "public"
  switch (status) {
    case 401:
      if (ofKey) return new E.Unauthorized({ ...answer, done })
      break
    case 403:
    case 451:
      return ofKey
        ? new E.Forbidden({ ...answer, permission: operation.permission, done })
        : new E.AddressBlocked({ operation: operation.name, status, by: "the exchange", done })
    case 404:
      return new E.NotFound({ ...answer, done })
    case 405:
      return new E.MethodNotAllowed({ ...answer, done })
    case 408:
      return new E.ExchangeTimeout(answer)
    case 400:
    case 429:
      return new E.BadRequest({
        ...answer,
        done: operation.repeatable || provesNothingDone(status, body) ? "nothing" : "unknown"
      })
    default:
  }
  if (status >= 500) return new E.ExchangeUnavailable(answer)
  // A redirect or a conflict may well come after the deed: only the documented refusals prove that nothing was done.
  const where = `HTTP ${status} is not a status that the exchange documents for it`
  return new E.UnexpectedResponse({ operation: operation.name, status, where, retryable: false })
}

/** The error of an answer that is neither a payment's nor the rate limit's. */
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
  if (errorCode !== null && code.unauthorized.has(errorCode)) {
    return ofStatus(operation, { ...answer, status: 401 }, body)
  }
  if (operation.name === "createAddress" && errorCode === code.unusedAddressExists) {
    const address = Redacted.make(addressIn(body.exchangeMessage))
    return new E.UnusedAddressExists({ ...answer, exchangeMessage: null, address })
  }
  return ofStatus(operation, answer, body)
}
