/**
 * How a request is signed: `HMAC-SHA384(secret, path + nonce + body)` in hex ("Authentication", 1.1.0). The path starts
 * at `/api/…` or `/public-api/…`: the base URL's own path and the query string are not in it. The bytes signed are the
 * bytes sent.
 *
 * @since 0.1.0
 */
import { Effect, Encoding, Redacted } from "effect"

const utf8 = new TextEncoder()

/**
 * Signs requests with one secret.
 *
 * @since 0.1.0
 * @category models
 */
export interface Signer {
  /** The signature in hex. `nonce` is epoch milliseconds; `body` the bytes that are sent, empty where there are none. */
  readonly sign: (path: string, nonce: number, body: Uint8Array) => Effect.Effect<string>
}

/**
 * Makes a signer. The secret is unwrapped here, once, and nowhere else. Web Crypto has HMAC-SHA384 on every runtime this
 * project supports, so a failure of it is a defect.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function* (secret: Redacted.Redacted) {
  const key = yield* Effect.promise(() =>
    crypto.subtle.importKey("raw", utf8.encode(Redacted.value(secret)), { name: "HMAC", hash: "SHA-384" }, false, [
      "sign"
    ])
  )
  const sign = Effect.fnUntraced(function* (path: string, nonce: number, body: Uint8Array) {
    const head = utf8.encode(`${path}${nonce}`)
    const message = new Uint8Array(head.length + body.length)
    message.set(head)
    message.set(body, head.length)
    return Encoding.encodeHex(new Uint8Array(yield* Effect.promise(() => crypto.subtle.sign("HMAC", key, message))))
  })
  return { sign } satisfies Signer
})
