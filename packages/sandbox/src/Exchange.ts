/**
 * The exchange behind the sandbox's HTTP: books, history, withdrawals and addresses of one user, and the controls that
 * tests and operators have over them. It knows no HTTP, and its time is the `Clock`, which `advance` can put forward.
 *
 * @since 0.1.0
 */
import { BigDecimal, Clock, Context, Duration, Effect, Either, Layer } from "effect"
import type { ConversionSides, HistoryRow } from "./HistoryRow.ts"
import type { DepositAddress } from "./internal/addresses.ts"
import * as Addresses from "./internal/addresses.ts"
import type { Account } from "./internal/books.ts"
import * as Books from "./internal/books.ts"
import * as HistoryGenerator from "./internal/historyGenerator.ts"
import type { Query } from "./internal/historyStore.ts"
import * as HistoryStore from "./internal/historyStore.ts"
import * as Identifiers from "./internal/identifiers.ts"
import * as Market from "./internal/market.ts"
import * as Orders from "./internal/orders.ts"
import { legsOf } from "./internal/postings.ts"
import * as Settings from "./internal/settings.ts"
import * as Withdrawals from "./internal/withdrawals.ts"
import * as Refused from "./Refused.ts"
import type { SandboxOptions } from "./SandboxOptions.ts"

/**
 * What the wallet holds of a currency.
 *
 * @since 0.1.0
 * @category models
 */
export interface Balance {
  readonly currency: string
  readonly total: BigDecimal.BigDecimal
  readonly available: BigDecimal.BigDecimal
}

/**
 * A deposit that a test or an operator makes. `timestamp` (epoch milliseconds) is now where it is not given.
 *
 * @since 0.1.0
 * @category models
 */
export interface DepositRequest {
  readonly currency: string
  readonly amount: BigDecimal.BigDecimal
  readonly network?: string | undefined
  readonly orderId?: string | undefined
  readonly timestamp?: number | undefined
  readonly fees?: BigDecimal.BigDecimal | undefined
}

/**
 * The operations of the API, in the exchange's own terms: amounts come as text and are judged here. All fail with
 * `Refused` where the live exchange would answer 400.
 *
 * @since 0.1.0
 * @category models
 */
export interface Operations {
  readonly networks: (currency: string) => Effect.Effect<ReadonlyArray<string>, Refused.Refused>
  readonly exchangeRate: (from: string, to: string) => Effect.Effect<BigDecimal.BigDecimal, Refused.Refused>
  readonly currencies: (action: "CONVERT" | "WITHDRAW" | "SEND") => Effect.Effect<ReadonlyArray<string>>
  readonly balances: Effect.Effect<ReadonlyArray<Balance>>
  readonly history: (query: Query) => Effect.Effect<ReadonlyArray<HistoryRow>, Refused.Refused>
  readonly addresses: (
    currency: string,
    network: string
  ) => Effect.Effect<ReadonlyArray<DepositAddress>, Refused.Refused>
  readonly createAddress: (currency: string, network: string) => Effect.Effect<DepositAddress, Refused.Refused>
  /** Answers the withdrawal's id, which is its row's `orderId`. `currency` is the pair, as `BTC-Bitcoin`. */
  readonly withdraw: (request: {
    readonly currency: string
    readonly address: string
    readonly amount: string
    readonly includeWithdrawFee: boolean
  }) => Effect.Effect<string, Refused.Refused>
  readonly convert: (request: {
    readonly amount: string
    readonly fromAsset: string
    readonly toAsset: string
  }) => Effect.Effect<ConversionSides, Refused.Refused>
  readonly transfer: (request: {
    readonly amount: string
    readonly asset: string
    readonly toUser: string
  }) => Effect.Effect<BigDecimal.BigDecimal, Refused.Refused>
}

/**
 * What only tests and operators can do.
 *
 * @since 0.1.0
 * @category models
 */
export interface Controls {
  /** Epoch milliseconds on the exchange's clock. */
  readonly now: Effect.Effect<number>
  /** Puts the exchange's clock forward. Nonces and the rate limit stay on the real one. */
  readonly advance: (by: Duration.DurationInput) => Effect.Effect<void>
  /** Credits the wallet and writes the row. */
  readonly deposit: (request: DepositRequest) => Effect.Effect<HistoryRow>
  /** Puts a row into the history as it is, at its own timestamp, and books what it stands for. */
  readonly record: (row: HistoryRow) => Effect.Effect<void>
  /** Changes every row with the id in place, or takes it out for `null`; the books do not follow. */
  readonly rewrite: (orderId: string, change: (row: HistoryRow) => HistoryRow | null) => Effect.Effect<void>
  /** Moves a balance without a row: what a reconciliation must find. */
  readonly adjust: (currency: string, amount: BigDecimal.BigDecimal) => Effect.Effect<void>
  /** Every row there is, oldest first. */
  readonly rows: Effect.Effect<ReadonlyArray<HistoryRow>>
  /** How many rows there are. */
  readonly count: Effect.Effect<number>
  /** The balance of an account of the books. */
  readonly account: (account: Account, currency: string) => Effect.Effect<BigDecimal.BigDecimal>
  /** The sum over all accounts per currency: zero, if the books are right. */
  readonly trialBalance: Effect.Effect<ReadonlyMap<string, BigDecimal.BigDecimal>>
}

/**
 * The exchange.
 *
 * @since 0.1.0
 * @category services
 */
export class Exchange extends Context.Tag("@btse-wallet/sandbox/Exchange")<Exchange, Operations & Controls>() {}

const known = (name: string): Effect.Effect<Market.Currency, Refused.Refused> => {
  const currency = Market.find(name)
  return currency === undefined ? Effect.fail(Refused.invalidCurrency(name)) : Effect.succeed(currency)
}

const knownNetwork = Effect.fnUntraced(function* (currencyName: string, networkName: string) {
  const currency = yield* known(currencyName)
  const network = Market.findNetwork(currency, networkName)
  if (network === undefined) return yield* Refused.invalidRequest(`No network ${networkName} for ${currencyName}`)
  return { currency, network }
})

const zero = BigDecimal.make(0n, 0)

/**
 * Makes an exchange; its history is generated from the seed, ending before the clock's present day.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fn("Exchange.make")(function* (options: SandboxOptions = {}) {
  const settings = Settings.resolve(options)
  const random = (purpose: number) => Identifiers.random(settings.seed, purpose)
  const start = yield* Clock.currentTimeMillis
  const orderId = Identifiers.orderIds()
  const books = Books.make()
  const generated = HistoryGenerator.generate({
    records: settings.records,
    random: random(1),
    username: settings.username,
    books,
    orderId,
    now: start
  })
  const store = HistoryStore.make(generated, settings.history, random(2))
  const withdrawals = Withdrawals.make(books, store, settings.withdrawals, random(3))
  const addresses = Addresses.make(random(4))
  const depositIds = random(5)
  let ahead = 0

  /** The exchange's time, with everything that is due by then done. */
  const now = Effect.map(Clock.currentTimeMillis, (millis) => {
    withdrawals.settle(millis + ahead)
    return millis + ahead
  })

  const available = (currency: string) => books.balance("available", currency)

  const row = (timestamp: number, fields: Partial<HistoryRow> & Pick<HistoryRow, "currency" | "type" | "amount">) => ({
    orderId: fields.orderId ?? orderId(timestamp),
    status: "COMPLETED",
    fees: zero,
    timestamp,
    description: "",
    username: settings.username,
    txid: "",
    currencyNetwork: "",
    toAddress: "",
    conversion: null,
    ...fields
  })

  const record = (row: HistoryRow): void => {
    if (row.type === "Withdraw" && (row.status === "PENDING" || row.status === "PROCESSING"))
      return withdrawals.open(row)
    books.post(legsOf(row))
    store.insert(row)
  }

  const balances = Effect.map(now, () =>
    books.currencies().map((currency) => ({
      currency,
      total: BigDecimal.sum(available(currency), books.balance("hold", currency)),
      available: available(currency)
    }))
  )

  const history = Effect.fn("Exchange.history")(function* (query: Query) {
    yield* now
    const { cap, overCap } = settings.history
    if (query.count !== undefined && query.count > cap && overCap === "refuse") {
      return yield* Refused.invalidRequest(`count must not be over ${cap}`)
    }
    if (query.startTime !== undefined && query.endTime !== undefined && query.startTime > query.endTime) {
      return yield* Refused.invalidRequest("startTime is after endTime")
    }
    return store.query(query)
  })

  const createAddress = Effect.fn("Exchange.createAddress")(function* (currencyName: string, networkName: string) {
    const { currency, network } = yield* knownNetwork(currencyName, networkName)
    const unused = addresses.of(currency, network).find((address) => !address.used)
    if (unused !== undefined) return yield* Refused.unusedAddressExists(unused.address)
    return addresses.create(currency, network, yield* now)
  })

  const withdraw: Operations["withdraw"] = Effect.fn("Exchange.withdraw")(function* (request) {
    const pair = Market.findPair(request.currency)
    if (pair === undefined) return yield* Refused.invalidCurrency(request.currency)
    if (request.address.trim() === "") return yield* Refused.invalidRequest("address must not be empty")
    const { currency, network } = pair
    const timestamp = yield* now
    return yield* Effect.suspend(() =>
      Either.map(
        Orders.withdraw(request.amount, currency, network, request.includeWithdrawFee, available(currency.name)),
        (amount) => {
          const pending = row(timestamp, {
            currency: currency.name,
            type: "Withdraw",
            status: "PENDING",
            amount,
            fees: network.withdrawFee,
            currencyNetwork: network.name.toUpperCase(),
            toAddress: request.address
          })
          withdrawals.open(pending)
          return pending.orderId
        }
      )
    )
  })

  const convert: Operations["convert"] = Effect.fn("Exchange.convert")(function* (request) {
    const from = yield* known(request.fromAsset)
    const to = yield* known(request.toAsset)
    const timestamp = yield* now
    return yield* Effect.suspend(() =>
      Either.map(Orders.convert(request.amount, from, to, available(from.name)), (conversion) => {
        const out = row(timestamp, {
          currency: from.name,
          type: "Convert fiat",
          amount: conversion.sourceAmount,
          conversion
        })
        record(out)
        record({ ...out, currency: to.name, amount: conversion.targetAmount })
        return conversion
      })
    )
  })

  const transfer: Operations["transfer"] = Effect.fn("Exchange.transfer")(function* (request) {
    const asset = yield* known(request.asset)
    if (request.toUser === settings.username) return yield* Refused.invalidRequest("toUser is the sender")
    const timestamp = yield* now
    return yield* Effect.suspend(() =>
      Either.map(Orders.spend(request.amount, asset, available(asset.name)), (amount) => {
        const description = `To ${request.toUser}`
        record(row(timestamp, { currency: asset.name, type: "Transfer_Out", amount, description }))
        return amount
      })
    )
  })

  const deposit = Effect.fn("Exchange.deposit")(function* (request: DepositRequest) {
    const present = yield* now
    const currency = Market.find(request.currency)
    const network = currency?.networks.find(({ name }) => request.network === undefined || name === request.network)
    const made = row(request.timestamp ?? present, {
      ...(request.orderId === undefined ? {} : { orderId: request.orderId }),
      currency: request.currency,
      type: "Deposit",
      amount: request.amount,
      fees: request.fees ?? zero,
      txid: Identifiers.hex(depositIds, 64),
      currencyNetwork: network?.name.toUpperCase() ?? ""
    })
    record(made)
    if (currency !== undefined && network !== undefined) addresses.use(currency, network)
    return made
  })

  return Exchange.of({
    networks: (currency) => Effect.map(known(currency), ({ networks }) => networks.map(({ name }) => name)),
    exchangeRate: (from, to) => Effect.zipWith(known(from), known(to), Market.rate),
    currencies: (action) =>
      Effect.succeed(
        Market.currencies
          .filter((currency) =>
            action === "CONVERT" ? currency.convertible : action === "SEND" || currency.networks.length > 0
          )
          .map(({ name }) => name)
      ),
    balances,
    history,
    addresses: (currency, network) =>
      Effect.map(knownNetwork(currency, network), (pair) => addresses.of(pair.currency, pair.network)),
    createAddress,
    withdraw,
    convert,
    transfer,
    now,
    advance: (by) =>
      Effect.sync(() => {
        ahead += Duration.toMillis(by)
      }),
    deposit,
    record: (row) =>
      Effect.zipRight(
        now,
        Effect.sync(() => record(row))
      ),
    rewrite: (orderId, change) =>
      Effect.zipRight(
        now,
        Effect.sync(() => {
          for (const row of store.rows().filter((row) => row.orderId === orderId)) store.replace(row, change(row))
        })
      ),
    adjust: (currency, amount) =>
      Effect.sync(() => books.post(Books.move(currency, "adjustment", "available", amount))),
    rows: Effect.map(now, () => store.rows().slice()),
    count: Effect.map(now, () => store.rows().length),
    account: (account, currency) => Effect.map(now, () => books.balance(account, currency)),
    trialBalance: Effect.map(now, () => books.trialBalance())
  })
})

/**
 * The exchange as a layer.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options?: SandboxOptions): Layer.Layer<Exchange> => Layer.effect(Exchange, make(options))
