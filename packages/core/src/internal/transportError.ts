/**
 * What a transport fault proves, whichever HTTP client is underneath.
 *
 * @internal
 */
import { Predicate } from "effect"

interface Fault {
  readonly code: string
  readonly syscall: string | undefined
}

const faultOf = (cause: unknown, depth = 0): Fault | undefined => {
  if (!Predicate.isRecord(cause) || depth > 5) return undefined
  const { code, errors, syscall } = cause
  if (Predicate.isString(code)) return { code, syscall: Predicate.isString(syscall) ? syscall : undefined }
  return faultOf(cause["cause"], depth + 1) ?? (Array.isArray(errors) ? faultOf(errors[0], depth + 1) : undefined)
}

/** Calls that come before a single byte of the request has left. The same codes from a read or a write prove nothing. */
const beforeSendingCall = new Set(["connect", "getaddrinfo"])

/** Codes that come before sending whatever the call: no connection in time, no TLS session, a request that is none. */
const beforeSending =
  /^(UND_ERR_CONNECT_TIMEOUT|UND_ERR_INVALID_ARG|ERR_TLS_\w+|CERT_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+)$/

const sentences: ReadonlyArray<readonly [RegExp, string]> = [
  [/^ECONNREFUSED$/, "the connection was refused"],
  [/^(ENOTFOUND|EAI_\w+)$/, "the host name is not known"],
  [/^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, "there is no way to the host"],
  [/^UND_ERR_CONNECT_TIMEOUT$/, "connecting took too long"],
  [/^PROXY_CREDENTIALS$/, "the proxy wants other credentials"],
  [/^PROXY_\w+$/, "the proxy made no connection"],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, "the connection broke off"],
  [/^(UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT|ETIMEDOUT)$/, "the answer took too long"],
  [/^UND_ERR_INVALID_ARG$/, "the request could not be made: is there an odd character in the API key?"],
  [beforeSending, "no secure connection could be made"]
]

/** Whether the request can have reached the exchange, and the fault in words. */
export const read = (cause: unknown): { readonly sent: boolean; readonly reason: string } => {
  const fault = faultOf(cause)
  if (fault === undefined) return { sent: true, reason: "the connection failed" }
  const { code, syscall } = fault
  const known = sentences.find(([pattern]) => pattern.test(code))
  const before = beforeSending.test(code) || (syscall !== undefined && beforeSendingCall.has(syscall))
  return { sent: !before, reason: known === undefined ? `the connection failed, ${code}` : known[1] }
}
