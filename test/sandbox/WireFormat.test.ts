import { Sandbox } from "@btse-wallet/sandbox"
import { describe, expect, it } from "@effect/vitest"
import { BigDecimal, Effect, Schema, TestClock } from "effect"
import * as SignedClient from "./SignedClient.ts"

/** The shape of a JSON value: its keys and the JSON type of each. */
const shape = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape)
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, field]) => [key, shape(field)])
    )
  }
  return value === null ? "null" : typeof value
}

/** The responses of the 1.1.0 document, as they stand there. */
const documented = {
  networks: `["Bitcoin", "Liquid"]`,
  exchangeRate: `{"code": 1, "msg": "Success", "time": 1643085970137, "data": 36051.55950285, "success": true}`,
  balance: `[{"available": 520.52, "currency": "USD", "total": 5566.5566}]`,
  history: `[{"amount": 21.35823825, "currency": "USD", "description": "string", "fees": 0.06, "orderId": 20181213000239,
    "status": 10, "timestamp": 1571630174639, "type": 1, "username": "btseUser", "wallet": "Wallet",
    "txid": "<Blockchain Transaction ID>", "currencyNetwork": "<Blockchain currency network>"}]`,
  address: `[{"address": "Blockchain address", "created": 1592627542}]`,
  withdraw: `{"withdraw_id": "<withdrawal ID>"}`,
  currencies: `["USD", "JPY", "GBP", "HKD", "SGD"]`,
  convert: `{"amount": 1.0, "settlementAmount": 66680.43282, "amountCurrency": "BTC", "settlementCurrency": "USD", "rate": 66680.43282}`,
  transfer: `{"amount": "1", "asset": "BTC", "toUser": "jamesbond", "toUserMail": "james.bond@google.com"}`
}

const parse = Schema.decodeSync(Schema.parseJson(Schema.Unknown))

const example = (text: string): unknown => shape(parse(text))

const fast = { rateLimits: { requestsPerSecond: 1_000 } }

const started = Effect.fnUntraced(function* (options: Parameters<typeof Sandbox.start>[0] = {}) {
  const sandbox = yield* Sandbox.start({ ...fast, ...options })
  yield* sandbox.engine.deposit({ currency: "BTC", amount: BigDecimal.unsafeFromString("10") })
  return { sandbox, call: SignedClient.make(sandbox) }
})

describe("responses have the keys and JSON types of the document's examples", () => {
  it.scopedLive("public endpoints", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* started()
      const get = (path: string, search: string) => SignedClient.unsigned(sandbox, { path, search })
      const networks = yield* get("/api/v3.2/availableCurrencyNetworks", "?currency=BTC")
      expect(networks.json).toEqual(parse(documented.networks))
      const rate = yield* get("/api/v3.2/exchangeRate", "?srcCurrency=BTC&targetCurrency=USD")
      expect(shape(rate.json)).toEqual(example(documented.exchangeRate))
      expect(rate.text).toContain(`"data":36051.55950285,`)
      const currencies = yield* get("/api/v3.2/availableCurrencies", "?action=CONVERT")
      expect(shape(currencies.json)).toEqual(example(documented.currencies))
    })
  )

  it.scopedLive("wallet endpoints", () =>
    Effect.gen(function* () {
      const { call } = yield* started()
      const balance = yield* call({ path: "/api/v3.2/user/wallet" })
      expect(shape(balance.json)).toEqual(example(documented.balance))
      const history = yield* call({ path: "/api/v3.2/user/wallet_history", search: "?count=1" })
      // orderId and type are called strings in the document's table and are numbers in its example.
      expect(shape(history.json)).toEqual([
        { ...Object(example(documented.history))[0], orderId: "string", type: "string" }
      ])
      const created = yield* call({
        method: "POST",
        path: "/api/v3.2/user/wallet/address",
        body: `{"currency": "BTC-LIQUID"}`
      })
      expect(shape(created.json)).toEqual(example(documented.address))
      const address = yield* call({
        path: "/api/v3.2/user/wallet/address",
        search: "?currency=BTC&network=LIQUID"
      })
      expect(address.text).toBe(created.text)
      const withdraw = yield* call({
        method: "POST",
        path: "/api/v3.2/user/wallet/withdraw",
        body: `{"currency": "BTC-Bitcoin", "address": "BTCAddress", "tag": "Tag", "amount": "0.001"}`
      })
      expect(shape(withdraw.json)).toEqual(example(documented.withdraw))
      // The document's rows have no receiver: what a withdrawal became can be told by its id alone.
      const rows = yield* call({ path: "/api/v3.2/user/wallet_history", search: "?count=1" })
      expect(Object.keys(Object(rows.json)[0])).toEqual(Object.keys(Object(history.json)[0]))
      expect(rows.json).toMatchObject([{ type: "Withdraw" }])
      const convert = yield* call({
        method: "POST",
        path: "/api/v3.2/user/wallet/convert",
        body: `{"amount": "1", "fromAsset": "BTC", "toAsset": "USD"}`
      })
      expect(shape(convert.json)).toEqual(example(documented.convert))
      const transfer = yield* call({
        method: "POST",
        path: "/api/v3.2/user/wallet/transfer",
        body: `{"amount": "1.0", "asset": "BTC", "toUser": "jamesbond", "toUserMail": "james.bond@google.com"}`
      })
      expect(transfer.json).toEqual(parse(documented.transfer))
    })
  )
})

describe("exactness", () => {
  it.scopedLive("an amount keeps all of its digits, and an orderId over 2^53 too, as a string or bare", () =>
    Effect.gen(function* () {
      const amount = BigDecimal.unsafeFromString("123456789012345.123456789012345678")
      for (const orderIds of ["string", "number"] as const) {
        const sandbox = yield* Sandbox.start({ ...fast, orderIds })
        yield* sandbox.engine.deposit({ currency: "USD", amount, orderId: "90071992547409931" })
        const call = SignedClient.make(sandbox)
        const history = yield* call({ path: "/api/v3.2/user/wallet_history" })
        expect(history.text).toContain(`"amount":123456789012345.123456789012345678,`)
        const literal = orderIds === "string" ? `"90071992547409931"` : "90071992547409931"
        expect(history.text).toContain(`"orderId":${literal},`)
        const balance = yield* call({ path: "/api/v3.2/user/wallet" })
        expect(balance.text).toContain(`"total":123456789012345.123456789012345678`)
      }
    })
  )

  it.scopedLive("an amount as large or as small as they come is written without an exponent", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.start(fast)
      const big = BigDecimal.make(278n, -20)
      yield* sandbox.engine.deposit({ currency: "USD", amount: big })
      yield* sandbox.engine.deposit({ currency: "ETH", amount: BigDecimal.make(1n, 18) })
      const { text } = yield* SignedClient.make(sandbox)({ path: "/api/v3.2/user/wallet" })
      expect(text).toContain(`"total":27800000000000000000000`)
      expect(text).toContain(`"total":0.000000000000000001`)
    })
  )
})

describe("spellings", () => {
  it.scoped("every status has the document's integer, its digits, or its name", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1_790_000_000_000)
      const expected = {
        integer: [1, 2, 10, 1, 2, 16],
        digits: ["1", "2", "10", "1", "2", "16"],
        name: ["PENDING", "PROCESSING", "COMPLETED", "PENDING", "PROCESSING", "CANCELLED"]
      }
      for (const statuses of ["integer", "digits", "name"] as const) {
        const { call } = yield* started({ statuses })
        const seen: Array<unknown> = []
        for (const address of ["address", "cancelled"]) {
          const body = `{"currency":"BTC-Bitcoin","address":"${address}","tag":"","amount":"1"}`
          yield* call({ method: "POST", path: "/api/v3.2/user/wallet/withdraw", body })
          for (const wait of [0, 500, 1_000]) {
            yield* TestClock.adjust(wait)
            const { json } = yield* call({ path: "/api/v3.2/user/wallet_history", search: "?count=1" })
            seen.push(Object(json)[0].status)
          }
        }
        expect(seen).toEqual(expected[statuses])
      }
    })
  )

  it.scopedLive(
    "a futures market has its old name unless the new one is asked for, where 1.1.0 is followed in this",
    () =>
      Effect.gen(function* () {
        const { call, sandbox } = yield* started({ symbols: "as-asked" })
        yield* sandbox.engine.deposit({ currency: "BTC-PERP", amount: BigDecimal.unsafeFromString("1") })
        const currency = (search: string) =>
          Effect.map(call({ path: "/api/v3.2/user/wallet_history", search }), ({ json }) => Object(json)[0].currency)
        expect(yield* currency("?currency=BTCPFC")).toBe("BTCPFC")
        expect(yield* currency("?currency=BTC-PERP&useNewSymbolNaming=true")).toBe("BTC-PERP")
      })
  )
})

describe("today's dialect", () => {
  it.scopedLive("has named statuses, SPOT@, txId, withdrawId and the conversion's fields on every row", () =>
    Effect.gen(function* () {
      const { call } = yield* started({ dialect: "today" })
      const history = yield* call({ path: "/api/v3.2/user/wallet_history" })
      expect(history.json).toMatchObject([{ wallet: "SPOT@", status: "COMPLETED", toAddress: "", sourceAmount: "" }])
      expect(Object.keys(Object(history.json)[0])).toContain("txId")
      const withdraw = yield* call({
        method: "POST",
        path: "/api/v3.3/user/wallet/withdraw",
        body: `{"currency": "BTC-Bitcoin", "address": "a", "tag": "", "amount": "1"}`
      })
      expect(withdraw.json).toEqual({ withdrawId: expect.any(String) })
    })
  )

  it.scopedLive("tells the time", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* started()
      const { json, status } = yield* SignedClient.unsigned(sandbox, { path: "/api/v3.3/time" })
      expect(status).toBe(200)
      expect(shape(json)).toEqual({ epoch: "number", iso: "string" })
    })
  )
})
