/**
 * What a fit found, for eyes: a line a type with its rule, what fits as well, and the currencies that nothing explains.
 *
 * @since 0.1.0
 */
import type { AccountingPolicy, Reconciliation } from "@btse-wallet/ledger"
import * as Instant from "../Instant.ts"
import type { Style } from "../Style.ts"
import * as Table from "../Table.ts"

type TypeFit = Reconciliation.TypeFit
type Rule = AccountingPolicy.Rule

const rule = ({ direction, fees }: Rule): string => `${direction}, ${fees}`

const fitting = ({ currencies, failsIn }: { readonly currencies: number; readonly failsIn: ReadonlyArray<string> }) =>
  failsIn.length === 0
    ? { text: currencies === 1 ? "its one currency" : `all ${currencies} currencies`, color: "green" as const }
    : { text: `${currencies - failsIn.length} of ${currencies}, not ${failsIn.join(", ")}`, color: "red" as const }

const triedAs = (type: TypeFit, { direction, fees }: Rule) =>
  type.tried.find((one) => one.direction === direction && one.fees === fees)?.failsIn ?? []

const columns: ReadonlyArray<Table.Column<TypeFit>> = [
  { heading: "TYPE", cell: ({ type }) => type },
  { heading: "RULE", cell: (type) => rule(type.rule) },
  {
    heading: "BEFORE",
    cell: (type) => (type.changed ? { text: rule(type.before), color: "yellow" } : { text: "same", color: "dim" })
  },
  {
    heading: "FITS",
    cell: (type) => fitting({ currencies: type.currencies, failsIn: triedAs(type, type.rule) })
  },
  {
    heading: "DECIDED",
    cell: ({ decided }) => (decided ? { text: "yes", color: "green" } : { text: "no", color: "yellow" })
  }
]

/** Of the rules that fit as well, those that would count an ordinary record otherwise: the reader needs no more. */
const alternatives = ({ equal, rule: kept }: TypeFit): ReadonlyArray<Rule> =>
  equal.filter(
    ({ direction, fees }) =>
      fees !== "none" &&
      (direction === kept.direction
        ? (fees === "extra") !== (kept.fees === "extra")
        : (direction === "out") !== (kept.direction === "out") && direction !== "signed" && direction !== "legs")
  )

const undecided = (type: TypeFit): ReadonlyArray<string> =>
  type.decided
    ? []
    : [
        `${type.type}: ${alternatives(type).map(rule).join("; ")} would fit as well, and nothing in the snapshots decides it. It is left at ${rule(type.rule)}.`
      ]

const pending = ({ before, decided, value }: Reconciliation.PolicyFit["pending"]): string => {
  const meaning =
    value === "held" ? "leave the total when they are COMPLETED" : "leave the total when they are requested"
  if (!decided) return `Pending withdrawals: ${value}, as before; the snapshots do not decide it.`
  return `Pending withdrawals ${meaning} (${value}${value === before ? "" : `, before: ${before}`}).`
}

const summary = (fit: Reconciliation.PolicyFit): Table.Cell => {
  const { changed, currencies, fits, policy } = fit
  const left = currencies.filter((one) => one.fitting < one.intervals)
  const name = changed ? `A changed policy, "${policy.name}",` : `The policy "${policy.name}" as it is`
  if (fits === "every") return { text: `${name} fits every currency (${currencies.length})`, color: "green" }
  const lines = left.map(({ currency, fitting, intervals }) => `${currency} ${fitting} of ${intervals}`).join(", ")
  return {
    text: `${name} fits ${currencies.length - left.length} of ${currencies.length} currencies; no rule explains every interval of ${lines}`,
    color: "red"
  }
}

/**
 * A fit: its types, what is undecided, and how it came out.
 *
 * @since 0.1.0
 * @category rendering
 */
export const fit = (found: Reconciliation.PolicyFit, style: Style): string => {
  const { complete, snapshots, types } = found
  const prose = (text: string) => Table.wrap(Table.plain(text), style)
  const { color, text } = summary(found)
  return [
    ...(types.length === 0 ? ["No record has settled yet."] : [Table.render(types, columns, style)]),
    "",
    ...types.flatMap(undecided).map(prose),
    prose(pending(found.pending)),
    ...(complete ? [] : [prose("The search was cut short: another policy may fit better. More snapshots would help.")]),
    Table.paint(prose(text), color, style),
    prose(`From ${Instant.span(found, style)}, at ${snapshots === 1 ? "1 snapshot" : `${snapshots} snapshots`}.`)
  ].join("\n")
}
