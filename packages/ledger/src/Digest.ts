/**
 * The hash function under the chain of events.
 *
 * @since 0.1.0
 */
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js"
import { Context } from "effect"

/**
 * SHA-256 of a text's UTF-8 bytes, in lowercase hexadecimal. By default in JavaScript, on every runtime, at about 7 µs an
 * event; a program on Node provides `node:crypto`'s, at a fifth of that:
 *
 * @example
 * ```ts
 * import { Digest } from "@btse-wallet/ledger"
 * import { Layer } from "effect"
 * import { createHash } from "node:crypto"
 *
 * export const layerDigest = Layer.succeed(Digest.Digest, {
 *   sha256: (text) => createHash("sha256").update(text, "utf8").digest("hex")
 * })
 * ```
 *
 * @since 0.1.0
 * @category services
 */
export class Digest extends Context.Reference<Digest>()("@btse-wallet/ledger/Digest", {
  defaultValue: (): { readonly sha256: (text: string) => string } => ({
    sha256: (text) => bytesToHex(sha256(utf8ToBytes(text)))
  })
}) {}
