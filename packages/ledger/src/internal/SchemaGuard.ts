/**
 * Guard of the schema, before anything is written or sent.
 *
 * A trigger or a table that is not as this version creates it can undo what the ledger writes: it can make a sent payment look
 * unsent.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import { LedgerTouched } from "../LedgerError.ts"
import { compareObjects, expectedObjects, storedObjects } from "./SchemaObjects.ts"
import { translated } from "./SqlFault.ts"

const decisive: ReadonlySet<string> = new Set(["table", "trigger"])

/** A check that fails with `LedgerTouched` where triggers or tables are not as the migrations create them. */
export const makeSchemaGuard = Effect.fnUntraced(function* (sql: SqlClient.SqlClient) {
  const expected = yield* Effect.cached(expectedObjects(sql))
  return Effect.fnUntraced(
    function* (operation: string) {
      const problems = compareObjects(yield* expected, yield* storedObjects(sql)).filter(({ type }) =>
        decisive.has(type)
      )
      const [first] = problems
      if (first === undefined) return
      return yield* new LedgerTouched({ operation, problems: problems.length, first: first.problem })
    },
    (check, operation) => translated(operation)(check)
  )
})
