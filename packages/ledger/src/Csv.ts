/**
 * CSV as RFC 4180 has it, which a spreadsheet opens without running it.
 *
 * A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a line's end for a formula, and what the exchange
 * shows may have been written by anyone ([CSV injection](https://owasp.org/www-community/attacks/CSV_Injection)). Such a text
 * gets an apostrophe before it. A number and a name of one word (`@SPOT`) are left alone: they can be nothing else.
 *
 * @since 0.1.0
 */

/** Also in their full-width forms. One that has apostrophes before it already gets another, so that none is ever lost. */
const formula = /^'*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/

/** A sign alone is no formula, and neither is a name, as that of the wallet `@SPOT`. */
const harmless = /^(?:[+-]?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)?|@\w+)$/

/**
 * A text as a spreadsheet takes it for text: with an apostrophe before it where it would be a formula. Whoever wants the text
 * itself takes one apostrophe away where `=`, `+`, `-`, `@`, a tab or a line's end follows the apostrophes.
 *
 * @since 0.1.0
 * @category conversions
 */
export const defused = (text: string): string => (formula.test(text) && !harmless.test(text) ? `'${text}` : text)

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/**
 * A line without its end, whose cells are as they are; what there is none of is an empty cell. For an importer, not for a
 * spreadsheet: that wants {@link defused} ones.
 *
 * @since 0.1.0
 * @category conversions
 */
export const line = (cells: ReadonlyArray<unknown>): string =>
  cells.map((cell) => quoted(cell === null || cell === undefined ? "" : String(cell))).join(",")
