import { NodeHttpClient } from "@effect/platform-node"
import { RetryPolicy, Wallet } from "@btse-wallet/core"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Logger, LogLevel, Schedule } from "effect"
import { layerOtlp } from "../../examples/observability.ts"
import * as Documented from "./Documented.ts"
import * as Requests from "./Requests.ts"
import * as Stage from "./Stage.ts"

const secretAddress = "bc1q-an-address-of-the-exchange"

/** Every answer that makes an operation succeed, be refused, or leave it open what happened. */
const answers: ReadonlyArray<Stage.Answer> = [
  Stage.answer(200, Documented.balance),
  Stage.answer(200, Documented.history),
  Stage.answer(200, `[{"address":"${secretAddress}","created":1592627542}]`),
  Stage.answer(200, Documented.withdraw),
  Stage.answer(200, Documented.convert),
  Stage.answer(200, Documented.transfer),
  Stage.answer(200, "<html>"),
  Stage.answer(400, `{"status":400,"errorCode":3528,"message":"BADREQUEST: ${secretAddress}"}`),
  Stage.answer(400, `{"status":400,"errorCode":-11,"message":"System error"}`),
  Stage.answer(401, `{"code":10002,"msg":"UNAUTHORIZED: bad signature","success":false}`),
  Stage.answer(403, ""),
  Stage.answer(408, ""),
  Stage.answer(500, ""),
  Stage.cut,
  Stage.half(Documented.balance)
]

const blocks = [Stage.answer(429, "", { "retry-after": "1" }), Stage.answer(500, "")]

const everything = (
  wallet: typeof Wallet.Wallet.Service
): ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>> => [
  wallet.networks(Requests.currency("BTC")),
  wallet.exchangeRate({ from: Requests.currency("BTC"), to: Requests.currency("USD") }),
  wallet.currencies("WITHDRAW"),
  wallet.cryptoNetworks(Requests.currency("BTC")),
  wallet.serverTime,
  wallet.assetExchangeRate({
    base: Requests.currency("BTC"),
    quote: Requests.currency("USD"),
    amount: Requests.amount("1")
  }),
  wallet.balances,
  wallet.history({}),
  Requests.allSubaccountTransfers(wallet),
  wallet.getAddress(Requests.address),
  wallet.createAddress(Requests.address),
  wallet.deleteAddress({ ...Requests.address, address: secretAddress }),
  wallet.withdraw(Requests.withdrawal),
  wallet.convert(Requests.conversion),
  wallet.transfer(Requests.transfer)
]

/** All that a program would see of an effect: its error as it is logged, inspected and turned into JSON. */
const logged = (effect: Effect.Effect<unknown, { readonly _tag: string }>) =>
  effect.pipe(
    Effect.tapErrorCause((cause) => Effect.logError("an operation failed", cause)),
    Effect.tapError((error) => Effect.logTrace(error)),
    Effect.tap(() => Effect.logTrace("an operation succeeded")),
    Effect.exit
  )

describe("What is observed", () => {
  it.live(
    "tells operations, attempts and outcomes, and no key, secret, signature, address or body",
    () =>
      Effect.gen(function* () {
        const lines: Array<string> = []
        const console = Logger.make(({ annotations, cause, message, spans }) => {
          lines.push(String(message), JSON.stringify(message), String(cause), JSON.stringify(cause))
          lines.push(String(annotations), String(spans))
        })
        const collector = yield* Stage.open([Stage.answer(200, "{}")])
        const exchange = yield* Stage.open([
          ...answers.flatMap((answer) => Array.from({ length: 15 }, () => answer)),
          ...blocks
        ])
        const config = Stage.config(exchange.baseUrl, { requestsPerSecond: 1_000 })
        const observed = layerOtlp(collector.baseUrl.origin).pipe(
          Layer.provide(NodeHttpClient.layerUndici),
          Layer.merge(Logger.replace(Logger.defaultLogger, console)),
          Layer.merge(Logger.minimumLogLevel(LogLevel.Trace))
        )
        yield* Effect.gen(function* () {
          const wallet = yield* Effect.flatMap(
            Layer.build(Wallet.layer(config).pipe(Layer.provide(NodeHttpClient.layerUndici))),
            (context) => Effect.provide(Wallet.Wallet, context)
          )
          yield* Effect.forEach([...answers, blocks], () => Effect.forEach(everything(wallet), logged))
        }).pipe(
          Effect.scoped,
          Effect.provide(observed),
          Effect.provideService(RetryPolicy.RetryPolicy, Schedule.recurs(0))
        )

        const exported = collector.received.map(({ body }) => body).join("\n")
        for (const name of [
          "btse.withdraw",
          "btse.balance.attempt",
          "http.client.request.duration",
          "btse_requests_total",
          "btse_permit_wait_seconds"
        ]) {
          expect(exported).toContain(name)
        }
        const signatures = exchange.received.flatMap(({ headers }) => headers["btse-sign"] ?? [])
        expect(signatures.length).toBeGreaterThan(50)
        const seen = exported + lines.join("\n")
        const secrets = [
          Stage.apiKey,
          Stage.apiSecret,
          Requests.withdrawal.address,
          secretAddress,
          Requests.transfer.toUserMail
        ]
        for (const secret of [...secrets, ...signatures, "21.35823825", "Blockchain Transaction"]) {
          expect(seen.includes(secret), secret.slice(0, 12)).toBe(false)
        }
      }).pipe(Effect.scoped),
    60_000
  )
})
