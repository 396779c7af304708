import { Wallet } from "@btse-wallet/core"
import { Sandbox } from "@btse-wallet/sandbox"
import { HttpClient, type HttpClientRequest } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import {
  Chunk,
  Context,
  Effect,
  Exit,
  Fiber,
  Inspectable,
  Layer,
  Metric,
  MetricState,
  Option,
  Ref,
  TestClock,
  Tracer
} from "effect"
import manifest from "../../packages/core/package.json" with { type: "json" }
import * as Requests from "./Requests.ts"

interface Seen {
  readonly name: string
  readonly kind: Tracer.SpanKind
  readonly parent: string | undefined
  readonly attributes: Record<string, unknown>
  /** In seconds; undefined while it lasts. */
  took: number | undefined
  failed: boolean
}

/** A tracer that keeps its spans, in the order of their beginning. */
const recording = () => {
  const spans: Array<Seen> = []
  const tracer = Tracer.make({
    context: (run) => run(),
    span: (name, parent, context, links, startTime, kind) => {
      const attributes: Record<string, unknown> = {}
      const above = Option.getOrUndefined(parent)
      const seen: Seen = {
        name,
        kind,
        parent: above?._tag === "Span" ? above.name : undefined,
        attributes,
        took: undefined,
        failed: false
      }
      spans.push(seen)
      return {
        _tag: "Span",
        name,
        spanId: `${spans.length}`,
        traceId: "trace",
        parent,
        context: context ?? Context.empty(),
        status: { _tag: "Started", startTime },
        attributes: new Map(),
        links,
        sampled: true,
        kind,
        attribute: (key, value) => {
          attributes[key] = value
        },
        event: () => undefined,
        addLinks: () => undefined,
        end: (at, exit) => {
          seen.took = Number(at - startTime) / 1e9
          seen.failed = Exit.isFailure(exit)
        }
      }
    }
  })
  return { spans, tracer }
}

/** Runs a test with a wallet on a sandbox of its own, and what was recorded of it. */
const observed = <A, E>(
  test: (
    wallet: typeof Wallet.Wallet.Service,
    sandbox: Sandbox.RunningSandbox,
    spans: ReadonlyArray<Seen>
  ) => Effect.Effect<A, E>
) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(1_790_000_000_000)
    const { spans, tracer } = recording()
    return yield* Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const wallet = yield* Effect.map(Layer.build(Wallet.layer(sandbox.config)), Context.get(Wallet.Wallet))
      return yield* Effect.withTracer(test(wallet, sandbox, spans), tracer)
    }).pipe(Effect.scoped, Effect.provide(Sandbox.layerInProcess({ faults: { latency: "20 seconds" } })))
  })

const clientSpans = (spans: ReadonlyArray<Seen>) => spans.filter(({ kind }) => kind === "client")

/** The histograms of a metric with these labels. */
const histograms = (name: string, host: string) =>
  Effect.map(Metric.snapshot, (pairs) =>
    pairs.flatMap(({ metricKey, metricState }) =>
      metricKey.name === name &&
      MetricState.isHistogramState(metricState) &&
      metricKey.tags.some(({ key, value }) => key === "server.address" && value === host)
        ? [{ labels: Object.fromEntries(metricKey.tags.map(({ key, value }) => [key, value])), state: metricState }]
        : []
    )
  )

const counterOf = (name: string) =>
  Effect.map(Metric.snapshot, (pairs) =>
    pairs.reduce(
      (sum, { metricKey, metricState }) =>
        metricKey.name === name && MetricState.isCounterState(metricState) ? sum + Number(metricState.count) : sum,
      0
    )
  )

describe("Spans and metrics of requests", () => {
  it.effect("are OpenTelemetry's of an HTTP client, one for each time a request is sent", () =>
    observed((wallet, sandbox, spans) =>
      Effect.gen(function* () {
        yield* sandbox.inject({ kind: "error-503" })
        const fiber = yield* Effect.fork(wallet.history({ currency: Requests.currency("BTC") }))
        yield* TestClock.adjust("2 seconds")
        yield* Fiber.join(fiber)
        const attributes = {
          "http.request.method": "GET",
          "url.template": "/api/v3.2/user/wallet_history",
          "url.scheme": "https",
          "server.address": sandbox.baseUrl.hostname,
          "server.port": 443
        }
        expect(clientSpans(spans)).toEqual([
          {
            name: "GET /api/v3.2/user/wallet_history",
            kind: "client",
            parent: "btse.history.attempt",
            attributes: { ...attributes, "http.response.status_code": 503, "error.type": "503" },
            took: 0,
            failed: true
          },
          {
            name: "GET /api/v3.2/user/wallet_history",
            kind: "client",
            parent: "btse.history.attempt",
            attributes: { ...attributes, "http.response.status_code": 200, "http.request.resend_count": 1 },
            took: 0,
            failed: false
          }
        ])
      })
    )
  )

  it.effect("hold no query, address, key or signature, whatever the operation", () =>
    observed((wallet, sandbox, spans) =>
      Effect.gen(function* () {
        const secret = "bc1q-a-place-nobody-should-log"
        yield* Effect.exit(wallet.deleteAddress({ ...Requests.address, address: secret }))
        yield* Effect.exit(wallet.withdraw(Requests.withdrawal))
        yield* Effect.exit(wallet.transfer(Requests.transfer))
        expect(clientSpans(spans).length).toBe(3)
        const measured = yield* histograms("http.client.request.duration", sandbox.baseUrl.hostname)
        const all = Inspectable.toStringUnknown([spans, measured])
        for (const text of [secret, sandbox.apiKey, Requests.transfer.toUserMail, "currency=", "sign"]) {
          expect(all.includes(text), text).toBe(false)
        }
      })
    )
  )

  it.effect("measure a request in seconds, and the wait for its permit apart", () =>
    observed((wallet, sandbox, spans) =>
      Effect.gen(function* () {
        const fiber = yield* Effect.fork(Effect.all(Effect.replicate(wallet.balances, 6), { concurrency: 6 }))
        yield* TestClock.adjust("2 seconds")
        yield* Fiber.join(fiber)
        const waits = spans.filter(({ name }) => name === "btse.permit").map(({ took }) => took ?? 0)
        expect(waits.length).toBe(6)
        expect(Math.max(...waits)).toBeGreaterThan(1)
        expect(Math.max(...waits)).toBeLessThan(1.1)
        expect(clientSpans(spans).map(({ took }) => took)).toEqual([0, 0, 0, 0, 0, 0])
        yield* sandbox.inject({ kind: "latency" })
        const late = yield* Effect.fork(wallet.balances)
        yield* TestClock.adjust("30 seconds")
        yield* Fiber.join(late)
        const took = clientSpans(spans).at(-1)?.took ?? 0
        const [measured] = yield* histograms("http.client.request.duration", sandbox.baseUrl.hostname)
        expect(took).toBeGreaterThan(0.5)
        expect(measured?.state.sum).toBeCloseTo(took, 3)
        expect(measured?.labels).toMatchObject({ unit: "s", "http.response.status_code": "200" })
      })
    )
  )

  it.effect("count a 429 once, whether it names its end or not", () =>
    observed((wallet, sandbox) =>
      Effect.gen(function* () {
        for (const headers of [{ "retry-after": "30" }, {}]) {
          const before = yield* counterOf("btse_rate_limited_total")
          const answer = { status: 429, body: `{"status":429,"errorCode":303,"message":"slow down"}`, headers }
          yield* sandbox.inject({ kind: "answer", answer, times: 1 })
          const fiber = yield* Effect.fork(Effect.exit(wallet.balances))
          yield* TestClock.adjust("10 minutes")
          yield* Fiber.join(fiber)
          expect((yield* counterOf("btse_rate_limited_total")) - before).toBe(1)
        }
      })
    )
  )

  it.effect("end with the kind of failure where no answer came", () =>
    observed((wallet, sandbox, spans) =>
      Effect.gen(function* () {
        yield* sandbox.inject({ kind: "reset-before" })
        yield* Effect.exit(wallet.withdraw(Requests.withdrawal))
        expect(clientSpans(spans).map(({ attributes }) => attributes["error.type"])).toEqual(["Unreachable"])
      })
    )
  )
})

describe("A request", () => {
  it.effect("names the package and its version", () =>
    Effect.gen(function* () {
      const agents = yield* Ref.make(Chunk.empty<string | undefined>())
      const sandbox = yield* Sandbox.Sandbox
      const noting = HttpClient.mapRequestEffect(
        yield* HttpClient.HttpClient,
        (request: HttpClientRequest.HttpClientRequest) =>
          Effect.as(Ref.update(agents, Chunk.append(request.headers["user-agent"])), request)
      )
      yield* Effect.flatMap(Wallet.WalletReader, (wallet) => wallet.balances).pipe(
        Effect.provide(Layer.provide(Wallet.layer(sandbox.config), Layer.succeed(HttpClient.HttpClient, noting)))
      )
      expect(Chunk.toReadonlyArray(yield* Ref.get(agents))).toEqual([`btse-wallet/${manifest.version}`])
    }).pipe(Effect.provide(Sandbox.layerInProcess()))
  )
})
