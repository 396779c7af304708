/**
 * Looks for history that the exchange has left out without saying so. Asked for a long time, an exchange may show a short one
 * of it, its end or its beginning; what seemed empty then is not. So where the records do not add up to the balances, every
 * long silence is asked for again in shorter times.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import type { Span } from "../Span.ts"
import { makeBalanceCheck } from "./BalanceCheck.ts"
import { makeExtent } from "./Extent.ts"
import type { Run } from "./Intake.ts"
import { translated } from "./SqlFault.ts"

const day = 86_400_000

/** The times that are asked for, each only where the one before it brought something to light. */
const shorter = [30 * day, 7 * day, day]

export const makeSearch = (sql: SqlClient.SqlClient, accountId: number, firstDay: number) => {
  const extent = makeExtent(sql, accountId)
  const unexplainedBalances = makeBalanceCheck(sql, accountId, firstDay)

  /**
   * After a snapshot, which `again` takes anew. Answers the last snapshot's id, where another one than the first was needed.
   */
  return Effect.fnUntraced(function* <A, E>(run: Run, whole: Span, again: Effect.Effect<A, E>) {
    let found: A | undefined
    for (const length of shorter) {
      const unexplained = yield* translated("sync")(unexplainedBalances())
      if (unexplained === undefined || unexplained.length === 0) break
      // Rows that could not be read explain it well enough.
      if ((yield* translated("sync")(extent.quarantined())) > 0) break
      const { longestRange } = yield* run.limits
      if (longestRange !== undefined && longestRange <= length) continue
      const silences = yield* translated("sync")(extent.silences(whole, length))
      if (!(yield* run.walkInPieces(silences.toReversed(), length, Effect.succeed(whole.to)))) break
      found = yield* again
    }
    return found
  })
}
