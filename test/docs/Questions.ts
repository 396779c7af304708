/**
 * Questions in SQL: each is a comment that ends with a question mark, and the statement below it.
 */
import { root } from "./Declarations.ts"

export interface Question {
  readonly question: string
  readonly sql: string
}

/** The file with what an accountant would ask. */
export const ten = `${root}examples/ten-questions.sql`

export const ofFile = (text: string): ReadonlyArray<Question> =>
  Array.from(text.matchAll(/^-- ([^\n]+\?[^\n]*)\n((?:(?!--).*\n)+?)(?=\n|$)/gm), ([, question = "", sql = ""]) => ({
    question,
    sql: sql.trim()
  }))
