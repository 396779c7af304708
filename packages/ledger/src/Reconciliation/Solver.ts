/**
 * Chooses for each of some unknowns one of its values, so that the equations that are wrong weigh as little as possible. Exact: whole numbers,
 * and every choice that is as good as the best is found, unless the search says that it was cut short.
 *
 * An equation of few unknowns has hardly ever more than one solution in amounts of many digits. So the search takes the
 * equation with the fewest choices left, finds all its solutions by meeting in the middle, and goes on with each of them, or
 * gives the equation up.
 *
 * @internal
 */
import { Number as Num, Order } from "effect"

/** An unknown: for each value what it adds to each of the equations that it stands in, in their order. */
export interface Unknown {
  readonly equations: ReadonlyArray<number>
  readonly values: ReadonlyArray<ReadonlyArray<bigint>>
  /** The value that is kept where others are as good. */
  readonly preferred: number
}

export interface Problem {
  /** What the unknowns of each equation must add up to. */
  readonly targets: ReadonlyArray<bigint>
  /** How bad it is for each to be wrong. */
  readonly weights: ReadonlyArray<number>
  readonly unknowns: ReadonlyArray<Unknown>
}

export interface Solution {
  /** A value's index for each unknown. */
  readonly choice: ReadonlyArray<number>
  /** Unknowns of which every value is as good. */
  readonly free: ReadonlySet<number>
  /** What the equations weigh that it leaves wrong. */
  readonly wrong: number
}

export interface Solved {
  /** All that are as good as the best, those that keep most of what is preferred first. */
  readonly best: readonly [Solution, ...Array<Solution>]
  readonly complete: boolean
}

/** What an unknown's values add to one equation. */
interface Term {
  readonly unknown: number
  readonly adds: ReadonlyArray<bigint>
}

/** Values of some unknowns. */
type Choice = ReadonlyArray<readonly [unknown: number, value: number]>

/** How many choices may stand on one side when two sides meet in the middle. */
const widest = 100_000

/** How much work a search may be: choices looked at. */
const budget = 3_000_000

const mostSolutions = 256

const sumsOf = (terms: ReadonlyArray<Term>): Array<readonly [sum: bigint, choice: Choice]> =>
  terms.reduce<Array<readonly [bigint, Choice]>>(
    (sums, { adds, unknown }) =>
      sums.flatMap(([sum, choice]) =>
        adds.map((add, value) => [sum + add, [...choice, [unknown, value] as const]] as const)
      ),
    [[0n, []]]
  )

const choices = (terms: ReadonlyArray<Term>): number => terms.reduce((product, { adds }) => product * adds.length, 1)

/** Divides the terms so that both halves have about as many choices. */
const halved = (terms: ReadonlyArray<Term>): readonly [Array<Term>, Array<Term>] => {
  const left: Array<Term> = []
  const right: Array<Term> = []
  for (const term of terms) (choices(left) <= choices(right) ? left : right).push(term)
  return [left, right]
}

/** Every choice with which the terms add up to the target; undefined where there are too many to look at. */
const solutionsOf = (terms: ReadonlyArray<Term>, target: bigint): ReadonlyArray<Choice> | undefined => {
  const [left, right] = halved(terms)
  if (Math.max(choices(left), choices(right)) > widest) return undefined
  const table = new Map<bigint, Array<Choice>>()
  for (const [sum, choice] of sumsOf(left)) {
    const same = table.get(sum)
    if (same === undefined) table.set(sum, [choice])
    else same.push(choice)
  }
  const found: Array<Choice> = []
  for (const [sum, choice] of sumsOf(right)) {
    for (const other of table.get(target - sum) ?? []) found.push([...choice, ...other])
    if (found.length > widest) return undefined
  }
  return found
}

export const solve = ({ targets, unknowns, weights }: Problem): Solved => {
  const terms = targets.map((): Array<Term> => [])
  for (const [unknown, { equations, values }] of unknowns.entries()) {
    for (const [place, equation] of equations.entries()) {
      terms[equation]?.push({ unknown, adds: values.map((adds) => adds[place] ?? 0n) })
    }
  }
  const chosen = new Map<number, number>()
  const preferredIn = (choice: Choice): number =>
    choice.filter(([unknown, value]) => unknowns[unknown]?.preferred === value).length
  const restOf = (equation: number): bigint =>
    (terms[equation] ?? []).reduce(
      (rest, { adds, unknown }) => rest - (adds[chosen.get(unknown) ?? -1] ?? 0n),
      targets[equation] ?? 0n
    )
  const openIn = (equation: number): ReadonlyArray<Term> =>
    (terms[equation] ?? []).filter(({ unknown }) => !chosen.has(unknown))

  const weightOf = (equation: number): number => weights[equation] ?? 1
  const weight = (equations: ReadonlyArray<number>): number => Num.sumAll(equations.map(weightOf))

  const best = new Map<string, Solution>()
  let bound = Number.POSITIVE_INFINITY
  let work = 0
  let complete = true

  const conclude = (): void => {
    const choice = unknowns.map(({ preferred }, unknown) => chosen.get(unknown) ?? preferred)
    const wrong = weight(
      [...targets.keys()].filter(
        (equation) =>
          (terms[equation] ?? []).reduce(
            (rest, { adds, unknown }) => rest - (adds[choice[unknown] ?? 0] ?? 0n),
            targets[equation] ?? 0n
          ) !== 0n
      )
    )
    if (wrong > bound) return
    if (wrong < bound) best.clear()
    bound = wrong
    if (best.size >= mostSolutions) complete = false
    else {
      const free = new Set(unknowns.flatMap((_, unknown) => (chosen.has(unknown) ? [] : [unknown])))
      best.set(choice.join(), { choice, free, wrong })
    }
  }

  /** `left` are the equations that are neither settled nor given up; `lost` are wrong, whatever follows. */
  const descend = (left: ReadonlyArray<number>, lost: number): void => {
    if (work > budget) {
      complete = false
      if (bound === Number.POSITIVE_INFINITY) conclude()
      return
    }
    let next: { readonly equation: number; readonly open: ReadonlyArray<Term>; readonly size: number } | undefined
    let wrong = lost
    const rest: Array<number> = []
    for (const equation of left) {
      const open = openIn(equation)
      if (open.length === 0) {
        if (restOf(equation) !== 0n) wrong += weightOf(equation)
        continue
      }
      rest.push(equation)
      const size = choices(open)
      if (next === undefined || size < next.size) next = { equation, open, size }
    }
    work += left.length
    if (wrong > bound) return
    if (next === undefined) return conclude()
    const { equation, open } = next
    const others = rest.filter((one) => one !== equation)
    const solutions = solutionsOf(open, restOf(equation))
    if (solutions === undefined) complete = false
    work += Math.ceil(Math.sqrt(next.size)) + (solutions?.length ?? 0)
    const likelier = [...(solutions ?? [])].sort((a, b) => Order.number(preferredIn(b), preferredIn(a)))
    for (const choice of likelier) {
      for (const [unknown, value] of choice) chosen.set(unknown, value)
      descend(others, wrong)
      for (const [unknown] of choice) chosen.delete(unknown)
    }
    // What cannot be looked at is not wrong for that.
    const cost = solutions === undefined ? 0 : weightOf(equation)
    if (wrong + cost <= bound) descend(others, wrong + cost)
  }

  // What no choice at all explains tells nothing of the choices. The equations with the fewest are looked at first, so that
  // this stays cheap; of the others it comes out later.
  const sizes = terms.map(choices)
  const solvable = [...targets.keys()]
    .sort((a, b) => Order.number(sizes[a] ?? 0, sizes[b] ?? 0))
    .filter((equation) => {
      if (work > budget / 3) return true
      const solutions = solutionsOf(terms[equation] ?? [], targets[equation] ?? 0n)
      work += Math.ceil(Math.sqrt(sizes[equation] ?? 1))
      return solutions === undefined || solutions.length > 0
    })
  work = 0
  descend(solvable, weight([...targets.keys()]) - weight(solvable))
  const keeping = ({ choice }: Solution): number =>
    choice.filter((value, unknown) => unknowns[unknown]?.preferred === value).length
  const [first, ...others] = [...best.values()].sort((a, b) => Order.number(keeping(b), keeping(a)))
  const kept: Solution = {
    choice: unknowns.map(({ preferred }) => preferred),
    free: new Set(unknowns.keys()),
    wrong: weight([...targets.keys()])
  }
  return { best: first === undefined ? [kept] : [first, ...others], complete }
}
