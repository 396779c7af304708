/**
 * A text that stands for one API key at one exchange and does not tell the key.
 *
 * @since 0.1.0
 */
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js"
import { Redacted } from "effect"
import * as ExchangeOrigin from "./ExchangeOrigin.ts"

const digest = (origin: string, apiKey: Redacted.Redacted): string =>
  bytesToHex(sha256(utf8ToBytes(`${origin}\n${Redacted.value(apiKey)}`)))

/**
 * SHA-256 of the exchange's canonical origin and the API key, in hex: the same for every program, profile and spelling of
 * the base URL that uses the key.
 *
 * @since 0.1.0
 * @category constructors
 */
export const of = (baseUrl: URL, apiKey: Redacted.Redacted): string => digest(ExchangeOrigin.of(baseUrl), apiKey)

/**
 * {@link of} for an exchange whose origin is given as text.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofText = (exchange: string, apiKey: Redacted.Redacted): string =>
  digest(ExchangeOrigin.fromText(exchange), apiKey)
