/**
 * What a page of history costs through the client, against undici alone.
 */
// @effect-diagnostics preferSchemaOverJson:off -- JSON.parse is what the client is compared with
import { BtseConfig, Wallet } from "@btse-wallet/core"
import { Command, HttpClient } from "@effect/platform"
import { NodeContext, NodeHttpClient, NodeRuntime, Undici } from "@effect/platform-node"
import { Effect, Layer, Redacted, Schema, Stream } from "effect"
import { fileURLToPath } from "node:url"
import { compare, type Contestant } from "./Comparison.ts"

class NotStarted extends Schema.TaggedError<NotStarted>()("NotStarted", {}) {}

/** Starts the server, for as long as the scope is open. */
const startServer = Effect.gen(function* () {
  const program = fileURLToPath(new URL("PageServer.js", import.meta.url))
  const { stdout } = yield* Command.start(Command.make(process.execPath, program))
  const port = yield* Stream.runHead(Stream.splitLines(Stream.decodeText(stdout)))
  return yield* Effect.mapError(port, () => new NotStarted())
})

const alone = (url: string, dispatcher: Undici.Dispatcher): Contestant => ({
  name: "undici, body text, JSON.parse",
  run: Effect.promise(async () => {
    // oxlint-disable-next-line import/namespace -- undici is CommonJS, re-exported
    const { body } = await Undici.request(url, { dispatcher })
    return JSON.parse(await body.text())
  })
})

const platform = (url: string, http: HttpClient.HttpClient): Contestant => ({
  name: "HttpClient of @effect/platform on undici, JSON.parse",
  run: Effect.flatMap(http.get(url), ({ json }) => json).pipe(Effect.orDie)
})

const client = (wallet: typeof Wallet.WalletReader.Service): Contestant => ({
  name: "Wallet.history",
  run: Effect.orDie(wallet.history({}))
})

/** No request waits for a permit, though each takes one. */
const config = (baseUrl: URL) =>
  BtseConfig.make({
    baseUrl,
    credentials: { apiKey: Redacted.make("key"), apiSecret: Redacted.make("secret") },
    requestsPerSecond: 1_000_000
  })

const benchmark = Effect.gen(function* () {
  const port = yield* startServer
  const http = yield* HttpClient.HttpClient
  const dispatcher = yield* Effect.acquireRelease(
    // oxlint-disable-next-line import/namespace -- as above
    Effect.sync(() => new Undici.Agent()),
    (agent) => Effect.promise(() => agent.destroy())
  )
  for (const [rows, runs] of [
    [1_000, 50],
    [1, 500]
  ] as const) {
    const base = `http://127.0.0.1:${port}/${rows}`
    const wallet = yield* Layer.build(Wallet.layerReader(config(new URL(base)))).pipe(
      Effect.flatMap((context) => Effect.provide(Wallet.WalletReader, context))
    )
    const url = `${base}/api/v3.2/user/wallet_history`
    yield* compare({
      title: `A page of ${rows} rows over loopback`,
      rounds: 9,
      runs,
      contestants: [alone(url, dispatcher), platform(url, http), client(wallet)]
    })
  }
}).pipe(Effect.scoped, Effect.provide(Layer.merge(NodeHttpClient.layerUndici, NodeContext.layer)))

NodeRuntime.runMain(benchmark)
