import { DateTime, Effect, Option } from "effect"
import { createHmac } from "node:crypto"
import { Decimal } from "@btse-wallet/core"
import { describe, expect, it } from "@effect/vitest"
import * as Documented from "./Documented.ts"
import * as Requests from "./Requests.ts"
import * as Stage from "./Stage.ts"

const text = Decimal.toText

describe("Wallet, on the document's examples", () => {
  it.live("lists networks", () =>
    Stage.withWallet([Stage.answer(200, Documented.networks)], (wallet, received) =>
      Effect.gen(function* () {
        expect(yield* wallet.networks(Requests.currency("BTC"))).toEqual(["Bitcoin", "Liquid"])
        expect(received[0]).toMatchObject({
          method: "GET",
          url: "/spot/api/v3.2/availableCurrencyNetworks?currency=BTC"
        })
        expect(received[0]?.headers).not.toHaveProperty("btse-api")
      })
    )
  )

  it.live("reads an exchange rate to the last digit", () =>
    Stage.withWallet([Stage.answer(200, Documented.exchangeRate)], (wallet, received) =>
      Effect.gen(function* () {
        const pair = { from: Requests.currency("BTC"), to: Requests.currency("USD") }
        const { rate, time } = yield* wallet.exchangeRate(pair)
        expect([text(rate), DateTime.toEpochMillis(time)]).toEqual(["36051.55950285", 1_643_085_970_137])
        expect(received[0]?.url).toBe("/spot/api/v3.2/exchangeRate?srcCurrency=BTC&targetCurrency=USD")
      })
    )
  )

  it.live("lists the currencies of an action", () =>
    Stage.withWallet([Stage.answer(200, Documented.currencies)], (wallet, received) =>
      Effect.gen(function* () {
        expect(yield* wallet.currencies("WITHDRAW")).toEqual(["USD", "JPY", "GBP", "HKD", "SGD"])
        expect(received[0]?.url).toBe("/spot/api/v3.2/availableCurrencies?action=WITHDRAW")
      })
    )
  )

  it.live("reads balances", () =>
    Stage.withWallet([Stage.answer(200, Documented.balance)], (wallet) =>
      Effect.gen(function* () {
        const [usd] = yield* wallet.balances
        expect(usd?.currency).toBe("USD")
        expect(usd && [text(usd.total), text(usd.available)]).toEqual(["5566.5566", "520.52"])
      })
    )
  )

  it.live("reads a history row in which orderId, status and type are bare numbers", () =>
    Stage.withWallet([Stage.answer(200, Documented.history)], (wallet, received) =>
      Effect.gen(function* () {
        const page = yield* wallet.history({
          currency: Requests.currency("USD"),
          from: DateTime.unsafeMake(1_571_630_000_000),
          to: DateTime.unsafeMake(1_571_640_000_000),
          count: 500
        })
        expect(page.undecoded).toEqual([])
        const [record] = page.records
        expect(record).toMatchObject({
          orderId: "20181213000239",
          currency: "USD",
          status: "COMPLETED",
          type: "1",
          wallet: "Wallet",
          username: "btseUser",
          txid: "<Blockchain Transaction ID>"
        })
        expect(record?.fees && [text(record.amount), text(record.fees)]).toEqual(["21.35823825", "0.06"])
        expect(record && DateTime.toEpochMillis(record.timestamp)).toBe(1571630174639)
        expect(record?.raw).toBe(Documented.history.slice(1, -1).trim())
        expect(received[0]?.url).toBe(
          "/spot/api/v3.2/user/wallet_history?currency=USD&startTime=1571630000000&endTime=1571640000000&count=500"
        )
      })
    )
  )

  it.live("gets and creates addresses, whose creation is told in seconds", () =>
    Stage.withWallet([Stage.answer(200, Documented.address)], (wallet, received) =>
      Effect.gen(function* () {
        const [got] = yield* wallet.getAddress(Requests.address)
        const [made] = yield* wallet.createAddress(Requests.address)
        expect(got).toEqual(made)
        expect(got?.address).toBe("Blockchain address")
        expect(got && DateTime.formatIso(got.created)).toBe("2020-06-20T04:32:22.000Z")
        expect(received[0]?.url).toBe("/spot/api/v3.2/user/wallet/address?currency=BTC&network=LIQUID")
        expect(received[1]).toMatchObject({ method: "POST", body: `{"currency":"BTC","network":"LIQUID"}` })
      })
    )
  )

  it.live("withdraws from a currency-network pair", () =>
    Stage.withWallet([Stage.answer(200, Documented.withdraw)], (wallet, received) =>
      Effect.gen(function* () {
        expect(yield* wallet.withdraw(Requests.withdrawal)).toBe("<withdrawal ID>")
        expect(received[0]?.body).toBe(
          `{"currency":"BTC-Bitcoin","address":"bc1q-a-place-nobody-should-log","tag":"","amount":"0.001","includeWithdrawFee":true}`
        )
      })
    )
  )

  it.live("converts", () =>
    Stage.withWallet([Stage.answer(200, Documented.convert)], (wallet, received) =>
      Effect.gen(function* () {
        const conversion = yield* wallet.convert(Requests.conversion)
        expect(text(conversion.settlementAmount)).toBe("66680.43282")
        expect([conversion.from, conversion.to]).toEqual(["BTC", "USD"])
        expect(received[0]?.body).toBe(`{"amount":"1","fromAsset":"BTC","toAsset":"USD"}`)
      })
    )
  )

  it.live("transfers", () =>
    Stage.withWallet([Stage.answer(200, Documented.transfer)], (wallet, received) =>
      Effect.gen(function* () {
        expect(yield* wallet.transfer(Requests.transfer)).toMatchObject({ asset: "BTC", toUser: "jamesbond" })
        expect(received[0]?.body).toBe(
          `{"amount":"1","asset":"BTC","toUser":"jamesbond","toUserMail":"james.bond@google.com"}`
        )
      })
    )
  )
})

describe("Wallet, on the wire", () => {
  for (const authHeaders of ["btse", "request"] as const) {
    it.live(`signs the path and the bytes it sends, under ${authHeaders}-* headers`, () =>
      Stage.withWallet(
        [Stage.answer(200, Documented.convert)],
        (wallet, received) =>
          Effect.gen(function* () {
            yield* wallet.convert(Requests.conversion)
            const request = received[0]
            const nonce = request?.headers[`${authHeaders}-nonce`]
            const signature = createHmac("sha384", Stage.apiSecret)
              .update(`/api/v3.2/user/wallet/convert${String(nonce)}${request?.body}`)
              .digest("hex")
            expect(request?.headers[`${authHeaders}-api`]).toBe(Stage.apiKey)
            expect(request?.headers[`${authHeaders}-sign`]).toBe(signature)
          }),
        { authHeaders }
      )
    )
  }

  it.live("loses no digit of an amount, and none of an orderId over 2^53", () =>
    Stage.withWallet(
      [
        Stage.answer(
          200,
          `[{"amount":123456789012345.123456789012345678,"currency":"ETH","orderId":90071992547409931,"status":"10","timestamp":1,"type":"Deposit","fees":2.78E7,"txId":"0x1","wallet":"SPOT@"}]`
        )
      ],
      (wallet) =>
        Effect.gen(function* () {
          const { records } = yield* wallet.history({})
          const [record] = records
          expect(record?.orderId).toBe("90071992547409931")
          expect(record && text(record.amount)).toBe("123456789012345.123456789012345678")
          expect(record?.fees && text(record.fees)).toBe("27800000")
          expect(record).toMatchObject({ status: "COMPLETED", txid: "0x1", wallet: "@SPOT" })
        })
    )
  )

  it.live("sets a row it cannot decode aside, with its text, and keeps the others", () =>
    Stage.withWallet(
      [
        Stage.answer(
          200,
          `[{"amount": true, "currency":"BTC"}, {"amount":1,"currency":"BTC","orderId":"a","status":77,"timestamp":5,"type":"New","extra":{"a":[1]}}]`
        )
      ],
      (wallet) =>
        Effect.gen(function* () {
          const page = yield* wallet.history({})
          expect(page.records.map(({ orderId, status, type }) => [orderId, status, type])).toEqual([["a", "77", "New"]])
          expect(page.undecoded).toHaveLength(1)
          expect(page.undecoded[0]?.raw).toBe(`{"amount": true, "currency":"BTC"}`)
          expect(page.undecoded[0]?.reason).not.toContain("true")
        })
    )
  )

  it.live("takes withdrawId for withdraw_id", () =>
    Stage.withWallet([Stage.answer(200, `{"withdrawId": 90071992547409931}`)], (wallet) =>
      Effect.gen(function* () {
        expect(yield* wallet.withdraw(Requests.withdrawal)).toBe("90071992547409931")
      })
    )
  )

  it.live("refuses nine decimals before anything is sent", () =>
    Stage.withWallet([Stage.answer(200, Documented.withdraw)], (wallet, received) =>
      Effect.gen(function* () {
        const request = { ...Requests.withdrawal, amount: Requests.amount("0.123456789") }
        expect(yield* Effect.flip(wallet.withdraw(request))).toMatchObject({ _tag: "InvalidRequest", done: "nothing" })
        expect(received).toEqual([])
      })
    )
  )

  it.live("says what is missing where there are no credentials, and still serves public operations", () =>
    Stage.withWallet(
      [Stage.answer(200, Documented.networks)],
      (wallet, received) =>
        Effect.gen(function* () {
          expect(yield* Effect.flip(wallet.balances)).toMatchObject({
            _tag: "MissingCredentials",
            operation: "balance"
          })
          expect(received).toEqual([])
          expect(yield* wallet.networks(Requests.currency("BTC"))).toHaveLength(2)
        }),
      { credentials: Option.none() }
    )
  )
})
