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
