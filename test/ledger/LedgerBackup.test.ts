import { LedgerBackup } from "@btse-wallet/ledger"
import { FileSystem } from "@effect/platform"
import { NodeFileSystem } from "@effect/platform-node"
import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { ledger, makeExchange, temporaryFile } from "./Bench.ts"
import { get, submit } from "./WithdrawalBench.ts"

const stage = Effect.gen(function* () {
  const exchange = makeExchange()
  exchange.state.balances = { BTC: "1000" }
  const filename = yield* temporaryFile
  const on = (file: string) => Layer.merge(ledger(exchange, file), NodeFileSystem.layer)
  return { filename, on, copy: `${filename}.copy` }
})

describe("A backup", () => {
  it.scoped("of a ledger in use is complete in one file, for its owner alone", () =>
    Effect.gen(function* () {
      const { copy, filename, on } = yield* stage
      yield* Effect.zipRight(submit(), LedgerBackup.backup(copy)).pipe(Effect.provide(on(filename)))
      yield* Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        expect((yield* fs.stat(copy)).mode & 0o777).toBe(0o600)
        expect(yield* fs.exists(`${copy}-wal`)).toBe(false)
      }).pipe(Effect.provide(NodeFileSystem.layer))
      expect(yield* Effect.provide(get("k"), on(copy))).toMatchObject({ status: "SUBMITTED", withdrawId: "w1" })
    })
  )

  it.scoped("never overwrites a file, and leaves none where it fails", () =>
    Effect.gen(function* () {
      const { copy, filename, on } = yield* stage
      yield* Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const sql = yield* SqlClient.SqlClient
        yield* fs.writeFileString(copy, "somebody's")
        const error = yield* Effect.flip(LedgerBackup.backup(copy))
        expect(error.message).toContain("there is a file already; the ledger is as it was")
        expect(yield* fs.readFileString(copy)).toBe("somebody's")
        expect((yield* Effect.flip(LedgerBackup.backup(`${copy}/x/y`)))._tag).toBe("BackupRefused")
        const inside = yield* Effect.flip(sql.withTransaction(LedgerBackup.backup(`${copy}2`)))
        expect(inside._tag).toBe("LedgerUnavailable")
        expect(yield* fs.exists(`${copy}2`)).toBe(false)
      }).pipe(Effect.provide(on(filename)))
    })
  )
})
