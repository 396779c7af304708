/**
 * What has been learned of the exchange, as the account keeps it from run to run.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { Effect, Option, Schema } from "effect"
import type { Habits } from "../Walker.ts"

/** What the exchange does not do, as far as it has been found out. Times are milliseconds. */
const Limits = Schema.Struct({
  /** A request for what is older than this is refused. */
  refusesBeyond: Schema.optional(Schema.Int),
  /** A request for a longer time than this is refused. */
  longestRange: Schema.optional(Schema.Int),
  /** A request for more rows than this is refused. */
  largestCount: Schema.optional(Schema.Int),
  /** Rows that are older than some age are left out; up to this age they are shown. */
  showsUntil: Schema.optional(Schema.Int)
})

export interface Limits extends Schema.Schema.Type<typeof Limits> {}

const Keeps = Schema.Literal("newest", "oldest", "unknown")

const Kept = Schema.parseJson(Schema.extend(Schema.Struct({ keeps: Keeps }), Limits))

const decodeKept = Schema.decodeOption(Kept)

const isKeeps = Schema.is(Keeps)

/** The text of `account.keeps`: a word, or JSON where there are limits. */
export const encodeKeeps = (keeps: Habits["keeps"], limits: Limits): string =>
  Object.keys(limits).length === 0 ? keeps : JSON.stringify({ keeps, ...limits })

export const readHabits = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, accountId: number) {
  const [row] = yield* sql<{ readonly keeps: string; readonly longest_page: number }>`
    SELECT keeps, longest_page FROM account WHERE id = ${accountId}`
  const text = row?.keeps ?? "unknown"
  const { keeps, ...limits } = isKeeps(text)
    ? { keeps: text }
    : Option.getOrElse(decodeKept(text), () => ({ keeps: "unknown" as const }))
  const habits: Habits = { keeps, longestPage: row?.longest_page ?? 0 }
  return { habits, limits: limits as Limits }
})
