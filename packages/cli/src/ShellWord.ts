/**
 * Text as a word of a shell, for commands that a person copies.
 *
 * @since 0.1.0
 */

/**
 * The text itself where a shell takes it as it stands, else in quotes.
 *
 * @since 0.1.0
 * @category conversions
 */
export const of = (text: string): string =>
  /^[\w.:@%+=,/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
