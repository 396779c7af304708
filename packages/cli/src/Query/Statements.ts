/**
 * Where SQL statements end.
 *
 * @since 0.1.0
 */

/** What is skipped whole: strings, names in quotes, comments. One that is not closed reaches to the end. */
const whole =
  /'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$)|\[[^\]]*(?:\]|$)|--[^\n]*(?:\n|$)|\/\*[^]*?(?:\*\/|$)|;/g

const comments = /--[^\n]*(?:\n|$)|\/\*[^]*?(?:\*\/|$)/g

/**
 * Whether there is nothing but spaces and comments in a text.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isEmpty = (sql: string): boolean => sql.replace(comments, "").trim() === ""

/**
 * A text without what stands in its strings and comments.
 *
 * @since 0.1.0
 * @category conversions
 */
export const withoutStrings = (sql: string): string =>
  sql.replace(whole, (part) => (part.startsWith("'") ? "''" : /^(--|\/\*)/.test(part) ? " " : part))

/**
 * The statements of a text that are ended by a semicolon, and what stands after the last of them.
 *
 * @since 0.1.0
 * @category conversions
 */
export const split = (sql: string): { readonly complete: ReadonlyArray<string>; readonly rest: string } => {
  const complete: Array<string> = []
  let begin = 0
  for (const match of sql.matchAll(whole)) {
    if (match[0] !== ";") continue
    const statement = sql.slice(begin, match.index)
    if (!isEmpty(statement)) complete.push(statement.trim())
    begin = match.index + 1
  }
  return { complete, rest: sql.slice(begin) }
}
