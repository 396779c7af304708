/**
 * A ledger as `btse` opens it, over the exchange of Pages.ts.
 */
import { Account, Ledger, Sync } from "@btse-wallet/ledger"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { Effect, Layer } from "effect"
import * as NodeDigest from "../../packages/cli/src/NodeDigest.ts"
import * as Pages from "./Pages.ts"

export const layer = (filename: string, rows: number) =>
  Ledger.layerReader({ account: Account.AccountName.make("default"), exchange: "http://pages.test" }).pipe(
    Layer.provide(Ledger.opened(SqliteClient.layer({ filename, disableWAL: true }))),
    Layer.provide(Layer.merge(Pages.wallet(rows), NodeDigest.layer))
  )

/** Brings a ledger up to date with an exchange of so many rows. */
export const sync = (filename: string, rows: number) =>
  Effect.flatMap(Sync.Sync, (service) => service.run()).pipe(Effect.provide(layer(filename, rows)))
