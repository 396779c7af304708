/**
 * What the journals of hledger and ledger have in common. Each record is a transaction of its own in its own currency, so
 * that it balances without a price; what a conversion gave and took meets in an equity account.
 *
 * @internal
 */
import type { LedgerAccount } from "../Posting.ts"
import * as Entry from "./Entry.ts"
import { type About, type Format, leftOut, whole, type Written } from "./Format.ts"
import type { Amounts, JournalItem } from "./JournalItem.ts"
import * as LeftOut from "./LeftOut.ts"
import { caseless, cut, escaped, isQuotedWhole, quoted } from "./Symbols.ts"

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
  const account = `btse:${escaped(caseless(about.account), /[^A-Za-z0-9 ._-]| {2,}|^ | $/gu)}`
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

/** A description: what follows a `;` would be a comment, and what precedes a `|` a payee. */
const description = (text: string): string => escaped(text, /[%;|]|\p{Cc}|[\u2028\u2029]/gu)

/** A code in parentheses. */
const code = (text: string): string => escaped(text, /[^A-Za-z0-9 ._:/#+-]/gu)

/** What of the two programs differs. */
interface Program {
  /** Directives before the declarations of accounts and commodities. */
  readonly directives: string
  /** The most bytes of a text. */
  readonly longest: number
}

const tooLong = (bytes: number): string => `the end of a text that is longer than the program reads (${bytes} bytes)`

const tagsOf = (entry: Entry.Entry) => ({
  id: entry.id,
  time: Entry.time(entry.row.timestamp),
  txid: entry.row.txid,
  network: entry.row.currency_network,
  symbol: isQuotedWhole(entry.row.currency) ? null : entry.row.currency
})

const leg = (account: string, amount: string): string => `    ${account.padEnd(40)}  ${amount}\n`

const transaction = (entry: Entry.Entry, about: About, { longest }: Program): Written => {
  let complete = true
  const fitting = (text: string, written: (text: string) => string): string => {
    const [begin, all] = cut(text, longest, written)
    complete &&= all
    return begin
  }
  const commodity = quoted(entry.row.currency)
  const heading = `(${fitting(entry.row.order_id, code)}) ${fitting(Entry.fullWords(entry), description)}`
  const tags = Object.entries(tagsOf(entry)).map(([key, text]) =>
    text === null ? "" : `    ; ${key}: ${fitting(text, value)}\n`
  )
  const legs = entry.postings.map(({ account, amount }) =>
    leg(nameOf(about, account), `${Entry.plain(amount)} ${commodity}`)
  )
  const text = `\n${Entry.day(entry.instant)} * ${heading}\n${tags.join("")}${legs.join("")}`
  return complete ? whole(text) : leftOut(tooLong(longest), text)
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

export const format = (program: Program): Format<JournalItem> => ({
  head: (about) =>
    [
      `; The books of the BTSE wallet "${value(about.account)}" at ${about.exchange}.\n`,
      program.directives,
      ...about.currencies.map((currency) => `commodity ${quoted(currency)}\n`),
      ...places.map((place) => `account ${nameOf(about, place)}\n`)
    ].join(""),
  item: (item, about) => {
    switch (item._tag) {
      case "Entry":
        return item.postings.length === 0 ? leftOut(Entry.nothingMoved) : transaction(item, about, program)
      case "Opening":
        return whole(`\n${Entry.day(item.instant)} * Opening balances\n${opening(item.amounts, about)}`)
      case "Balances":
        return whole(
          `\n${Entry.day(item.instant)} * Balances of ${item.id}\n    ; time: ${Entry.time(item.instant)}\n${assertions(item.amounts, about)}`
        )
      case "Unasserted":
        return leftOut(item.reason)
    }
  },
  tail: LeftOut.comments
})
