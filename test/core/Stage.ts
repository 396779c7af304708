/**
 * A real HTTP server that answers from a script, for what an exchange says on the wire and how it falls silent.
 */
import { NodeHttpClient } from "@effect/platform-node"
import { BtseConfig, Wallet } from "@btse-wallet/core"
import { Effect, Layer, Redacted } from "effect"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"

export const apiKey = "stage-key-4e9536c79f0fdd72"
export const apiSecret = "stage-secret-848db84ac252b672"

export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage["headers"]
  readonly body: string
}

export type Answer = (response: ServerResponse, request: Received) => void

/** Answers with a status, a body and headers. */
export const answer =
  (status: number, body: string, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers })
    response.end(body)
  }

/** Cuts the connection before a byte of the answer. */
export const cut: Answer = (response) => {
  response.socket?.destroy()
}

/** Sends the status and headers, promises a body, and goes. */
export const cutAfterHead =
  (status: number, headers: Record<string, string>): Answer =>
  (response) => {
    response.writeHead(status, { "content-type": "application/json", "content-length": "100", ...headers })
    response.write("{")
    setImmediate(() => response.socket?.destroy())
  }

/** Promises a whole body and sends half of it. */
export const half =
  (body: string): Answer =>
  (response) => {
    response.writeHead(200, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body).toString()
    })
    response.write(body.slice(0, body.length / 2))
    setImmediate(() => response.socket?.destroy())
  }

/** Starts the server; the n-th request gets the n-th answer, and the last answer from then on. */
export const open = (answers: ReadonlyArray<Answer>) =>
  Effect.gen(function* () {
    const received: Array<Received> = []
    const server = yield* Effect.acquireRelease(
      Effect.async<ReturnType<typeof createServer>>((resume) => {
        const listening = createServer((request, response) => {
          const chunks: Array<Buffer> = []
          request.on("data", (chunk: Buffer) => chunks.push(chunk))
          request.on("end", () => {
            const { headers, method = "", url = "" } = request
            const one = { method, url, headers, body: Buffer.concat(chunks).toString() }
            received.push(one)
            answers[Math.min(received.length, answers.length) - 1]?.(response, one)
          })
        })
        listening.listen(0, "127.0.0.1", () => resume(Effect.succeed(listening)))
      }),
      (listening) =>
        Effect.sync(() => {
          listening.closeAllConnections()
          listening.close()
        })
    )
    const { port } = server.address() as AddressInfo
    return { baseUrl: new URL(`http://127.0.0.1:${port}/spot`), received }
  })

/** The configuration of a client of this server; fast, so that only tests of the limit wait for it. */
export const config = (baseUrl: URL, over: Partial<BtseConfig.BtseConfig> = {}): BtseConfig.BtseConfig => ({
  ...BtseConfig.make({
    baseUrl,
    credentials: { apiKey: Redacted.make(apiKey), apiSecret: Redacted.make(apiSecret) },
    requestsPerSecond: 1_000
  }),
  ...over
})

/** Runs `use` with a wallet on a server with these answers. */
export const withWallet = <A, E>(
  answers: ReadonlyArray<Answer>,
  use: (wallet: typeof Wallet.Wallet.Service, received: ReadonlyArray<Received>) => Effect.Effect<A, E>,
  over: Partial<BtseConfig.BtseConfig> = {}
): Effect.Effect<A, E> =>
  Effect.scoped(
    Effect.gen(function* () {
      const { baseUrl, received } = yield* open(answers)
      const context = yield* Layer.build(
        Layer.orDie(Wallet.layer(config(baseUrl, over))).pipe(Layer.provide(NodeHttpClient.layerUndici))
      )
      return yield* Effect.flatMap(Wallet.Wallet, (wallet) => use(wallet, received)).pipe(Effect.provide(context))
    })
  )
