/**
 * The currencies this exchange knows: their decimals, networks with fees and minimums, and prices. All invented, all
 * exact; the price of BTC is the rate in the document's example.
 */
import { BigDecimal } from "effect"

export interface CryptoNetwork {
  readonly name: string
  /** What a withdrawal costs, in the currency itself. */
  readonly withdrawFee: BigDecimal.BigDecimal
  readonly withdrawMinimum: BigDecimal.BigDecimal
  /** Whether addresses have a tag after a colon. */
  readonly tagged: boolean
  readonly addressPrefix: string
}

export interface Currency {
  readonly name: string
  readonly decimals: number
  readonly price: BigDecimal.BigDecimal
  readonly networks: ReadonlyArray<CryptoNetwork>
  readonly convertible: boolean
}

const decimal = BigDecimal.unsafeFromString

const network = (
  name: string,
  withdrawFee: string,
  withdrawMinimum: string,
  addressPrefix: string,
  tagged = false
): CryptoNetwork => ({
  name,
  withdrawFee: decimal(withdrawFee),
  withdrawMinimum: decimal(withdrawMinimum),
  tagged,
  addressPrefix
})

const currency = (
  name: string,
  decimals: number,
  price: string,
  networks: ReadonlyArray<CryptoNetwork> = [],
  convertible = true
): Currency => ({ name, decimals, price: decimal(price), networks, convertible })

export const currencies: ReadonlyArray<Currency> = [
  currency("BTC", 8, "36051.55950285", [
    network("Bitcoin", "0.0005", "0.001", "bc1q"),
    network("Liquid", "0.00005", "0.0005", "lq1q")
  ]),
  currency("ETH", 18, "2450.10250075", [network("Ethereum", "0.004", "0.01", "0x")]),
  currency("USDT", 6, "1.00020001", [network("ERC20", "4.5", "10", "0x"), network("TRC20", "1", "2", "T")]),
  currency("XRP", 6, "0.52345678", [network("Ripple", "0.25", "20", "r", true)]),
  currency("1INCH", 18, "0.42710003", [network("Ethereum", "3.125", "6", "0x")]),
  currency("USD", 8, "1"),
  currency("EUR", 8, "1.08335"),
  currency("JPY", 4, "0.00671141"),
  currency("BTC-PERP", 4, "36051.5", [], false)
]

const byName = new Map(currencies.map((currency) => [currency.name, currency]))

/** Perpetual markets are also known by their names from before December 2022: `BTCPFC` is `BTC-PERP`. */
export const find = (name: string): Currency | undefined =>
  byName.get(name) ?? byName.get(name.replace(/PFC$/, "-PERP"))

/** Networks are named in several cases (`Bitcoin` in a list, `BITCOIN` in a request), so case does not count. */
export const findNetwork = (currency: Currency, name: string): CryptoNetwork | undefined =>
  currency.networks.find((network) => network.name.toUpperCase() === name.toUpperCase())

/** Reads a currency-network pair such as `BTC-Bitcoin`; a currency's own name may hold a dash. */
export const findPair = (
  pair: string
): { readonly currency: Currency; readonly network: CryptoNetwork } | undefined => {
  for (const currency of currencies) {
    if (!pair.startsWith(`${currency.name}-`)) continue
    const network = findNetwork(currency, pair.slice(currency.name.length + 1))
    if (network !== undefined) return { currency, network }
  }
  return undefined
}

const rateDecimals = 12

/** How many `to` one `from` is worth. */
export const rate = (from: Currency, to: Currency): BigDecimal.BigDecimal =>
  BigDecimal.normalize(BigDecimal.truncate(BigDecimal.unsafeDivide(from.price, to.price), rateDecimals))

/** What `amount` brings in `to`, rounded down to the decimals that the currency has, 8 at most. */
export const settle = (amount: BigDecimal.BigDecimal, rate: BigDecimal.BigDecimal, to: Currency) =>
  BigDecimal.normalize(BigDecimal.truncate(BigDecimal.multiply(amount, rate), Math.min(to.decimals, 8)))
