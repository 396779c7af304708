/**
 * The main job as two people would do it in two terminals: an exchange in one process, `btse` in others, and the sqlite3
 * shell looking at the file.
 */
import { Reconciliation, Sync } from "@btse-wallet/ledger"
import { HttpBody, HttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as Program from "../cli/Program.ts"

const records = 20_000

const decodeSync = Schema.decodeUnknown(Schema.parseJson(Sync.SyncReport))
const decodeReconciliation = Schema.decodeUnknown(Schema.parseJson(Reconciliation.ReconciliationReport))
const decodeWithdrawal = Schema.decodeUnknown(Schema.parseJson(Schema.Struct({ status: Schema.String })))

const amount = "123456789012345.123456789012345678"
const orderId = "90071992547409931"

/** Pays into the sandbox's wallet by its controls. */
const pay = (
  baseUrl: string,
  deposit: { readonly currency: string; readonly amount: string; readonly orderId: string }
) =>
  Effect.gen(function* () {
    const client = yield* HttpClient.HttpClient
    const body = yield* HttpBody.json(deposit)
    const response = yield* client.post(`${new URL(baseUrl).origin}/sandbox/deposits`, { body })
    expect(response.status).toBe(200)
  }).pipe(Effect.provide(NodeHttpClient.layerUndici))

it.scopedLive(
  "an account of 20,000 records: synced, reconciled, withdrawn from, reconciled again, exact and breakable",
  () =>
    Effect.gen(function* () {
      yield* Program.build
      const folder = yield* Program.folder
      const sandbox = yield* Program.sandbox(["--records", records.toString(), "--seed", "7"])
      const file = `${folder}/books.sqlite`
      const environment = { ...sandbox.environment, BTSE_LEDGER: file }
      const btse = (...words: ReadonlyArray<string>) => Program.btse(words, environment)
      const sqlite3 = (sql: string) => Program.shell(`sqlite3 ${file} "${sql}"`)
      const shellIsHere = (yield* Program.shell("command -v sqlite3")).exitCode === 0
      if (!shellIsHere) process.stdout.write("sqlite3 is not installed: its half of this test is left out\n")

      // All of history, and then nothing more.
      const first = yield* Effect.flatMap(btse("sync", "--json"), ({ stdout }) => decodeSync(stdout))
      expect(first.records).toMatchObject({ seen: records, inserted: records, updated: 0, vanished: 0 })
      if (shellIsHere) {
        expect((yield* sqlite3("select count(*) from wallet_history")).stdout.trim()).toBe(records.toString())
      }
      const second = yield* Effect.flatMap(btse("sync", "--json"), ({ stdout }) => decodeSync(stdout))
      expect(second.records).toMatchObject({ inserted: 0, updated: 0, vanished: 0 })
      expect(second.requests).toBeLessThanOrEqual(4)

      const reconciled = yield* btse("reconcile", "--json")
      expect(reconciled.exitCode).toBe(0)
      const { lines } = yield* decodeReconciliation(reconciled.stdout)
      expect(lines.length).toBeGreaterThan(5)
      expect(lines.every(({ status }) => status === "matched")).toBe(true)

      // A withdrawal, to its end.
      const words = "withdraw --currency BTC --network Bitcoin --address bc1qexample --amount 0.01 --yes --wait --json"
      const withdrawn = yield* btse(...words.split(" "))
      expect(withdrawn.exitCode).toBe(0)
      expect(yield* decodeWithdrawal(withdrawn.stdout)).toMatchObject({ status: "COMPLETED" })
      yield* btse("sync")
      expect((yield* btse("reconcile")).exitCode).toBe(0)

      // An amount and an id that no double holds, from the response to the last sum.
      yield* pay(sandbox.baseUrl, { currency: "BIG", amount, orderId })
      yield* btse("sync")
      const exact = `select order_id, amount, (select decimal_sum(amount) from wallet_history where currency = 'BIG') as total from wallet_history where currency = 'BIG'`
      const row = yield* btse("query", exact, "--json")
      expect(row.stdout.trim()).toBe(`[{"order_id":"${orderId}","amount":"${amount}","total":"${amount}"}]`)
      if (shellIsHere) expect((yield* sqlite3(exact)).stdout.trim()).toBe(`${orderId}|${amount}|${amount}`)
      expect((yield* btse("reconcile")).exitCode).toBe(0)

      // And it can fail: without that row, the line is a break of exactly its amount.
      if (shellIsHere) {
        expect((yield* sqlite3(`delete from record where order_id = '${orderId}'`)).exitCode).toBe(0)
        const broken = yield* btse("reconcile", "--json")
        expect(broken.exitCode).toBe(3)
        const report = yield* decodeReconciliation(broken.stdout)
        expect(report.lines.filter(({ status }) => status === "break").map(({ currency }) => currency)).toEqual(["BIG"])
        expect(broken.stdout).toContain(`"difference":"${amount}"`)
      }
    }),
  120_000
)
