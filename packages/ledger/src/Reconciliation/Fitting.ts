/**
 * Tries the accounting policies on all intervals between successive snapshots. Free of the database.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { BigDecimal, Order } from "effect"
import type { AccountingPolicy, Pending, Rule } from "../AccountingPolicy.ts"
import * as Movement from "../Movement.ts"
import type { CurrencyFit, PolicyFit, TriedRule, TypeFit } from "./PolicyFit.ts"
import type { Solved, Unknown } from "./Solver.ts"
import { solve } from "./Solver.ts"

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

export type Fitted = Pick<PolicyFit, "fits" | "complete" | "policy" | "changed" | "pending" | "types" | "currencies">

const rules: ReadonlyArray<Rule> = (["in", "out", "signed", "legs"] as const).flatMap((direction) =>
  (["included", "extra", "none"] as const).map((fees) => ({ direction, fees }))
)

const same = (a: Rule, b: Rule): boolean => a.direction === b.direction && a.fees === b.fees

/** Amounts of one currency in one interval, by type, as they are moved by each rule. */
interface Cell {
  readonly currency: string
  /** The snapshot that the interval begins with; {@link whole} for all intervals together. */
  readonly after: number
  moved: BigDecimal.BigDecimal
  /** For each type what each of the rules makes of it. */
  readonly types: Map<string, Array<BigDecimal.BigDecimal>>
}

/** No snapshot's number. */
const whole = -1

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

const cellsOf = ({ entries, moments, settled }: Fittable, pending: Pending): ReadonlyArray<Cell> => {
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

/** Rules that do the same to every balance are one value. */
interface TypeClasses {
  readonly type: string
  readonly before: Rule
  /** The class of each of the rules. */
  readonly classOf: ReadonlyArray<number>
  readonly unknown: Unknown
}

interface System {
  readonly pending: Pending
  readonly cells: ReadonlyArray<Cell>
  readonly targets: ReadonlyArray<bigint>
  readonly types: ReadonlyArray<TypeClasses>
  readonly solved: Solved
}

const systemOf = (fittable: Fittable, pending: Pending): System => {
  const { policy } = fittable
  const cells = cellsOf(fittable, pending)
  const scale = cells.reduce(
    (most, { moved, types }) => Math.max(most, moved.scale, ...[...types.values()].flat().map((sum) => sum.scale)),
    0
  )
  const units = (amount: BigDecimal.BigDecimal): bigint => BigDecimal.scale(amount, scale).value
  const names = [...new Set(cells.flatMap(({ types }) => [...types.keys()]))].sort(Order.string)
  const types = names.map((type): TypeClasses => {
    const before = policy.types[type] ?? policy.unknown
    const equations: Array<number> = []
    const ofRules = rules.map((): Array<bigint> => [])
    for (const [index, { types }] of cells.entries()) {
      const sums = types.get(type)
      if (sums === undefined) continue
      equations.push(index)
      for (const [rule, sum] of sums.entries()) ofRules[rule]?.push(units(sum))
    }
    const keys = new Map<string, number>()
    const values: Array<ReadonlyArray<bigint>> = []
    const classOf = ofRules.map((adds) => {
      const key = adds.join()
      const known = keys.get(key)
      if (known !== undefined) return known
      keys.set(key, values.length)
      return values.push(adds) - 1
    })
    const preferred = classOf[rules.findIndex((rule) => same(rule, before))] ?? 0
    return { type, before, classOf, unknown: { equations, values, preferred } }
  })
  const targets = cells.map(({ moved }) => units(moved))
  return { pending, cells, targets, types, solved: solve({ targets, unknowns: types.map(({ unknown }) => unknown) }) }
}

/** Which of the equations come out under a choice. */
const right = ({ targets, types }: System, choice: ReadonlyArray<number>): ReadonlyArray<boolean> => {
  const rest = [...targets]
  for (const [index, { unknown }] of types.entries()) {
    const adds = unknown.values[choice[index] ?? 0] ?? []
    for (const [place, equation] of unknown.equations.entries()) {
      rest[equation] = (rest[equation] ?? 0n) - (adds[place] ?? 0n)
    }
  }
  return rest.map((left) => left === 0n)
}

const failing = ({ cells }: System, came: ReadonlyArray<boolean>): ReadonlySet<string> =>
  new Set(
    cells.filter(({ after }, equation) => after !== whole && came[equation] !== true).map(({ currency }) => currency)
  )

/** What a rule does to an ordinary record, whose amount and fee are above zero; legs only where they did anything. */
const ordinary = ({ classOf }: TypeClasses, { direction, fees }: Rule): string => {
  const ofRule = (one: Rule) => classOf[rules.findIndex((rule) => same(rule, one))]
  const asSigned = ofRule({ direction: "legs", fees }) === ofRule({ direction: "signed", fees })
  const way = direction === "legs" && !asSigned ? "legs" : direction === "out" ? "out" : "in"
  return `${way} ${fees === "extra" ? "and its fee beside" : ""}`
}

const typeFits = (system: System): ReadonlyArray<TypeFit> => {
  const { best } = system.solved
  const [{ choice }] = best
  return system.types.map((classes, index): TypeFit => {
    const { before, classOf, type, unknown } = classes
    const chosen = choice[index] ?? 0
    const as = new Set(best.map((solution) => solution.choice[index] ?? 0))
    const free = best.some((solution) => solution.free.has(index))
    const equal = rules.filter((_, rule) => free || as.has(classOf[rule] ?? -1))
    // Of rules that do the same, the one that was there; else the plainest.
    const rule =
      classOf[rules.findIndex((one) => same(one, before))] === chosen
        ? before
        : (rules.find((_, one) => classOf[one] === chosen) ?? before)
    const own = new Set(unknown.equations.map((equation) => system.cells[equation]?.currency ?? ""))
    const fails = unknown.values.map((_, value) => {
      const failed = failing(
        system,
        right(
          system,
          choice.map((kept, at) => (at === index ? value : kept))
        )
      )
      return [...own].filter((currency) => failed.has(currency)).sort(Order.string)
    })
    const tried = rules.map((one, at): TriedRule => {
      const failsIn = fails[classOf[at] ?? 0] ?? []
      return { ...one, fits: own.size - failsIn.length, failsIn }
    })
    const changed = !same(rule, before)
    const decided = equal.every((one) => ordinary(classes, one) === ordinary(classes, rule))
    return { type, currencies: own.size, rule, before, changed, decided, equal, tried }
  })
}

const currencyFits = (system: System, before: ReadonlyArray<boolean>): ReadonlyArray<CurrencyFit> => {
  const now = right(system, system.solved.best[0].choice)
  const counts = new Map<string, { intervals: number; fitting: number; fittingBefore: number }>()
  for (const [equation, { after, currency }] of system.cells.entries()) {
    if (after === whole) continue
    const count = counts.get(currency) ?? { intervals: 0, fitting: 0, fittingBefore: 0 }
    count.intervals++
    if (now[equation] === true) count.fitting++
    if (before[equation] === true) count.fittingBefore++
    counts.set(currency, count)
  }
  return [...counts]
    .map(([currency, count]) => ({ currency, ...count }))
    .sort((a, b) => Order.string(a.currency, b.currency))
}

export const fit = (fittable: Fittable): Fitted => {
  const { policy } = fittable
  const other: Pending = policy.pending === "held" ? "deducted" : "held"
  const kept = systemOf(fittable, policy.pending)
  const anything = fittable.moments.some(({ onTheirWay }) => onTheirWay.length > 0)
  const changed = anything ? systemOf(fittable, other) : kept
  const [wrongKept, wrongOther] = [kept.solved.best[0].wrong, changed.solved.best[0].wrong]
  const system = wrongOther < wrongKept ? changed : kept
  const types = typeFits(system)
  const before = right(
    kept,
    kept.types.map(({ unknown }) => unknown.preferred)
  )
  const known = new Map(kept.cells.map(({ after, currency }, equation) => [`${after} ${currency}`, before[equation]]))
  const currencies = currencyFits(
    system,
    system.cells.map(({ after, currency }) => known.get(`${after} ${currency}`) ?? true)
  )
  const fitting = currencies.filter(({ fitting, intervals }) => fitting === intervals)
  const isChanged = system !== kept || types.some((type) => type.changed)
  // A type without a rule keeps being flagged, unless the snapshots show which one is its own.
  const found = types.filter(({ changed, type }) => changed || policy.types[type] !== undefined)
  return {
    fits: fitting.length === currencies.length ? "every" : fitting.length > 0 ? "some" : "none",
    complete: system.solved.complete,
    changed: isChanged,
    policy: isChanged
      ? {
          ...policy,
          name: `${policy.name} fitted`,
          types: { ...policy.types, ...Object.fromEntries(found.map(({ rule, type }) => [type, rule])) },
          pending: system.pending
        }
      : policy,
    pending: { value: system.pending, before: policy.pending, decided: wrongKept !== wrongOther },
    types,
    currencies
  }
}
