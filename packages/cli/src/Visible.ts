/**
 * Text as a terminal may get it: every character that a terminal would obey, reorder or hide stands there as its escape in
 * JSON's notation (`\u202e`), so that the same replacement serves prose, tables and documents.
 *
 * @since 0.1.0
 */

/** Control, format, unassigned and private characters, half characters, separators, and what is drawn as nothing or a blank. */
const hidden = /(?![ \n])[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu

const ascii = /^[ -~\n]*$/

const short: ReadonlyMap<string, string> = new Map([
  ["\t", "\\t"],
  ["\n", "\\n"],
  ["\r", "\\r"]
])

const unit = (code: number): string => `\\u${code.toString(16).padStart(4, "0")}`

const notation = (character: string): string =>
  short.get(character) ?? Array.from({ length: character.length }, (_, at) => unit(character.charCodeAt(at))).join("")

/**
 * Text with its hidden characters in notation; its line breaks stay.
 *
 * @since 0.1.0
 * @category conversions
 */
export const lines = (text: string): string => (ascii.test(text) ? text : text.replace(hidden, notation))

/**
 * Text on one line: {@link lines}, with the line breaks in notation too.
 *
 * @since 0.1.0
 * @category conversions
 */
export const line = (text: string): string => lines(text).replaceAll("\n", "\\n")

/** The sequences of `Table.paint`, and no others. */
// oxlint-disable-next-line no-control-regex -- an escape sequence begins with a control character
const paint = /(\u001b\[(?:0|1|2|31|32|33)m)/

/** The sequences of a prompt that is drawn again at each key: colours, and where the cursor goes. */
// oxlint-disable-next-line no-control-regex -- as above
const drawing = /(\u001b\[[0-9;?]*[A-Za-z]|\u0007|\r)/

/** A split by a pattern with one group has the separators at its odd places. */
const between = (text: string, kept: RegExp): string =>
  text
    .split(kept)
    .map((part, at) => (at % 2 === 1 ? part : lines(part)))
    .join("")

/**
 * What is written to a terminal: {@link lines}, with this program's colours where the terminal has colour.
 *
 * @since 0.1.0
 * @category conversions
 */
export const screen = (text: string, colored: boolean): string => {
  const unix = text.replaceAll("\r\n", "\n")
  return colored ? between(unix, paint) : lines(unix)
}

/**
 * A question with the control sequences that draw it. Its text is this program's, and what its reader types.
 *
 * @since 0.1.0
 * @category conversions
 */
export const question = (text: string): string => between(text, drawing)

const wide =
  /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u
const combining = /[\p{Mn}\p{Me}]/u

const widthOf = (character: string): number => (combining.test(character) ? 0 : wide.test(character) ? 2 : 1)

/**
 * The number of a terminal's columns that one line of visible text takes.
 *
 * @since 0.1.0
 * @category getters
 */
export const width = (text: string): number => {
  if (ascii.test(text)) return text.length
  let sum = 0
  for (const character of text) sum += widthOf(character)
  return sum
}

/**
 * As much of one line of visible text as so many columns hold, ended by `…` where something is missing.
 *
 * @since 0.1.0
 * @category conversions
 */
export const cut = (text: string, columns: number): string => {
  if (width(text) <= columns) return text
  let kept = ""
  let taken = 1
  for (const character of text) {
    taken += widthOf(character)
    if (taken > columns) break
    kept += character
  }
  return `${kept}…`
}
