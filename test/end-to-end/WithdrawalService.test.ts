import { WalletError } from "@btse-wallet/core"
import { LedgerError, LedgerStatus, Payments } from "@btse-wallet/ledger"
import { Sandbox } from "@btse-wallet/sandbox"
import { FileSystem, HttpApiBuilder, HttpApiClient, HttpClient, HttpClientRequest, HttpServer } from "@effect/platform"
import { NodeContext, NodeHttpClient, NodeHttpServer } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import {
  ConfigProvider,
  Context,
  Effect,
  Exit,
  Fiber,
  Layer,
  Logger,
  LogLevel,
  Redacted,
  Schedule,
  Scope
} from "effect"
import { Api } from "../../examples/withdrawal-service/Api.ts"
import * as Http from "../../examples/withdrawal-service/Http.ts"
import * as Service from "../../examples/withdrawal-service/Service.ts"
import * as Requests from "../core/Requests.ts"
import * as ServiceProcess from "./ServiceProcess.ts"
import * as SandboxEnvironment from "./SandboxEnvironment.ts"

const withdrawPath = "/api/v3.2/user/wallet/withdraw"

const request = {
  currency: Requests.currency("BTC"),
  network: Requests.withdrawal.network,
  address: "bc1q-a-customer",
  amount: Requests.amount("0.00100000"),
  feeOnTop: false
}

const token = "a-token-that-the-callers-of-the-tests-have"

const policy = `{"allow": [{"address": "${request.address}"}]}`

const showing = (token: string) => HttpClient.mapRequest(HttpClientRequest.bearerToken(token))

const headers = (key: string) => ({ "idempotency-key": key })

/** The service on a sandbox, as a program would launch it, until the scope closes; and a client of its API. */
const started = Effect.fnUntraced(function* (options: Sandbox.RunningSandbox, filename: string) {
  const scope = yield* Effect.acquireRelease(Scope.make(), (scope, exit) => Scope.close(scope, exit))
  const environment = SandboxEnvironment.of(options, {
    BTSE_LEDGER: filename,
    PORT: "0",
    SYNC_EVERY: "300 millis",
    SERVICE_TOKEN: token,
    BTSE_WITHDRAWAL_POLICY: `${filename}.policy.json`
  })
  const context = yield* Layer.buildWithScope(Service.layer, scope).pipe(
    Effect.withConfigProvider(environment),
    Logger.withMinimumLogLevel(LogLevel.Error)
  )
  const { address } = Context.get(context, HttpServer.HttpServer)
  const baseUrl = `http://127.0.0.1:${address._tag === "TcpAddress" ? address.port : 0}`
  const client = yield* HttpApiClient.make(Api, { baseUrl, transformClient: showing(token) })
  return { baseUrl, client, stop: Scope.close(scope, Exit.void) }
})

const exchange = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const filename = `${yield* fs.makeTempDirectoryScoped()}/books.sqlite`
  yield* fs.writeFileString(`${filename}.policy.json`, policy)
  const sandbox = yield* Sandbox.start({
    records: 40,
    seed: 4,
    faults: { latency: "700 millis" },
    withdrawals: { processingAfter: "50 millis", finalAfter: "150 millis" }
  })
  return { filename, sandbox }
})

const stage = Effect.gen(function* () {
  const { filename, sandbox } = yield* exchange
  return { filename, sandbox, ...(yield* started(sandbox, filename)) }
})

const sent = ({ received }: Sandbox.RunningSandbox) =>
  Effect.map(received, (arrivals) => arrivals.filter(({ path }) => path === `/spot${withdrawPath}`).length)

const environment = Layer.merge(NodeContext.layer, NodeHttpClient.layerUndici)

const soon = Schedule.intersect(Schedule.spaced("50 millis"), Schedule.recurs(200))

describe("the withdrawal service of the examples", () => {
  it.scopedLive("sends once for a key, follows it to its end, and refuses what it should", () =>
    Effect.gen(function* () {
      const { client, sandbox } = yield* stage
      const first = yield* client.withdrawals.submit({ headers: headers("payout-1"), payload: request })
      expect(first).toMatchObject({ key: "payout-1", status: "SUBMITTED" })
      const again = yield* client.withdrawals.submit({ headers: headers("payout-1"), payload: request })
      expect(again.withdrawId).toBe(first.withdrawId)
      expect(yield* sent(sandbox)).toBe(1)

      const other = { ...request, amount: Requests.amount("0.002") }
      const conflict = yield* Effect.flip(client.withdrawals.submit({ headers: headers("payout-1"), payload: other }))
      expect(conflict._tag).toBe("Conflict")
      const greedy = { ...request, amount: Requests.amount("1000000") }
      const refused = yield* Effect.flip(client.withdrawals.submit({ headers: headers("payout-2"), payload: greedy }))
      expect(refused._tag).toBe("Refused")
      expect((yield* Effect.flip(client.withdrawals.status({ path: { id: "nobody" } })))._tag).toBe("Missing")
      expect(yield* sent(sandbox)).toBe(1)

      const completed = yield* client.withdrawals.status({ path: { id: "payout-1" } }).pipe(
        Effect.filterOrFail(({ status }) => status === "COMPLETED"),
        Effect.retry(soon)
      )
      expect(completed.txid).not.toBeNull()
      const health = yield* client.health.health().pipe(
        Effect.filterOrFail(({ snapshotAt }) => snapshotAt !== null),
        Effect.retry(soon)
      )
      expect(health.withdrawalsInFlight).toBe(0)
    }).pipe(Effect.provide(environment))
  )

  it.scopedLive(
    "sends nothing for who has no token, to who is not allowed, and for a field that it does not know",
    () =>
      Effect.gen(function* () {
        const { baseUrl, client, sandbox } = yield* stage
        const stranger = yield* HttpApiClient.make(Api, { baseUrl, transformClient: showing(`${token}.`) })
        const asked = stranger.withdrawals.submit({ headers: headers("payout-6"), payload: request })
        expect((yield* Effect.flip(asked))._tag).toBe("Unauthenticated")
        const looked = stranger.withdrawals.status({ path: { id: "payout-6" } })
        expect((yield* Effect.flip(looked))._tag).toBe("Unauthenticated")
        expect((yield* stranger.health.health()).withdrawalsInFlight).toBe(0)

        const elsewhere = { ...request, address: "bc1q-a-stranger" }
        const refused = yield* Effect.flip(
          client.withdrawals.submit({ headers: headers("payout-6"), payload: elsewhere })
        )
        expect(refused._tag).toBe("Refused")

        const http = yield* HttpClient.HttpClient
        const misspelt = yield* HttpClientRequest.post(`${baseUrl}/withdrawals`, { headers: headers("payout-6") }).pipe(
          HttpClientRequest.bearerToken(token),
          HttpClientRequest.bodyUnsafeJson({
            currency: "XRP",
            network: "Ripple",
            address: request.address,
            tagg: "12345",
            amount: "1"
          }),
          http.execute
        )
        expect(misspelt.status).toBe(400)
        expect(yield* misspelt.text).toContain("tagg")
        expect(yield* sent(sandbox)).toBe(0)
      }).pipe(Effect.provide(environment))
  )

  it.scopedLive(
    "says that it does not know where the books fail after the sending, and never that nothing was sent",
    () =>
      Effect.gen(function* () {
        const failing = (fault: Effect.Effect<never, Payments.PaymentError>) =>
          Effect.gen(function* () {
            const stub = Layer.mergeAll(
              Layer.succeed(Payments.Payments, {
                withdraw: () => fault,
                transfer: () => fault,
                convert: () => fault,
                check: () => Effect.die("not asked for")
              }),
              Layer.succeed(Payments.PaymentBook, {
                list: busy,
                get: () => busy,
                track: () => busy,
                candidates: () => busy,
                resolve: busy,
                decide: () => busy
              }),
              Layer.succeed(LedgerStatus.LedgerStatus, { get: busy })
            )
            const server = HttpApiBuilder.serve().pipe(
              Layer.provide(Http.layer),
              Layer.provide(stub),
              Layer.provideMerge(NodeHttpServer.layerTest)
            )
            const client = yield* Effect.provide(
              HttpApiClient.make(Api, { transformClient: showing(token) }),
              yield* Layer.build(server)
            )
            const submitted = client.withdrawals.submit({ headers: headers("payout-7"), payload: request })
            expect((yield* Effect.flip(client.withdrawals.status({ path: { id: "payout-7" } })))._tag).toBe(
              "Unreadable"
            )
            return (yield* Effect.flip(submitted))._tag
          }).pipe(Effect.withConfigProvider(ConfigProvider.fromMap(new Map([["SERVICE_TOKEN", token]]))))
        const busy = new LedgerError.LedgerBusy({ operation: "withdraw" })
        const answer = { operation: "withdraw", status: 400, errorCode: null, exchangeMessage: null }
        const mismatch = { operation: "withdraw", account: "default", bound: "https://one", asked: "https://other" }
        expect(yield* failing(busy)).toBe("Unknown")
        expect(yield* failing(new LedgerError.AccountMismatch(mismatch))).toBe("Unknown")
        expect(
          yield* failing(new WalletError.OutcomeUnknown({ operation: "withdraw", request: "", reason: "a reset" }))
        ).toBe("Unknown")
        expect(yield* failing(new WalletError.Unauthorized(answer))).toBe("Misconfigured")
        expect(yield* failing(new WalletError.Forbidden({ ...answer, permission: "Withdraw" }))).toBe("Misconfigured")
        expect(yield* failing(new WalletError.ExchangeUnavailable(answer))).toBe("Unavailable")
        expect(yield* failing(new WalletError.InsufficientBalance(answer))).toBe("Refused")
      }).pipe(Effect.provide(environment), Logger.withMinimumLogLevel(LogLevel.None))
  )

  it.scopedLive("answers what it is sending before it stops, and takes nothing more", () =>
    Effect.gen(function* () {
      const { client, filename, sandbox, stop } = yield* stage
      yield* sandbox.inject({ kind: "latency", method: "POST", path: withdrawPath })
      const submitting = yield* Effect.fork(
        client.withdrawals.submit({ headers: headers("payout-3"), payload: request })
      )
      yield* Effect.repeat(sent(sandbox), { until: (n) => n === 1, schedule: Schedule.spaced("10 millis") })
      yield* stop
      const submitted = yield* Fiber.join(submitting)
      expect(submitted.status).toBe("SUBMITTED")
      const refused = yield* Effect.flip(client.withdrawals.status({ path: { id: "payout-3" } }))
      expect(refused._tag).toBe("RequestError")

      // What was answered is in the books, and a service that is started again goes on from them.
      const next = yield* started(sandbox, filename)
      const status = yield* next.client.withdrawals.status({ path: { id: "payout-3" } })
      expect(status.withdrawId).toBe(submitted.withdrawId)
      expect(yield* sent(sandbox)).toBe(1)
    }).pipe(Effect.provide(environment))
  )

  it.scopedLive("as a process answers what it is sending when it is told to stop, and tells a collector", () =>
    Effect.gen(function* () {
      const { filename, sandbox } = yield* exchange
      const collector = yield* ServiceProcess.collector
      const { baseUrl, child } = yield* ServiceProcess.start({
        BTSE_BASE_URL: sandbox.baseUrl.href,
        BTSE_API_KEY: sandbox.apiKey,
        BTSE_API_SECRET: Redacted.value(sandbox.apiSecret),
        BTSE_LEDGER: filename,
        PORT: "0",
        SERVICE_TOKEN: token,
        BTSE_WITHDRAWAL_POLICY: `${filename}.policy.json`,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url
      })
      const client = yield* HttpApiClient.make(Api, { baseUrl, transformClient: showing(token) })
      yield* sandbox.inject({ kind: "latency", method: "POST", path: withdrawPath })
      const submitting = yield* Effect.fork(
        client.withdrawals.submit({ headers: headers("payout-5"), payload: request })
      )
      yield* Effect.repeat(sent(sandbox), { until: (n) => n === 1, schedule: Schedule.spaced("10 millis") })
      yield* child.kill("SIGTERM")
      expect((yield* Fiber.join(submitting)).status).toBe("SUBMITTED")
      expect(yield* child.exitCode).toBe(0)
      const told = yield* collector.received
      expect(new Set(told.map(([path]) => path))).toContain("/v1/traces")
      const traces = told.map(([, body]) => body).join("")
      expect(traces).toContain('"btse.withdraw"')
      expect(traces).not.toContain(Redacted.value(sandbox.apiSecret))
      expect(traces).not.toContain(request.address)
    }).pipe(Effect.provide(environment))
  )

  it.scopedLive("knows what became of a withdrawal whose client hung up", () =>
    Effect.gen(function* () {
      const { baseUrl, client, sandbox } = yield* stage
      yield* sandbox.inject({ kind: "latency", method: "POST", path: withdrawPath })
      const http = yield* HttpClient.HttpClient
      const body = { currency: "BTC", network: request.network, address: request.address, amount: "0.001" }
      const hangingUp = yield* Effect.fork(
        HttpClientRequest.post(`${baseUrl}/withdrawals`, { headers: headers("payout-4") }).pipe(
          HttpClientRequest.bearerToken(token),
          HttpClientRequest.bodyUnsafeJson(body),
          http.execute
        )
      )
      yield* Effect.repeat(sent(sandbox), { until: (n) => n === 1, schedule: Schedule.spaced("10 millis") })
      yield* Fiber.interrupt(hangingUp)
      const known = yield* client.withdrawals.status({ path: { id: "payout-4" } }).pipe(
        Effect.filterOrFail(({ status }) => status !== "INTENDED"),
        Effect.retry(soon)
      )
      expect(known.status).not.toBe("UNKNOWN")
      expect(known.withdrawId).not.toBeNull()
    }).pipe(Effect.provide(environment))
  )
})
