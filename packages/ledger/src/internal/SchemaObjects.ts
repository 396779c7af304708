/**
 * Objects of a ledger's schema: those that this version creates, and those that a file holds.
 *
 * The expected ones come from the migrations themselves, which are run once more into the temporary schema of the connection,
 * inside a transaction that is rolled back: on a connection that may only read, too, and without a second database.
 *
 * @internal
 */
import type { SqlClient, SqlConnection, SqlError } from "@effect/sql"
import { Data, Effect } from "effect"
import { LedgerTransaction } from "./LedgerClient.ts"
import { migrateTables } from "./Migrations.ts"

export interface SchemaObject {
  readonly type: string
  readonly name: string
  readonly table: string
  readonly sql: string | null
}

export interface SchemaObjects {
  readonly objects: ReadonlyArray<SchemaObject>
  /** The migrations that made them, by number and name. */
  readonly migrations: ReadonlyArray<string>
}

/** A difference between two schemas, in words. */
export interface SchemaProblem {
  readonly type: string
  readonly name: string
  readonly problem: string
}

const creating = /^(\s*CREATE\s+(?:UNIQUE\s+)?(?:TABLE|INDEX|VIEW|TRIGGER)\s+(?:IF\s+NOT\s+EXISTS\s+)?)/i

const changing =
  /^(\s*(?:DROP\s+(?:TABLE|INDEX|VIEW|TRIGGER)\s+(?:IF\s+EXISTS\s+)?|ALTER\s+TABLE\s+|INSERT\s+INTO\s+|UPDATE\s+|DELETE\s+FROM\s+))/i

/** A statement of a migration, as it is for the temporary schema: no object of the file is created or changed by it. */
const temporary = (text: string): string => text.replace(creating, "$1temp.").replace(changing, "$1temp.")

const inTemporary = (connection: SqlConnection.Connection): SqlConnection.Connection => ({
  ...connection,
  execute: (text, params, transform) => connection.execute(temporary(text), params, transform),
  executeRaw: (text, params) => connection.executeRaw(temporary(text), params),
  executeValues: (text, params) => connection.executeValues(temporary(text), params),
  executeUnprepared: (text, params, transform) => connection.executeUnprepared(temporary(text), params, transform)
})

class Undo extends Data.TaggedError("Undo")<{ readonly expected: SchemaObjects }> {}

const read = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, schema: "main" | "temp") {
  // What ANALYZE leaves is the owner's.
  const objects = yield* sql<SchemaObject>`
    SELECT type, name, tbl_name AS "table", sql FROM ${sql.literal(schema === "main" ? "main.sqlite_master" : "sqlite_temp_master")}
    WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name`
  const migrations = yield* sql<{ readonly migration: string }>`
    SELECT migration_id || '_' || name AS migration FROM ${sql.literal(schema)}.effect_sql_migrations ORDER BY migration_id`
  return { objects, migrations: migrations.map(({ migration }) => migration) } satisfies SchemaObjects
})

/** The objects that a file holds. */
export const storedObjects = (sql: SqlClient.SqlClient) => read(sql, "main")

/** The objects that the migrations create; `sql` is the ledger's own client. */
export const expectedObjects = (sql: SqlClient.SqlClient): Effect.Effect<SchemaObjects, SqlError.SqlError> =>
  sql
    .withTransaction(
      Effect.gen(function* () {
        const [connection, depth] = yield* Effect.orDie(Effect.flatten(Effect.serviceOption(LedgerTransaction)))
        const before = new Set((yield* sql<SchemaObject>`SELECT name FROM sqlite_temp_master`).map(({ name }) => name))
        // A migration that cannot be run is a defect of this version.
        yield* Effect.orDie(migrateTables(sql)).pipe(
          Effect.provideService(LedgerTransaction, [inTemporary(connection), depth])
        )
        const { migrations, objects } = yield* read(sql, "temp")
        return yield* new Undo({ expected: { migrations, objects: objects.filter(({ name }) => !before.has(name)) } })
      })
    )
    .pipe(Effect.catchTag("Undo", ({ expected }) => Effect.succeed(expected)))

const keyOf = ({ name, type }: SchemaObject): string => `${type} ${name}`

/** Every object that is gone, that is not as it was created, and that this version does not create. */
export const compareObjects = (expected: SchemaObjects, stored: SchemaObjects): ReadonlyArray<SchemaProblem> => {
  const held = new Map(stored.objects.map((object) => [keyOf(object), object]))
  const problems: Array<SchemaProblem> = []
  for (const object of expected.objects) {
    const { name, sql, table, type } = object
    const found = held.get(keyOf(object))
    held.delete(keyOf(object))
    if (found === undefined) problems.push({ type, name, problem: `the ${type} ${name} is gone` })
    else if (found.sql !== sql || found.table !== table) {
      problems.push({ type, name, problem: `the ${type} ${name} is not as this version creates it` })
    }
  }
  for (const { name, table, type } of held.values()) {
    const on = type === "index" || type === "trigger" ? ` on ${table}` : ""
    problems.push({ type, name, problem: `the ${type} ${name}${on} is none that this version creates` })
  }
  if (expected.migrations.join() !== stored.migrations.join()) {
    const problem = "the list of migrations is not that of this version"
    problems.push({ type: "table", name: "effect_sql_migrations", problem })
  }
  return problems
}
