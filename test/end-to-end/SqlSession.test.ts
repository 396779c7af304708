import { QueryConnection } from "@btse-wallet/cli"
import { Sync } from "@btse-wallet/ledger"
import { Sandbox } from "@btse-wallet/sandbox"
import { Command, FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { layerBooks } from "../../examples/month-end.ts"
import { root } from "../docs/Declarations.ts"
import * as Questions from "../docs/Questions.ts"
import * as SandboxEnvironment from "./SandboxEnvironment.ts"

const session = `${root}examples/sql-session.sql`

it.scopedLive(
  "the SQL session of the examples answers each of its questions, in the sqlite3 shell as well",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const filename = `${yield* fs.makeTempDirectoryScoped()}/books.sqlite`
      const sandbox = yield* Sandbox.start({ records: 400, seed: 11 })
      yield* Effect.gen(function* () {
        const sync = yield* Sync.Sync
        yield* sync.run()
      }).pipe(Effect.provide(layerBooks(filename)), Effect.withConfigProvider(SandboxEnvironment.of(sandbox)))

      const text = yield* fs.readFileString(session)
      const asked = Questions.ofFile(text)
      expect(asked.length).toBe(text.match(/^(select|with)\b/gim)?.length)
      expect(asked.length).toBeGreaterThanOrEqual(8)
      for (const { question, sql } of asked) {
        const { columns, rows } = yield* QueryConnection.run(filename, sql)
        expect(columns.length, question).toBeGreaterThan(1)
        // What was synced just now has neither changed since, nor need it hold anything on its way.
        if (!/on its way|changed after|cost more/.test(question)) expect(rows.length, question).toBeGreaterThan(0)
      }

      const script = `command -v sqlite3 >/dev/null || exit 127; sqlite3 -bail "$1" < "$2"`
      const shell = Command.make("bash", "-c", script, "bash", filename, session)
      const exitCode = yield* Command.exitCode(shell)
      if (exitCode === 127)
        return yield* Effect.logWarning("There is no sqlite3 shell here: the session was not run in it")
      expect(exitCode).toBe(0)
    }).pipe(Effect.provide(NodeContext.layer)),
  30_000
)
