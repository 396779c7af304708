/**
 * Currencies as plain-text accounting writes commodities, and back. `1INCH` and `BTC-PERP` are no commodities anywhere as
 * they are. Names and texts within what its programs can read.
 *
 * @internal
 */
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

const size = (text: string): number => new TextEncoder().encode(text).length

/**
 * The first characters of a text whose `written` form has at most so many bytes, and whether that is all of them. An
 * ellipsis stands for the others.
 */
export const cut = (text: string, most: number, written: (text: string) => string): readonly [string, boolean] => {
  const all = written(text)
  if (size(all) <= most) return [all, true]
  let [begin, room] = ["", most - 3]
  for (const character of text) {
    const next = written(character)
    room -= size(next)
    if (room < 0) break
    begin += next
  }
  return [`${begin}…`, false]
}

/** A number that stands for a text that is too long: FNV-1a of 64 bits, in capital letters and digits. */
const digest = (text: string): string => {
  let hash = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return hash.toString(36).toUpperCase()
}

/**
 * A name that differs from every other one when capitals are read as small letters, too: behind a name with capitals stands
 * `x` and a number which says where they are.
 */
export const caseless = (name: string): string => {
  const capitals = [...name].reduce((mask, letter, at) => (/[A-Z]/.test(letter) ? mask | (1n << BigInt(at)) : mask), 0n)
  return capitals === 0n && !/x\d+$/i.test(name) ? name : `${name}x${capitals}`
}

/** The most bytes of a symbol in quotes that ledger reads. */
const longestQuoted = 250

/**
 * A commodity of hledger and ledger: letters as they are, all else in quotes, where `"`, `;`, `%`, the backslash and what is
 * not printable ASCII is escaped. `h`, `m` and `s` are hours, minutes and seconds to ledger. One that is longer than ledger
 * reads is `%%` and a number made of it.
 */
export const quoted = (currency: string): string => {
  const plain = /^[A-Z]+$/.test(currency)
  const symbol = /^[hms]$/.test(currency) ? bytes(currency, "%") : escaped(currency, /[^ !#$&-:<-[\]-~]/gu)
  if (symbol.length > longestQuoted) return `"%%${digest(currency)}"`
  return plain ? symbol : `"${symbol}"`
}

/** Whether the commodity of hledger and ledger shows which currency it is. */
export const isQuotedWhole = (currency: string): boolean => !quoted(currency).startsWith('"%%')

export const fromQuoted = (commodity: string): string => unescaped(commodity.replace(/^"|"$/g, ""))

const beancountSyntax = /^[A-Z][A-Z0-9'._-]{0,22}[A-Z0-9]$/

const beancountWords: ReadonlySet<string> = new Set(["TRUE", "FALSE", "NULL"])

/**
 * A commodity of beancount 2 (`[A-Z][A-Z0-9'._-]{0,22}[A-Z0-9]`): what is one, as it is; else `X-` and the currency with
 * `_XX` for the UTF-8 bytes of what is no capital letter or digit. Where that is longer than 24 characters, `X--` and a
 * number made of it.
 */
export const beancount = (currency: string): string => {
  const asIs = beancountSyntax.test(currency) && !beancountWords.has(currency) && !currency.startsWith("X-")
  const commodity = asIs ? currency : `X-${currency.replace(/[^A-Z0-9]/gu, (one) => bytes(one, "_"))}`
  return beancountSyntax.test(commodity) ? commodity : `X--${digest(currency)}`
}

export const fromBeancount = (commodity: string): string =>
  commodity.startsWith("X-") ? fromBytes(commodity.slice(2), /(?:_[0-9A-F]{2})+/g) : commodity
