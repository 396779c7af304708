/**
 * Edits of a ledger's file behind the program's back, one for each seed: of rows, indices, views, triggers, tables, and bits.
 */
import { Array as Arr, Data, Effect, Inspectable, Random } from "effect"
import Sqlite from "better-sqlite3"
import { closeSync, openSync, readSync, writeSync } from "node:fs"

type Row = Readonly<Record<string, unknown>>

/** Each table that the chain covers, with the columns in which a change must be found, the first of them its key. */
export const tables = {
  event:
    "seq account_id run_id at kind record_id wallet order_id currency type line settled_after content raw hash".split(
      " "
    ),
  record: [
    ..."id account_id wallet order_id currency type line timestamp status amount fees description username txid".split(
      " "
    ),
    ..."currency_network to_address source_currency source_amount target_currency target_amount rate final".split(" "),
    ..."settled_after posted_wallet posted_fees posted_counter counter first_seen last_changed vanished_at".split(" "),
    ..."way amount_units amount_rest fees_units fees_rest".split(" ")
  ],
  balance: "rowid currency total available".split(" "),
  snapshot: "id account_id run_id taken_at event_seq".split(" "),
  covered: "rowid account_id first last".split(" "),
  account: "id name exchange earliest keeps longest_page last_event".split(" "),
  head: "id seq at hash".split(" "),
  quarantine: "raw account_id at timestamp line reason".split(" ")
} as const satisfies Readonly<Record<string, ReadonlyArray<string>>>

export type Table = keyof typeof tables

const integers: ReadonlySet<string> = new Set([
  ..."seq account_id run_id at record_id line settled_after id timestamp final first_seen last_changed".split(" "),
  ..."vanished_at taken_at event_seq first last rowid earliest longest_page last_event".split(" ")
])

/** SQLite itself refused it, or it changed nothing: no attempt. */
export class NoEdit extends Data.TaggedError("NoEdit")<{}> {}

const pick = <A>(choices: ReadonlyArray<A>) =>
  Effect.flatMap(Random.nextIntBetween(0, choices.length), (index) => Arr.get(choices, index)).pipe(
    Effect.mapError(() => new NoEdit())
  )

/** Runs statements on a connection that may do anything. */
const open = (filename: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const database = new Sqlite(filename).unsafeMode(true)
      database.pragma("foreign_keys = OFF")
      database.pragma("writable_schema = ON")
      return database
    }),
    (database) =>
      Effect.sync(() => {
        database.pragma("wal_checkpoint(TRUNCATE)")
        database.close()
      })
  )

const attempt = <A>(run: () => A) => Effect.try({ try: run, catch: () => new NoEdit() })

const otherValue = (column: string, value: unknown) =>
  Effect.map(Random.nextIntBetween(1, 9), (by) => {
    if (integers.has(column)) return Number(value ?? 0) + by
    const text = String(value ?? "")
    const at = text.length % by
    const letter = text[at] === "7" ? "8" : "7"
    return `${text.slice(0, at)}${letter}${text.slice(at + 1)}`
  })

/** The triggers that guard the events step aside, and are as they were afterwards. */
const unguarded = (database: Sqlite.Database, change: () => void) => {
  const guards = database.prepare<[], { readonly name: string; readonly sql: string }>(
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('event', 'record')"
  )
  const all = guards.all()
  database.transaction(() => {
    for (const { name } of all) database.exec(`DROP TRIGGER ${name}`)
    change()
    for (const { sql } of all) database.exec(sql)
  })()
}

export interface RowEdit {
  readonly table: Table
  readonly act: "flip" | "delete" | "insert" | "reorder"
  readonly one: Row
  readonly other: Row
  readonly said: string
}

/** What an inserted row says otherwise than the one that it is a copy of. */
const inserted = (table: Table, key: string, last: number): Row => {
  switch (table) {
    case "balance":
      return { currency: "NEW" }
    case "covered":
      return { first: 1, last: 2 }
    case "quarantine":
      return { raw: "{}", id: last + 99 }
    case "record":
      return { [key]: last + 1, line: 99 }
    case "account":
      return { [key]: last + 1, name: "new" }
    default:
      return { [key]: last + 1 }
  }
}

/** There is one head, and no second can be put in. */
export const rowEdits = Arr.cartesian(
  Object.keys(tables) as ReadonlyArray<Table>,
  ["flip", "delete", "insert", "reorder"] as const
).filter(([table, act]) => table !== "head" || act === "flip" || act === "delete")

/** One change of a row, of the kind whose turn it is. */
export const editRow = Effect.fnUntraced(function* (filename: string, turn: number) {
  const database = yield* open(filename)
  const [table, act] = yield* Effect.orDie(Arr.get(rowEdits, turn % rowEdits.length))
  const columns: ReadonlyArray<string> = tables[table]
  const key = columns[0] ?? ""
  const star = key === "rowid" ? "rowid, *" : "*"
  const all = database.prepare<[], Row>(`SELECT ${star} FROM ${table} ORDER BY ${key}`).all()
  const one = yield* pick(all)
  const others = all.filter((candidate) => candidate !== one)
  const other = others.length === 0 ? one : yield* pick(others)
  const column = yield* pick(columns.slice(1))
  const value = yield* otherValue(column, one[column])
  const flip = () => database.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${key} = ?`).run(value, one[key])
  const acts: Readonly<Record<RowEdit["act"], () => void>> = {
    flip,
    delete: () => database.prepare(`DELETE FROM ${table} WHERE ${key} = ?`).run(one[key]),
    insert: () => {
      const { rowid: _, ...copy } = { ...one, ...inserted(table, key, Number(all.at(-1)?.[key] ?? 0)) }
      const names = Object.keys(copy)
      const places = names.map(() => "?").join(", ")
      database.prepare(`INSERT INTO ${table} (${names.join(", ")}) VALUES (${places})`).run(...Object.values(copy))
    },
    // Two rows change places; where a row has no place that means anything, it is changed.
    reorder: () => {
      if (table === "covered" || table === "quarantine" || table === "balance") return flip()
      const move = database.prepare(`UPDATE ${table} SET ${key} = ? WHERE ${key} = ?`)
      move.run(-1, one[key])
      move.run(one[key], other[key])
      move.run(other[key], -1)
    }
  }
  yield* attempt(() => unguarded(database, acts[act]))
  return {
    table,
    act,
    one,
    other,
    said: `${act} ${table}.${column} of ${Inspectable.toStringUnknown(one)} to ${value}`
  } satisfies RowEdit
}, Effect.scoped)

interface Master {
  readonly type: string
  readonly name: string
  readonly tbl_name: string
  readonly rootpage: number
  readonly sql: string | null
}

const master = (database: Sqlite.Database, type: string): ReadonlyArray<Master> =>
  database
    .prepare<[string], Master>("SELECT * FROM sqlite_master WHERE type = ? AND sql IS NOT NULL ORDER BY name")
    .all(type)

/** A row's column is changed, and put back where an index does not follow: the index has another value than the table. */
const staleIndex = Effect.fnUntraced(function* (database: Sqlite.Database) {
  const column = yield* pick(["order_id", "timestamp", "settled_after", "currency", "amount_units"])
  const indices = master(database, "index").filter(
    ({ sql, tbl_name }) => tbl_name === "record" && sql?.includes(column)
  )
  const [row] = database
    .prepare<[], Row>(
      `SELECT id, ${column} AS value FROM record WHERE settled_after IS NOT NULL ORDER BY random() LIMIT 1`
    )
    .all()
  const value = yield* otherValue(column, row?.["value"])
  const set = (to: unknown) => database.prepare(`UPDATE record SET ${column} = ? WHERE id = ?`).run(to, row?.["id"])
  yield* attempt(() =>
    unguarded(database, () => {
      set(column === "amount_units" ? 7 : value)
      for (const { name } of indices) database.prepare("DELETE FROM sqlite_master WHERE name = ?").run(name)
      database.pragma("writable_schema = RESET")
      database.pragma("writable_schema = ON")
      set(row?.["value"])
      for (const { name, rootpage, sql, tbl_name, type } of indices) {
        database.prepare("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)").run(type, name, tbl_name, rootpage, sql)
      }
      database.pragma("writable_schema = RESET")
    })
  )
  return `${column} of record ${row?.["id"]} in ${indices.map(({ name }) => name).join(", ")}`
})

/** The schema's own objects: one planted, dropped or made anew. */
const schemaEdits: Readonly<Record<string, (database: Sqlite.Database) => Effect.Effect<string, NoEdit>>> = {
  "index entry": staleIndex,
  "index dropped": Effect.fnUntraced(function* (database) {
    const { name } = yield* pick(master(database, "index"))
    database.exec(`DROP INDEX ${name}`)
    return name
  }),
  "index made anew": Effect.fnUntraced(function* (database) {
    const { name, tbl_name } = yield* pick(master(database, "index"))
    database.exec(`DROP INDEX ${name}; CREATE INDEX ${name} ON ${tbl_name} (rowid)`.replace("(rowid)", "(account_id)"))
    return name
  }),
  "view made anew": Effect.fnUntraced(function* (database) {
    const { name, sql } = yield* pick(master(database, "view"))
    const { changes } = database
      .prepare("UPDATE sqlite_master SET sql = ? WHERE name = ?")
      .run(`${sql ?? ""} ${/\bWHERE\b/.test(sql ?? "") ? "AND" : "WHERE"} 1`, name)
    return changes === 1 ? name : yield* new NoEdit()
  }),
  "view dropped": Effect.fnUntraced(function* (database) {
    const { name } = yield* pick(master(database, "view"))
    database.exec(`DROP VIEW ${name}`)
    return name
  }),
  "view planted": Effect.fnUntraced(function* (database) {
    database.exec("CREATE VIEW true_balances AS SELECT * FROM balances")
    return yield* Effect.succeed("true_balances")
  }),
  "trigger planted": Effect.fnUntraced(function* (database) {
    const table = yield* pick(master(database, "table").filter(({ name }) => !name.startsWith("sqlite_")))
    const when = yield* pick(["AFTER UPDATE", "AFTER INSERT", "BEFORE DELETE"])
    database.exec(`CREATE TRIGGER planted ${when} ON "${table.name}" BEGIN SELECT 1; END`)
    return `${when} ON ${table.name}`
  }),
  "trigger dropped": Effect.fnUntraced(function* (database) {
    const { name } = yield* pick(master(database, "trigger"))
    database.exec(`DROP TRIGGER ${name}`)
    return name
  }),
  "trigger made anew": Effect.fnUntraced(function* (database) {
    const { name, sql } = yield* pick(master(database, "trigger"))
    database.exec(`DROP TRIGGER ${name}; ${(sql ?? "").replace("BEGIN", "WHEN 0 BEGIN")}`)
    return name
  }),
  "column added": Effect.fnUntraced(function* (database) {
    const { name } = yield* pick(master(database, "table").filter((one) => !one.name.startsWith("sqlite_")))
    database.exec(`ALTER TABLE "${name}" ADD COLUMN extra TEXT`)
    return name
  }),
  "column's constraint changed": Effect.fnUntraced(function* (database) {
    const { name, sql } = yield* pick(master(database, "table").filter((one) => / NOT NULL/.test(one.sql ?? "")))
    database
      .prepare("UPDATE sqlite_master SET sql = ? WHERE name = ? AND type = 'table'")
      .run((sql ?? "").replace(/ NOT NULL/, ""), name)
    return name
  }),
  "table planted": Effect.fnUntraced(function* (database) {
    database.exec("CREATE TABLE records (id INTEGER PRIMARY KEY)")
    return yield* Effect.succeed("records")
  }),
  "migration changed": Effect.fnUntraced(function* (database) {
    const { id } = yield* pick(
      database.prepare<[], { readonly id: number }>("SELECT migration_id AS id FROM effect_sql_migrations").all()
    )
    database.exec(`UPDATE effect_sql_migrations SET name = name || 'x' WHERE migration_id = ${id}`)
    return String(id)
  })
}

interface Page {
  readonly name: string
  readonly pageno: number
  readonly pagetype: string
}

/** Bytes of a page that hold something: its header with the pointers to its cells, and the cells. */
const used = (page: Uint8Array, from: number, pagetype: string): ReadonlyArray<readonly [from: number, to: number]> => {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength)
  const cells = view.getUint16(from + 3)
  const header = pagetype === "internal" ? 12 : 8
  return [
    [from, from + header + 2 * cells],
    [view.getUint16(from + 5), page.byteLength]
  ]
}

/** Flips a bit of a page of the tables that the chain covers, of their indices, or of the schema. */
const flipBit = Effect.fnUntraced(function* (filename: string) {
  // A row in quarantine holds the run that met it last, of which no event tells.
  const covered = Object.keys(tables).filter((name) => name !== "quarantine")
  const pages = yield* Effect.scoped(
    Effect.map(open(filename), (database) =>
      database
        .prepare<[], Page>(
          `SELECT d.name, d.pageno, d.pagetype FROM dbstat d LEFT JOIN sqlite_master m ON m.name = d.name
            WHERE d.pagetype <> 'overflow' AND (d.name = 'sqlite_schema' OR m.tbl_name IN (${covered.map((name) => `'${name}'`).join(", ")}))
            ORDER BY d.pageno`
        )
        .all()
    )
  )
  const { name, pageno, pagetype } = yield* pick(pages)
  const size = 4096
  const bytes = Buffer.alloc(size)
  const file = openSync(filename, "r+")
  const place = (pageno - 1) * size
  readSync(file, bytes, 0, size, place)
  const [from, to] = yield* pick(used(bytes, pageno === 1 ? 100 : 0, pagetype))
  const at = yield* Random.nextIntBetween(from, Math.max(from + 1, to))
  const bit = yield* Random.nextIntBetween(0, 8)
  writeSync(file, Buffer.from([(bytes[at] ?? 0) ^ (1 << bit)]), 0, 1, place + at)
  closeSync(file)
  return `bit ${bit} of byte ${at} of page ${pageno}, of ${name}`
})

/** The kinds of edits beside those of rows. */
export const fileEdits = [...Object.keys(schemaEdits), "bit"]

/** One change of the file, every second time a bit; says its kind, and what it was. */
export const editFile = Effect.fnUntraced(function* (filename: string, turn: number) {
  const names = Object.keys(schemaEdits)
  const kind = turn % 2 === 0 ? "bit" : (names[((turn - 1) / 2) % names.length] ?? "bit")
  const edit = schemaEdits[kind]
  if (edit === undefined) return { kind, said: yield* flipBit(filename) }
  const said = yield* Effect.scoped(
    Effect.flatMap(open(filename), (database) => Effect.catchAllDefect(edit(database), () => new NoEdit()))
  )
  return { kind, said }
})
