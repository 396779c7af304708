import { Wallet } from "@btse-wallet/core"
import { Account, Ledger, Reconciliation, Sync } from "@btse-wallet/ledger"
import { Sandbox } from "@btse-wallet/sandbox"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { expect, it } from "@effect/vitest"
import { Effect, Fiber, Layer, TestClock } from "effect"

/** The books in memory, over an exchange in this process. */
const layerTest = Layer.unwrapEffect(
  Effect.map(Sandbox.Sandbox, ({ config }) =>
    Ledger.layerReader({ account: Account.AccountName.make("default"), exchange: config.baseUrl.origin }).pipe(
      Layer.provide(Ledger.opened(SqliteClient.layer({ filename: ":memory:", disableWAL: true }))),
      Layer.provide(Wallet.layerReader(config))
    )
  )
).pipe(Layer.provideMerge(Sandbox.layerInProcess({ records: 800, history: { cap: 100 } })))

it.effect("a ledger is synchronized and reconciled in one process, on a test's clock", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(Date.UTC(2026, 9, 1))
    yield* Effect.gen(function* () {
      const work = Effect.gen(function* () {
        yield* Effect.flatMap(Sync.Sync, (sync) => sync.run())
        return (yield* Effect.flatMap(Reconciliation.Reconciliation, (reconciliation) => reconciliation.run())).status
      })
      const fiber = yield* Effect.fork(work)
      yield* TestClock.adjust("2 minutes")
      expect(yield* Fiber.join(fiber)).toBe("matched")
      const { received } = yield* Sandbox.Sandbox
      expect((yield* received).every(({ status }) => status === 200)).toBe(true)
    }).pipe(Effect.provide(layerTest))
  })
)
