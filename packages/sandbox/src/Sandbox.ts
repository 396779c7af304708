/**
 * An exchange on this machine: the API of `BtseApi` over real HTTP at 127.0.0.1, with books of its own.
 *
 * ```ts
 * import { Sandbox } from "@btse-wallet/sandbox"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const { baseUrl } = yield* Sandbox.start({ records: 1_000, seed: 7 })
 *   yield* Effect.log(`Serving ${baseUrl.href}`)
 * }).pipe(Effect.scoped)
 * ```
 *
 * @since 0.1.0
 */
import { HttpServer } from "@effect/platform"
import type { Redacted, Scope } from "effect"
import { Clock, Context, Effect, Layer, Schema } from "effect"
import * as Exchange from "./Exchange.ts"
import type { Injection } from "./Fault.ts"
import * as Arrivals from "./internal/arrivals.ts"
import * as FaultPlan from "./internal/faultPlan.ts"
import * as Identifiers from "./internal/identifiers.ts"
import * as Server from "./internal/http/server.ts"
import * as Settings from "./internal/settings.ts"
import type { SandboxOptions } from "./SandboxOptions.ts"

/**
 * Another program listens on the port already. Nothing was started.
 *
 * @since 0.1.0
 * @category errors
 */
export class PortInUse extends Schema.TaggedError<PortInUse>()("PortInUse", { port: Schema.Number }) {
  override get message(): string {
    return `Port ${this.port} is in use by another program, so the sandbox was not started. Choose another port, or 0 for any free one.`
  }
}

/**
 * The port cannot be listened on at all: it is no port number, or one that only root may use. Nothing was started.
 *
 * @since 0.1.0
 * @category errors
 */
export class PortNotAllowed extends Schema.TaggedError<PortNotAllowed>()("PortNotAllowed", {
  port: Schema.Number,
  reason: Schema.String,
  cause: Schema.optional(Schema.Defect)
}) {
  override get message(): string {
    return `The sandbox cannot listen on port ${this.port} (${this.reason}), so it was not started. Choose a port from 1024 to 65535, or 0 for any free one.`
  }
}

/**
 * Why a sandbox did not start.
 *
 * @since 0.1.0
 * @category errors
 */
export type SandboxError = PortInUse | PortNotAllowed

/**
 * A request as it arrived: when by the real clock (epoch milliseconds), with which key and nonce, and how it was
 * answered (`null` as long as it was not).
 *
 * @since 0.1.0
 * @category models
 */
export interface Arrival {
  readonly at: number
  readonly method: string
  readonly path: string
  readonly apiKey: string | null
  readonly nonce: string | null
  readonly status: number | null
}

/**
 * A sandbox that serves, and the exchange behind it.
 *
 * @since 0.1.0
 * @category models
 */
export interface RunningSandbox {
  /** As `BTSE_BASE_URL` wants it: `http://127.0.0.1:PORT/spot`. */
  readonly baseUrl: URL
  /** The first key; more of them are only in the options. */
  readonly apiKey: string
  readonly apiSecret: Redacted.Redacted
  /** The exchange itself: its rows, balances and controls. */
  readonly engine: Exchange.Operations & Exchange.Controls
  /** Every request that arrived, oldest first, with its nonce and the answer's status. */
  readonly received: Effect.Effect<ReadonlyArray<Arrival>>
  /** Calls for a fault. */
  readonly inject: (injection: Injection) => Effect.Effect<void>
}

/**
 * A running sandbox as a service.
 *
 * @since 0.1.0
 * @category services
 */
export class Sandbox extends Context.Tag("@btse-wallet/sandbox/Sandbox")<Sandbox, RunningSandbox>() {}

const codeOf = (cause: unknown): string =>
  typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string"
    ? cause.code
    : "unknown reason"

const listenError =
  (port: number) =>
  ({ cause }: { readonly cause: unknown }): SandboxError =>
    codeOf(cause) === "EADDRINUSE"
      ? new PortInUse({ port })
      : new PortNotAllowed({ port, reason: codeOf(cause), cause })

/**
 * Starts a sandbox; it serves until the scope closes. Fails with `PortInUse` or `PortNotAllowed`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const start: (options?: SandboxOptions) => Effect.Effect<RunningSandbox, SandboxError, Scope.Scope> = Effect.fn(
  "Sandbox.start"
)(function* (options: SandboxOptions = {}) {
  const settings = Settings.resolve(options)
  const { port } = settings
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    return yield* new PortNotAllowed({ port, reason: "not a port number" })
  }
  const engine = yield* Exchange.make(options)
  const arrivals = Arrivals.make()
  const faults = FaultPlan.make(settings.faults, Identifiers.random(settings.seed, 6))
  const start = yield* Clock.currentTimeMillis
  const node = Server.createNodeServer()
  const context = yield* Server.layer(node, { settings, engine, arrivals, faults, start }).pipe(
    Layer.provide(Layer.succeed(Exchange.Exchange, engine)),
    Layer.build,
    Effect.mapError(listenError(port))
  )
  // Without this, closing would wait for clients that keep their connections open.
  yield* Effect.addFinalizer(() => Effect.sync(() => node.closeAllConnections()))
  const { address } = Context.get(context, HttpServer.HttpServer)
  const bound = address._tag === "TcpAddress" ? address.port : port
  const [key] = settings.keys
  return {
    baseUrl: new URL(`http://${Server.host}:${bound}/spot`),
    apiKey: key.apiKey,
    apiSecret: key.apiSecret,
    engine,
    received: Effect.sync(() => arrivals.all()),
    inject: (injection) => Effect.sync(() => faults.inject(injection))
  }
})

/**
 * A running sandbox as a layer.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options?: SandboxOptions): Layer.Layer<Sandbox, SandboxError> =>
  Layer.scoped(Sandbox, start(options))
