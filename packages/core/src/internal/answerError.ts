/**
 * From an answer's status and body to the error it is.
 *
 * @internal
 */
import { Option, Redacted } from "effect"
import type { WalletError } from "../WalletError.ts"
import * as E from "../WalletError.ts"
import { type ErrorBody, isRateLimit as isCodeOfRateLimit } from "./errorBody.ts"
import { type Arrived, inWords, type Page } from "./foreignPage.ts"
import type { Operation } from "./operations.ts"
import * as UnusedAddress from "./unusedAddress.ts"

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

const longest = 300

/** A long word is an address, a key or a signature, and a word with an @ in it is somebody's mail. */
const withoutSecret = (word: string): string => (word.includes("@") || /[\w:+/=-]{20}/.test(word) ? "[left out]" : word)

/** Cut before it is searched, at a space, so that no part of a long word is left. */
const beginning = (text: string): string =>
  text.length <= 10 * longest ? text : text.slice(0, Math.max(0, text.lastIndexOf(" ", 10 * longest)))

const leaveOut = (message: string, secrets: ReadonlyArray<string>): string =>
  beginning(secrets.reduce((text, secret) => text.replaceAll(secret, "[left out]"), message))
    .replaceAll(/\S+/g, withoutSecret)
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

/** Whether the answer is the rate limit's, whatever its code: how long it blocks is the limiter's to say. */
export const isRateLimit = (status: number, body: ErrorBody): boolean => status === 429 || isCodeOfRateLimit(body)

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

const underMaintenance = /maintenance/i

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

const unavailable = (answer: Fields) =>
  underMaintenance.test(answer.exchangeMessage ?? "")
    ? new E.UnderMaintenance({ operation: answer.operation, status: answer.status })
    : new E.ExchangeUnavailable(answer)

/** The error of a payment that a page was the answer to. */
export const ofPage = (operation: Operation, page: Page, { elsewhere, status }: Arrived): AnswerError =>
  new E.OutcomeUnknown({
    operation: operation.name,
    request: operation.name,
    reason: inWords(page, status),
    refusal: refusals.has(status) && !elsewhere ? { status, errorCode: null, exchangeMessage: null } : null
  })

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
      return new E.BadRequest({
        ...answer,
        done: operation.repeatable || provesNothingDone(status, body) ? "nothing" : "unknown"
      })
    default:
  }
  if (status >= 500) return unavailable(answer)
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
  if (errorCode === code.system) return unavailable(answer)
  // "System busy" and the like come under code -1 and say nothing of the request: asking again does no harm.
  if (operation.repeatable && errorCode === code.unspecific && status === 400) return unavailable(answer)
  if (errorCode !== null && code.unauthorized.has(errorCode)) {
    return ofStatus(operation, { ...answer, status: 401 }, body)
  }
  return ofStatus(operation, answer, body)
}

/** The error of a refused "Create Wallet Address" that says that an earlier address is unused, with the address if it is named. */
export const unusedAddress = (
  operation: Operation,
  status: number,
  body: ErrorBody,
  text: string
): Option.Option<E.UnusedAddressExists> => {
  const coded = body.errorCode === code.unusedAddressExists
  if (operation.name !== "createAddress" || status !== 400) return Option.none()
  const found = UnusedAddress.find(text, coded)
  if (Option.isNone(found) && !coded) return Option.none()
  return Option.some(
    new E.UnusedAddressExists({
      ...answerOf(operation, status, body, []),
      exchangeMessage: null,
      address: Option.match(found, { onNone: () => null, onSome: ({ address }) => Redacted.make(address) }),
      tag: Option.match(found, { onNone: () => null, onSome: ({ tag }) => (tag === null ? null : Redacted.make(tag)) })
    })
  )
}
