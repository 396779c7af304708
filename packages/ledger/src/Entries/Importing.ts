/**
 * What the rows of an import mean for the books, decided without writing anything.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { BigDecimal, DateTime, Order } from "effect"
import type { ImportReport, ImportRow } from "./LedgerEntry.ts"
import { entering, type Entering, type StoredEntry } from "./Stored.ts"

export interface Importing {
  readonly row: ImportRow
  readonly entry: Entering
}

export interface Plan {
  readonly fresh: ReadonlyArray<Importing>
  readonly unchanged: number
  /** Each a sentence; where there is one, nothing is written. */
  readonly problems: ReadonlyArray<string>
}

/** The entries of a row: fees in another currency are an entry of their own. */
const entriesOf = (row: ImportRow, file: string): ReadonlyArray<Importing> => {
  const { amount, at, currency, description, feeCurrency, fees, id, line, reference, type } = row
  const apart = feeCurrency !== null && feeCurrency !== currency && !BigDecimal.isZero(fees)
  const common = { at: at.epochMillis, reason: description, reference, externalId: id, file, line }
  const main = entering({ ...common, currency, type, amount, fees: apart ? Decimal.zero : fees })
  if (!apart) return [{ row, entry: main }]
  const paid = entering({
    ...common,
    currency: feeCurrency,
    type: "fee",
    amount: BigDecimal.negate(fees),
    leg: "fees"
  })
  return [
    { row, entry: main },
    { row, entry: paid }
  ]
}

/** What tells an imported entry from all others. */
const identityOf = ({ currency, externalId, leg }: Entering): string => `${externalId}\u0000${currency}\u0000${leg}`

const iso = (millis: number): string => DateTime.formatIso(DateTime.unsafeMake(millis))

const said = ({ amount, at, fees, reason, reference, type }: Entering): ReadonlyArray<readonly [string, string]> => [
  ["time", iso(at)],
  ["amount", Decimal.toText(BigDecimal.normalize(amount))],
  ["fee", Decimal.toText(BigDecimal.normalize(fees))],
  ["kind", type],
  ["description", reason ?? ""],
  ["reference", reference ?? ""]
]

/** The first thing that two entries say differently. */
const difference = (held: Entering, given: Entering): string | undefined => {
  const now = said(given)
  const found = said(held).findIndex(([, value], index) => now[index]?.[1] !== value)
  const [name, value] = said(held)[found] ?? []
  return name === undefined ? undefined : `its ${name} there is ${value || "empty"}, here ${now[found]?.[1] || "empty"}`
}

const named = ({ entry, row }: Importing): string =>
  `line ${row.line} (id ${row.id}, ${entry.currency}${entry.leg === "fees" ? ", its fee" : ""})`

const problemsOf = ({ entry, row }: Importing, now: number): ReadonlyArray<string> => [
  ...(entry.at > now ? [`line ${row.line}, column time: ${iso(entry.at)} is in the future`] : []),
  ...(BigDecimal.isNegative(entry.fees) ? [`line ${row.line}, column fee: a fee below zero`] : [])
]

/** `held` are all entries of the account, `now` epoch milliseconds. */
export const decide = (
  held: ReadonlyArray<StoredEntry>,
  rows: ReadonlyArray<ImportRow>,
  file: string,
  now: number
): Plan => {
  const known = new Map(held.filter(({ kind }) => kind === "imported").map((one) => [identityOf(one.content), one]))
  const inFile = new Map<string, Importing>()
  const fresh: Array<Importing> = []
  const problems: Array<string> = []
  let unchanged = 0
  for (const importing of rows.flatMap((row) => entriesOf(row, file))) {
    const identity = identityOf(importing.entry)
    const twin = inFile.get(identity)
    const before = known.get(identity)
    inFile.set(identity, importing)
    problems.push(...problemsOf(importing, now))
    if (twin !== undefined) {
      problems.push(`${named(importing)} has the id and currency of line ${twin.row.line}`)
    } else if (before === undefined) {
      fresh.push(importing)
    } else {
      const differs = difference(before.content, importing.entry)
      if (differs === undefined) unchanged++
      else {
        problems.push(
          `${named(importing)} was imported before as entry ${before.seq}, and says something else: ${differs}`
        )
      }
    }
  }
  return { fresh, unchanged, problems }
}

/** What a plan changes, per currency. */
export const changesOf = (fresh: Plan["fresh"]): ImportReport["changes"] => {
  const sums = new Map<string, { change: BigDecimal.BigDecimal; entries: number }>()
  for (const { entry } of fresh) {
    const sum = sums.get(entry.currency) ?? { change: Decimal.zero, entries: 0 }
    sum.change = BigDecimal.sum(sum.change, BigDecimal.subtract(entry.amount, entry.fees))
    sum.entries++
    sums.set(entry.currency, sum)
  }
  return [...sums]
    .sort(([one], [other]) => Order.string(one, other))
    .map(([currency, { change, entries }]) => ({ currency, change: BigDecimal.normalize(change), entries }))
}
