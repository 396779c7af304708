/**
 * `beancount`: a file of beancount 2 whose balances it asserts, without tolerance (beancount "Language Syntax"). Fees are a
 * posting of their own; a conversion's legs share a link. No commodity is declared: beancount takes a second declaration, in
 * another account's file, for a mistake.
 *
 * @internal
 */
import { BigDecimal } from "effect"
import type { LedgerAccount } from "../Posting.ts"
import * as Entry from "./Entry.ts"
import { type About, type Format, leftOut, whole, type Written } from "./Format.ts"
import type { Amounts, JournalItem } from "./JournalItem.ts"
import * as LeftOut from "./LeftOut.ts"
import * as Symbols from "./Symbols.ts"

const beforeAll = "1970-01-01"

const names: Readonly<Record<LedgerAccount | "opening", readonly [root: string, leaf: string]>> = {
  wallet: ["Assets", ""],
  fees: ["Expenses", ":Fees"],
  income: ["Income", ""],
  external_in: ["Equity", ":In"],
  external_out: ["Equity", ":Out"],
  conversion: ["Equity", ":Conversion"],
  adjustment: ["Equity", ":Adjustment"],
  opening: ["Equity", ":Opening"]
}

/** `X--` begins no name that begins with a letter: a `-` alone is always followed by two digits. */
const nameOf = (about: About, place: LedgerAccount | "opening"): string => {
  const [root, leaf] = names[place]
  const safe = Symbols.escaped(Symbols.caseless(about.account), /[^A-Za-z0-9]/gu).replaceAll("%", "-")
  const name = safe.startsWith("-") ? `X-${safe}` : `${safe.charAt(0).toUpperCase()}${safe.slice(1)}`
  return `${root}:BTSE:${name}${leaf}`
}

const text = (content: string): string =>
  `"${content
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n")
    .replace(/\p{Cc}/gu, " ")}"`

const meta = (all: Readonly<Record<string, string | null>>): string =>
  Object.entries(all)
    .flatMap(([key, content]) => (content === null ? [] : [`  ${key}: ${text(content)}\n`]))
    .join("")

const leg = (account: string, amount: string): string => `  ${account.padEnd(40)}  ${amount}\n`

/** The currency, where its commodity has another name. */
const symbolOf = (currency: string): string | null => (Symbols.beancount(currency) === currency ? null : currency)

const transaction = (entry: Entry.Entry, about: About): string => {
  const { currency, currency_network, order_id, timestamp, txid } = entry.row
  const link = Symbols.escaped(order_id, /[^A-Za-z0-9-]/gu).replaceAll("%", "_")
  const legs = entry.postings.map(({ account, amount }) =>
    leg(nameOf(about, account), `${Entry.plain(amount)} ${Symbols.beancount(currency)}`)
  )
  const known = meta({
    id: entry.id,
    "order-id": order_id,
    time: Entry.time(timestamp),
    txid,
    network: currency_network,
    symbol: symbolOf(currency)
  })
  return `\n${Entry.day(entry.instant)} * ${text(Entry.fullWords(entry))} ^btse-${link}\n${known}${legs.join("")}`
}

const opening = (amounts: Amounts, about: About): string =>
  amounts
    .flatMap(([currency, amount]) => [
      leg(nameOf(about, "wallet"), `${Entry.plain(amount)} ${Symbols.beancount(currency)}`),
      leg(nameOf(about, "opening"), `${Entry.plain(BigDecimal.negate(amount))} ${Symbols.beancount(currency)}`)
    ])
    .join("")

const assertion =
  (instant: number, id: string, about: About) =>
  ([currency, amount]: Amounts[number]) =>
    `${Entry.day(instant)} balance ${nameOf(about, "wallet")}  ${Entry.plain(amount)} ~ 0 ${Symbols.beancount(currency)}\n${meta({ id, symbol: symbolOf(currency) })}`

const written = (item: JournalItem, about: About): Written => {
  switch (item._tag) {
    case "Entry":
      return item.postings.length === 0 ? leftOut(Entry.nothingMoved) : whole(transaction(item, about))
    case "Opening":
      return whole(`\n${Entry.day(item.instant)} * "Opening balances"\n${opening(item.amounts, about)}`)
    case "Balances":
      return whole(`\n${item.amounts.map(assertion(item.instant, item.id, about)).join("")}`)
    case "Unasserted":
      return leftOut(item.reason)
  }
}

export const format: Format<JournalItem> = {
  head: (about) =>
    [
      `option "title" ${text(`The books of the BTSE wallet ${about.account}`)}\n`,
      ...(
        ["wallet", "fees", "income", "external_in", "external_out", "conversion", "adjustment", "opening"] as const
      ).map(
        (place) =>
          `${beforeAll} open ${nameOf(about, place)}\n${meta({ profile: about.account, exchange: about.exchange })}`
      )
    ].join(""),
  item: written,
  tail: LeftOut.comments
}
