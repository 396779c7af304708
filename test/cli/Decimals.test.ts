import { QueryConnection, QueryDecimals } from "@btse-wallet/cli"
import { NodeFileSystem } from "@effect/platform-node"
import { expect, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import { existsSync } from "node:fs"
import { join } from "node:path"
import * as Program from "./Program.ts"

const amounts = ["10", "9.5", "-2", "0", "-10.25", "0.05", "123456789012345.123456789012345678", "9.50", null]

it.effect("orders, compares and finds the extremes of amounts as numbers, which they are not to SQLite", () =>
  Effect.acquireUseRelease(
    Effect.sync(() => new Sqlite(":memory:")),
    (database) =>
      Effect.sync(() => {
        QueryDecimals.register(database)
        database.exec("create table t (amount text)")
        const insert = database.prepare("insert into t values (?)")
        for (const amount of amounts) insert.run(amount)
        const column = (sql: string) => database.prepare(sql).pluck().all()
        expect(column("select amount from t where amount is not null order by decimal_key(amount), amount")).toEqual([
          "-10.25",
          "-2",
          "0",
          "0.05",
          "9.5",
          "9.50",
          "10",
          "123456789012345.123456789012345678"
        ])
        expect(column("select decimal_max(amount) from t")).toEqual(["123456789012345.123456789012345678"])
        expect(column("select decimal_min(amount) from t")).toEqual(["-10.25"])
        expect(column("select decimal_max(amount) from t where 0")).toEqual([null])
        expect(column("select count(*) from t where decimal_cmp(amount, '9.5') > 0")).toEqual([2])
        expect(column("select decimal_key('9.5') = decimal_key('9.500')")).toEqual([1])
        expect(column("select decimal('1e3')")).toEqual(["1000"])
        expect(column("select decimal(null)")).toEqual([null])
      }),
    (database) => Effect.sync(() => database.close())
  )
)

it.scoped("a query leaves no file beside the ledger, and leaves another's in peace", () =>
  Effect.gen(function* () {
    const path = join(yield* Program.folder, "wal.sqlite")
    const made = new Sqlite(path)
    made.pragma("journal_mode = wal")
    made.exec("create table t (n integer)")
    const beside = () => ["-wal", "-shm"].filter((ending) => existsSync(`${path}${ending}`))
    yield* QueryConnection.run(path, "select n from t")
    expect(beside()).toEqual(["-wal", "-shm"])
    made.close()
    expect(beside()).toEqual([])
    yield* QueryConnection.run(path, "select n from t")
    expect(beside()).toEqual([])
  }).pipe(Effect.provide(NodeFileSystem.layer))
)

it.scoped("says what stands for the shell's collation", () =>
  Effect.gen(function* () {
    const path = join(yield* Program.folder, "empty.sqlite")
    new Sqlite(path).exec("create table t (amount text)").close()
    const refused = yield* Effect.flip(
      QueryConnection.run(path, "select amount from t order by amount collate decimal")
    )
    expect(refused.message).toContain("order by decimal_key(amount)")
  }).pipe(Effect.provide(NodeFileSystem.layer))
)

const memory = <A>(use: (column: (sql: string) => ReadonlyArray<unknown>) => A): A => {
  const database = new Sqlite(":memory:")
  QueryDecimals.register(database)
  database.exec("create table t (n integer primary key, g text, amount text)")
  const insert = database.prepare("insert into t (g, amount) values (?, ?)")
  for (const [at, amount] of amounts.entries()) insert.run(at % 2 === 0 ? "even" : "odd", amount)
  try {
    return use((sql) => database.prepare(sql).pluck().all())
  } finally {
    database.close()
  }
}

it("the decimal aggregates are window functions, over any frame", () => {
  memory((column) => {
    expect(column("select decimal_sum(amount) over (order by n) from t")).toEqual([
      "10",
      "19.5",
      "17.5",
      "17.5",
      "7.25",
      "7.30",
      "123456789012352.423456789012345678",
      "123456789012361.923456789012345678",
      "123456789012361.923456789012345678"
    ])
    const frames = [
      "order by n",
      "order by n desc",
      "order by n rows between 2 preceding and current row",
      "order by n rows between 1 preceding and 1 following",
      "order by n rows between 2 following and 3 following",
      "order by n rows between current row and unbounded following",
      "order by n rows between 1 preceding and 1 following exclude current row",
      "partition by g order by decimal_key(amount) rows between 1 preceding and current row"
    ]
    // What the frame holds is asked for one row at a time, by an aggregate.
    for (const frame of frames) {
      const held = column(`select json_group_array(n) over (${frame}) from t order by n`).map(String)
      for (const name of ["decimal_sum", "decimal_min", "decimal_max"]) {
        const found = column(`select decimal(${name}(amount) over (${frame})) from t order by n`)
        const expected = held.map((frame) => {
          const [value] = column(`select ${name}(amount) from t where n in (select value from json_each('${frame}'))`)
          return value
        })
        const same = found.map((one, at) => column(`select decimal_cmp('${one ?? 0}', '${expected[at] ?? 0}')`)[0])
        expect(same, `${name} ${frame}`).toEqual(found.map(() => 0))
        const none = (values: ReadonlyArray<unknown>) => values.map((value) => value === null)
        expect(none(found), `${name} ${frame}`).toEqual(none(expected))
      }
    }
  })
})

it("decimal_div rounds to 18 decimals or as many as it is told to, a half away from zero", () => {
  memory((column) => {
    const one = (sql: string) => column(`select ${sql}`)[0]
    expect(one("decimal_div('1', '3')")).toBe("0.333333333333333333")
    expect(one("decimal_div('2', '3', 2)")).toBe("0.67")
    expect(one("decimal_div('1', '-8', 2)")).toBe("-0.13")
    expect(one("decimal_div('-0.125', '1', 2)")).toBe("-0.13")
    expect(one("decimal_div('0.5', '1', 0)")).toBe("1")
    expect(one("decimal_div('10', '2.50')")).toBe("4")
    expect(one("decimal_div('1e30', '1e-30')")).toBe(`1${"0".repeat(60)}`)
    expect(one("decimal_div('123456789012345.123456789012345678', '1')")).toBe("123456789012345.123456789012345678")
    expect(one("decimal_div('1', '0')")).toBeNull()
    expect(one("decimal_div(null, '2')")).toBeNull()
    for (const places of ["-1", "1001", "'2'", "1.5"]) {
      expect(() => one(`decimal_div('1', '3', ${places})`), places).toThrow(/from 0 to 1000/)
    }
  })
})

it("a floating-point number is no decimal to any function", () => {
  memory((column) => {
    const calls = ["decimal_sum(0.1)", "decimal_max(0.1)", "decimal_sum(amount * 1.0) over (order by n)"].concat([
      "decimal_add(amount, 0.1)",
      "decimal_mul(0.5, amount)",
      "decimal_div(amount, 3.0)",
      "decimal_cmp(amount, 0.5)",
      "decimal_key(avg(amount))",
      "decimal(sum(amount) / 3.0)"
    ])
    for (const call of calls) {
      expect(() => column(`select ${call} from t where n = 1`), call).toThrow(
        /is a floating-point number, which is not exact/
      )
    }
    expect(column("select decimal_cmp(amount, 10) from t where n = 1")).toEqual([0])
  })
})
