/**
 * Pairs and triples of amounts that add up to another, found by a table of what has been seen.
 *
 * @internal
 */
import { BigDecimal } from "effect"

/** Those of more records are not looked at, and whoever asked is told. */
export const most = { pair: 5_000, triple: 400, some: 12 } as const

export interface Item {
  /** A record takes part once. */
  readonly record: number
  readonly effect: BigDecimal.BigDecimal
}

/** Amounts as whole numbers of the last digit that any of them has. */
const scaled = (amounts: ReadonlyArray<BigDecimal.BigDecimal>): ReadonlyArray<bigint> => {
  const scale = amounts.reduce((most, amount) => Math.max(most, amount.scale), 0)
  return amounts.map((amount) => BigDecimal.scale(amount, scale).value)
}

const positions = (units: ReadonlyArray<bigint>): ReadonlyMap<bigint, ReadonlyArray<number>> => {
  const found = new Map<bigint, Array<number>>()
  for (const [index, unit] of units.entries()) {
    const same = found.get(unit)
    if (same === undefined) found.set(unit, [index])
    else same.push(index)
  }
  return found
}

/** The first pairs, in the items' order, that add up to the target. */
export const pairs = <A extends Item>(
  items: ReadonlyArray<A>,
  target: BigDecimal.BigDecimal,
  limit: number
): ReadonlyArray<readonly [A, A]> => {
  const [goal = 0n, ...units] = scaled([target, ...items.map(({ effect }) => effect)])
  const where = positions(units)
  const found: Array<readonly [A, A]> = []
  for (const [index, first] of items.entries()) {
    for (const other of where.get(goal - (units[index] ?? 0n)) ?? []) {
      const second = items[other]
      if (second === undefined || other <= index || second.record === first.record) continue
      found.push([first, second])
      if (found.length === limit) return found
    }
  }
  return found
}

/** The first triples, in the items' order, that add up to the target. */
export const triples = <A extends Item>(
  items: ReadonlyArray<A>,
  target: BigDecimal.BigDecimal,
  limit: number
): ReadonlyArray<readonly [A, A, A]> => {
  const [goal = 0n, ...units] = scaled([target, ...items.map(({ effect }) => effect)])
  const where = positions(units)
  const found: Array<readonly [A, A, A]> = []
  for (const [i, first] of items.entries()) {
    for (let j = i + 1; j < items.length; j++) {
      const second = items[j]
      if (second === undefined || second.record === first.record) continue
      for (const k of where.get(goal - (units[i] ?? 0n) - (units[j] ?? 0n)) ?? []) {
        const third = items[k]
        if (third === undefined || k <= j || third.record === first.record || third.record === second.record) continue
        found.push([first, second, third])
        if (found.length === limit) return found
      }
    }
  }
  return found
}

/** Whether some of a few amounts, one at least, add up to the target; of more than a dozen, whether they all do. */
export const someAddUp = (amounts: ReadonlyArray<BigDecimal.BigDecimal>, target: BigDecimal.BigDecimal): boolean => {
  const [goal = 0n, ...units] = scaled([target, ...amounts])
  if (units.length > most.some) return units.reduce((sum, unit) => sum + unit, 0n) === goal
  const sums = new Set<bigint>()
  for (const unit of units) for (const sum of [0n, ...sums]) sums.add(sum + unit)
  return sums.has(goal)
}
