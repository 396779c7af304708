/**
 * An exchange of any number of rows in this process: pages of text by arithmetic, as already fetched.
 */
import { Wallet, WalletModel, Wire } from "@btse-wallet/core"
import { BigDecimal, DateTime, Effect, Layer, Schema, Stream } from "effect"
import { historyPage } from "../../packages/core/src/internal/historyPage.ts"

const first = 1_700_000_000_000
const apart = 10_000

const currencies = ["BTC", "ETH", "USDT", "XRP"] as const

const digitsOf = (at: number): string => `${(at * 2_654_435_761) % 100_000_000}`.padStart(8, "0")

/** A row in the fields of 1.1.0, about 295 bytes; ids are in no order. */
const row = (at: number): string => {
  const digits = digitsOf(at)
  return (
    `{"amount":${at % 1_000}.${digits},"currency":"${currencies[at % 4]}","description":"Deposit ${at}",` +
    `"fees":0.000${digits.slice(4)},"orderId":"2026${digits}${at}","status":10,"timestamp":${first + at * apart},` +
    `"type":"Deposit","username":"btseUser","wallet":"@SPOT","txid":"${digits.repeat(8)}","currencyNetwork":"BITCOIN"}`
  )
}

/** The rows from the one number to before the other, newest first. */
export const page = (from: number, to: number): string =>
  `[${Array.from({ length: Math.max(0, to - from) }, (_, at) => row(to - 1 - at)).join(",")}]`

/** The most rows on a page. */
export const cap = 500

/** What the rows add up to, which a first sync holds them against: deposits, their fees inside the amounts. */
const addedUp = (rows: number): ReadonlyArray<WalletModel.Balance> => {
  const units = [0n, 0n, 0n, 0n]
  for (let at = 0; at < rows; at++) units[at % 4] = (units[at % 4] ?? 0n) + BigInt(`${at % 1_000}${digitsOf(at)}`)
  return currencies.map((currency, index) => {
    const total = BigDecimal.make(units[index] ?? 0n, 8)
    return { currency: WalletModel.Currency.make(currency), total, available: total }
  })
}

const balances = new Map<number, ReadonlyArray<WalletModel.Balance>>()

/** Once for each number of rows, since this is not what is measured. */
const balancesOf = (rows: number) => {
  const known = balances.get(rows) ?? addedUp(rows)
  balances.set(rows, known)
  return known
}

const decode = Schema.decode(Wire.JsonRows(Schema.Unknown))

/** The wallet of an exchange with so many rows, as far as a sync asks it: what comes after a page's text has been fetched. */
export const wallet = (rows: number): Layer.Layer<Wallet.WalletReader> => {
  const history: Wallet.ReadOperations["history"] = (query) => {
    const from = DateTime.toEpochMillis(query.from ?? DateTime.unsafeMake(0))
    const to = DateTime.toEpochMillis(query.to ?? DateTime.unsafeMake(Number.MAX_SAFE_INTEGER / 2))
    const low = Math.max(0, Math.ceil((from - first) / apart))
    const high = Math.min(rows, Math.floor((to - first) / apart) + 1)
    return Effect.orDie(
      Effect.map(decode(page(Math.max(low, high - Math.min(cap, query.count ?? cap)), high)), historyPage)
    )
  }
  const unasked = Effect.dieMessage("a sync does not ask for this")
  return Layer.succeed(Wallet.WalletReader, {
    history,
    balances: Effect.sync(() => balancesOf(rows)),
    networks: () => unasked,
    exchangeRate: () => unasked,
    currencies: () => unasked,
    cryptoNetworks: () => unasked,
    assetExchangeRate: () => unasked,
    serverTime: unasked,
    historySince: () => Stream.die("a sync does not ask for this"),
    subaccountTransfers: () => Stream.die("a sync does not ask for this")
  })
}
