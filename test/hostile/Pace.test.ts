import { Wallet } from "@btse-wallet/core"
import { Account, Ledger, Sync } from "@btse-wallet/ledger"
import { Sandbox } from "@btse-wallet/sandbox"
import { HttpClient } from "@effect/platform"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import * as Campaign from "../Campaign.ts"
import * as SandboxClient from "../SandboxClient.ts"

/** A minute of pages in the campaign, some seconds of them else: then the rate is only told, for others use this machine. */
const records = Campaign.size(1_000, 15_000)

it.scopedLive(
  "a first sync keeps the pace of the rate limit where each answer takes 300 ms, and is refused nothing",
  () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.start({ records, seed: 11, history: { cap: 50 } })
      const client = yield* SandboxClient.make(sandbox, {
        requestsPerSecond: 5,
        around: HttpClient.transform((response) => Effect.delay(response, "300 millis"))
      })
      const ledger = Ledger.layerReader({
        account: Account.AccountName.make("default"),
        exchange: sandbox.baseUrl.origin
      }).pipe(
        Layer.provide(Layer.succeed(Wallet.WalletReader, client)),
        Layer.provide(Ledger.opened(SqliteClient.layer({ filename: ":memory:" })))
      )
      const report = yield* Effect.flatMap(Sync.Sync, (sync) => sync.run()).pipe(Effect.provide(ledger))
      expect(report.records.inserted).toBe(records)
      const received = yield* sandbox.received
      expect(received.filter(({ status }) => status === 429)).toEqual([])
      const at = received.map((arrival) => arrival.at)
      const rate = (at.length - 1) / ((Math.max(...at) - Math.min(...at)) / 1_000)
      process.stdout.write(`pace: ${at.length} requests, ${rate.toFixed(2)} a second\n`)
      if (Campaign.full) expect(rate).toBeGreaterThanOrEqual(4.75)
    }),
  Campaign.timeout
)
