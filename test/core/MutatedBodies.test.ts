import { HttpClient, HttpClientResponse } from "@effect/platform"
import { Decimal, RetryPolicy, Wallet } from "@btse-wallet/core"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Layer, Random, Ref, Schedule } from "effect"
import * as Campaign from "../Campaign.ts"
import * as Documented from "./Documented.ts"
import { mutated } from "./MutatedBodies.ts"
import * as Requests from "./Requests.ts"
import * as Stage from "./Stage.ts"

type Case = readonly [string, string, Operation]

type Operation = (wallet: typeof Wallet.Wallet.Service) => Effect.Effect<unknown, { readonly _tag: string }>

const operations: readonly [Case, ...Array<Case>] = [
  ["networks", Documented.networks, (wallet) => wallet.networks(Requests.currency("BTC"))],
  [
    "exchangeRate",
    Documented.exchangeRate,
    (wallet) => wallet.exchangeRate({ from: Requests.currency("BTC"), to: Requests.currency("USD") })
  ],
  ["currencies", Documented.currencies, (wallet) => wallet.currencies("SEND")],
  ["balances", Documented.balance, (wallet) => wallet.balances],
  ["history", Documented.history, (wallet) => wallet.history({})],
  ["getAddress", Documented.address, (wallet) => wallet.getAddress(Requests.address)],
  ["createAddress", Documented.address, (wallet) => wallet.createAddress(Requests.address)],
  ["withdraw", Documented.withdraw, (wallet) => wallet.withdraw(Requests.withdrawal)],
  ["convert", Documented.convert, (wallet) => wallet.convert(Requests.conversion)],
  ["transfer", Documented.transfer, (wallet) => wallet.transfer(Requests.transfer)],
  ["cryptoNetworks", Documented.cryptoNetworks, (wallet) => wallet.cryptoNetworks(Requests.currency("BTC"))],
  ["subaccountTransfers", Documented.subaccountHistory, (wallet) => Requests.allSubaccountTransfers(wallet)],
  ["serverTime", Documented.serverTime, (wallet) => wallet.serverTime],
  [
    "assetExchangeRate",
    `{"success":true,"code":1,"data":{"rate":"36051.55950285"}}`,
    (wallet) =>
      wallet.assetExchangeRate({
        base: Requests.currency("BTC"),
        quote: Requests.currency("USD"),
        amount: Requests.amount("1")
      })
  ],
  ["deleteAddress", `{"success":true}`, (wallet) => wallet.deleteAddress({ ...Requests.address, address: "bc1qold" })]
]

/** What an answer of 200 may come out as; a failure inside it is an error of its own. */
const allowed = new Set([
  "UnexpectedResponse",
  "OutcomeUnknown",
  "BadGateway",
  "BadRequest",
  "InvalidWithdrawAmount",
  "InsufficientBalance",
  "UnusedAddressExists",
  "Unauthorized",
  "Forbidden",
  "NotFound",
  "MethodNotAllowed",
  "ExchangeTimeout",
  "ExchangeUnavailable",
  "RateLimited"
])

/** An HTTP client whose every answer is the body in the reference. */
const answering = (body: Ref.Ref<Uint8Array>) =>
  Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request) =>
      Effect.map(Ref.get(body), (bytes) =>
        HttpClientResponse.fromWeb(request, new Response(new Uint8Array(bytes), { status: 200 }))
      )
    )
  )

const bodies = Campaign.size(4_000, 200_000)

describe("A body that is not as documented", () => {
  it.live(
    `comes out as a value or a typed error, over ${bodies} mutated bodies`,
    () =>
      Effect.gen(function* () {
        const seed = Campaign.firstSeed("mutated bodies")
        const body = yield* Ref.make<Uint8Array>(new Uint8Array())
        const wallet = yield* Layer.build(
          Wallet.layer(Stage.config(new URL("https://stage.invalid/spot"), { requestsPerSecond: 1_000_000 })).pipe(
            Layer.provide(answering(body))
          )
        ).pipe(Effect.flatMap((context) => Effect.provide(Wallet.Wallet, context)))
        for (let at = 0; at < bodies; at++) {
          const [name, example, run] = operations[at % operations.length] ?? operations[0]
          const bytes = yield* Effect.withRandom(mutated(example), Random.make(seed + at))
          yield* Ref.set(body, bytes)
          const exit = yield* Effect.exit(run(wallet))
          if (Exit.isSuccess(exit)) continue
          const failure = exit.cause._tag === "Fail" ? exit.cause.error._tag : String(exit.cause)
          if (!allowed.has(failure)) {
            expect.fail(`seed ${seed + at}, ${name}: ${failure}\n${new TextDecoder().decode(bytes.slice(0, 500))}`)
          }
        }
      }).pipe(Effect.scoped, Effect.provideService(RetryPolicy.RetryPolicy, Schedule.stop)),
    Campaign.timeout
  )

  it.live("loses no digit of a number it accepts", () =>
    Effect.gen(function* () {
      const seed = Campaign.firstSeed("digits")
      const digits = (length: number) =>
        Effect.map(Effect.all(Array.from({ length }, () => Random.nextIntBetween(0, 10))), (all) => all.join(""))
      const body = yield* Ref.make<Uint8Array>(new Uint8Array())
      const context = yield* Layer.build(
        Wallet.layer(Stage.config(new URL("https://stage.invalid/spot"), { requestsPerSecond: 1_000_000 })).pipe(
          Layer.provide(answering(body))
        )
      )
      const wallet = yield* Effect.provide(Wallet.Wallet, context)
      for (let at = 0; at < 500; at++) {
        const literal = yield* Effect.withRandom(
          Effect.zipWith(
            Effect.flatMap(Random.nextIntBetween(1, 30), digits),
            Effect.flatMap(Random.nextIntBetween(1, 30), digits),
            (whole, part) => `1${whole}.${part}`
          ),
          Random.make(seed + at)
        )
        yield* Ref.set(
          body,
          new TextEncoder().encode(`[{"currency":"BTC","total":${literal},"available":"${literal}"}]`)
        )
        const [balance] = yield* wallet.balances
        expect(balance && [Decimal.toText(balance.total), Decimal.toText(balance.available)]).toEqual([
          literal,
          literal
        ])
      }
    }).pipe(Effect.scoped, Effect.provideService(RetryPolicy.RetryPolicy, Schedule.stop))
  )
})
