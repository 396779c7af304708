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

/** Written when a run ends. */
const runCounts = ["requests", "seen", "inserted", "updated", "unchanged", "vanished"]

/**
 * A payment that has not changed since is as it is. Of one that has, its transitions tell; before the first of them it
 * was on its way.
 */
const paymentOf = (moment: number): Readonly<Record<string, string>> => {
  const then = (what: string, where = "true", order = ""): string => `(SELECT ${what} FROM main.transition t
    WHERE t.payment_id = payment.id AND t.at <= ${moment} AND ${where} ${order})`
  const unlessChanged = (column: string, otherwise: string): string =>
    `CASE WHEN updated_at <= ${moment} THEN "${column}" ELSE ${otherwise} END`
  return {
    status: unlessChanged("status", `coalesce(${then("t.status", "true", "ORDER BY t.id DESC LIMIT 1")}, 'INTENDED')`),
    order_id: unlessChanged("order_id", `CASE WHEN ${then("count(*)")} > 0 THEN order_id END`),
    record_id: unlessChanged(
      "record_id",
      `CASE WHEN ${then("count(*)", "t.status <> 'SUBMITTED'")} > 0 THEN record_id END`
    ),
    reason: unlessChanged("reason", "NULL"),
    error: unlessChanged("error", "NULL"),
    sending_at: `CASE WHEN sending_at <= ${moment} THEN sending_at END`,
    updated_at: unlessChanged("updated_at", `coalesce(${then("max(t.at)")}, created_at)`)
  }
}

export const statements = (moment: number, known: Known, shape: Shape): ReadonlyArray<Statement> => {
  /** A table with only the rows of the moment, and some columns otherwise. */
  const shown = (table: string, where: string, otherwise: Readonly<Record<string, string>> = {}): Statement => {
    const columns = (shape.columns.get(table) ?? []).map((column) =>
      otherwise[column] === undefined ? `"${column}"` : `${otherwise[column]} AS "${column}"`
    )
    return plain(`CREATE TEMP VIEW ${table} AS SELECT ${columns.join(", ")} FROM main.${table} WHERE ${where}`)
  }
  // A file of an earlier version, which is only read, has no integers yet.
  const integers = integerColumns.filter((column) => shape.columns.get("record")?.includes(column))
  const columns = [...recordColumns, ...integers]
  const records = columns.join(", ")
  // A file of an earlier version, which is only read, has no table of payments.
  return [
    shown("event", `seq <= ${known.cut}`),
    // Without their integers, they count by their text.
    ...held("as_of_record", columns, known.records),
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
      status: `CASE WHEN finished_at <= ${moment} THEN status ELSE 'running' END`,
      error: `CASE WHEN finished_at <= ${moment} THEN error END`,
      ...Object.fromEntries(
        runCounts.map((count) => [count, `CASE WHEN finished_at <= ${moment} THEN ${count} ELSE 0 END`])
      )
    }),
    shown("reconciliation", `at <= ${moment}`),
    shown("reconciliation_item", `reconciliation_id IN (SELECT id FROM main.reconciliation WHERE at <= ${moment})`),
    shown("transition", `at <= ${moment}`),
    shown("decision", `at <= ${moment}`),
    ...(shape.columns.has("payment") ? [shown("payment", `created_at <= ${moment}`, paymentOf(moment))] : []),
    ...shape.views.map((view) => plain(view.replace(/^\s*CREATE\s+VIEW/i, "CREATE TEMP VIEW")))
  ]
}
