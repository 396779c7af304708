/**
 * The API over HTTP at 127.0.0.1.
 */
import { HttpApiBuilder } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { Layer } from "effect"
import { createServer, type Server } from "node:http"
import type { Arrivals } from "../arrivals.ts"
import type { Settings } from "../settings.ts"
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
export const layer = (node: Server, settings: Settings, arrivals: Arrivals) =>
  HttpApiBuilder.serve().pipe(
    Layer.provide(HttpApiBuilder.middleware(Gate.make(settings, arrivals))),
    Layer.provide(Handlers.layer(settings)),
    Layer.provideMerge(NodeHttpServer.layer(() => node, { host, port: settings.port }))
  )
