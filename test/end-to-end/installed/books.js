// A program in JavaScript on the installed packages: an exchange of its own, synced and reconciled into a file.
import { Decimal, Wallet } from "@btse-wallet/core"
import { Account, Ledger, Reconciliation, Sync } from "@btse-wallet/ledger"
import { Sandbox } from "@btse-wallet/sandbox"
import { NodeHttpClient, NodeRuntime } from "@effect/platform-node"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { Console, Effect, Layer, Option, Redacted } from "effect"

const layerBooks = Layer.unwrapScoped(
  Effect.map(Sandbox.start({ records: 120, seed: 5 }), ({ apiKey, apiSecret, baseUrl }) =>
    Ledger.layerReader({ account: Account.AccountName.make("default"), exchange: baseUrl.origin }).pipe(
      Layer.provide(Ledger.opened(SqliteClient.layer({ filename: "books.sqlite", disableWAL: true }))),
      Layer.provide(
        Wallet.layerReader({
          baseUrl,
          credentials: Option.some({ apiKey: Redacted.make(apiKey), apiSecret }),
          authHeaders: "btse",
          requestsPerSecond: 5
        })
      ),
      Layer.provide(NodeHttpClient.layerUndici)
    )
  )
)

const main = Effect.gen(function* () {
  const sync = yield* Sync.Sync
  const reconciliation = yield* Reconciliation.Reconciliation
  const { records } = yield* sync.run()
  const { lines, status } = yield* reconciliation.run()
  const differences = new Set(lines.map(({ difference }) => Decimal.toText(difference)))
  yield* Console.log(`${records.inserted} ${status} ${[...differences].join()}`)
})

NodeRuntime.runMain(Effect.provide(main, layerBooks))
