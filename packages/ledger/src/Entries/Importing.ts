/**
 * What the rows of an import mean for the books, decided without writing anything.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { BigDecimal, DateTime, Order } from "effect"
import type { ImportReport, ImportRow } from "./LedgerEntry.ts"
import { refusals } from "./EntryRules.ts"
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

/** The entries of one row: its amount and, where they are in another currency, its fees. */
interface Legs {
  readonly main: Entering
  readonly paid: Entering | undefined
}

const legsOf = (row: ImportRow, file: string): Legs => {
  const { amount, at, currency, description, feeCurrency, fees, id, line, reference, type } = row
  const apart = feeCurrency !== null && feeCurrency !== currency && !BigDecimal.isZero(fees)
  const common = { at: at.epochMillis, reason: description, reference, externalId: id, file, line }
  const main = entering({ ...common, currency, type, amount, fees: apart ? Decimal.zero : fees })
  if (!apart) return { main, paid: undefined }
  const paid = { currency: feeCurrency, type: "fee" as const, amount: BigDecimal.negate(fees), leg: "fees" as const }
  return { main, paid: entering({ ...common, ...paid }) }
}

/** What tells a row from all others: its fees belong to it, whatever their currency. */
const identityOf = ({ currency, externalId }: Entering): string => `${externalId}\u0000${currency}`

interface Held extends Legs {
  readonly seq: number
}

/** The rows that the books hold. The fees of a row are the event right after its amount's. */
const heldIn = (entries: ReadonlyArray<StoredEntry>): ReadonlyMap<string, Held> => {
  const fees = new Map(entries.flatMap(({ content, seq }) => (content.leg === "fees" ? [[seq, content] as const] : [])))
  return new Map(
    entries
      .filter(({ content, kind }) => kind === "imported" && content.leg === "amount")
      .map(({ content, seq }) => {
        const next = fees.get(seq + 1)
        const paid = next?.externalId === content.externalId ? next : undefined
        return [identityOf(content), { seq, main: content, paid }]
      })
  )
}

const iso = (millis: number): string => DateTime.formatIso(DateTime.unsafeMake(millis))

const plain = (amount: BigDecimal.BigDecimal): string => Decimal.toText(BigDecimal.normalize(amount))

const said = ({ main, paid }: Legs): ReadonlyArray<readonly [string, string]> => [
  ["time", iso(main.at)],
  ["amount", plain(main.amount)],
  ["fee", plain(paid === undefined ? main.fees : BigDecimal.negate(paid.amount))],
  ["fee currency", (paid ?? main).currency],
  ["kind", main.type],
  ["description", main.reason ?? ""],
  ["reference", main.reference ?? ""]
]

/** The first thing that two rows say differently. */
const difference = (held: Legs, given: Legs): string | undefined => {
  const now = said(given)
  const found = said(held).findIndex(([, value], index) => now[index]?.[1] !== value)
  const [name, value] = said(held)[found] ?? []
  return name === undefined ? undefined : `its ${name} there is ${value || "empty"}, here ${now[found]?.[1] || "empty"}`
}

const named = ({ currency, id, line }: ImportRow): string => `line ${line} (id ${id}, ${currency})`

/** What the books know before an import. */
export interface Before {
  /** All entries of the account. */
  readonly held: ReadonlyArray<StoredEntry>
  readonly currencies: ReadonlySet<string>
  /** Epoch milliseconds. */
  readonly now: number
}

const problemsOf = (row: ImportRow, { currencies, now }: Before): ReadonlyArray<string> => {
  const { at, currency, feeCurrency, line } = row
  const own = refusals("a movement", { ...row, at: at.epochMillis }, now, currencies)
  const spelled = refusals("a movement", { ...row, at: now, currency: feeCurrency ?? currency }, now, currencies)
  const ofFee = feeCurrency === null ? [] : spelled.filter(({ part }) => part === "currency")
  return [
    ...own.map(({ part, problem }) => `line ${line}, column ${part}: ${problem}`),
    ...ofFee.map(({ problem }) => `line ${line}, column fee_currency: ${problem}`)
  ]
}

export const decide = (before: Before, rows: ReadonlyArray<ImportRow>, file: string): Plan => {
  const known = heldIn(before.held)
  const inFile = new Map<string, ImportRow>()
  const fresh: Array<Importing> = []
  const problems: Array<string> = []
  let unchanged = 0
  for (const row of rows) {
    const legs = legsOf(row, file)
    const entries = [legs.main, ...(legs.paid === undefined ? [] : [legs.paid])]
    const identity = identityOf(legs.main)
    const twin = inFile.get(identity)
    const earlier = known.get(identity)
    const differs = earlier && difference(earlier, legs)
    inFile.set(identity, row)
    problems.push(...problemsOf(row, before))
    if (twin !== undefined) problems.push(`${named(row)} has the id and currency of line ${twin.line}`)
    else if (earlier === undefined) fresh.push(...entries.map((entry) => ({ row, entry })))
    else if (differs === undefined) unchanged += entries.length
    else {
      problems.push(`${named(row)} was imported before as entry ${earlier.seq}, and says something else: ${differs}`)
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
