/**
 * What the records of each type did to a currency between two snapshots, under every rule at once. Free of the database.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { BigDecimal } from "effect"
import type { AccountingPolicy, Pending, Rule } from "../AccountingPolicy.ts"
import * as Movement from "../Movement.ts"

/** A record, or some as one, that settled after a snapshot. */
export interface Settled extends Movement.Moving {
  readonly settledAfter: number | null
}

export interface Moment {
  readonly id: number
  readonly totals: ReadonlyMap<string, BigDecimal.BigDecimal>
  /** The records on their way then. */
  readonly onTheirWay: ReadonlyArray<Movement.Moving>
}

export interface Fittable {
  readonly policy: AccountingPolicy
  /** From the opening to the closing; the first is of nothing where the opening is zero. */
  readonly moments: ReadonlyArray<Moment>
  readonly settled: Iterable<Settled>
  /** What adjustments and imports change, and after which snapshot. */
  readonly entries: Iterable<{
    readonly currency: string
    readonly after: number
    readonly change: BigDecimal.BigDecimal
  }>
}

export const rules: ReadonlyArray<Rule> = (["in", "out", "signed", "legs"] as const).flatMap((direction) =>
  (["included", "extra", "none"] as const).map((fees) => ({ direction, fees }))
)

export const same = (a: Rule, b: Rule): boolean => a.direction === b.direction && a.fees === b.fees

/** Amounts of one currency in one interval, by type, as they are moved by each rule. */
export interface Cell {
  readonly currency: string
  /** The snapshot that the interval begins with; {@link whole} for all intervals together. */
  readonly after: number
  moved: BigDecimal.BigDecimal
  /** For each type what each of the rules makes of it. */
  readonly types: Map<string, Array<BigDecimal.BigDecimal>>
}

/** No snapshot's number. */
export const whole = -1

/** All intervals of a currency as one: what showed up late in one of them is right again in their sum. */
const wholes = (cells: ReadonlyArray<Cell>): ReadonlyArray<Cell> => {
  const sums = new Map<string, Cell>()
  for (const { currency, moved, types } of cells) {
    const sum = sums.get(currency) ?? { currency, after: whole, moved: Decimal.zero, types: new Map() }
    sums.set(currency, sum)
    sum.moved = BigDecimal.sum(sum.moved, moved)
    for (const [type, amounts] of types) {
      const known = sum.types.get(type)
      sum.types.set(
        type,
        amounts.map((amount, rule) => BigDecimal.sum(amount, known?.[rule] ?? Decimal.zero))
      )
    }
  }
  return [...sums.values()]
}

const under = (rule: Rule, moving: Movement.Moving): BigDecimal.BigDecimal =>
  Movement.change(
    Movement.of({ name: "tried", types: { [moving.type]: rule }, unknown: rule, pending: "held" }, moving)
  )

export const cellsOf = ({ entries, moments, settled }: Fittable, pending: Pending): ReadonlyArray<Cell> => {
  const cells = new Map<string, Cell>()
  const cellOf = (currency: string, after: number): Cell => {
    const key = `${after} ${currency}`
    const known = cells.get(key)
    if (known !== undefined) return known
    const cell: Cell = { currency, after, moved: Decimal.zero, types: new Map() }
    cells.set(key, cell)
    return cell
  }
  const add = (moving: Movement.Moving, after: number, how: "settles" | "leaves" | "had left") => {
    const { types } = cellOf(moving.currency, after)
    const sums = types.get(moving.type) ?? rules.map(() => Decimal.zero)
    types.set(moving.type, sums)
    for (const [index, rule] of rules.entries()) {
      const change = under(rule, moving)
      if (how !== "settles" && !BigDecimal.isNegative(change)) continue
      const sum = sums[index] ?? Decimal.zero
      sums[index] = how === "had left" ? BigDecimal.subtract(sum, change) : BigDecimal.sum(sum, change)
    }
  }
  for (const [index, to] of moments.entries()) {
    const from = moments[index - 1]
    if (from === undefined) continue
    for (const currency of new Set([...from.totals.keys(), ...to.totals.keys()])) {
      const moved = BigDecimal.subtract(
        to.totals.get(currency) ?? Decimal.zero,
        from.totals.get(currency) ?? Decimal.zero
      )
      if (!BigDecimal.isZero(moved)) cellOf(currency, from.id).moved = moved
    }
    if (pending === "held") continue
    for (const record of from.onTheirWay) add(record, from.id, "had left")
    for (const record of to.onTheirWay) add(record, from.id, "leaves")
  }
  for (const record of settled) if (record.settledAfter !== null) add(record, record.settledAfter, "settles")
  for (const { after, change, currency } of entries) {
    const cell = cellOf(currency, after)
    cell.moved = BigDecimal.subtract(cell.moved, change)
  }
  return [...cells.values(), ...wholes([...cells.values()])]
}
