/**
 * The API over HTTP at 127.0.0.1.
 */
import { HttpApiBuilder } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { Layer } from "effect"
import { createServer, type Server } from "node:http"
import * as Gate from "./gate.ts"
import * as Handlers from "./handlers.ts"

export const host = "127.0.0.1"

/** A client that polls every few seconds must not meet a connection that is just being closed. */
const keepAlive = 65_000

export const createNodeServer = (): Server => {
  const server = createServer()
  server.keepAliveTimeout = keepAlive
  return server
}

/** Serves until its scope closes. */
export const layer = (node: Server, guard: Gate.Guard) =>
  HttpApiBuilder.serve().pipe(
    Layer.provide(HttpApiBuilder.middleware(Gate.make(guard))),
    Layer.provide(Handlers.layer(guard.settings)),
    Layer.provideMerge(NodeHttpServer.layer(() => node, { host, port: guard.settings.port }))
  )
