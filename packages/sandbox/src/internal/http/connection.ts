/**
 * The connection that an answer goes out on, as far as faults break it.
 */
import type { HttpServerRequest, HttpServerResponse } from "@effect/platform"
import { NodeHttpServerRequest } from "@effect/platform-node"
import { Context, Effect } from "effect"

type Request = HttpServerRequest.HttpServerRequest

export interface Broken {
  /** No answer comes: the server interrupts the fiber that would give it. */
  readonly reset: (request: Request) => Effect.Effect<never>
  /** The head promises `length` bytes; `bytes` come, and then the connection is reset. */
  readonly breakOff: (
    request: Request,
    response: HttpServerResponse.HttpServerResponse,
    bytes: Uint8Array,
    length: number
  ) => Effect.Effect<never>
}

const reset: Broken["reset"] = (request) =>
  Effect.zipRight(
    Effect.sync(() => NodeHttpServerRequest.toIncomingMessage(request).socket.resetAndDestroy()),
    Effect.never
  )

const onSockets: Broken = {
  reset,
  breakOff: (request, response, bytes, length) =>
    Effect.zipRight(
      Effect.async<void>((resume) => {
        const node = NodeHttpServerRequest.toServerResponse(request)
        node.writeHead(response.status, { "content-type": "application/json", "content-length": length })
        node.write(bytes, () => resume(Effect.void))
      }),
      reset(request)
    )
}

/** A socket of Node's by default; in a process there is none. */
export class Connection extends Context.Reference<Connection>()("@btse-wallet/sandbox/internal/Connection", {
  defaultValue: (): Broken => onSockets
}) {}
