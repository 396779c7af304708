/**
 * `beancount`: a file of beancount 2 whose balances it asserts, without tolerance (beancount "Language Syntax"). Fees are a
 * posting of their own; a conversion's legs share a link.
 *
 * @internal
 */
import { BigDecimal, Either, Option } from "effect"
import type { LedgerAccount } from "../Posting.ts"
import * as Entry from "./Entry.ts"
import type { About, Format, Written } from "./Format.ts"
import type { Amounts, JournalItem } from "./JournalItem.ts"
import * as LeftOut from "./LeftOut.ts"
import * as Symbols from "./Symbols.ts"

const beforeAll = "1970-01-01"

const unnamed = "beancount has no name of at most 24 characters for the currency"

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

const nameOf = (about: About, place: LedgerAccount | "opening"): string => {
  const [root, leaf] = names[place]
  const safe = Symbols.escaped(about.account, /[^A-Za-z0-9]/gu).replaceAll("%", "-")
  return `${root}:BTSE:${safe.charAt(0).toUpperCase()}${safe.slice(1)}${leaf}`.replace(":BTSE:-", ":BTSE:X-")
}

const text = (content: string): string =>
  `"${content
    .replace(/\p{Cc}/gu, " ")
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')}"`

const meta = (all: Readonly<Record<string, string | null>>): string =>
  Object.entries(all)
    .flatMap(([key, content]) => (content === null ? [] : [`  ${key}: ${text(content)}\n`]))
    .join("")

const leg = (account: string, amount: string): string => `  ${account.padEnd(40)}  ${amount}\n`

const transaction = (entry: Entry.Entry, commodity: string, about: About): string => {
  const { currency_network, order_id, timestamp, txid } = entry.row
  const link = Symbols.escaped(order_id, /[^A-Za-z0-9-]/gu).replaceAll("%", "_")
  const legs = entry.postings.map(({ account, amount }) =>
    leg(nameOf(about, account), `${Entry.plain(amount)} ${commodity}`)
  )
  const known = meta({
    id: entry.id,
    "order-id": order_id,
    time: Entry.time(timestamp),
    txid,
    network: currency_network
  })
  return `\n${Entry.day(entry.instant)} * ${text(Entry.words(entry))} ^btse-${link}\n${known}${legs.join("")}`
}

/** Those amounts whose currency has a name; an item of none is left out. */
const named = (amounts: Amounts, write: (commodity: string, amount: string, opposite: string) => string): Written => {
  const lines = amounts.flatMap(([currency, amount]) =>
    Option.match(Symbols.beancount(currency), {
      onNone: () => [],
      onSome: (commodity) => [write(commodity, Entry.plain(amount), Entry.plain(BigDecimal.negate(amount)))]
    })
  )
  return lines.length === 0 ? Either.left(unnamed) : Either.right(lines.join(""))
}

const written = (item: JournalItem, about: About): Written => {
  switch (item._tag) {
    case "Entry":
      if (item.postings.length === 0) return Either.left(Entry.nothingMoved)
      return Option.match(Symbols.beancount(item.row.currency), {
        onNone: () => Either.left(unnamed),
        onSome: (commodity) => Either.right(transaction(item, commodity, about))
      })
    case "Opening":
      return Either.map(
        named(item.amounts, (commodity, amount, opposite) =>
          [
            leg(nameOf(about, "wallet"), `${amount} ${commodity}`),
            leg(nameOf(about, "opening"), `${opposite} ${commodity}`)
          ].join("")
        ),
        (legs) => `\n${Entry.day(item.instant)} * "Opening balances"\n${legs}`
      )
    case "Balances":
      return Either.map(
        named(
          item.amounts,
          (commodity, amount) =>
            `${Entry.day(item.instant)} balance ${nameOf(about, "wallet")}  ${amount} ~ 0 ${commodity}\n  id: ${text(item.id)}\n`
        ),
        (lines) => `\n${lines}`
      )
    case "Unasserted":
      return Either.left(item.reason)
  }
}

const commodities = ({ currencies }: About): ReadonlyArray<string> =>
  currencies.flatMap((currency) =>
    Option.match(Symbols.beancount(currency), {
      onNone: () => [],
      onSome: (commodity) => [`${beforeAll} commodity ${commodity}\n${meta({ symbol: currency })}`]
    })
  )

export const format: Format<JournalItem> = {
  head: (about) =>
    [
      `option "title" ${text(`The books of the BTSE wallet ${about.account}`)}\n`,
      ...commodities(about),
      ...(
        ["wallet", "fees", "income", "external_in", "external_out", "conversion", "adjustment", "opening"] as const
      ).map(
        (place) =>
          `${beforeAll} open ${nameOf(about, place)}\n${meta({ profile: about.account, exchange: about.exchange })}`
      )
    ].join(""),
  item: written,
  tail: (leftOut) =>
    leftOut.length === 0
      ? ""
      : `\n${leftOut.map((one) => `; ${LeftOut.line(one).replace(/\p{Cc}/gu, " ")}\n`).join("")}`
}
