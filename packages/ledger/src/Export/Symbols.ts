/**
 * Currencies as plain-text accounting writes commodities, and back. `1INCH` and `BTC-PERP` are no commodities anywhere as
 * they are.
 *
 * @internal
 */
import { Option } from "effect"

const bytes = (text: string, mark: string): string =>
  [...new TextEncoder().encode(text)]
    .map((byte) => `${mark}${byte.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("")

const fromBytes = (text: string, marked: RegExp): string =>
  text.replace(marked, (run) =>
    new TextDecoder().decode(Uint8Array.from(run.match(/[0-9A-F]{2}/g) ?? [], (pair) => Number.parseInt(pair, 16)))
  )

/** Text in which every character outside a set is the `%XX` of its UTF-8 bytes, and `%` itself. */
export const escaped = (text: string, outside: RegExp): string => text.replace(outside, (one) => bytes(one, "%"))

/** What {@link escaped} was made of. */
export const unescaped = (text: string): string => fromBytes(text, /(?:%[0-9A-F]{2})+/g)

/**
 * A commodity of hledger and ledger: letters as they are, all else in quotes, where `"`, `;`, `%` and what is not printable
 * ASCII is escaped. `h`, `m` and `s` are hours, minutes and seconds to ledger.
 */
export const quoted = (currency: string): string => {
  if (/^[A-Z]+$/.test(currency)) return currency
  return /^[hms]$/.test(currency) ? `"${bytes(currency, "%")}"` : `"${escaped(currency, /[^ !#$&-:<-~]/gu)}"`
}

export const fromQuoted = (commodity: string): string => unescaped(commodity.replace(/^"|"$/g, ""))

const beancountSyntax = /^[A-Z][A-Z0-9'._-]{0,22}[A-Z0-9]$/

const beancountWords: ReadonlySet<string> = new Set(["TRUE", "FALSE", "NULL"])

/**
 * A commodity of beancount 2 (`[A-Z][A-Z0-9'._-]{0,22}[A-Z0-9]`): what is one, as it is; else `X-` and the currency with
 * `_XX` for the UTF-8 bytes of what is no capital letter or digit. None where that is longer than 24 characters.
 */
export const beancount = (currency: string): Option.Option<string> => {
  const asIs = beancountSyntax.test(currency) && !beancountWords.has(currency) && !currency.startsWith("X-")
  const commodity = asIs ? currency : `X-${currency.replace(/[^A-Z0-9]/gu, (one) => bytes(one, "_"))}`
  return Option.liftPredicate(commodity, (text) => beancountSyntax.test(text))
}

export const fromBeancount = (commodity: string): string =>
  commodity.startsWith("X-") ? fromBytes(commodity.slice(2), /(?:_[0-9A-F]{2})+/g) : commodity
