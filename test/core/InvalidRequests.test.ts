import { type HistorySince, type Wallet, WalletError } from "@btse-wallet/core"
import { describe, expect, it } from "@effect/vitest"
import { BigDecimal, DateTime, Effect, Schema, Stream } from "effect"
import * as Documented from "./Documented.ts"
import * as Requests from "./Requests.ts"
import * as Stage from "./Stage.ts"

/** The operations as a caller in plain JavaScript sees them: any request for any of them. */
type Untyped = Record<string, (request: unknown) => Effect.Effect<unknown, WalletError.WalletError>>

const untyped = (wallet: typeof Wallet.Wallet.Service): Untyped => {
  const methods: Record<string, unknown> = { ...wallet }
  return {
    ...(methods as Untyped),
    subaccountTransfers: (request) => Stream.runDrain(Reflect.apply(wallet.subaccountTransfers, undefined, [request])),
    historySince: (request) =>
      Effect.catchTag(
        Stream.runDrain<unknown, WalletError.HistoryError | HistorySince.HistoryUnproven, never>(
          Reflect.apply(wallet.historySince, undefined, [request])
        ),
        "HistoryUnproven",
        (error) => Effect.die(error)
      )
  }
}

const amount = Requests.amount("1")
const pair = { currency: "BTC", network: "BITCOIN" }

/** An instant that a program in plain JavaScript has broken. */
const broken = Object.assign(Object.create(DateTime.unsafeMake(0)), { epochMillis: Number.NaN })

/** A request that each operation takes. */
const good: Readonly<Record<string, object | string>> = {
  networks: "BTC",
  exchangeRate: { from: "BTC", to: "USD" },
  currencies: "WITHDRAW",
  cryptoNetworks: "BTC",
  assetExchangeRate: { base: "BTC", quote: "USD", amount },
  history: { currency: "BTC" },
  historySince: { from: DateTime.unsafeMake(0), currency: "BTC" },
  subaccountTransfers: {},
  getAddress: pair,
  createAddress: pair,
  deleteAddress: { ...pair, address: "bc1qx9" },
  withdraw: { ...pair, address: "bc1qx9", amount, feeOnTop: false },
  convert: { from: "BTC", to: "USD", amount },
  transfer: { asset: "BTC", toUser: "james", toUserMail: "j@example.com", amount }
}

const amounts: ReadonlyArray<unknown> = [
  "0.01",
  0.01,
  1n,
  null,
  undefined,
  Number.NaN,
  BigDecimal.make(1n, -1_000_000_000),
  BigDecimal.make(1n, 1_000_000_000),
  BigDecimal.make(10n ** 2_000n, 0),
  BigDecimal.make(0n, 0),
  BigDecimal.make(-1n, 0)
]

const texts: ReadonlyArray<unknown> = [
  "",
  "  ",
  "a b",
  "a\nb",
  "a\u0000b",
  "a\u200bb",
  "\u200bab",
  "a\u202eb",
  "a\u00a0b",
  "a\u3164b",
  "x".repeat(501),
  null,
  undefined,
  7,
  {}
]

const instants: ReadonlyArray<unknown> = [null, "2026-01-01", 1, Number.NaN, {}, broken]

const bad: Readonly<Record<string, ReadonlyArray<unknown>>> = {
  amount: amounts,
  from: texts,
  to: texts,
  base: texts,
  quote: texts,
  asset: texts,
  currency: texts,
  network: texts,
  address: texts,
  toUser: texts,
  toUserMail: texts,
  feeOnTop: [undefined, null, "true", 1]
}

/** Fields that may be missing, and what they must not be. */
const optional: Readonly<Record<string, Readonly<Record<string, ReadonlyArray<unknown>>>>> = {
  withdraw: { tag: ["7 7", "7\u200b7", 77, null] },
  transfer: { useNewSymbolNaming: [null, "true", 0] },
  history: {
    currency: texts.filter((text) => text !== undefined),
    from: instants,
    to: instants,
    count: [0, -1, 1.5, "5", null, Number.NaN],
    useNewSymbolNaming: [null, "true"]
  },
  historySince: {
    currency: texts.filter((text) => text !== undefined),
    from: [undefined, ...instants],
    to: instants,
    pageSize: [0, "5", null]
  },
  subaccountTransfers: { from: instants, to: instants }
}

/** Requests of an operation that are wrong in one field, or altogether. */
const wrong = (name: string): ReadonlyArray<unknown> => {
  const request = good[name]
  if (typeof request !== "object") return [...texts, "a b"]
  const fields = optional[name] ?? {}
  const changed = Object.keys({ ...request, ...fields }).flatMap((field) =>
    (fields[field] ?? bad[field] ?? []).map((value) => ({ ...request, [field]: value }))
  )
  return [undefined, null, "request", 7, [], ...changed].filter(
    (one) => name !== "subaccountTransfers" || one !== undefined
  )
}

const sent = (received: ReadonlyArray<Stage.Received>) =>
  Schema.decode(Schema.parseJson(Schema.Record({ key: Schema.String, value: Schema.Unknown })))(received[0]?.body ?? "")

const isInvalid = Schema.is(WalletError.InvalidRequest)

describe("A request that is not what its operation takes", () => {
  for (const name of Object.keys(good)) {
    it.live(`of ${name} is InvalidRequest, and nothing is sent`, () =>
      Stage.withWallet([Stage.answer(200, "[]")], (wallet, received) =>
        Effect.gen(function* () {
          const operation = untyped(wallet)[name]
          for (const request of wrong(name)) {
            const error = yield* Effect.flip(
              Effect.asVoid(operation?.(request) ?? Effect.dieMessage("no such operation"))
            )
            expect(isInvalid(error) && error.done).toBe("nothing")
            expect(error.message.length).toBeLessThan(300)
          }
          expect(received).toEqual([])
        })
      )
    )
  }

  it.live("is one where an optional property is undefined: that is absent", () =>
    Stage.withWallet([Stage.answer(200, Documented.transfer)], (wallet, received) =>
      Effect.gen(function* () {
        const request = { ...Requests.transfer, useNewSymbolNaming: undefined }
        yield* untyped(wallet)["transfer"]?.(request) ?? Effect.void
        expect(Object.keys(yield* sent(received))).toEqual(["amount", "asset", "toUser", "toUserMail"])
      })
    )
  )

  it.live("does not hold a permit", () =>
    Stage.withWallet(
      [Stage.answer(200, Documented.withdraw)],
      (wallet, received) =>
        Effect.gen(function* () {
          const broken = { ...Requests.withdrawal, address: "a b" }
          for (let at = 0; at < 20; at++) yield* Effect.flip(wallet.withdraw(broken))
          yield* wallet.withdraw(Requests.withdrawal)
          expect(received).toHaveLength(1)
        }),
      { requestsPerSecond: 1 }
    )
  )

  it.live("leaves trimmed", () =>
    Stage.withWallet([Stage.answer(200, Documented.withdraw)], (wallet, received) =>
      Effect.gen(function* () {
        yield* wallet.withdraw({ ...Requests.withdrawal, address: " bc1qx9\n", tag: "\t77 " })
        expect(yield* sent(received)).toMatchObject({ address: "bc1qx9", tag: "77" })
      })
    )
  )
})
