/**
 * The temporary tables and views that show a moment. Free of the database but for the shape of what they overlay.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import type { Statement } from "../AsOf.ts"
import { integerColumns } from "../internal/Integers.ts"
import { recordColumns } from "../internal/Replay.ts"
import type { Known } from "./Known.ts"

/** Of the main schema: the columns of its tables, and its views' own text. */
export interface Shape {
  readonly columns: ReadonlyMap<string, ReadonlyArray<string>>
  readonly views: ReadonlyArray<string>
}

export const readShape = Effect.fnUntraced(function* (sql: SqlClient.SqlClient) {
  const columns = yield* sql<{ readonly table: string; readonly column: string }>`
    SELECT m.name AS "table", c.name AS "column" FROM main.sqlite_master m, pragma_table_info(m.name, 'main') c
    WHERE m.type = 'table' ORDER BY m.name, c.cid`
  const views = yield* sql<{
    readonly sql: string
  }>`SELECT sql FROM main.sqlite_master WHERE type = 'view' ORDER BY rowid`
  const tables = new Map<string, Array<string>>()
  for (const { column, table } of columns) tables.set(table, [...(tables.get(table) ?? []), column])
  return { columns: tables, views: views.map((view) => view.sql) } satisfies Shape
})

const plain = (sql: string): Statement => ({ sql, params: [] })

/** A temporary table with these columns of the rows. */
const held = (name: string, columns: ReadonlyArray<string>, rows: ReadonlyArray<object>): ReadonlyArray<Statement> => [
  plain(`CREATE TEMP TABLE ${name} (${columns.join(", ")})`),
  {
    sql: `INSERT INTO temp.${name} SELECT ${columns.map((column) => `value ->> '${column}'`).join(", ")} FROM json_each(?)`,
    params: [JSON.stringify(rows)]
  }
]

export const statements = (moment: number, known: Known, shape: Shape): ReadonlyArray<Statement> => {
  /** A table with only the rows of the moment, and some columns otherwise. */
  const shown = (table: string, where: string, otherwise: Readonly<Record<string, string>> = {}): Statement => {
    const columns = (shape.columns.get(table) ?? []).map((column) =>
      otherwise[column] === undefined ? `"${column}"` : `${otherwise[column]} AS "${column}"`
    )
    return plain(`CREATE TEMP VIEW ${table} AS SELECT ${columns.join(", ")} FROM main.${table} WHERE ${where}`)
  }
  const records = [...recordColumns, ...integerColumns].join(", ")
  return [
    shown("event", `seq <= ${known.cut}`),
    // Without their integers, they count by their text.
    ...held("as_of_record", [...recordColumns, ...integerColumns], known.records),
    plain(`CREATE TEMP VIEW record AS
      SELECT ${records} FROM main.record WHERE id <= ${known.cut} AND id NOT IN (SELECT id FROM temp.as_of_record)
      UNION ALL SELECT ${records} FROM temp.as_of_record`),
    ...held("as_of_learned", ["account_id", "earliest", "keeps", "longest_page"], known.learned),
    shown("account", "true", {
      earliest: "(SELECT l.earliest FROM temp.as_of_learned l WHERE l.account_id = account.id)",
      keeps: "coalesce((SELECT l.keeps FROM temp.as_of_learned l WHERE l.account_id = account.id), 'unknown')",
      longest_page: "coalesce((SELECT l.longest_page FROM temp.as_of_learned l WHERE l.account_id = account.id), 0)"
    }),
    ...held("covered", ["account_id", "first", "last"], known.covered),
    ...held("quarantine", ["account_id", "at", "timestamp", "raw", "reason"], known.quarantine),
    shown("snapshot", `id <= ${known.snapshot}`),
    shown("balance", `snapshot_id <= ${known.snapshot}`),
    shown("run", `started_at <= ${moment}`, {
      finished_at: `CASE WHEN finished_at <= ${moment} THEN finished_at END`,
      status: `CASE WHEN finished_at <= ${moment} THEN status ELSE 'running' END`
    }),
    shown("reconciliation", `at <= ${moment}`),
    shown("reconciliation_item", `reconciliation_id IN (SELECT id FROM main.reconciliation WHERE at <= ${moment})`),
    shown("transition", `at <= ${moment}`),
    shown("withdrawal", `created_at <= ${moment}`, {
      status: `coalesce((SELECT t.status FROM main.transition t WHERE t.withdrawal_id = withdrawal.id
        AND t.at <= ${moment} ORDER BY t.id DESC LIMIT 1), 'INTENDED')`
    }),
    ...shape.views.map((view) => plain(view.replace(/^\s*CREATE\s+VIEW/i, "CREATE TEMP VIEW")))
  ]
}
