/**
 * Exact decimal text as integers, in SQL: for the totals of many records, which as decimals in code take twenty times as
 * long. The text stays what counts: the program writes these beside it (Integers.ts), and verification holds them against it.
 *
 * A decimal is two integers of its sign: units of 1e-8, and what is left in units of 1e-18.
 *
 * Stored rows hold what these say (migration 0009), and an index of older files the expressions themselves (0007): they are
 * not edited, but replaced by others in columns of their own.
 *
 * @internal
 */
import type { SqlClient, Statement } from "@effect/sql"

/** Decimals of the units, and of what is left. */
export const scales = { units: 8, rest: 18 } as const

export const units = (text: string): string =>
  `CAST(substr(replace(${text}, '.', '') || '00000000', 1, instr(${text} || '.', '.') + 7) AS INTEGER)`

export const rest = (text: string): string =>
  `CASE WHEN length(${text}) <= instr(${text} || '.', '.') + 8 THEN 0
    ELSE CAST(substr(${text}, 1, instr(${text}, '-')) ||
      substr(substr(${text}, instr(${text}, '.') + 9) || '0000000000', 1, 10) AS INTEGER) END`

/** Whether a text is a decimal, of at most 10 digits before the point (9 where it is negative) and 18 after it. */
const fits = (text: string): string =>
  `(ltrim(${text}, '-') GLOB '[0-9]*' AND ltrim(${text}, '-') NOT GLOB '*[^0-9.]*' AND ${text} NOT GLOB '--*'
    AND ${text} NOT GLOB '*.*.*' AND ${text} NOT GLOB '*.'
    AND instr(${text} || '.', '.') <= 11 AND length(${text}) - instr(${text} || '.', '.') <= 18)`

/**
 * What else of a record decides its movement, whatever the policy: twice its leg of a conversion (-1 where its currency is
 * the source, 1 where it is the target, else 0), and one more where its amount is negative. Null where its amount or its
 * fees do not fit, and their integers mean nothing.
 */
export const way = `CASE WHEN ${fits("amount")} AND (fees IS NULL OR ${fits("fees")}) THEN
    CASE WHEN source_currency IS target_currency THEN 0 WHEN currency = source_currency THEN -2
      WHEN currency = target_currency THEN 2 ELSE 0 END + (amount GLOB '-*[1-9]*') END`

/** The columns beside a record's decimals, and what each is to say. Null where the decimals do not fit. */
export const integersSaid = (
  sql: SqlClient.SqlClient
): ReadonlyArray<readonly [column: string, said: Statement.Fragment]> => {
  const fitting = (integer: string) => sql.literal(`CASE WHEN (${way}) IS NOT NULL THEN ${integer} END`)
  return [
    ["way", sql.literal(way)],
    ["amount_units", fitting(units("amount"))],
    ["amount_rest", fitting(rest("amount"))],
    ["fees_units", fitting(units("fees"))],
    ["fees_rest", fitting(rest("fees"))]
  ]
}
