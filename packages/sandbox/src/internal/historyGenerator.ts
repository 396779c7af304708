/**
 * A life of an account, from a seed: what it holds at the end is what its rows add up to.
 */
import type { Utils } from "effect"
import { BigDecimal } from "effect"
import type { ConversionSides, HistoryRow } from "../HistoryRow.ts"
import type { Books } from "./books.ts"
import { below, decimalDigits, hex } from "./identifiers.ts"
import type { Currency } from "./market.ts"
import * as Market from "./market.ts"
import { legsOf } from "./postings.ts"

export interface Settings {
  readonly records: number
  readonly random: Utils.PCGRandom
  readonly username: string
  readonly books: Books
  readonly orderId: (timestamp: number) => string
  /** Epoch milliseconds; every row is before it. */
  readonly now: number
}

const day = 86_400_000
const threeYears = 3 * 365 * day
/** Some endpoint refuses a startTime before October 2019, so nothing is older. */
const earliest = 1_569_888_000_000

/** The largest whole part that an incoming amount of the currency has. */
const wholeParts: Readonly<Record<string, number>> = {
  BTC: 3,
  ETH: 40,
  "BTC-PERP": 2,
  JPY: 5_000_000
}

const zero = BigDecimal.make(0n, 0)

/** Where each row stands in time: spread evenly with jitter, now and then two or more in one millisecond. */
const instants = (settings: Settings): ((index: number) => number) => {
  // Whole days, so that one seed gives one history all day long.
  const end = Math.floor(settings.now / day) * day
  const from = end - threeYears < earliest && earliest < end ? earliest : end - threeYears
  let previous = from
  return (index) => {
    const jittered = from + Math.floor(((end - from) * (index + settings.random.number())) / settings.records)
    const tied = index > 0 && below(settings.random, 100) < 3
    previous = tied ? previous : Math.min(Math.max(jittered, previous), end - 1)
    return previous
  }
}

/** Rows in order of time; their movements are booked in `settings.books`. */
export const generate = (settings: Settings): Array<HistoryRow> => {
  const { books, orderId, random, username } = settings
  const rows: Array<HistoryRow> = []
  const instant = instants(settings)
  const pick = <A>(options: ReadonlyArray<A>, fallback: A): A => options[below(random, options.length)] ?? fallback
  const [first] = Market.currencies
  if (first === undefined) return rows
  const convertible = Market.currencies.filter((currency) => currency.convertible)
  const withdrawable = Market.currencies.filter((currency) => currency.networks.length > 0)

  const add = (row: Partial<HistoryRow> & Pick<HistoryRow, "currency" | "type" | "amount" | "timestamp">): void => {
    const full: HistoryRow = {
      orderId: row.orderId ?? orderId(row.timestamp),
      status: "COMPLETED",
      fees: zero,
      description: "",
      username,
      txid: "",
      currencyNetwork: "",
      toAddress: "",
      conversion: null,
      ...row
    }
    books.post(legsOf(full))
    rows.push(full)
  }

  const incomingAmount = (currency: Currency): BigDecimal.BigDecimal => {
    const scale = below(random, 3) === 0 ? below(random, currency.decimals + 1) : currency.decimals
    const whole = below(random, wholeParts[currency.name] ?? 50_000)
    const value = BigInt(`${whole}${decimalDigits(random, scale)}`)
    return BigDecimal.make(value === 0n ? 1n : value, scale)
  }

  /** Up to half of what is there, with at most 8 decimals. */
  const outgoingAmount = (currency: Currency): BigDecimal.BigDecimal =>
    BigDecimal.truncate(
      BigDecimal.multiply(
        books.balance("available", currency.name),
        BigDecimal.make(BigInt(1 + below(random, 5_000)), 4)
      ),
      Math.min(8, currency.decimals)
    )

  const deposit = (currency: Currency, timestamp: number): void => {
    const network = pick(currency.networks, undefined)
    add({
      currency: currency.name,
      type: "Deposit",
      amount: incomingAmount(currency),
      timestamp,
      description: network === undefined ? "Bank transfer" : "",
      txid: network === undefined ? "" : hex(random, 64),
      currencyNetwork: network?.name.toUpperCase() ?? ""
    })
  }

  const withdraw = (timestamp: number): void => {
    const currency = pick(withdrawable, first)
    const network = pick(currency.networks, undefined)
    const asked = outgoingAmount(currency)
    const onTop = below(random, 3) === 0
    const fee = network?.withdrawFee ?? zero
    const amount = onTop ? BigDecimal.sum(asked, fee) : asked
    const covered = BigDecimal.lessThanOrEqualTo(amount, books.balance("available", currency.name))
    if (network === undefined || !covered || BigDecimal.lessThan(asked, network.withdrawMinimum)) {
      return deposit(currency, timestamp)
    }
    const cancelled = below(random, 10) === 0
    add({
      currency: currency.name,
      type: "Withdraw",
      amount,
      fees: fee,
      status: cancelled ? "CANCELLED" : "COMPLETED",
      timestamp,
      txid: cancelled ? "" : hex(random, 64),
      currencyNetwork: network.name.toUpperCase(),
      toAddress: `${network.addressPrefix}${hex(random, 38)}`
    })
  }

  const transferOut = (timestamp: number): void => {
    const currency = pick(Market.currencies, first)
    const amount = outgoingAmount(currency)
    if (amount.value === 0n) return deposit(currency, timestamp)
    add({ currency: currency.name, type: "Transfer_Out", amount, timestamp, description: "To jamesbond" })
  }

  const convert = (timestamp: number): void => {
    const source = pick(convertible, first)
    const target = pick(
      convertible.filter((currency) => currency !== source),
      first
    )
    const rate = Market.rate(source, target)
    const sourceAmount = outgoingAmount(source)
    const targetAmount = Market.settle(sourceAmount, rate, target)
    if (sourceAmount.value === 0n || targetAmount.value === 0n || rows.length + 2 > settings.records) {
      return deposit(source, timestamp)
    }
    const id = orderId(timestamp)
    const conversion: ConversionSides = {
      sourceCurrency: source.name,
      sourceAmount,
      targetCurrency: target.name,
      targetAmount,
      rate
    }
    const shared = { orderId: id, type: "Convert fiat", timestamp, conversion }
    add({ ...shared, currency: source.name, amount: sourceAmount })
    add({ ...shared, currency: target.name, amount: targetAmount })
  }

  const incoming = (type: string, description: string, timestamp: number): void => {
    const currency = pick(Market.currencies, first)
    add({ currency: currency.name, type, amount: incomingAmount(currency), timestamp, description })
  }

  while (rows.length < settings.records) {
    const timestamp = instant(rows.length)
    const draw = below(random, 100)
    if (draw < 30) deposit(pick(Market.currencies, first), timestamp)
    else if (draw < 52) withdraw(timestamp)
    else if (draw < 60) incoming("Transfer_In", "From jamesbond", timestamp)
    else if (draw < 68) transferOut(timestamp)
    else if (draw < 80) incoming("ReferralEarning", "Referral", timestamp)
    else convert(timestamp)
  }
  return rows
}
