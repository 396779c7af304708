/**
 * An exchange on this machine, with books of its own: the API of `BtseApi` over real HTTP at 127.0.0.1, or behind an
 * `HttpClient` of this process.
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
import { BtseConfig } from "@btse-wallet/core"
import { HttpClient, HttpServer } from "@effect/platform"
import type { Scope } from "effect"
import { Clock, ConfigProvider, Context, Effect, Layer, Redacted, Schema } from "effect"
import * as Exchange from "./Exchange.ts"
import type { Injection } from "./Fault.ts"
import * as Arrivals from "./internal/arrivals.ts"
import * as FaultPlan from "./internal/faultPlan.ts"
import * as Identifiers from "./internal/identifiers.ts"
import * as Server from "./internal/http/server.ts"
import * as InProcess from "./internal/inProcess.ts"
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
  /** The configuration of a client of this sandbox, with its first key, at its rate limit. */
  readonly config: BtseConfig.BtseConfig
  /** As `BTSE_BASE_URL` wants it: `http://127.0.0.1:PORT/spot`, or a name that no network knows. */
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

/** All of a sandbox but the way to it. */
const prepare = Effect.fnUntraced(function* (options: SandboxOptions) {
  const settings = Settings.resolve(options)
  const engine = yield* Exchange.make(options)
  const arrivals = Arrivals.make()
  const faults = FaultPlan.make(settings.faults, Identifiers.random(settings.seed, 6))
  const guard = { settings, engine, arrivals, faults, start: yield* Clock.currentTimeMillis }
  const [{ apiKey, apiSecret }] = settings.keys
  const at = (baseUrl: URL): RunningSandbox => ({
    config: BtseConfig.make({
      baseUrl,
      credentials: { apiKey: Redacted.make(apiKey), apiSecret },
      requestsPerSecond: settings.rateLimits.requestsPerSecond
    }),
    baseUrl,
    apiKey,
    apiSecret,
    engine,
    received: Effect.sync(() => arrivals.all()),
    inject: (injection) => Effect.sync(() => faults.inject(injection))
  })
  return { at, guard, services: Layer.succeed(Exchange.Exchange, engine) }
})

/**
 * Starts a sandbox; it serves until the scope closes. Fails with `PortInUse` or `PortNotAllowed`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const start: (options?: SandboxOptions) => Effect.Effect<RunningSandbox, SandboxError, Scope.Scope> = Effect.fn(
  "Sandbox.start"
)(function* (options: SandboxOptions = {}) {
  const { at, guard, services } = yield* prepare(options)
  const { port } = guard.settings
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    return yield* new PortNotAllowed({ port, reason: "not a port number" })
  }
  const node = Server.createNodeServer()
  const context = yield* Server.layer(node, guard).pipe(
    Layer.provide(services),
    Layer.build,
    Effect.mapError(listenError(port))
  )
  // Without this, closing would wait for clients that keep their connections open.
  yield* Effect.addFinalizer(() => Effect.sync(() => node.closeAllConnections()))
  const { address } = Context.get(context, HttpServer.HttpServer)
  const bound = address._tag === "TcpAddress" ? address.port : port
  return at(new URL(`http://${Server.host}:${bound}/spot`))
})

/**
 * A running sandbox as a layer.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options?: SandboxOptions): Layer.Layer<Sandbox, SandboxError> =>
  Layer.scoped(Sandbox, start(options))

/** No two sandboxes of a process are one exchange to what keeps a limit per exchange and key. */
let made = 0

/**
 * A sandbox in this process and the `HttpClient` that reaches it, and nothing else: no socket is opened. Everything happens on the fiber that
 * asks, at the time of its `Clock`, so that a test can drive it with `TestClock`. The faults of a connection are those of
 * a real one; a compressed body stays compressed.
 *
 * @example
 * ```ts
 * import { Wallet } from "@btse-wallet/core"
 * import { Sandbox } from "@btse-wallet/sandbox"
 * import { Effect, Layer } from "effect"
 *
 * // The wallet under test, on an exchange with 20 rows of history.
 * export const layerTest = Layer.unwrapEffect(
 *   Effect.map(Sandbox.Sandbox, ({ config }) => Wallet.layer(config))
 * ).pipe(Layer.provideMerge(Sandbox.layerInProcess({ records: 20 })))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerInProcess = (options: SandboxOptions = {}): Layer.Layer<Sandbox | HttpClient.HttpClient> =>
  Layer.scopedContext(
    Effect.gen(function* () {
      const { at, guard, services } = yield* prepare(options)
      const host = `sandbox-${(made += 1)}.invalid`
      const client = yield* Effect.provide(InProcess.make(guard, host), services)
      return Context.make(Sandbox, at(new URL(`https://${host}/spot`))).pipe(Context.add(HttpClient.HttpClient, client))
    })
  )

/**
 * The environment of a program that uses the sandbox, for what reads `BtseConfig.fromEnvironment`.
 *
 * @since 0.1.0
 * @category config
 */
export const configProvider = ({ apiKey, apiSecret, baseUrl, config }: RunningSandbox): ConfigProvider.ConfigProvider =>
  ConfigProvider.fromMap(
    new Map([
      ["BTSE_BASE_URL", baseUrl.href],
      ["BTSE_API_KEY", apiKey],
      ["BTSE_API_SECRET", Redacted.value(apiSecret)],
      ["BTSE_RATE_LIMIT", `${config.requestsPerSecond}`]
    ])
  )
