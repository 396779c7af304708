/**
 * What SQLite does to amounts without a word: it adds them up as floating point, and compares them letter by letter.
 *
 * @since 0.1.0
 */
import { Option } from "effect"
import * as Statements from "./Statements.ts"

/** The columns of the public views that hold amounts. */
const amount =
  '(?:\\w+\\.)?"?(?:amount|fees|fee|source_amount|target_amount|received|total|available|opening|in|out|adjustments|expected|actual|difference|held)"?'

const pitfalls: ReadonlyArray<readonly [RegExp, string]> = [
  [new RegExp(`\\b(?:sum|avg|total)\\s*\\(\\s*(?:distinct\\s+)?${amount}\\s*\\)`, "i"), "decimal_sum"],
  [new RegExp(`\\b(?:min|max)\\s*\\(\\s*(?:distinct\\s+)?${amount}\\s*\\)`, "i"), "decimal_min or decimal_max"],
  [
    new RegExp(
      `\\border\\s+by\\s+(?:[\\w.]+(?:\\s+(?:asc|desc))?\\s*,\\s*)*${amount}\\s*(?:asc|desc|,|limit|\\)|$)`,
      "i"
    ),
    "decimal_key"
  ],
  [new RegExp(`(?<![\\w(.])${amount}\\s*(?:[<>]|between\\b)`, "i"), "decimal_cmp"]
]

/**
 * A sentence on where a statement reads amounts as SQLite's own functions do; `None` where none was found.
 *
 * @since 0.1.0
 * @category getters
 */
export const of = (sql: string): Option.Option<string> => {
  const text = Statements.withoutStrings(sql).trim()
  const [found] = pitfalls.flatMap(([pattern, instead]) => {
    const match = pattern.exec(text)
    return match === null ? [] : [{ match: match[0].trim(), instead }]
  })
  return Option.map(
    Option.fromNullable(found),
    ({ instead, match }) =>
      `Amounts are text: SQLite rounds or misorders them in "${match.replace(/\s+/g, " ")}". Use ${instead}, which is exact.`
  )
}
