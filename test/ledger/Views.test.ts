import { FileSystem, Path } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { ledger, makeExchange, temporaryFile } from "./Bench.ts"

/** The views of the reference, each with the names in the first column of its table. */
const documented = (text: string): Record<string, ReadonlyArray<string>> =>
  Object.fromEntries(
    text
      .split("\n## ")
      .slice(1)
      .map((section) => {
        const name = section.slice(0, section.indexOf("\n"))
        const cells = section.split("\n").filter((line) => line.startsWith("| `"))
        const columns = cells.flatMap((line) =>
          [...(line.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "")
        )
        return [name, columns.sort()]
      })
  )

describe("The public views", () => {
  it.effect("have the columns that their reference says, and can be read", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const here = yield* path.fromFileUrl(new URL(import.meta.url))
      const text = yield* fs.readFileString(path.join(path.dirname(here), "../../docs/reference/views.md"))
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const views = yield* sql<{ readonly name: string }>`SELECT name FROM sqlite_master WHERE type = 'view'`
        const found: Record<string, ReadonlyArray<string>> = {}
        for (const { name } of views) {
          yield* sql`SELECT * FROM ${sql(name)}`
          const columns = yield* sql<{ readonly name: string }>`SELECT name FROM pragma_table_info(${name})`
          found[name] = columns.map((column) => column.name).sort()
        }
        expect(found).toEqual(documented(text))
      }).pipe(Effect.provide(ledger(makeExchange(), yield* temporaryFile)))
    }).pipe(Effect.scoped, Effect.provide(NodeContext.layer))
  )
})
