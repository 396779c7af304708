/**
 * How a request is signed: `HMAC-SHA384(secret, path + nonce + body)` in hex ("Authentication", 1.1.0). The path starts
 * at `/api/…` or `/public-api/…`: the base URL's own path and the query string are not in it. The bytes signed are the
 * bytes sent.
 *
 * @since 0.1.0
 */
import { hmac } from "@noble/hashes/hmac.js"
import { sha384 } from "@noble/hashes/sha2.js"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js"
import { Effect, Redacted } from "effect"

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
 * Makes a signer. The secret is unwrapped here, once, and nowhere else. The hash is computed in JavaScript and at once, on every
 * runtime alike: Web Crypto answers from another thread, which a test on `TestClock` cannot wait for.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (secret: Redacted.Redacted): Effect.Effect<Signer> =>
  Effect.sync(() => {
    const keyed = hmac.create(sha384, utf8ToBytes(Redacted.value(secret)))
    return {
      sign: (path, nonce, body) =>
        Effect.sync(() =>
          bytesToHex(
            keyed
              .clone()
              .update(utf8ToBytes(`${path}${nonce}`))
              .update(body)
              .digest()
          )
        )
    }
  })
