import {
  Output,
  QueryConnection,
  QueryDatabase,
  QueryPitfalls,
  QueryProcess,
  QueryRepl,
  QueryRows,
  QueryStatements,
  Stdin
} from "@btse-wallet/cli"
import { Sandbox } from "@btse-wallet/sandbox"
import { NodeCommandExecutor, NodeFileSystem, NodePath } from "@effect/platform-node"
import { describe, expect, it, layer } from "@effect/vitest"
import {
  Chunk,
  ConfigProvider,
  Context,
  DateTime,
  Effect,
  Fiber,
  Layer,
  Option,
  Redacted,
  Schema,
  Stream
} from "effect"
import { createHash } from "node:crypto"
import Sqlite from "better-sqlite3"
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { PassThrough, Writable } from "node:stream"
import { stripVTControlCharacters } from "node:util"
import * as Questions from "../docs/Questions.ts"
import * as Markdown from "../Markdown.ts"
import * as InProcess from "./InProcess.ts"
import * as Program from "./Program.ts"

class Shelf extends Context.Tag("@btse-wallet/test/cli/Query.test/Shelf")<
  Shelf,
  { readonly folder: string; readonly ledger: string }
>() {
  static readonly layer = Layer.scoped(
    Shelf,
    Effect.gen(function* () {
      const folder = yield* Program.folder
      const ledger = join(folder, "ledger.sqlite")
      const sandbox = yield* Sandbox.start({ records: 600, seed: 9 })
      const synced = yield* InProcess.btse(["sync", "--ledger", ledger], {
        XDG_DATA_HOME: folder,
        BTSE_BASE_URL: sandbox.baseUrl.href,
        BTSE_API_KEY: sandbox.apiKey,
        BTSE_API_SECRET: Redacted.value(sandbox.apiSecret)
      })
      expect(synced).toMatchObject({ exitCode: 0 })
      return { folder, ledger }
    })
  )
}

const query = Effect.fnUntraced(function* (...args: ReadonlyArray<string>) {
  const { ledger } = yield* Shelf
  return yield* InProcess.btse(["query", "--ledger", ledger, ...args])
})

/** Rows without end, of which an aggregate never gives one. */
const endless = (what: string) =>
  `with recursive n(i) as (select 1 union all select i + 1 from n) select ${what} from n`

/** A terminal, and what it shows. */
const makeScreen = () => {
  const said: Array<string> = []
  const write = (chunk: unknown, _: unknown, done: () => void) => {
    said.push(String(chunk))
    done()
  }
  const screen = Object.assign(new Writable({ write }), { isTTY: true, columns: 100 })
  return { screen, shown: () => stripVTControlCharacters(said.join("")) }
}

const from = (sql: string) => ({ terminal: Option.none(), text: Effect.succeed(sql) })

const digest = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex")

const rows = Schema.decode(Schema.parseJson(QueryRows.Rows))

/** What would write, or reach beyond the file, if it were run. `elsewhere` is a file that must not come to be. */
const attempts = (elsewhere: string): ReadonlyArray<string> => [
  "delete from wallet_history",
  "update record set amount = '1'",
  "insert into covered values (1, 0, 1) returning first",
  "delete from record returning id",
  "with gone as (select id from record) delete from record where id in (select id from gone) returning id",
  "drop view balances",
  "create table more (id integer)",
  "create temp table more as select * from record",
  "create view more as select 1",
  `attach '${elsewhere}' as other`,
  `attach 'file:${elsewhere}?mode=rwc' as other`,
  "detach main",
  "vacuum",
  `vacuum into '${elsewhere}'`,
  "reindex",
  "analyze",
  "begin immediate",
  "commit",
  "savepoint a",
  "pragma user_version = 99",
  "pragma application_id = 1",
  "pragma journal_mode = delete",
  "pragma journal_mode = off",
  "pragma wal_checkpoint(truncate)",
  "pragma writable_schema = on",
  "pragma query_only = off",
  "pragma auto_vacuum = 1",
  "pragma incremental_vacuum(10)",
  "pragma optimize",
  "pragma encoding = 'UTF-16'",
  "pragma page_size = 8192",
  "pragma temp_store_directory = '/tmp'",
  "pragma locking_mode = exclusive",
  "pragma main.user_version = 3",
  "select load_extension('/tmp/none.so')",
  `select writefile('${elsewhere}', 'x')`,
  "select readfile('/etc/passwd')",
  "select edit('x')",
  "select 1; delete from record",
  "select fts3_tokenizer('simple', x'00')"
]

layer(Shelf.layer, { timeout: "60 seconds", excludeTestServices: true })("btse query", (it) => {
  it.effect("changes nothing, whatever it is asked to do", () =>
    Effect.gen(function* () {
      const { folder, ledger } = yield* Shelf
      const elsewhere = join(folder, "elsewhere.sqlite")
      const before = { file: digest(ledger), names: readdirSync(folder) }
      for (const sql of attempts(elsewhere)) {
        const { exitCode, stderr } = yield* query(sql)
        // What pretends to do it is as good as what refuses, as long as nothing is done.
        expect([sql, exitCode], stderr).toEqual([sql, sql.startsWith("pragma ") ? exitCode : 2])
        expect({ sql, file: digest(ledger), names: readdirSync(folder) }).toEqual({ sql, ...before })
      }
      // On one connection too, where one statement could prepare the next.
      const all = yield* Effect.provideService(
        query("--json"),
        Stdin.Stdin,
        from("pragma query_only = off; pragma writable_schema = on; delete from sqlite_master returning name;")
      )
      expect(all.exitCode).toBe(2)
      expect({ file: digest(ledger), names: readdirSync(folder) }).toEqual(before)
      expect(existsSync(elsewhere)).toBe(false)
    })
  )

  it.effect("says what is meant by a view that is none, and where SQLite would round", () =>
    Effect.gen(function* () {
      const misspelt = yield* query("select * from wallet_histry")
      expect(misspelt).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("Did you mean wallet_history?") })
      const rounded = yield* query("select sum(amount) as n from wallet_history", "--json")
      expect(rounded).toMatchObject({
        exitCode: 0,
        stderr: expect.stringMatching(/^Amounts are text: .* Use decimal_sum/)
      })
      expect((yield* rows(rounded.stdout)).length).toBe(1)
    })
  )

  it.effect("reads statements from a pipe, and says so where there are none", () =>
    Effect.gen(function* () {
      const sql = "select count(*) as n from wallet_history; -- and then\nselect 'a;b' as text"
      const { exitCode, stdout } = yield* Effect.provideService(query("--json"), Stdin.Stdin, from(sql))
      expect(exitCode).toBe(0)
      const documents = yield* Effect.forEach(stdout.trimEnd().split("\n"), (line) => rows(line))
      expect(documents).toEqual([[{ n: 600 }], [{ text: "a;b" }]])
      const none = yield* Effect.provideService(query(), Stdin.Stdin, from(" -- nothing\n"))
      expect(none).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/^There is no SQL: none was given/) })
    })
  )

  it.scoped("converses: over several lines, in three modes, through mistakes, and keeps what was asked", () =>
    Effect.gen(function* () {
      const { folder, ledger } = yield* Shelf
      const { screen, shown } = makeScreen()
      const input = new PassThrough()
      const typed = [
        ".tables\n",
        ".schema coverage\n",
        "select count(*) as n\n",
        "  from wallet_history;\n",
        "selec 1;\n",
        "select 'never ended\u0003",
        ".mode json\n",
        "select 'whole' as word; select 2 as two;\n",
        "drop view balances;\n",
        ".mode nothing\n",
        ".mode csv\n",
        "select '=1+1' as f, '-1.5' as amount;\n",
        "select 1 as a, 'b,c' as d;\n",
        "\u0004"
      ]
      for (const text of typed) input.write(text)
      const terminal = { input, output: screen }
      yield* QueryDatabase.connect(ledger).pipe(
        Effect.flatMap((connection) => QueryRepl.run({ connection, path: ledger, terminal, mode: "table" })),
        Effect.provide(
          Layer.mergeAll(
            Output.layer({ stdout: screen, stderr: screen, color: false }),
            NodeFileSystem.layer,
            NodePath.layer
          )
        ),
        Effect.withConfigProvider(ConfigProvider.fromMap(new Map([["XDG_DATA_HOME", folder]]))),
        Effect.scoped
      )
      const text = shown().replace(/^((btse| {2}\.\.\.)> )+/gm, "")
      expect(text).toMatch(/^wallet_history_events$/m)
      expect(text).toMatch(/^from_ms$/m)
      expect(text).toMatch(/^600$/m)
      expect(text).toMatch(/^The query failed: near "selec": syntax error\. Correct it/m)
      expect(text).toMatch(/^\[\{"word":"whole"\}\]\n\[\{"two":2\}\]$/m)
      expect(text).toMatch(/^Only a statement that reads is run/m)
      expect(text).toMatch(/^\.mode wants one of table, csv, json\.$/m)
      expect(text).toMatch(/^f,amount\r?\n'=1\+1,-1\.5\r?$/m)
      expect(text).toMatch(/^a,d\r?\n1,"b,c"\r?$/m)
      const history = join(folder, "btse-wallet", "query-history")
      expect(statSync(history).mode & 0o777).toBe(0o600)
      expect(readFileSync(history, "utf8").split("\n")[0]).toBe("select 1 as a, 'b,c' as d;")
      expect(readFileSync(history, "utf8")).toContain("select count(*) as n from wallet_history;")
    })
  )

  it.effect("loses no column in JSON, whatever its name, and says which it renamed", () =>
    Effect.gen(function* () {
      const columns = `1 as a, 2 as a, 3 as a_2, 4 as a, 5 as "", 6 as "", 7 as "__proto__", 8 as "7", 9 as "to""String"`
      const { exitCode, stderr, stdout } = yield* query(`select ${columns}`, "--json")
      expect(exitCode).toBe(0)
      expect(stdout).toBe('[{"a":1,"a_3":2,"a_2":3,"a_4":4,"":5,"_2":6,"__proto__":7,"7":8,"to\\"String":9}]\n')
      expect(stderr).toContain('"a_3", "a_4", "_2": columns of a name that another one has.')
      const joined = yield* query(
        "select * from wallet_history h join wallet_history o using (order_id) limit 1",
        "--json"
      )
      const [row = {}] = yield* rows(joined.stdout)
      expect(Object.keys(row).length).toBe(47)
      expect((yield* query("select 1 as a, 2 as a", "--csv")).stdout).toBe("a,a\r\n1,2\r\n")
    })
  )

  it.effect("says of a ledger that lacks a view of this version how it gets it", () =>
    Effect.gen(function* () {
      const { folder, ledger } = yield* Shelf
      const earlier = join(folder, "earlier.sqlite")
      copyFileSync(ledger, earlier)
      new Sqlite(earlier).exec("DROP VIEW movements").close()
      const asked = yield* InProcess.btse(["query", "--ledger", earlier, "select * from movements"])
      expect(asked).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining("The ledger is of an earlier version")
      })
      expect((yield* query("select * from movement")).stderr).toContain("Did you mean movements?")
    })
  )

  it.effect("marks floating-point numbers wherever they come from, and leaves exact ones alone", () =>
    Effect.gen(function* () {
      const exact = yield* query(
        "select 1 as n, '0.30' as amount, decimal_sum('0.1') as total, count(*) as c",
        "--json"
      )
      expect(exact).toMatchObject({ exitCode: 0, stderr: "" })
      const floats = [
        "0.1 + 0.2",
        "'0.1' + '0.2'",
        "sum('0.1')",
        "avg(1)",
        "1 / 2.0",
        "cast('0.5' as real)",
        "round(1.5)"
      ]
      for (const float of floats) {
        const { exitCode, stderr } = yield* query(`select ${float} as f`, "--json")
        expect({ float, exitCode, stderr }).toEqual({
          float,
          exitCode: 0,
          stderr: expect.stringContaining('"f": floating-point numbers, which are rounded and no amounts.')
        })
      }
      const made = "select 2.0 as whole, 0.1 + 0.2 as sum, 1e300 * 10 as big, 9e999 as most, 2 as n"
      expect((yield* query(made, "--json")).stdout).toBe(
        '[{"whole":2.0,"sum":0.30000000000000004,"big":1e+301,"most":"Infinity","n":2}]\n'
      )
      expect((yield* query(made, "--csv")).stdout).toContain("\r\n2.0,0.30000000000000004,")
      expect((yield* query(made)).stdout).toMatch(/^ *whole \(float\) +sum \(float\) .* n$/m)
      const compared = yield* query("select count(*) from wallet_history where decimal_cmp(amount, 0.5) > 0")
      expect(compared).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("0.5 is a floating-point number") })
    })
  )

  it.effect("answers the ten questions of an accountant, and what its reference shows of the functions", () =>
    Effect.gen(function* () {
      const page = readFileSync(new URL("../../docs/reference/query.md", import.meta.url), "utf8")
      const asked = Effect.fnUntraced(function* (sql: string) {
        const { exitCode, stderr, stdout } = yield* Effect.provideService(query("--json"), Stdin.Stdin, from(sql))
        expect({ sql, exitCode, stderr }).toEqual({ sql, exitCode: 0, stderr: "" })
        return (yield* Effect.forEach(stdout.trimEnd().split("\n"), (line) => rows(line))).map(({ length }) => length)
      })
      const shown = yield* Effect.forEach(Markdown.blocks(page, "sql"), asked)
      expect(shown.flat().filter((found) => found === 0)).toEqual([])
      expect(shown.flat().length).toBeGreaterThanOrEqual(3)
      const questions = Questions.ofFile(readFileSync(Questions.ten, "utf8"))
      expect(questions.length).toBe(10)
      const answered = yield* Effect.forEach(questions, ({ question, sql }) =>
        Effect.map(asked(sql), (found) => ({ question, found: found[0] }))
      )
      // The books are whole, nothing is open or broken, nothing has changed: these have no rows, and the others have some.
      expect(answered.filter(({ found }) => found === 0).map(({ question }) => question)).toEqual([
        "What is still open, and for how many days?",
        "Where did the last reconciliation of each account differ, by how much, and what may explain it?",
        "Which records changed after they were first seen, and how?"
      ])
      const whole = yield* asked(readFileSync(Questions.ten, "utf8"))
      expect(whole).toEqual(answered.map(({ found }) => found))
    })
  )

  it.scoped("shows of a moment what was known then, also while it stays open and the books move on", () =>
    Effect.gen(function* () {
      const { folder, ledger } = yield* Shelf
      const moved = join(folder, "moved.sqlite")
      const vanish = (order: string) =>
        Effect.sync(() => {
          const writer = new Sqlite(moved)
          writer.exec(`UPDATE head SET seq = seq + 1; UPDATE record SET amount = '0' WHERE order_id = '${order}'`)
          writer.close()
        })
      yield* Effect.sync(() => copyFileSync(ledger, moved))
      const plain = yield* QueryDatabase.connect(moved)
      const [first = [], second = []] = (yield* QueryConnection.gather(
        plain,
        "select distinct order_id from wallet_history limit 2"
      )).rows
      const heads: Array<unknown> = [(yield* QueryConnection.gather(plain, "select seq from head")).rows[0]]
      // A sync commits while the overlay is made, and another one when it is open.
      const held = yield* QueryDatabase.connect(moved, (lastEvent) => {
        heads.push([lastEvent])
        return Effect.as(vanish(String(first[0])), [])
      })
      yield* vanish(String(second[0]))
      const zeros = "select order_id from wallet_history where amount = '0'"
      expect((yield* QueryConnection.gather(held, zeros)).rows).toEqual([])
      expect((yield* QueryConnection.gather(plain, zeros)).rows).toHaveLength(2)
      expect(heads).toEqual([heads[0], heads[0]])
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.scoped("shows the rows of an endless query as they come, and ends it with whoever reads them", () =>
    Effect.gen(function* () {
      const { ledger } = yield* Shelf
      const rows = yield* QueryDatabase.connect(ledger).pipe(
        Effect.flatMap((connection) => connection.query(endless("i"))),
        Effect.map(({ rows }) => rows),
        Stream.unwrapScoped,
        Stream.take(2_500),
        Stream.runCollect
      )
      expect(Chunk.last(rows)).toEqual(Option.some([2_500]))
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )
})

/** The program as it is run, which queries in a process of its own. */
const program = QueryProcess.layer({ node: process.execPath, program: Program.queryProgram }).pipe(
  Layer.provide(NodeCommandExecutor.layer),
  Layer.provide(NodeFileSystem.layer)
)

layer(Shelf.layer, { timeout: "60 seconds", excludeTestServices: true })("btse query in its own process", (it) => {
  const connected = Effect.gen(function* () {
    yield* Program.build
    const { connect } = yield* QueryConnection.Connecting
    return yield* connect((yield* Shelf).ledger, Option.none())
  })

  it.scoped("answers as it does in this one, and says what is wrong with what it is asked", () =>
    Effect.gen(function* () {
      const { folder, ledger } = yield* Shelf
      const connection = yield* connected
      const asked =
        "select order_id, line, amount, null as none, 1.5 as half, x'00ff' as blob, 9007199254740993 as big from wallet_history"
      const here = yield* Effect.provideService(
        QueryConnection.run(ledger, asked),
        QueryConnection.Connecting,
        QueryConnection.Connecting.defaultValue()
      )
      expect(yield* QueryConnection.gather(connection, asked)).toEqual(here)
      expect(here.rows.length).toBe(600)
      for (const sql of [
        "selec",
        "delete from wallet_history",
        "select 1; select 2",
        "select decimal_sum(currency) from balances"
      ]) {
        expect((yield* Effect.flip(QueryConnection.gather(connection, sql)))._tag).toBe("QueryRefused")
      }
      const { connect } = yield* QueryConnection.Connecting
      const missing = yield* Effect.flip(Effect.scoped(connect(join(folder, "none.sqlite"), Option.none())))
      expect(missing.message).toMatch(/^The query failed: unable to open database file\./)
      const early = yield* connect(ledger, Option.some(DateTime.unsafeMake(0)))
      expect((yield* QueryConnection.gather(early, "select count(*) from wallet_history")).rows).toEqual([[0]])
      const notOurs = join(folder, "not-ours.sqlite")
      new Sqlite(notOurs).exec("create table head (seq integer)").close()
      const failing = yield* Effect.flip(Effect.scoped(connect(notOurs, Option.some(DateTime.unsafeMake(0)))))
      expect(failing._tag).toBe("LedgerUnavailable")
    }).pipe(Effect.provide(Layer.merge(program, NodeFileSystem.layer)))
  )

  it.scoped("ends what SQLite computes without end, leaves no file beside the ledger, and answers the next", () =>
    Effect.gen(function* () {
      const { folder } = yield* Shelf
      yield* Effect.gen(function* () {
        const connection = yield* connected
        const running = QueryConnection.gather(connection, endless("count(*)"))
        expect(Option.isNone(yield* Effect.timeoutOption(running, "300 millis"))).toBe(true)
        expect((yield* QueryConnection.gather(connection, "select 7 as n")).rows).toEqual([[7]])
        expect(Option.isNone(yield* Effect.timeoutOption(running, "300 millis"))).toBe(true)
      }).pipe(Effect.scoped)
      expect(readdirSync(folder).filter((name) => /-(wal|shm)$/.test(name))).toEqual([])
    }).pipe(Effect.provide(Layer.merge(program, NodeFileSystem.layer)))
  )

  it.scoped("in a conversation ctrl-C ends the query, and not the conversation", () =>
    Effect.gen(function* () {
      const { folder, ledger } = yield* Shelf
      const connection = yield* connected
      const input = new PassThrough()
      const { screen, shown } = makeScreen()
      const conversation = yield* Effect.fork(
        QueryRepl.run({ connection, path: ledger, terminal: { input, output: screen }, mode: "table" }).pipe(
          Effect.provide(
            Layer.mergeAll(
              Output.layer({ stdout: screen, stderr: screen, color: false }),
              NodeFileSystem.layer,
              NodePath.layer
            )
          ),
          Effect.withConfigProvider(ConfigProvider.fromMap(new Map([["XDG_DATA_HOME", folder]])))
        )
      )
      input.write(`${endless("count(*)")};\n`)
      yield* Effect.sleep("300 millis")
      input.write("\u0003")
      input.write("select 'still ' || 'here' as word;\n\u0004")
      yield* Fiber.join(conversation)
      expect(shown()).toMatch(/The query was ended\.\n[^]*still here/)
    }).pipe(Effect.provide(Layer.merge(program, NodeFileSystem.layer)))
  )

  it.scoped("ctrl-C ends the program with 130, and a reader that has seen enough ends it with 0", () =>
    Effect.gen(function* () {
      yield* Program.build
      const { folder, ledger } = yield* Shelf
      const environment = { BTSE_LEDGER: ledger, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
      const interrupted = yield* Program.shell(
        `timeout --foreground --preserve-status -s INT 2 $BTSE query "${endless("count(*)")}"`,
        environment
      )
      expect(interrupted).toEqual({ exitCode: 130, stdout: "", stderr: "" })
      for (const [mode, first] of [
        ["--csv", "i\r\n"],
        ["--json", '[{"i":1},{"i"']
      ] as const) {
        const line = `$BTSE query "${endless("i")}" ${mode} | head -c ${first.length}`
        expect(yield* Program.shell(line, environment)).toEqual({ exitCode: 0, stdout: first, stderr: "" })
      }
      // Nothing computes for nobody, not even where the program was killed.
      yield* Program.shell(`timeout --foreground -s KILL 2 $BTSE query "${endless("max(i)")}"`, environment)
      const pattern = Program.queryProgram.replace(/query.js$/, "[q]uery.js")
      const gone = `for i in $(seq 100); do pgrep -f '${pattern}' > /dev/null || exit 0; sleep 0.1; done; exit 1`
      expect(yield* Program.shell(gone)).toMatchObject({ exitCode: 0 })
    })
  )
})

describe("what SQLite does to amounts", () => {
  it("is said where a statement lets it, and nowhere else", () => {
    const trapped: Readonly<Record<string, string>> = {
      "select sum(amount) from wallet_history": "decimal_sum",
      "select currency, SUM( h.fees ) from wallet_history h group by 1": "decimal_sum",
      "select max(total) from balances": "decimal_max",
      "select * from wallet_history order by currency, amount desc limit 3": "decimal_key",
      "select * from wallet_history where amount > 0.5": "decimal_cmp",
      "select * from wallet_history where currency = 'BTC' and fees between 1 and 2": "decimal_cmp"
    }
    for (const [sql, instead] of Object.entries(trapped)) {
      expect([sql, Option.getOrNull(QueryPitfalls.of(sql))]).toEqual([sql, expect.stringContaining(instead)])
    }
    const fine = [
      "select decimal_sum(amount), sum(requests), max(time), total(1) from wallet_history order by decimal_key(amount) desc",
      "select 'sum(amount) > 1' as text -- order by amount",
      "select * from wallet_history where decimal_cmp(amount, '0.5') > 0 order by time",
      "select * from reconciliation_lines where currency in ('BTC') order by account",
      "select account, amount from entries where kind = 'import' order by timestamp, account"
    ]
    for (const sql of fine) expect([sql, QueryPitfalls.of(sql)]).toEqual([sql, Option.none()])
    for (const { sql } of Questions.ofFile(readFileSync(Questions.ten, "utf8"))) {
      expect([sql, QueryPitfalls.of(sql)]).toEqual([sql, Option.none()])
    }
  })
})

describe("statements", () => {
  it("end at a semicolon that is not in a string, a name or a comment", () => {
    expect(QueryStatements.split(`a ';' ";" [;] \`;\` -- ;\n /* ; */ b; c`)).toEqual({
      complete: [`a ';' ";" [;] \`;\` -- ;\n /* ; */ b`],
      rest: " c"
    })
    expect(QueryStatements.split("select 'it''s; so")).toEqual({ complete: [], rest: "select 'it''s; so" })
    expect(QueryStatements.split(" ;;-- only\n;")).toEqual({ complete: [], rest: "" })
  })
})
