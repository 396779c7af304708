/**
 * The clock of the machine that took the last snapshot, as the books show it.
 *
 * A run is dated by the machine's clock and its snapshot by the exchange's. So a snapshot that was taken before its run began, or
 * after it ended, was taken by a machine whose clock was off.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { Effect, Option } from "effect"

/** Clocks are never quite one; in milliseconds. */
const tolerated = 3_000

interface TakenRow {
  readonly started: number
  readonly finished: number | null
  readonly taken: number
}

const skewOf = ({ finished, started, taken }: TakenRow): Option.Option<number> => {
  if (started - taken > tolerated) return Option.some(started - taken)
  return finished !== null && taken - finished > tolerated ? Option.some(finished - taken) : Option.none()
}

export const makeMachineSkew = (sql: SqlClient.SqlClient, accountId: number) =>
  Effect.map(
    sql<TakenRow>`SELECT r.started_at AS started, r.finished_at AS finished, s.taken_at AS taken
      FROM snapshot s JOIN run r ON r.id = s.run_id WHERE s.account_id = ${accountId} ORDER BY s.id DESC LIMIT 1`,
    ([row]) => (row === undefined ? Option.none() : skewOf(row))
  )
