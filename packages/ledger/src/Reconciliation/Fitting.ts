/**
 * Tries the accounting policies on all intervals between successive snapshots. Free of the database.
 *
 * @internal
 */
import { BigDecimal, Order } from "effect"
import type { Pending, Rule } from "../AccountingPolicy.ts"
import type { Cell, Fittable } from "./Cells.ts"
import { cellsOf, rules, same, whole } from "./Cells.ts"
import type { CurrencyFit, PolicyFit, TriedRule, TypeFit } from "./PolicyFit.ts"
import type { Solved, Unknown } from "./Solver.ts"
import { solve } from "./Solver.ts"

export type Fitted = Pick<PolicyFit, "fits" | "complete" | "policy" | "changed" | "pending" | "types" | "currencies">

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
  // That a currency comes out in the end weighs more than all of its intervals: what shows up late leaves two of them wrong,
  // where a rule that is wrong may leave one.
  const weights = cells.map(({ after }) => (after === whole ? fittable.moments.length : 1))
  return {
    pending,
    cells,
    targets,
    types,
    solved: solve({ targets, weights, unknowns: types.map(({ unknown }) => unknown) })
  }
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
          name: policy.name.endsWith(" fitted") ? policy.name : `${policy.name} fitted`,
          types: { ...policy.types, ...Object.fromEntries(found.map(({ rule, type }) => [type, rule])) },
          pending: system.pending
        }
      : policy,
    pending: { value: system.pending, before: policy.pending, decided: wrongKept !== wrongOther },
    types,
    currencies
  }
}
