import { CryptoNetwork, Decimal } from "@btse-wallet/core"
import { describe, expect, it } from "@effect/vitest"
import { Chunk, Clock, DateTime, Effect, Option, Stream } from "effect"
import * as Documented from "./Documented.ts"
import * as Requests from "./Requests.ts"
import * as Stage from "./Stage.ts"

describe("Wallet, on what the exchange has added since 1.1.0", () => {
  it.live("reads networks with their fees, signed, from the host's root", () =>
    Stage.withWallet([Stage.answer(200, Documented.cryptoNetworks)], (wallet, received) =>
      Effect.gen(function* () {
        const [bitcoin] = yield* wallet.cryptoNetworks(Requests.currency("BTC"))
        expect(bitcoin).toMatchObject({ network: "BITCOIN", confirmationTime: 2, needsTag: false, tagName: null })
        expect(received[0]?.url).toBe("/public-api/wallet/v1/crypto/networks?crypto=BTC")
        expect(received[0]?.headers).toHaveProperty("btse-sign")
        if (bitcoin === undefined) return
        const fee = (amount: string) => Decimal.toText(CryptoNetwork.fee(bitcoin.withdraw, Requests.amount(amount)))
        // The least fee of 0.0005 and the extras; then 0.001 of the amount and the extras.
        expect(fee("0.1")).toBe("0.00053")
        expect(fee("123456789.12345678")).toBe("148148.146958148136")
      })
    )
  )

  it.live("gives a rate, or none where the exchange has none", () =>
    Stage.withWallet(
      [Stage.answer(200, `{"success":true,"data":{"rate":"0.000000000123456789"}}`), Stage.answer(200, `{"data":{}}`)],
      (wallet, received) =>
        Effect.gen(function* () {
          const request = {
            base: Requests.currency("1INCH"),
            quote: Requests.currency("BTC"),
            amount: Requests.amount("1.50")
          }
          const rate = yield* wallet.assetExchangeRate(request)
          expect(Option.map(rate, Decimal.toText)).toEqual(Option.some("0.000000000123456789"))
          expect(yield* wallet.assetExchangeRate(request)).toEqual(Option.none())
          expect(received[0]?.url).toBe(
            "/public-api/wallet/v1/assets/exchangeRate?baseCurrency=1INCH&quoteCurrency=BTC&amount=1.5"
          )
        })
    )
  )

  it.live("deletes an address once, says so where it was deleted before, and takes a page of HTML for no answer", () =>
    Stage.withWallet(
      [Stage.answer(200, ""), Stage.answer(400, ""), Stage.cut, Stage.answer(200, "<html>")],
      (wallet, received) =>
        Effect.gen(function* () {
          const address = { ...Requests.address, address: "bc1qold" }
          yield* wallet.deleteAddress(address)
          expect(received[0]).toMatchObject({
            method: "DELETE",
            url: "/spot/api/v3.2/user/wallet/address?currency=BTC&network=LIQUID&address=bc1qold"
          })
          expect(yield* Effect.flip(wallet.deleteAddress(address))).toMatchObject({ _tag: "BadRequest" })
          expect(yield* Effect.flip(wallet.deleteAddress(address))).toMatchObject({ _tag: "OutcomeUnknown" })
          expect(yield* Effect.flip(wallet.deleteAddress(address))).toMatchObject({ _tag: "OutcomeUnknown" })
          expect(received).toHaveLength(4)
        })
    )
  )

  it.live("pages through the subaccount transfers, equal rows and all", () =>
    Effect.gen(function* () {
      const row = `{"timestamp":1760000000000,"fromUser":"main","receiver":"sub","currency":"BTC","amount":0.10}`
      const page = (rows: number): Stage.Answer =>
        Stage.answer(
          200,
          `{"success":true,"data":{"totalRows":53,"pageSize":50,"currentPage":1,"totalPages":2,"data":[${Array.from({ length: rows }, () => row).join()}]}}`
        )
      yield* Stage.withWallet([page(50), page(3)], (wallet, received) =>
        Effect.gen(function* () {
          const to = DateTime.unsafeMake(1_760_000_000_001)
          const all = yield* Stream.runCollect(wallet.subaccountTransfers({ to }))
          expect(Chunk.size(all)).toBe(53)
          expect(received.map(({ url }) => url)).toEqual([
            "/spot/api/v3.2/subaccount/wallet/history?endTime=1760000000001&page=1&pageSize=50",
            "/spot/api/v3.2/subaccount/wallet/history?endTime=1760000000001&page=2&pageSize=50"
          ])
        })
      )
    })
  )

  it.live("reads the exchange's clock", () =>
    Stage.withWallet([Stage.answer(200, Documented.serverTime)], (wallet, received) =>
      Effect.gen(function* () {
        expect(DateTime.formatIso(yield* wallet.serverTime)).toBe("2026-01-01T00:00:00.500Z")
        expect(received[0]?.url).toBe("/spot/api/v3.3/time")
      })
    )
  )
})

describe("The gate", () => {
  const closing: ReadonlyArray<readonly [string, Stage.Answer]> = [
    ["a 503 that names an instant", Stage.answer(503, "", { "retry-after": "120" })],
    ["a 429 with another code", Stage.answer(429, `{"errorCode":-1,"message":"m"}`, { "retry-after": "120" })],
    ["a 429 inside a 200", Stage.answer(200, `{"status":429,"errorCode":429}`, { "retry-after": "120" })],
    ["a 303 inside a 200", Stage.answer(200, `{"success":true,"code":303,"data":null}`, { "retry-after": "120" })]
  ]
  for (const [name, answer] of closing) {
    it.live(`is closed by ${name}`, () =>
      Stage.withWallet([answer], (wallet, received) =>
        Effect.gen(function* () {
          expect((yield* Effect.flip(wallet.convert(Requests.conversion)))._tag).toBe("OutcomeUnknown")
          expect((yield* Effect.flip(wallet.balances))._tag).toBe("RateLimited")
          expect(received).toHaveLength(1)
        })
      )
    )
  }
})

describe("The unlock time of a 429", () => {
  const dialects: ReadonlyArray<readonly [string, (now: number) => string, number]> = [
    ["seconds", () => "120", 120_000],
    ["epoch seconds", (now) => Math.ceil(now / 1_000 + 300).toString(), 300_000],
    ["epoch milliseconds", (now) => (now + 300_000).toString(), 300_000],
    ["an HTTP date", (now) => DateTime.toDateUtc(DateTime.unsafeMake(now + 300_000)).toUTCString(), 300_000],
    ["more than an hour, which is not believed", () => "999999", 3_600_000],
    ["a list, of which the longest holds", () => "120, 60", 120_000],
    [
      "a list with an HTTP date in it",
      (now) => `60, ${DateTime.toDateUtc(DateTime.unsafeMake(now + 300_000)).toUTCString()}, x`,
      300_000
    ]
  ]
  for (const [name, header, expected] of dialects) {
    it.live(`is read from ${name}`, () =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const blocked = Stage.answer(429, "", { "retry-after": header(now) })
        yield* Stage.withWallet([blocked], (wallet, received) =>
          Effect.gen(function* () {
            const refused = yield* Effect.flip(wallet.withdraw(Requests.withdrawal))
            expect([refused._tag, refused.done]).toEqual(["OutcomeUnknown", "unknown"])
            // The gate is closed: the next call fails without a request.
            const error = yield* Effect.flip(wallet.withdraw(Requests.withdrawal))
            expect([error._tag, error.done]).toEqual(["RateLimited", "nothing"])
            if (error._tag !== "RateLimited") return
            expect(Math.abs(DateTime.toEpochMillis(error.unlockAt) - now - expected)).toBeLessThan(3_000)
            expect(received).toHaveLength(1)
          })
        )
      })
    )
  }
})
