/**
 * What the account has learned of its exchange, as an event with every change: how far back coverage may speak, and how pages
 * are to be read, must not be changed behind the program's back.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import type { Events, Place } from "./Events.ts"
import { bookEvent } from "./Events.ts"

export interface Learned {
  /** Where history begins, as far as the exchange lets one ask, epoch milliseconds; null before it is known. */
  readonly earliest: number | null
  /** The habits and limits, as `Habits.ts` writes them. */
  readonly keeps: string
  readonly longestPage: number
}

/** What is known before anything was learned. */
export const nothingLearned: Learned = { earliest: null, keeps: "unknown", longestPage: 0 }

export const makeLearned = (sql: SqlClient.SqlClient, events: typeof Events.Service, accountId: number) =>
  /** Inside a transaction that writes. */
  Effect.fnUntraced(function* (news: Partial<Learned>, place: Place) {
    const [known = nothingLearned] = yield* sql<Learned>`
      SELECT earliest, keeps, longest_page AS "longestPage" FROM account WHERE id = ${accountId}`
    const next = { ...known, ...news }
    if (next.earliest === known.earliest && next.keeps === known.keeps && next.longestPage === known.longestPage) {
      return
    }
    const { earliest, keeps, longestPage } = next
    yield* sql`UPDATE account SET earliest = ${earliest}, keeps = ${keeps}, longest_page = ${longestPage}
      WHERE id = ${accountId}`
    yield* events.append([bookEvent("learned", { earliest, keeps, longestPage })], place)
  })
