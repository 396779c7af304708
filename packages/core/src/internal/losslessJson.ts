/**
 * JSON text to values in which a number is still the literal it was written as.
 *
 * @internal
 */
import { isLosslessNumber, LosslessNumber, parse as losslessParse } from "lossless-json"

export { isLosslessNumber, LosslessNumber }

/** Throws a `SyntaxError` where the text is not JSON; keeps the last of duplicate keys, as `JSON.parse` does. */
export const parse = (text: string): unknown =>
  losslessParse(text, undefined, { onDuplicateKey: ({ newValue }) => newValue })

const whitespace = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9

const quote = 34
const comma = 44
const openBracket = 91
const backslash = 92
const closeBracket = 93
const openBrace = 123
const closeBrace = 125

const skipString = (text: string, start: number): number => {
  let at = start + 1
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === backslash) at += 2
    else if (code === quote) return at
    else at++
  }
  throw new SyntaxError("The text ends inside a string")
}

/**
 * The source text of each element of a top-level JSON array, byte for byte, without the space around it. Finds where
 * elements begin and end and no more: whether an element is JSON shows when it is parsed.
 */
export const elements = (text: string): ReadonlyArray<string> => {
  let at = 0
  while (whitespace(text.charCodeAt(at))) at++
  if (text.charCodeAt(at) !== openBracket) throw new SyntaxError("Expected a JSON array")
  const found: Array<string> = []
  let depth = 0
  let start = ++at
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      at = skipString(text, at)
    } else if (code === openBrace || code === openBracket) {
      depth++
    } else if (depth === 0 && (code === comma || code === closeBracket)) {
      const element = text.slice(start, at).trim()
      if (element !== "") found.push(element)
      else if (code === comma || found.length > 0) throw new SyntaxError("The array has an empty place")
      if (code === closeBracket) {
        if (text.slice(at + 1).trim() !== "") throw new SyntaxError("There is text after the array")
        return found
      }
      start = at + 1
    } else if (code === closeBrace || code === closeBracket) {
      depth--
    }
  }
  throw new SyntaxError("The text ends inside the array")
}
