/**
 * A call that only reads: how a client makes it, and what the exchange itself would say, both as text of one form.
 */
import type { HistoryRecord, WalletError } from "@btse-wallet/core"
import { WalletModel } from "@btse-wallet/core"
import type { HistoryRow, Refused } from "@btse-wallet/sandbox"
import { BigDecimal, Clock, DateTime, Effect, Option, Random, Stream } from "effect"
import type { SandboxClient } from "../SandboxClient.ts"
import { type Engine, pick, places, subaccountTransfers } from "./Place.ts"

type Told = ReadonlyArray<string>

export interface Reading {
  readonly _tag: "Reading"
  readonly name: string
  readonly method: string
  readonly path: string
  /** Whether its requests count as the user's: unsigned ones have a rate limit of their own. */
  readonly signed: boolean
  /** How many requests it takes where nothing goes wrong. */
  readonly pages: number
  readonly ask: (client: SandboxClient) => Effect.Effect<Told, WalletError.ReadError>
  readonly truth: (engine: Engine) => Effect.Effect<Told, Refused.Refused>
}

const decimal = (amount: BigDecimal.BigDecimal): string => BigDecimal.format(amount)

const currency = (name: string) => WalletModel.Currency.make(name)
const network = (name: string) => WalletModel.Network.make(name)

const line = (...fields: ReadonlyArray<string | number | boolean>): string => fields.join("|")

const orEmpty = (amount: BigDecimal.BigDecimal | null | undefined): string => (amount == null ? "" : decimal(amount))

const row = (one: HistoryRow.HistoryRow): string =>
  line(
    one.orderId,
    one.currency,
    one.type,
    one.status,
    decimal(one.amount),
    decimal(one.fees),
    one.timestamp,
    one.description,
    one.username,
    one.txid,
    one.currencyNetwork,
    one.toAddress,
    one.conversion?.sourceCurrency ?? "",
    orEmpty(one.conversion?.sourceAmount),
    one.conversion?.targetCurrency ?? "",
    orEmpty(one.conversion?.targetAmount),
    orEmpty(one.conversion?.rate)
  )

const record = (one: HistoryRecord.HistoryRecord): string =>
  line(
    one.orderId,
    one.currency,
    one.type,
    one.status,
    decimal(one.amount),
    orEmpty(one.fees),
    DateTime.toEpochMillis(one.timestamp),
    one.description ?? "",
    one.username ?? "",
    one.txid ?? "",
    one.currencyNetwork ?? "",
    one.toAddress ?? "",
    one.sourceCurrency ?? "",
    orEmpty(one.sourceAmount),
    one.targetCurrency ?? "",
    orEmpty(one.targetAmount),
    orEmpty(one.rate)
  )

const reading = (fields: Omit<Reading, "_tag" | "method" | "pages"> & { readonly pages?: number }): Reading => ({
  _tag: "Reading",
  method: "GET",
  pages: 1,
  ...fields
})

/** A currency that the exchange knows, or now and then one that it refuses. */
const someCurrency = pick(["BTC", "ETH", "USDT", "XRP", "1INCH", "BTC", "USD", "NOPE"])

const networks = Effect.map(someCurrency, (name) =>
  reading({
    name: `networks of ${name}`,
    path: "/api/v3.2/availableCurrencyNetworks",
    signed: false,
    ask: (client) => client.networks(currency(name)),
    truth: (engine) => engine.networks(name)
  })
)

const exchangeRate = Effect.zipWith(someCurrency, someCurrency, (from, to) =>
  reading({
    name: `exchange rate of ${from} to ${to}`,
    path: "/api/v3.2/exchangeRate",
    signed: false,
    ask: (client) =>
      Effect.map(client.exchangeRate({ from: currency(from), to: currency(to) }), ({ rate }) => [decimal(rate)]),
    truth: (engine) => Effect.map(engine.exchangeRate(from, to), (rate) => [decimal(rate)])
  })
)

const assetExchangeRate = Effect.zipWith(someCurrency, someCurrency, (base, quote) =>
  reading({
    name: `asset exchange rate of ${base} to ${quote}`,
    path: "/public-api/wallet/v1/assets/exchangeRate",
    signed: false,
    ask: (client) =>
      Effect.map(
        client.assetExchangeRate({ base: currency(base), quote: currency(quote), amount: BigDecimal.make(15n, 1) }),
        (rate) => Option.toArray(Option.map(rate, decimal))
      ),
    truth: (engine) => Effect.map(engine.exchangeRate(base, quote), (rate) => [decimal(rate)])
  })
)

const currencies = Effect.map(pick(["CONVERT", "WITHDRAW", "SEND"]), (action) =>
  reading({
    name: `currencies to ${action}`,
    path: "/api/v3.2/availableCurrencies",
    signed: false,
    ask: (client) => client.currencies(action),
    truth: (engine) => engine.currencies(action)
  })
)

const cryptoNetworks = Effect.map(someCurrency, (name) =>
  reading({
    name: `crypto networks of ${name}`,
    path: "/public-api/wallet/v1/crypto/networks",
    signed: true,
    ask: (client) =>
      Effect.map(client.cryptoNetworks(currency(name)), (all) =>
        all.map((one) => line(one.name, one.needsTag, decimal(one.withdraw.feeMinimum), decimal(one.withdraw.minimum)))
      ),
    truth: (engine) =>
      Effect.map(engine.cryptoNetworks(name), (all) =>
        all.map((one) => line(one.name, one.tagged, decimal(one.withdrawFee), decimal(one.withdrawMinimum)))
      )
  })
)

/** The clock moves while the answer is on its way, so what is told is whether the answer lies in between. */
const serverTime = Effect.succeed(
  reading({
    name: "server time",
    path: "/api/v3.3/time",
    signed: false,
    ask: (client) =>
      Effect.gen(function* () {
        const before = yield* Clock.currentTimeMillis
        const told = DateTime.toEpochMillis(yield* client.serverTime)
        const after = yield* Clock.currentTimeMillis
        return [before <= told && told <= after ? "between" : `${told}, asked at ${before}, answered at ${after}`]
      }),
    truth: () => Effect.succeed(["between"])
  })
)

const balances = Effect.succeed(
  reading({
    name: "balances",
    path: "/api/v3.2/user/wallet",
    signed: true,
    ask: (client) =>
      Effect.map(client.balances, (all) =>
        all.map((one) => line(one.currency, decimal(one.total), decimal(one.available)))
      ),
    truth: (engine) =>
      Effect.map(engine.balances, (all) =>
        all.map((one) => line(one.currency, decimal(one.total), decimal(one.available)))
      )
  })
)

const day = 86_400_000

const history = Effect.gen(function* () {
  const now = yield* Clock.currentTimeMillis
  const name = yield* pick([undefined, undefined, "BTC", "USD"])
  const count = yield* pick([undefined, 1, 7, 500])
  const from = yield* pick([undefined, undefined, now - 900 * day])
  // Now and then before its start, which is refused.
  const to = yield* pick([undefined, undefined, now - 100 * day, now - 1_000 * day])
  return reading({
    name: `history of ${name ?? "all"}, count ${count}, from ${from} to ${to}`,
    path: "/api/v3.2/user/wallet_history",
    signed: true,
    ask: (client) =>
      Effect.map(
        client.history({
          currency: name === undefined ? undefined : currency(name),
          count,
          from: from === undefined ? undefined : DateTime.unsafeMake(from),
          to: to === undefined ? undefined : DateTime.unsafeMake(to)
        }),
        // The order may be shuffled anew for every answer.
        (page) => [...page.records.map(record), ...page.undecoded.map(({ raw }) => raw)].toSorted()
      ),
    truth: (engine) =>
      Effect.map(engine.history({ currency: name, count, startTime: from, endTime: to }), (rows) =>
        rows.map(row).toSorted()
      )
  })
})

const getAddress = Effect.map(Effect.all([pick(places), Random.nextIntBetween(0, 8)]), ([place, odds]) => {
  const named = odds === 0 ? "NOWHERE" : place.network
  return reading({
    name: `addresses of ${place.currency} on ${named}`,
    path: "/api/v3.2/user/wallet/address",
    signed: true,
    ask: (client) =>
      Effect.map(client.getAddress({ currency: currency(place.currency), network: network(named) }), (all) =>
        all.map((one) => line(one.address, DateTime.toEpochMillis(one.created) / 1_000))
      ),
    truth: (engine) =>
      Effect.map(engine.addresses(place.currency, named), (all) => all.map((one) => line(one.address, one.created)))
  })
})

const subaccountHistory = Effect.succeed(
  reading({
    name: "subaccount transfers",
    path: "/api/v3.2/subaccount/wallet/history",
    signed: true,
    pages: Math.ceil(subaccountTransfers / 50),
    ask: (client) =>
      Effect.map(Stream.runCollect(client.subaccountTransfers({})), (all) =>
        Array.from(all, (one) =>
          line(DateTime.toEpochMillis(one.timestamp), one.fromUser, one.receiver, one.currency, decimal(one.amount))
        )
      ),
    truth: (engine) =>
      Effect.map(engine.subaccountTransfers({}), (all) =>
        all.map((one) => line(one.timestamp, one.fromUser, one.receiver, one.currency, decimal(one.amount)))
      )
  })
)

const readings: readonly [Effect.Effect<Reading>, ...Array<Effect.Effect<Reading>>] = [
  balances,
  history,
  networks,
  exchangeRate,
  assetExchangeRate,
  currencies,
  cryptoNetworks,
  serverTime,
  getAddress,
  subaccountHistory
]

/** Draws a call that only reads. */
export const draw: Effect.Effect<Reading> = Effect.flatten(pick(readings))
