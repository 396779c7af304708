/**
 * What the journals of hledger and ledger have in common. Each record is a transaction of its own in its own currency, so
 * that it balances without a price; what a conversion gave and took meets in an equity account.
 *
 * @internal
 */
import { Either } from "effect"
import type { LedgerAccount } from "../Posting.ts"
import * as Entry from "./Entry.ts"
import type { About, Format } from "./Format.ts"
import type { Amounts, JournalItem } from "./JournalItem.ts"
import * as LeftOut from "./LeftOut.ts"
import { escaped, quoted } from "./Symbols.ts"

const places = [
  "wallet",
  "fees",
  "external_in",
  "external_out",
  "income",
  "conversion",
  "adjustment",
  "opening"
] as const

type Place = LedgerAccount | "opening"

const nameOf = (about: About, place: Place): string => {
  const account = `btse:${escaped(about.account, /[^A-Za-z0-9 ._-]| {2,}|^ | $/gu)}`
  switch (place) {
    case "wallet":
      return `assets:${account}`
    case "fees":
      return `expenses:${account}:fees`
    case "income":
      return `income:${account}`
    case "external_in":
      return `equity:${account}:in`
    case "external_out":
      return `equity:${account}:out`
    default:
      return `equity:${account}:${place}`
  }
}

/** A value that ends where its line does, in both programs. */
const value = (text: string): string => escaped(text, /[%,;[\]]|\p{Cc}|[\u2028\u2029]/gu)

const tags = (entry: Entry.Entry): string =>
  Object.entries({
    id: entry.id,
    time: Entry.time(entry.row.timestamp),
    txid: entry.row.txid,
    network: entry.row.currency_network
  })
    .flatMap(([key, text]) => (text === null ? [] : [`    ; ${key}: ${value(text)}\n`]))
    .join("")

const leg = (account: string, amount: string): string => `    ${account.padEnd(40)}  ${amount}\n`

const transaction = (entry: Entry.Entry, about: About): string => {
  const code = escaped(entry.row.order_id, /[^A-Za-z0-9 ._:/#+-]/gu)
  const words = Entry.words(entry).replaceAll(";", ",").replaceAll("|", "/")
  const commodity = quoted(entry.row.currency)
  const legs = entry.postings.map(({ account, amount }) =>
    leg(nameOf(about, account), `${Entry.plain(amount)} ${commodity}`)
  )
  return `\n${Entry.day(entry.instant)} * (${code}) ${words}\n${tags(entry)}${legs.join("")}`
}

const opening = (amounts: Amounts, about: About): string =>
  amounts
    .flatMap(([currency, amount]) => {
      const text = Entry.plain(amount)
      const opposite = text.startsWith("-") ? text.slice(1) : `-${text}`
      return [
        leg(nameOf(about, "wallet"), `${text} ${quoted(currency)}`),
        leg(nameOf(about, "opening"), `${opposite} ${quoted(currency)}`)
      ]
    })
    .join("")

const assertions = (amounts: Amounts, about: About): string =>
  amounts
    .map(([currency, amount]) => {
      const commodity = quoted(currency)
      return leg(nameOf(about, "wallet"), `0 ${commodity} = ${Entry.plain(amount)} ${commodity}`)
    })
    .join("")

/** A journal with the program's own directives before its declarations of accounts and commodities. */
export const format = (directives: string): Format<JournalItem> => ({
  head: (about) =>
    [
      `; The books of the BTSE wallet "${value(about.account)}" at ${about.exchange}.\n`,
      directives,
      ...about.currencies.map((currency) => `commodity ${quoted(currency)}\n`),
      ...places.map((place) => `account ${nameOf(about, place)}\n`)
    ].join(""),
  item: (item, about) => {
    switch (item._tag) {
      case "Entry":
        return item.postings.length === 0 ? Either.left(Entry.nothingMoved) : Either.right(transaction(item, about))
      case "Opening":
        return Either.right(`\n${Entry.day(item.instant)} * Opening balances\n${opening(item.amounts, about)}`)
      case "Balances":
        return Either.right(
          `\n${Entry.day(item.instant)} * Balances of ${item.id}\n    ; time: ${Entry.time(item.instant)}\n${assertions(item.amounts, about)}`
        )
      case "Unasserted":
        return Either.left(item.reason)
    }
  },
  tail: (leftOut) =>
    leftOut.length === 0
      ? ""
      : `\n${leftOut.map((one) => `; ${LeftOut.line(one).replace(/\p{Cc}/gu, " ")}\n`).join("")}`
})
