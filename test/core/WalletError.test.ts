import type { WalletError } from "@btse-wallet/core"
import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect, Redacted } from "effect"
import { inspect } from "node:util"
import * as Documented from "./Documented.ts"
import { read as transportFault } from "../../packages/core/src/internal/transportError.ts"
import * as Requests from "./Requests.ts"
import * as Stage from "./Stage.ts"

const html = "<html><head><title>502 Bad Gateway</title></head></html>"

/** Refusals that name a fault of the request with a documented code, each with the error it is for a withdrawal. */
const proven: ReadonlyArray<readonly [string, number, string, WalletError.WithdrawError["_tag"]]> = [
  ["3506", 400, `{"status":400,"errorCode":3506,"message":"bad amount","extraData":null}`, "InvalidWithdrawAmount"],
  ["51523", 400, `{"status":400,"errorCode":51523,"message":"no funds","extraData":null}`, "InsufficientBalance"],
  ["-2", 400, `{"status":400,"errorCode":-2,"message":"invalid","extraData":null}`, "BadRequest"],
  ["11 in another field", 400, `{"code":11,"msg":"INVALID_CURRENCY","success":false}`, "BadRequest"],
  ["11000001", 400, `{"code":"11000001","msg":"invalid"}`, "BadRequest"],
  ["3528, which is for addresses", 400, `{"errorCode":3528,"message":"m"}`, "BadRequest"],
  ["a failure in a 200", 200, `{"code":-2,"msg":"no","success":false}`, "BadRequest"],
  ["a status in a 200", 200, `{"status":400,"errorCode":51523,"message":"no funds"}`, "InsufficientBalance"]
]

/** Refusals that may answer the repetition of a request that was carried out: refused, and nothing proven. */
const unproven: ReadonlyArray<readonly [string, number, string, number]> = [
  ["code 10002", 401, `{"code":10002,"msg":"UNAUTHORIZED: x","time":1,"data":null,"success":false}`, 401],
  ["code -7 under 400", 400, `{"code":-7,"msg":null,"time":1,"data":null,"success":false}`, 400],
  ["a bare 403", 403, "", 403],
  ["a 403 with a documented code", 403, `{"errorCode":-2,"message":"m"}`, 403],
  ["a banned account", 451, "", 451],
  ["404", 404, "", 404],
  ["405", 405, html, 405],
  ["a bare 429", 429, "", 429],
  ["a 429 with another code", 429, `{"status":429,"errorCode":-1,"message":"Order not found"}`, 429],
  ["a 401 inside a 200", 200, `{"status":401,"errorCode":401,"message":"UNAUTHORIZED"}`, 401],
  ["a 403 inside a 200", 200, `{"status":403,"errorCode":-2,"message":"FORBIDDEN"}`, 403],
  ["10002 inside a 200", 200, `{"success":false,"code":10002,"msg":"m"}`, 400]
]

/** Answers that do not even refuse. */
const unclear: ReadonlyArray<readonly [string, Stage.Answer]> = [
  ["a reset", Stage.cut],
  ["half an answer", Stage.half(Documented.withdraw)],
  ["a conflict", Stage.answer(409, "")],
  ["499", Stage.answer(499, "")],
  ["408", Stage.answer(408, "")],
  ["500", Stage.answer(500, "")],
  ["a gateway's page", Stage.answer(502, html)],
  ["-11 under 400", Stage.answer(400, `{"status":400,"errorCode":-11,"message":"System error"}`)],
  ["-11 inside a 200", Stage.answer(200, `{"status":400,"errorCode":-11,"message":"System error"}`)],
  ["-1 under 400", Stage.answer(400, `{"status":400,"errorCode":-1,"message":"System busy"}`)],
  ["-1 inside a 200", Stage.answer(200, `{"code":-1,"msg":"System busy","success":false}`)],
  ["an empty 400", Stage.answer(400, "")],
  ["an HTML 400", Stage.answer(400, html)],
  ["a code that no document names", Stage.answer(400, `{"status":400,"error":"Bad Request","code":301,"message":"m"}`)],
  ["a documented code beside another", Stage.answer(400, `{"errorCode":-2,"code":-11,"message":"m"}`)],
  ["a documented code and success", Stage.answer(400, `{"errorCode":-2,"success":true}`)],
  ["a documented code under 500", Stage.answer(500, `{"errorCode":3506,"message":"m"}`)],
  ["a failure without a code", Stage.answer(200, `{"success":false}`)],
  ["an answer that is no JSON", Stage.answer(200, html)],
  ["an answer without an id", Stage.answer(200, "{}")]
]

/** Answers that name a withdrawal id, whatever else they say. */
const identified: ReadonlyArray<readonly [string, number, string]> = [
  ["a failure in a 200", 200, `{"success":false,"withdraw_id":"W1"}`],
  ["a refusal with a documented code", 400, `{"status":400,"errorCode":-2,"withdrawId":"W1"}`],
  ["a 403", 403, `{"errorCode":403,"data":{"withdrawId":"W1"}}`],
  ["a 429", 429, `{"data":{"withdraw_id":"W1"}}`],
  ["a 500", 500, `{"withdraw_id":"W1"}`],
  ["an envelope", 200, `{"success":true,"code":1,"data":{"withdrawId":"W1"}}`]
]

const sentOnce = (received: ReadonlyArray<Stage.Received>) => expect(received).toHaveLength(1)

describe("What an answer says of a withdrawal", () => {
  for (const [name, status, body, tag] of proven) {
    it.live(`${name} is ${tag}: nothing was done`, () =>
      Stage.withWallet([Stage.answer(status, body)], (wallet, received) =>
        Effect.gen(function* () {
          const error = yield* Effect.flip(wallet.withdraw(Requests.withdrawal))
          expect(error).toMatchObject({ _tag: tag, done: "nothing", retryable: false })
          sentOnce(received)
        })
      )
    )
  }

  for (const [name, status, body, refused] of unproven) {
    it.live(`${name} is OutcomeUnknown, refused and unproven`, () =>
      Stage.withWallet([Stage.answer(status, body), Stage.answer(200, Documented.withdraw)], (wallet, received) =>
        Effect.gen(function* () {
          const error = yield* Effect.flip(wallet.withdraw(Requests.withdrawal))
          expect(error).toMatchObject({ _tag: "OutcomeUnknown", done: "unknown", refusal: { status: refused } })
          sentOnce(received)
        })
      )
    )
  }

  for (const [name, answer] of unclear) {
    it.live(`${name} is OutcomeUnknown, and it is not sent again`, () =>
      Stage.withWallet([answer, Stage.answer(200, Documented.withdraw)], (wallet, received) =>
        Effect.gen(function* () {
          const error = yield* Effect.flip(wallet.withdraw(Requests.withdrawal))
          expect(error).toMatchObject({ _tag: "OutcomeUnknown", done: "unknown", retryable: false, refusal: null })
          expect(error.message).toContain("0.001 BTC")
          sentOnce(received)
        })
      )
    )
  }

  for (const [name, status, body] of identified) {
    it.live(`${name} with an id was carried out`, () =>
      Stage.withWallet([Stage.answer(status, body)], (wallet, received) =>
        Effect.gen(function* () {
          expect(yield* wallet.withdraw(Requests.withdrawal)).toBe("W1")
          sentOnce(received)
        })
      )
    )
  }

  it.live("an unknown outcome says what to look for", () =>
    Stage.withWallet([Stage.cut], (wallet, received) =>
      Effect.gen(function* () {
        const before = yield* Clock.currentTimeMillis
        const withdrawn = yield* Effect.flip(wallet.withdraw(Requests.withdrawal))
        const after = yield* Clock.currentTimeMillis
        if (withdrawn._tag !== "OutcomeUnknown") return expect(withdrawn._tag).toBe("OutcomeUnknown")
        expect(withdrawn).toMatchObject({ operation: "withdraw", currency: "BTC", amount: "0.001", key: null })
        expect(withdrawn.address && Redacted.value(withdrawn.address)).toBe(Requests.withdrawal.address)
        expect(withdrawn.nonce).toBe(Number(received[0]?.headers["btse-nonce"]))
        expect(withdrawn.sentAt?.epochMillis).toBeGreaterThanOrEqual(before)
        expect(withdrawn.sentAt?.epochMillis).toBeLessThanOrEqual(after)
        const converted = yield* Effect.flip(wallet.convert(Requests.conversion))
        expect(converted).toMatchObject({ _tag: "OutcomeUnknown", currency: "BTC", amount: "1", address: null })
        const transferred = yield* Effect.flip(wallet.transfer(Requests.transfer))
        expect(transferred).toMatchObject({ _tag: "OutcomeUnknown", currency: "BTC", amount: "1" })
      })
    )
  )

  it.live("a refused connection proves that nothing was sent", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* Effect.scoped(Stage.open([]))
      const error = yield* Stage.withWallet([], (wallet) => Effect.flip(wallet.withdraw(Requests.withdrawal)), {
        baseUrl
      })
      expect(error).toMatchObject({ _tag: "Unreachable", sent: false, done: "nothing" })
    })
  )

  it.live("a connection that breaks after it stood proves nothing", () =>
    Effect.sync(() => {
      const broken = (code: string, syscall: string) => transportFault({ cause: { code, syscall } }).sent
      expect(broken("EHOSTUNREACH", "connect")).toBe(false)
      expect(broken("ENOTFOUND", "getaddrinfo")).toBe(false)
      expect(broken("EHOSTUNREACH", "read")).toBe(true)
      expect(broken("ENETUNREACH", "write")).toBe(true)
      expect(broken("ECONNRESET", "read")).toBe(true)
    })
  )

  it.live("an amount that is not above zero is not sent", () =>
    Stage.withWallet([Stage.answer(200, Documented.transfer)], (wallet, received) =>
      Effect.gen(function* () {
        const amount = Requests.amount("-1")
        const errors = yield* Effect.all([
          Effect.flip(wallet.withdraw({ ...Requests.withdrawal, amount })),
          Effect.flip(wallet.convert({ ...Requests.conversion, amount })),
          Effect.flip(wallet.transfer({ ...Requests.transfer, amount }))
        ])
        expect(errors.map(({ _tag }) => _tag)).toEqual(["InvalidRequest", "InvalidRequest", "InvalidRequest"])
        expect(received).toEqual([])
      })
    )
  )

  it.live("what the exchange repeats of the request is left out of the error", () =>
    Effect.gen(function* () {
      const request = { ...Requests.withdrawal, address: "btseaccount1", tag: "12345678" }
      const message =
        "user james.bond@google.com: no memo 12345678 at btseaccount1, see 0x9f8e7d6c5b4a39281706f5e4d3c2b1a0"
      const body = `{"status":400,"errorCode":-2,"message":"${message}"}`
      const error = yield* Stage.withWallet([Stage.answer(400, body)], (wallet) =>
        Effect.flip(wallet.withdraw(request))
      )
      expect(error.message).toContain("no memo")
      for (const secret of ["12345678", "btseaccount1", "bond", "0x9f8e"]) expect(error.message).not.toContain(secret)
    })
  )

  const unused: ReadonlyArray<readonly [name: string, body: string, address: string | null, tag: string | null]> = [
    ["as a message", `{"status":400,"errorCode":3528,"message":"BADREQUEST: bc1qunused9"}`, "bc1qunused9", null],
    ["with its tag", `{"errorCode":3528,"message":"BADREQUEST: rUnused8xrp:1234567"}`, "rUnused8xrp", "1234567"],
    ["with a colon of its own", `{"code":3528,"msg":"bitcoincash:qp3wjpa3"}`, "bitcoincash:qp3wjpa3", null],
    ["as the documented array", `[{"address":"bc1qunused9","created":1592627542}]`, "bc1qunused9", null],
    ["in data", `{"status":400,"data":[{"address":"rUnused8xrp:77","created":1}]}`, "rUnused8xrp", "77"],
    ["in the message", `{"errorCode":-2,"message":[{"address":"bc1qunused9","created":1}]}`, "bc1qunused9", null],
    [
      "as text in the message",
      `{"errorCode":3528,"message":"[{\\"address\\":\\"bc1qunused9\\"}]"}`,
      "bc1qunused9",
      null
    ],
    ["not in prose", `{"errorCode":3528,"message":"An unused address exists"}`, null, null],
    ["not in a word", `{"errorCode":3528,"message":"BADREQUEST: unused"}`, null, null],
    ["not in prose with an address", `{"errorCode":3528,"message":"Use bc1qunused9 first"}`, null, null]
  ]
  for (const [name, body, address, tag] of unused) {
    it.live(`an unused address is found ${name}, out of sight of logs`, () =>
      Stage.withWallet([Stage.answer(400, body)], (wallet) =>
        Effect.gen(function* () {
          const error = yield* Effect.flip(wallet.createAddress(Requests.address))
          if (error._tag !== "UnusedAddressExists") return expect(error._tag).toBe("UnusedAddressExists")
          expect(error.address && Redacted.value(error.address)).toBe(address)
          expect(error.tag && Redacted.value(error.tag)).toBe(tag)
          for (const secret of ["nused9", "nused8", "77"]) expect(String(error)).not.toContain(secret)
        })
      )
    )
  }
})

describe("What a read does after a fault", () => {
  const faults: ReadonlyArray<readonly [string, Stage.Answer]> = [
    ["a reset", Stage.cut],
    ["half a page", Stage.half(Documented.balance)],
    ["a page that is no JSON", Stage.answer(200, html)],
    ["502", Stage.answer(502, html)],
    ["408", Stage.answer(408, "")],
    ["-11 under 400", Stage.answer(400, `{"status":400,"errorCode":-11,"message":"System error"}`)],
    ["a failure in a 200 that names no fault", Stage.answer(200, `{"code":-1,"msg":"System busy","success":false}`)],
    ["a 429 that is not the limit", Stage.answer(429, `{"status":429,"errorCode":-1,"message":"Order not found"}`)]
  ]
  for (const [name, fault] of faults) {
    it.live(`asks again after ${name}, with a new nonce and signature`, () =>
      Stage.withWallet([fault, Stage.answer(200, Documented.balance)], (wallet, received) =>
        Effect.gen(function* () {
          expect(yield* wallet.balances).toHaveLength(1)
          const [first, second] = received.map(({ headers }) => headers)
          expect(received).toHaveLength(2)
          expect(Number(second?.["btse-nonce"])).toBeGreaterThan(Number(first?.["btse-nonce"]))
          expect(second?.["btse-sign"]).not.toBe(first?.["btse-sign"])
        })
      )
    )
  }

  it.live("gives up in the end, with the fault's own error", () =>
    Stage.withWallet([Stage.answer(503, "")], (wallet, received) =>
      Effect.gen(function* () {
        expect(yield* Effect.flip(wallet.balances)).toMatchObject({ _tag: "ExchangeUnavailable", status: 503 })
        expect(received).toHaveLength(5)
      })
    )
  )

  it.live("does not ask again where the exchange refused", () =>
    Stage.withWallet([Stage.answer(403, "")], (wallet, received) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(wallet.balances)
        expect(error).toMatchObject({ _tag: "Forbidden", permission: "Read" })
        expect(received).toHaveLength(1)
      })
    )
  )

  it.live("says where an answer is not as documented, without its values", () =>
    Stage.withWallet([Stage.answer(200, `[{"currency":"BTC","total":"many","available":1}]`)], (wallet, received) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(wallet.balances)
        expect(error).toMatchObject({ _tag: "UnexpectedResponse" })
        expect(error.message).toContain("0.total")
        expect(error.message).not.toContain("many")
        expect(received).toHaveLength(1)
      })
    )
  )

  it.live("closes the gate at a 429 whose body never comes whole", () =>
    Stage.withWallet(
      [Stage.cutAfterHead(429, { "retry-after": "2" }), Stage.answer(200, Documented.balance)],
      (wallet, received) =>
        Effect.gen(function* () {
          const start = yield* Clock.currentTimeMillis
          expect(yield* wallet.balances).toHaveLength(1)
          const nonces = received.map(({ headers }) => Number(headers["btse-nonce"]))
          expect(nonces).toHaveLength(2)
          expect((nonces[1] ?? 0) - start).toBeGreaterThanOrEqual(1_900)
        })
    )
  )

  it.live("takes a failure in a 200 for one whatever else is in the body", () =>
    Stage.withWallet([Stage.answer(200, `{"success":false,"code":10002,"error":{"a":1},"data":[]}`)], (wallet) =>
      Effect.gen(function* () {
        expect(yield* Effect.flip(wallet.cryptoNetworks(Requests.currency("BTC")))).toMatchObject({
          _tag: "Unauthorized"
        })
      })
    )
  )

  it.live("sends nothing to an exchange that blocks, until the unlock time", () =>
    Stage.withWallet(
      [Stage.answer(429, "", { "retry-after": "2" }), Stage.answer(200, Documented.balance)],
      (wallet, received) =>
        Effect.gen(function* () {
          const start = yield* Clock.currentTimeMillis
          const all = Effect.all([wallet.balances, wallet.balances, wallet.balances], { concurrency: "unbounded" })
          expect(yield* all).toHaveLength(3)
          const nonces = received.map(({ headers }) => Number(headers["btse-nonce"]))
          expect(nonces.filter((at) => at > start + 100 && at < start + 1_900)).toEqual([])
        }),
      { requestsPerSecond: 1 }
    )
  )
})

describe("Errors and secrets", () => {
  it.live("no error shows the key, the secret, a signature or an address", () =>
    Effect.gen(function* () {
      for (const answer of [...unclear.map(([, one]) => one), Stage.answer(401, ""), Stage.answer(400, "")]) {
        yield* Stage.withWallet([answer], (wallet, received) =>
          Effect.gen(function* () {
            const error = yield* Effect.flip(wallet.withdraw(Requests.withdrawal))
            const shown = `${String(error)} ${error.stack} ${inspect(error, { depth: null, showHidden: true })}`
            const signature = String(received[0]?.headers["btse-sign"])
            for (const secret of [Stage.apiKey, Stage.apiSecret, Requests.withdrawal.address, signature]) {
              expect(shown).not.toContain(secret)
            }
          })
        )
      }
    })
  )
})
