/**
 * A ledger as `btse` opens it, over the exchange of Pages.ts.
 */
import { Account, Digest, Ledger, Sync } from "@btse-wallet/ledger"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { Effect, Layer } from "effect"
import { createHash } from "node:crypto"
import * as Pages from "./Pages.ts"

const digest = Layer.succeed(Digest.Digest, {
  sha256: (text) => createHash("sha256").update(text, "utf8").digest("hex")
})

export const layer = (filename: string, rows: number) =>
  Ledger.layerReader({ account: Account.AccountName.make("default"), exchange: "http://pages.test" }).pipe(
    Layer.provide(Ledger.opened(SqliteClient.layer({ filename, disableWAL: true }))),
    Layer.provide(Layer.merge(Pages.wallet(rows), digest))
  )

/** Brings a ledger up to date with an exchange of so many rows. */
export const sync = (filename: string, rows: number) =>
  Effect.flatMap(Sync.Sync, (service) => service.run()).pipe(Effect.provide(layer(filename, rows)))
