/**
 * A text that stands for one API key at one exchange and does not tell the key.
 *
 * @since 0.1.0
 */
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js"
import { Redacted } from "effect"
import * as ExchangeOrigin from "./ExchangeOrigin.ts"

/**
 * SHA-256 of the exchange's canonical origin and the API key, in hex: the same for every program, profile and spelling of
 * the base URL that uses the key.
 *
 * @since 0.1.0
 * @category constructors
 */
export const of = (baseUrl: URL, apiKey: Redacted.Redacted): string =>
  bytesToHex(sha256(utf8ToBytes(`${ExchangeOrigin.of(baseUrl)}\n${Redacted.value(apiKey)}`)))
