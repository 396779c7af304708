/**
 * From the failure of one attempt to an error of its operation.
 *
 * @internal
 */
import type { HttpApiError, HttpClientError } from "@effect/platform"
import { DateTime, Option, type ParseResult, Redacted, Schema } from "effect"
import type { ClientError } from "../BtseClient.ts"
import { ExchangeUnavailable, InvalidRequest, OutcomeUnknown, UnexpectedResponse } from "../WalletError.ts"
import type { ReadError, WriteError } from "../WalletError.ts"
import * as Wire from "../Wire.ts"
import { firstIssue } from "./firstIssue.ts"
import type { Sending } from "./sending.ts"

export type AttemptError =
  | ClientError
  | ParseResult.ParseError
  | HttpClientError.HttpClientError
  | HttpApiError.HttpApiDecodeError

const unexpected = (operation: string, error: ParseResult.ParseError) => {
  const { message, place } = firstIssue(error)
  const notJson = message === Wire.notJson
  const misshapen =
    place === undefined
      ? "the body has another shape than documented"
      : `the field ${place} is missing or of another type`
  const wholes = new Map([
    [Wire.notJson, "the body is not JSON, or broke off"],
    [Wire.tooManyValues, "the body holds more values than an answer of its size does"]
  ])
  const where = wholes.get(message ?? "") ?? misshapen
  return new UnexpectedResponse({ operation, status: 200, where, retryable: notJson })
}

const settled = (operation: string, error: AttemptError): ClientError | UnexpectedResponse => {
  switch (error._tag) {
    case "ParseError":
      return unexpected(operation, error)
    // The client has read the whole body and made an error of every status but 200 by now: these three are in the
    // types of the declaration's client and do not happen.
    case "RequestError":
    case "ResponseError":
    case "HttpApiDecodeError":
      return new UnexpectedResponse({ operation, status: 200, where: "the body cannot be read", retryable: true })
    default:
      return error
  }
}

/** The error of an operation that only reads, `errors` being those that it can fail with. */
export const ofRead = <E extends ReadError, I>(operation: string, errors: Schema.Schema<E, I>) => {
  const is = Schema.is(errors)
  return (error: AttemptError): E | UnexpectedResponse => {
    const known = settled(operation, error)
    if (is(known)) return known
    const where = `it was refused with ${known._tag}, which this operation cannot be`
    return new UnexpectedResponse({ operation, status: 200, where, retryable: false })
  }
}

/** A request that changes something: its operation, itself in words, and what a person would search history for. */
export interface Action {
  readonly operation: string
  /** The request in words, with addresses left out. */
  readonly request: string
  readonly currency: string | null
  readonly amount: string | null
  readonly address: string | null
}

const reasonOf = (error: ClientError | UnexpectedResponse): string => {
  switch (error._tag) {
    case "OutcomeUnknown":
      return error.reason
    case "Unreachable":
      return `no answer came, ${error.reason}`
    case "UnexpectedResponse":
      return `its answer could not be understood, ${error.where}`
    case "BadGateway":
      return `the exchange did not answer itself: ${error.reason}, HTTP ${error.status}`
    case "UnderMaintenance":
      return `it was answered with an announcement of maintenance, HTTP ${error.status}`
    case "ExchangeTimeout":
      return "the exchange gave up on it, HTTP 408"
    default:
      return `the exchange answered HTTP ${error instanceof ExchangeUnavailable ? error.status : "with a fault"}`
  }
}

/** The error for an outcome that nothing proves. */
export const outcomeUnknown = (
  { address, ...action }: Action,
  sending: Option.Option<Sending>,
  reason: string,
  refusal: OutcomeUnknown["refusal"] = null
) =>
  new OutcomeUnknown({
    ...action,
    address: address === null ? null : Redacted.make(address),
    reason,
    refusal,
    sentAt: Option.match(sending, { onNone: () => null, onSome: ({ at }) => DateTime.unsafeMake(at) }),
    nonce: Option.match(sending, { onNone: () => null, onSome: ({ nonce }) => nonce })
  })

/** The error of an operation that changes something; `sending` is none where nothing was sent. */
export const ofWrite = <E extends WriteError, I>(action: Action, errors: Schema.Schema<E, I>) => {
  const is = Schema.is(errors)
  return (error: AttemptError, sending: Option.Option<Sending>): E | OutcomeUnknown | InvalidRequest => {
    const { operation } = action
    if (Option.isNone(sending) && (error._tag === "ParseError" || error._tag === "RequestError")) {
      return new InvalidRequest({ operation, reason: "it cannot be encoded. Correct its fields." })
    }
    const known = settled(operation, error)
    const open = known._tag === "OutcomeUnknown" || (known._tag === "Unreachable" && known.sent)
    if (!open && is(known)) return known
    return outcomeUnknown(action, sending, reasonOf(known), known._tag === "OutcomeUnknown" ? known.refusal : null)
  }
}
