/**
 * The books of a wallet over a life drawn from a seed, at the sandbox's own engine: deposits, withdrawals, transfers,
 * conversions, fees inside and on top, cancellations, late rows and rows that change in place, with many syncs in between.
 * What the exchange does not document is a convention of the life: where it shows a fee, and when a withdrawal leaves the
 * total. The engine is in this process, so that thousands of lives are lived in minutes.
 */
import { type HistoryRecord, RecordStatus, Wallet, WalletError, WalletModel } from "@btse-wallet/core"
import { Account, Ledger, Sync } from "@btse-wallet/ledger"
import { Exchange, type HistoryRow } from "@btse-wallet/sandbox"
import { SqlClient } from "@effect/sql"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { BigDecimal, DateTime, Effect, Layer, Random, Stream, TestClock } from "effect"
import { dawn, decimal, temporaryFile } from "../ledger/Bench.ts"

export type Engine = Exchange.Operations & Exchange.Controls

/** What the document leaves open. */
export interface Convention {
  /** The types whose fee stands beside the amount. */
  readonly onTop: ReadonlySet<string>
  readonly pending: "held" | "deducted"
}

export const pick = <const A>(choices: readonly [A, ...Array<A>]) =>
  Effect.map(Random.nextIntBetween(0, choices.length), (index) => choices[index] ?? choices[0])

const known = (text: string): string | null => (text === "" ? null : text)

export const incoming = ({ conversion, currency, type }: HistoryRow.HistoryRow): boolean =>
  type === "Convert fiat"
    ? conversion?.targetCurrency === currency
    : ["Deposit", "Transfer_In", "ReferralEarning"].includes(type)

/** By how much a row that is COMPLETED has moved the engine's books. */
export const moved = (row: HistoryRow.HistoryRow): BigDecimal.BigDecimal =>
  incoming(row) ? row.amount : BigDecimal.negate(row.amount)

/** The amount as the convention shows it: what moved, or that without its fee. */
const shownAmount = (row: HistoryRow.HistoryRow, { onTop }: Convention): BigDecimal.BigDecimal => {
  if (!onTop.has(row.type)) return row.amount
  return incoming(row) ? BigDecimal.sum(row.amount, row.fees) : BigDecimal.subtract(row.amount, row.fees)
}

const recordOf = (row: HistoryRow.HistoryRow, convention: Convention): HistoryRecord.HistoryRecord => ({
  orderId: WalletModel.OrderId.make(row.orderId),
  currency: WalletModel.Currency.make(row.currency),
  type: row.type,
  status: RecordStatus.fromWire(row.status),
  amount: shownAmount(row, convention),
  fees: row.fees,
  timestamp: DateTime.unsafeMake(row.timestamp),
  wallet: "@SPOT",
  description: known(row.description),
  username: row.username,
  txid: known(row.txid),
  currencyNetwork: known(row.currencyNetwork),
  toAddress: known(row.toAddress),
  sourceCurrency: row.conversion?.sourceCurrency ?? null,
  sourceAmount: row.conversion?.sourceAmount ?? null,
  targetCurrency: row.conversion?.targetCurrency ?? null,
  targetAmount: row.conversion?.targetAmount ?? null,
  rate: row.conversion?.rate ?? null,
  raw: `${row.orderId} ${row.status}`
})

const readerOf = (engine: Engine, convention: Convention): typeof Wallet.WalletReader.Service => {
  const unused = (operation: string) => new WalletError.MissingCredentials({ operation })
  const unserved = (operation: string) =>
    new WalletError.NotFound({ operation, status: 404, errorCode: null, exchangeMessage: null })
  return {
    networks: () => unserved("networks"),
    exchangeRate: () => unserved("exchangeRate"),
    currencies: () => unserved("currencies"),
    cryptoNetworks: () => unserved("cryptoNetworks"),
    assetExchangeRate: () => unserved("assetExchangeRate"),
    serverTime: unserved("serverTime"),
    historySince: () => Stream.fail(unused("historySince")),
    subaccountTransfers: () => Stream.fail(unused("subaccountHistory")),
    balances: Effect.map(engine.balances, (balances) =>
      balances.map(({ available, currency, total }) => ({
        currency: WalletModel.Currency.make(currency),
        total: convention.pending === "held" ? total : available,
        available
      }))
    ),
    history: (query) =>
      engine
        .history({
          currency: query.currency,
          startTime: query.from?.epochMillis,
          endTime: query.to?.epochMillis,
          count: query.count
        })
        .pipe(
          Effect.map((rows) => ({ records: rows.map((row) => recordOf(row, convention)), undecoded: [] })),
          Effect.orDie
        )
  }
}

const minute = 60_000

const some = (least: number, most: number, decimals: number) =>
  Effect.map(Random.nextIntBetween(least, most), (units) => BigDecimal.make(BigInt(units) * 7919n + 13n, decimals))

const pairs = ["BTC-Bitcoin", "BTC-Liquid", "ETH-Ethereum", "USDT-ERC20", "USDT-TRC20", "XRP-Ripple"] as const

const currencies = ["BTC", "ETH", "USDT", "XRP", "USD"] as const

/** One thing that happens at the exchange. */
const happen = Effect.fnUntraced(function* (engine: Engine) {
  const currency = yield* pick(currencies)
  switch (yield* Random.nextIntBetween(0, 10)) {
    case 0:
    case 1:
      return yield* engine.deposit({ currency, amount: yield* some(1_000, 900_000, 6), fees: yield* some(0, 90, 8) })
    case 2:
    case 3:
    case 4: {
      const address = yield* pick(["somewhere", "elsewhere", "cancelled"])
      return yield* engine
        .withdraw({
          currency: yield* pick(pairs),
          address,
          amount: BigDecimal.format(yield* some(3_000, 9_000, 6)),
          includeWithdrawFee: yield* Random.nextBoolean
        })
        .pipe(Effect.orDie)
    }
    case 5:
      return yield* engine
        .transfer({ asset: currency, amount: BigDecimal.format(yield* some(1, 900, 6)), toUser: "alice" })
        .pipe(Effect.orDie)
    case 6: {
      const toAsset = yield* pick(currencies)
      if (toAsset === currency) return
      return yield* engine
        .convert({ fromAsset: currency, toAsset, amount: BigDecimal.format(yield* some(1_000, 9_000, 6)) })
        .pipe(Effect.orDie)
    }
    case 7: {
      const made = yield* engine.deposit({ currency, amount: yield* some(1, 900, 6), fees: yield* some(0, 9, 8) })
      return yield* engine.rewrite(made.orderId, (row) => ({ ...row, type: "Transfer_In", description: "From bob" }))
    }
    case 8:
      return yield* change(engine, (row) => ({ ...row, description: "paid", txid: `tx ${row.timestamp}` }))
    case 9: {
      // A correction: the row changes and the balance follows.
      const more = yield* some(1, 90, 8)
      const row = yield* change(engine, (one) => ({ ...one, amount: BigDecimal.sum(one.amount, more) }))
      if (row === undefined) return
      return yield* engine.adjust(row.currency, incoming(row) ? more : BigDecimal.negate(more))
    }
  }
})

/** Changes one recent row that is COMPLETED. */
const change = Effect.fnUntraced(function* (
  engine: Engine,
  how: (row: HistoryRow.HistoryRow) => HistoryRow.HistoryRow
) {
  const now = yield* engine.now
  const recent = (yield* engine.rows).filter(
    (row) => row.status === "COMPLETED" && row.timestamp > now - 20 * minute && row.type !== "Convert fiat"
  )
  const row = recent[yield* Random.nextIntBetween(0, Math.max(1, recent.length))]
  if (row !== undefined) yield* engine.rewrite(row.orderId, how)
  return row
})

export interface Life {
  readonly engine: Engine
  readonly convention: Convention
  readonly sync: Effect.Effect<Sync.SyncReport, never, Sync.Sync>
}

const sync = (full: boolean) => Effect.orDie(Effect.flatMap(Sync.Sync, (service) => service.run(full ? { full } : {})))

/** Walks everything again, so that a change of an old row is seen. */
export const syncAll = sync(true)

/** Lives through a life and does something with its books, which are up to date with the exchange. */
export const live = Effect.fnUntraced(function* <A, E>(
  seed: number,
  then: (life: Life) => Effect.Effect<A, E, Ledger.ReaderServices | SqlClient.SqlClient>
) {
  yield* TestClock.setTime(dawn)
  const onTop = (yield* Random.nextBoolean)
    ? new Set(yield* pick([["Withdraw"], ["Withdraw", "Deposit"]]))
    : new Set<string>()
  const convention: Convention = { onTop, pending: yield* pick(["held", "held", "held", "deducted"]) }
  const engine = yield* Exchange.make({
    seed,
    withdrawals: { processingAfter: "5 minutes", finalAfter: "25 minutes" },
    history: {
      cap: yield* pick([7, 50, 500]),
      order: yield* pick(["newest-first", "oldest-first", "shuffled"]),
      keeps: yield* pick(["newest", "oldest"]),
      late: { share: yield* pick([0, 0, 0.2]), by: "10 minutes" }
    }
  })
  // So that whatever moves out is there.
  for (const currency of currencies) yield* engine.deposit({ currency, amount: decimal("1000000") })
  const filename = yield* temporaryFile
  const books = Ledger.layerReader({
    account: Account.AccountName.make("default"),
    exchange: "https://exchange.test"
  }).pipe(
    Layer.provideMerge(Ledger.opened(SqliteClient.layer({ filename, disableWAL: true }))),
    Layer.provide(Layer.succeed(Wallet.WalletReader, readerOf(engine, convention)))
  )
  return yield* Effect.gen(function* () {
    // Nobody pulls the plug here, and waiting for the disk is most of a life.
    yield* Effect.flatMap(SqlClient.SqlClient, (sql) => Effect.orDie(sql`PRAGMA synchronous = OFF`))
    const rounds = yield* Random.nextIntBetween(2, 6)
    for (let round = 0; round < rounds; round++) {
      const count = yield* Random.nextIntBetween(1, 12)
      for (let i = 0; i < count; i++) {
        yield* TestClock.adjust(yield* Random.nextIntBetween(1_000, 4 * minute))
        yield* happen(engine)
      }
      yield* sync(false)
    }
    // Whatever was late has shown up; a withdrawal may still be on its way.
    yield* TestClock.adjust("11 minutes")
    yield* sync(false)
    return yield* then({ engine, convention, sync: sync(false) })
  }).pipe(Effect.provide(books))
}, Effect.scoped)
