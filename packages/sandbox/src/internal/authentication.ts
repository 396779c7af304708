/**
 * "Authentication", 1.1.0: who signed a request. Written from the document, not from the client, so that neither can
 * hide a mistake of the other.
 */
import { Duration, Either, Option, Redacted } from "effect"
import { createHmac, timingSafeEqual } from "node:crypto"
import type { SandboxKey } from "../SandboxOptions.ts"

export interface Credentials {
  readonly apiKey: string | undefined
  readonly nonce: string | undefined
  readonly signature: string | undefined
}

export interface SignedRequest extends Credentials {
  /** The path that is signed: from `/api/` on, without the query. */
  readonly path: string
  readonly body: Uint8Array
}

export interface Authentication {
  readonly keyOf: (apiKey: string | undefined) => Option.Option<SandboxKey>
  /** The key that signed, or why the request is not authentic. `now` is epoch milliseconds. */
  readonly verify: (request: SignedRequest, now: number) => Either.Either<SandboxKey, string>
}

/** 1.1.0 has `btse-` headers, the live exchange `request-` ones since October 2023; either is taken. */
export const credentialsOf = (headers: Readonly<Record<string, string | undefined>>): Credentials => {
  const prefix = headers["btse-api"] === undefined ? "request" : "btse"
  return {
    apiKey: headers[`${prefix}-api`],
    nonce: headers[`${prefix}-nonce`],
    signature: headers[`${prefix}-sign`]
  }
}

/** Signature=HMAC.Sha384 (secretkey, (urlpath + btse-nonce + bodyStr)), in hex. */
export const sign = (secret: Redacted.Redacted, path: string, nonce: string, body: Uint8Array): string =>
  createHmac("sha384", Redacted.value(secret)).update(path).update(nonce).update(body).digest("hex")

const sameText = (left: string, right: string): boolean => {
  const a = Buffer.from(left)
  const b = Buffer.from(right)
  return a.length === b.length && timingSafeEqual(a, b)
}

export const make = (keys: ReadonlyArray<SandboxKey>, nonceWindow: Duration.Duration): Authentication => {
  const byKey = new Map(keys.map((key) => [key.apiKey, key]))
  const window = Duration.toMillis(nonceWindow)
  /** The nonces that are still in the window, per key: older ones are refused for their age. */
  const used = new Map(keys.map((key) => [key.apiKey, new Set<number>()]))

  const repeated = (key: SandboxKey, nonce: number, now: number): boolean => {
    const nonces = used.get(key.apiKey)
    if (nonces === undefined || nonces.has(nonce)) return true
    // Nonces come nearly in order, so the oldest stand first and few are looked at.
    for (const old of nonces) {
      if (old >= now - window) break
      nonces.delete(old)
    }
    nonces.add(nonce)
    return false
  }

  return {
    keyOf: (apiKey) => Option.fromNullable(apiKey === undefined ? undefined : byKey.get(apiKey)),
    verify: (request, now) => {
      const { apiKey, nonce, signature } = request
      if (apiKey === undefined || nonce === undefined || signature === undefined) {
        return Either.left("the headers btse-api, btse-nonce and btse-sign are required")
      }
      const key = byKey.get(apiKey)
      if (key === undefined) return Either.left("unknown API key")
      if (!/^\d{1,15}$/.test(nonce)) return Either.left("the nonce must be a whole number of milliseconds")
      const instant = Number(nonce)
      if (!sameText(sign(key.apiSecret, request.path, nonce, request.body), signature)) {
        return Either.left("the signature does not match")
      }
      if (Math.abs(instant - now) > window) return Either.left("the nonce is too far from the exchange's time")
      if (repeated(key, instant, now)) return Either.left("the nonce was used before")
      return Either.right(key)
    }
  }
}
