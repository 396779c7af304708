/**
 * The fenced blocks of a Markdown text, as far as the tests need to run or compile them.
 */

/** The contents of every block in a language. A block that says `ignore` beside the language is not one of them. */
export const blocks = (markdown: string, language: string): ReadonlyArray<string> =>
  Array.from(markdown.matchAll(/^```(\S+)([^\n]*)\n([^]*?)^```$/gm)).flatMap(([, name, rest, code]) =>
    name === language && rest?.trim() !== "ignore" ? [code ?? ""] : []
  )
