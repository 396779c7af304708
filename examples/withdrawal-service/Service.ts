/**
 * The service: its API on the ledger of one account, which is written to by it alone.
 */
import { BtseConfig, Wallet } from "@btse-wallet/core"
import { Account, Ledger } from "@btse-wallet/ledger"
import { HttpApiBuilder, HttpMiddleware, HttpServer } from "@effect/platform"
import { NodeFileSystem, NodeHttpClient, NodeHttpServer } from "@effect/platform-node"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { Config, Effect, Layer } from "effect"
import { createServer } from "node:http"
import * as Following from "./Following.ts"
import * as Http from "./Http.ts"
import * as Observability from "./Observability.ts"
import * as Policy from "./Policy.ts"

const books = Layer.unwrapEffect(
  Effect.gen(function* () {
    const config = yield* BtseConfig.fromEnvironment
    const filename = yield* Config.string("BTSE_LEDGER")
    const policy = yield* Policy.fromEnvironment
    const account = Account.AccountName.make("default")
    return Ledger.layer({ account, exchange: config.baseUrl.origin, withdrawals: { policy } }).pipe(
      Layer.provide(Ledger.opened(SqliteClient.layer({ filename, disableWAL: true }))),
      Layer.provide(Wallet.layer(config))
    )
  })
)

// A connection that is kept for the next request holds the stop up until this many milliseconds after the last.
const server = NodeHttpServer.layerConfig(() => createServer({ keepAliveTimeout: 1_000 }), {
  host: Config.withDefault(Config.string("HOST"), "127.0.0.1"),
  port: Config.withDefault(Config.integer("PORT"), 3000)
})

/**
 * What is provided last is there first and goes last: when the service stops, the server takes no more requests and waits
 * for those that are being answered, and only then the ledger closes.
 */
export const layer = HttpApiBuilder.serve(HttpMiddleware.logger).pipe(
  HttpServer.withLogAddress,
  Layer.provideMerge(server),
  Layer.provide([Http.layer, Following.layer]),
  Layer.provide(books),
  Layer.provide(Observability.layer),
  Layer.provide([NodeHttpClient.layerUndici, NodeFileSystem.layer])
)
