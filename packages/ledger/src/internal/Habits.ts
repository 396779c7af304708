/**
 * What has been learned of the exchange, as the account keeps it from run to run.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { Effect, Option, Schema } from "effect"
import type { Habits } from "../Walker.ts"

/** Limits of the exchange as far as they have been found out, and the evidence for them. Times are milliseconds. */
const Limits = Schema.Struct({
  /** A request for what is older than this is refused. */
  refusesBeyond: Schema.optional(Schema.Int),
  /** A request for a longer time than this is refused. */
  longestRange: Schema.optional(Schema.Int),
  /** A request for more rows than this is refused. */
  largestCount: Schema.optional(Schema.Int),
  /** Rows that are older than some age are left out; up to this age they are shown. Two runs have seen it. */
  showsUntil: Schema.optional(Schema.Int),
  /** The same as one run has seen it: not believed before another one has. */
  suspectedUntil: Schema.optional(Schema.Int),
  /** The run that has seen it. */
  suspectedBy: Schema.optional(Schema.Int),
  /** The number of syncs that have found nothing before the oldest record. */
  confirmations: Schema.optional(Schema.Int),
  /** The time at which the last deep read began; epoch milliseconds. */
  deepReadAt: Schema.optional(Schema.Int),
  /** True where the last sync ended with records that explain every balance. */
  isExplained: Schema.optional(Schema.Boolean),
  /** The time of the last snapshot that the records explain; 0 where there is none. Only while balances are unexplained. */
  unexplainedSince: Schema.optional(Schema.Int),
  /** The number of syncs in a row that ended with unexplained balances, or with rows whose time cannot be read. */
  unexplainedSyncs: Schema.optional(Schema.Int)
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
