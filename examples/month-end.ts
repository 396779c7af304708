import { BtseConfig, Decimal, Wallet } from "@btse-wallet/core"
import { Account, Ledger, Reconciliation, Sync } from "@btse-wallet/ledger"
import { NodeHttpClient } from "@effect/platform-node"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { Console, Effect, Layer } from "effect"

/** Brings the books up to date and says which currencies do not agree with the exchange. */
export const monthEnd = Effect.gen(function* () {
  const sync = yield* Sync.Sync
  const reconciliation = yield* Reconciliation.Reconciliation

  const { records } = yield* sync.run()
  yield* Console.log(`${records.inserted} new records, ${records.updated} changed`)

  const report = yield* reconciliation.run()
  for (const line of report.lines.filter(({ status }) => status === "break")) {
    yield* Console.log(`${line.currency} is off by ${Decimal.toText(line.difference)}`)
  }
  return report.status
})

/** The ledger of one account in a SQLite file, on the exchange that the environment names. It cannot move money. */
export const layerBooks = (filename: string) =>
  Layer.unwrapEffect(
    Effect.map(BtseConfig.fromEnvironment, (config) =>
      Ledger.layerReader({ account: Account.AccountName.make("default"), exchange: config.baseUrl.origin }).pipe(
        Layer.provide(Ledger.opened(SqliteClient.layer({ filename, disableWAL: true }))),
        Layer.provide(Wallet.layerReader(config)),
        Layer.provide(NodeHttpClient.layerUndici)
      )
    )
  )

// In the program's own main: NodeRuntime.runMain(monthEnd.pipe(Effect.provide(layerBooks("books.sqlite"))))
