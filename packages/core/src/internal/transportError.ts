/**
 * What a transport fault proves, whichever HTTP client is underneath.
 *
 * @internal
 */
import { Predicate } from "effect"

const codeOf = (cause: unknown, depth = 0): string | undefined => {
  if (!Predicate.isRecord(cause) || depth > 5) return undefined
  if (Predicate.isString(cause["code"])) return cause["code"]
  const errors = cause["errors"]
  return codeOf(cause["cause"], depth + 1) ?? (Array.isArray(errors) ? codeOf(errors[0], depth + 1) : undefined)
}

/** Codes that come before a single byte of the request has left: no address, no connection, no TLS session. */
const beforeSending =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_\w+|CERT_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+)$/

const sentences: ReadonlyArray<readonly [RegExp, string]> = [
  [/^ECONNREFUSED$/, "the connection was refused"],
  [/^(ENOTFOUND|EAI_\w+)$/, "the host name is not known"],
  [/^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, "there is no way to the host"],
  [/^UND_ERR_CONNECT_TIMEOUT$/, "connecting took too long"],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, "the connection broke off"],
  [/^(UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT|ETIMEDOUT)$/, "the answer took too long"],
  [beforeSending, "no secure connection could be made"]
]

/** Whether the request can have reached the exchange, and the fault in words. */
export const read = (cause: unknown): { readonly sent: boolean; readonly reason: string } => {
  const code = codeOf(cause)
  if (code === undefined) return { sent: true, reason: "the connection failed" }
  const known = sentences.find(([pattern]) => pattern.test(code))
  return { sent: !beforeSending.test(code), reason: known === undefined ? `the connection failed, ${code}` : known[1] }
}
