/**
 * JSON text to values in which a number is still the literal it was written as.
 *
 * `JSON.parse` rounds numbers, and a page of history is too long for a parser that builds its strings letter by letter:
 * this one cuts them out of the text. It takes what `JSON.parse` takes, nested {@link maxDepth} deep at most, and throws
 * a `SyntaxError` at the rest.
 *
 * @internal
 */

/** A JSON number as it was written. */
export class LosslessNumber {
  readonly value: string
  constructor(value: string) {
    this.value = value
  }
}

export const isLosslessNumber = (value: unknown): value is LosslessNumber => value instanceof LosslessNumber

/** Far more than any answer has, far less than the stack holds. */
export const maxDepth = 500

const quote = 34
const comma = 44
const colon = 58
const openBracket = 91
const backslash = 92
const closeBracket = 93
const openBrace = 123
const closeBrace = 125
const letterF = 102
const letterN = 110
const letterT = 116

const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9

const failure = (at: number) => new SyntaxError(`The text is not JSON at position ${at}`)

/** Thrown at a text of more values than an answer of its size has: in memory each takes many times its text. */
export class TooManyValues extends SyntaxError {}

/** The most values of a text: a page has one in every 15 characters or more. */
const mostValues = (text: string): number => 50_000 + text.length / 12

/** The most rows of a text: the shortest that can be decoded has over 70 characters. */
const mostRows = (text: string): number => 20_000 + text.length / 64

/** Reads forward from a place in a text. */
class Reader {
  readonly text: string
  readonly most: number
  at = 0
  depth = 0
  values = 0
  /**
   * The names and the texts of the object before, by their place. Rows of a page have the same names, and many of their
   * texts are the same: these are neither read anew nor kept in memory twice. One list for all depths, since rows are flat.
   */
  readonly recent: Array<string> = []
  readonly number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

  constructor(text: string) {
    this.text = text
    this.most = mostValues(text)
  }

  /** The code of the next character that is not space; NaN at the end. */
  next(): number {
    let code = this.text.charCodeAt(this.at)
    while (isSpace(code)) code = this.text.charCodeAt(++this.at)
    return code
  }

  /** Goes past a character, or fails where there is another. */
  past(code: number): void {
    if (this.next() !== code) throw failure(this.at)
    this.at++
  }

  value(place?: number): unknown {
    if (++this.values > this.most) throw new TooManyValues()
    switch (this.next()) {
      case quote:
        return place === undefined ? this.string() : this.recurring(place)
      case openBrace:
        return this.object()
      case openBracket:
        return this.array()
      case letterN:
        return this.word("null", null)
      case letterT:
        return this.word("true", true)
      case letterF:
        return this.word("false", false)
      default:
        return this.literal()
    }
  }

  word<A>(word: string, value: A): A {
    if (!this.text.startsWith(word, this.at)) throw failure(this.at)
    this.at += word.length
    return value
  }

  literal(): LosslessNumber {
    this.number.lastIndex = this.at
    if (!this.number.test(this.text)) throw failure(this.at)
    const number = new LosslessNumber(this.text.slice(this.at, this.number.lastIndex))
    this.at = this.number.lastIndex
    return number
  }

  string(): string {
    const { text } = this
    const start = this.at + 1
    let escaped = false
    for (let at = start; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === quote) {
        this.at = at + 1
        return escaped ? JSON.parse(text.slice(start - 1, at + 1)) : text.slice(start, at)
      }
      if (code === backslash) {
        escaped = true
        at++
      } else if (code < 32) throw failure(at)
    }
    throw failure(text.length)
  }

  /** A string, most often the one that stood in this place of the object before. */
  recurring(place: number): string {
    const { recent, text } = this
    const start = this.at + 1
    const known = recent[place]
    if (known !== undefined && text.startsWith(known, start) && text.charCodeAt(start + known.length) === quote) {
      this.at = start + known.length + 1
      return known
    }
    const string = this.string()
    // One with an escape is longer in the text.
    if (this.at === start + string.length + 1) recent[place] = string
    return string
  }

  /** Goes on after a member or an element: to the next one, or past the end. */
  more(end: number): boolean {
    const code = this.next()
    if (code !== comma && code !== end) throw failure(this.at)
    this.at++
    return code === comma
  }

  descend(): void {
    this.at++
    if (++this.depth > maxDepth) throw failure(this.at)
  }

  object(): Record<string, unknown> {
    const object: Record<string, unknown> = {}
    this.descend()
    if (this.next() === closeBrace) this.at++
    else {
      let place = 0
      do {
        if (this.next() !== quote) throw failure(this.at)
        const key = this.recurring(place++)
        this.past(colon)
        const value = this.value(place++)
        if (key === "__proto__") {
          Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true })
        } else object[key] = value
      } while (this.more(closeBrace))
    }
    this.depth--
    return object
  }

  array(): Array<unknown> {
    const elements: Array<unknown> = []
    this.elements((element) => elements.push(element))
    return elements
  }

  /** The elements of an array, each with the source text it stands at. */
  elements(each: (element: unknown, start: number, end: number) => void): void {
    this.descend()
    if (this.next() === closeBracket) this.at++
    else {
      do {
        this.next()
        const start = this.at
        each(this.value(), start, this.at)
      } while (this.more(closeBracket))
    }
    this.depth--
  }

  /** Nothing but space may be left. */
  end(): void {
    if (!Number.isNaN(this.next())) throw failure(this.at)
  }
}

/** The value of a JSON text; of duplicate keys the last one stays, as with `JSON.parse`. */
export const parse = (text: string): unknown => {
  const reader = new Reader(text)
  const value = reader.value()
  reader.end()
  return value
}

/** An element of a JSON array: its source text, byte for byte, beside its value. */
export interface Element {
  readonly text: string
  readonly value: unknown
}

/** The elements of a JSON text that is an array. */
export const elements = (text: string): ReadonlyArray<Element> => {
  const reader = new Reader(text)
  if (reader.next() !== openBracket) throw failure(reader.at)
  const found: Array<Element> = []
  const most = mostRows(text)
  reader.elements((value, start, end) => {
    if (found.length >= most) throw new TooManyValues()
    found.push({ text: text.slice(start, end), value })
  })
  reader.end()
  return found
}
