/**
 * Checks of the file itself: its pages and indices by SQLite, its schema against the one that this version creates.
 *
 * @internal
 */
import { SqlError, type SqlClient } from "@effect/sql"
import { Effect, Predicate } from "effect"
import { compareObjects, expectedObjects, storedObjects } from "../internal/SchemaObjects.ts"
import { isBusy } from "../internal/SqlFault.ts"
import type { Findings } from "./Findings.ts"
import { mostFindings } from "./Report.ts"

/** Turns a failure of SQLite into a finding, for what cannot be read was not written like that; another's lock passes. */
export const orUnreadable =
  (findings: Findings) =>
  <A, E, R>(
    reading: Effect.Effect<A, E | SqlError.SqlError, R>
  ): Effect.Effect<A | undefined, E | SqlError.SqlError, R> =>
    Effect.catchAll(reading, (error) => {
      if (!(error instanceof SqlError.SqlError) || isBusy(error.cause)) return Effect.fail(error)
      const said = Predicate.isError(error.cause) ? error.cause.message : "no reason given"
      const problem = `SQLite cannot read all of the file (${said})`
      return Effect.sync(() => {
        findings.add({ table: "file", row: "", event: null, problem })
        return undefined
      })
    })

interface Checked {
  readonly integrity_check: string
}

/** Compares every index with its table, and every page with what SQLite wrote. */
export const checkPages = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, findings: Findings) {
  const rows = yield* sql<Checked>`PRAGMA main.integrity_check(${sql.literal(String(mostFindings))})`
  for (const { integrity_check: said } of rows) {
    if (said !== "ok") findings.add({ table: "file", row: "", event: null, problem: `SQLite finds: ${said.trim()}` })
  }
})

/** Compares tables, indices, views, triggers and the list of migrations with those that this version creates. */
export const checkSchema = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, findings: Findings) {
  for (const { name, problem } of compareObjects(yield* expectedObjects(sql), yield* storedObjects(sql))) {
    findings.add({ table: "schema", row: name, event: null, problem })
  }
})
