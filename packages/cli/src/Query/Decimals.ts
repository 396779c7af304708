/**
 * The decimal functions of the sqlite3 shell, for a database opened by this program: a query that sums amounts runs in both
 * and gives the same digits.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import type { Database } from "better-sqlite3"
import { BigDecimal, Option } from "effect"

/**
 * Their names, for the help.
 *
 * @since 0.1.0
 * @category constants
 */
export const functions =
  "decimal_sum, decimal_min, decimal_max, decimal_add, decimal_sub, decimal_mul, decimal_div, decimal_cmp, decimal_key and decimal"

/**
 * Where a value is not a decimal, the statement fails: a sum that leaves something out would be worse. So it does for a
 * floating-point number, whose digits are not those of the amount that it was made of.
 */
const read = (value: unknown): BigDecimal.BigDecimal | null => {
  if (value === null) return null
  if (typeof value === "number") {
    throw new TypeError(
      `${value} is a floating-point number, which is not exact: write a decimal in quotes, as in '0.5', and calculate amounts with the decimal functions alone`
    )
  }
  const text = typeof value === "bigint" ? value.toString() : value
  const decimal = typeof text === "string" ? Decimal.fromText(text) : Option.none()
  if (Option.isSome(decimal)) return decimal.value
  throw new TypeError(`${typeof text === "string" ? JSON.stringify(text) : "a blob"} is not a decimal`)
}

const both =
  <A>(combine: (a: BigDecimal.BigDecimal, b: BigDecimal.BigDecimal) => A) =>
  (a: unknown, b: unknown) => {
    const left = read(a)
    const right = read(b)
    return left === null || right === null ? null : combine(left, right)
  }

/** The shell keeps as many decimals of a product as the factor with fewer has, and more where they are not zeros. */
const product = (a: BigDecimal.BigDecimal, b: BigDecimal.BigDecimal): string => {
  const whole = BigDecimal.multiply(a, b)
  const fewest = Math.max(0, Math.min(a.scale, b.scale))
  const shortest = BigDecimal.normalize(whole)
  return Decimal.toText(BigDecimal.scale(whole, Math.max(shortest.scale, fewest)))
}

/** The decimals of a quotient where none are asked for. */
const decimals = 18n

const mostDecimals = 1_000n

/**
 * A quotient of at most so many decimals, without zeros at the end: the last one is rounded to the nearest, a half away from
 * zero. NULL where the divisor is zero, as SQLite has it.
 */
const quotient = (a: unknown, b: unknown, asked: unknown = decimals): string | null => {
  if (typeof asked !== "bigint" || asked < 0n || asked > mostDecimals) {
    throw new TypeError(`decimal_div takes as its third argument how many decimals to keep, from 0 to ${mostDecimals}`)
  }
  return both((dividend, divisor): string | null => {
    if (divisor.value === 0n) return null
    const places = Number(asked) + divisor.scale - dividend.scale
    const numerator = dividend.value * 10n ** BigInt(Math.max(0, places))
    const denominator = divisor.value * 10n ** BigInt(Math.max(0, -places))
    const doubled = (2n * numerator) / denominator
    const rounded = (doubled + (doubled < 0n ? -1n : 1n)) / 2n
    return Decimal.toText(BigDecimal.normalize(BigDecimal.make(rounded, Number(asked))))
  })(a, b)
}

/** What a sum is of: how many rows, so that one of none is NULL, in a window's frame too. */
interface Sum {
  readonly rows: number
  readonly total: BigDecimal.BigDecimal
}

const sum = {
  start: (): Sum => ({ rows: 0, total: Decimal.zero }),
  step: ({ rows, total }: Sum, value: unknown): Sum => ({
    rows: rows + 1,
    total: BigDecimal.sum(total, read(value) ?? Decimal.zero)
  }),
  inverse: ({ rows, total }: Sum, value: unknown): Sum => ({
    rows: rows - 1,
    total: BigDecimal.subtract(total, read(value) ?? Decimal.zero)
  }),
  result: ({ rows, total }: Sum) => (rows === 0 ? null : Decimal.toText(total))
}

const nines = (digits: string): string => digits.replace(/\d/g, (digit) => String(9 - Number(digit)))

/**
 * Text that stands among its like as the decimal does among numbers: how many digits the whole part has, then the digits;
 * below zero the complement of both, ended by what comes after every digit.
 */
const key = (decimal: BigDecimal.BigDecimal): string => {
  const [whole = "", fraction = ""] = Decimal.toText(BigDecimal.normalize(BigDecimal.abs(decimal))).split(".")
  const digits = `${String(whole.length).padStart(5, "0")}${whole}${fraction}`
  return decimal.value < 0n ? `-${nines(digits)}~` : `0${digits}`
}

const one = (convert: (a: BigDecimal.BigDecimal) => string) => (a: unknown) => {
  const value = read(a)
  return value === null ? null : convert(value)
}

/**
 * Rows of a group or a frame, numbered as they come. Of them only those are kept that can still be the extreme one: the first
 * kept is it, and each is before all that came later.
 */
interface Extreme {
  next: number
  left: number
  readonly kept: Array<readonly [at: number, value: BigDecimal.BigDecimal]>
}

/** The one of a group that is before (-1) or after (1) all others. A frame loses its rows in the order in which they came. */
const extreme = (wanted: 1 | -1) => ({
  start: (): Extreme => ({ next: 0, left: 0, kept: [] }),
  step: (state: Extreme, value: unknown): Extreme => {
    const next = read(value)
    if (next !== null) {
      for (let last = state.kept.at(-1); last !== undefined; last = state.kept.at(-1)) {
        if (BigDecimal.Order(next, last[1]) !== wanted) break
        state.kept.pop()
      }
      state.kept.push([state.next, next])
    }
    state.next++
    return state
  },
  inverse: (state: Extreme): Extreme => {
    if (state.kept[0]?.[0] === state.left) state.kept.shift()
    state.left++
    return state
  },
  result: ({ kept: [first] }: Extreme) => (first === undefined ? null : Decimal.toText(first[1]))
})

/**
 * Registers what the shell has: `decimal`, `decimal_add`, `decimal_sub`, `decimal_mul`, `decimal_cmp` and the aggregate
 * `decimal_sum`; and what it has not: `decimal_div`, and, because the driver takes no collations, what stands for the shell's
 * `collate decimal` here: `decimal_key` to order by, and the aggregates `decimal_min` and `decimal_max`. All are exact, but
 * `decimal_div` rounds to 18 decimals or as many as its third argument says. They are NULL where an operand is NULL; an
 * aggregate passes NULLs over, is NULL where there is no row, and is a window function too.
 *
 * @since 0.1.0
 * @category constructors
 */
export const register = (database: Database): void => {
  const options = { deterministic: true, safeIntegers: true }
  database.function(
    "decimal_add",
    options,
    both((a, b) => Decimal.toText(BigDecimal.sum(a, b)))
  )
  database.function(
    "decimal_sub",
    options,
    both((a, b) => Decimal.toText(BigDecimal.subtract(a, b)))
  )
  database.function("decimal_mul", options, both(product))
  database.function("decimal_div", options, (a: unknown, b: unknown) => quotient(a, b))
  database.function("decimal_div", options, (a: unknown, b: unknown, places: unknown) => quotient(a, b, places))
  // A JavaScript number would become a floating-point one.
  database.function(
    "decimal_cmp",
    options,
    both((a, b) => BigInt(BigDecimal.Order(a, b)))
  )
  database.function("decimal", options, one(Decimal.toText))
  database.function("decimal_key", options, one(key))
  database.aggregate<Extreme>("decimal_min", { ...options, ...extreme(-1) })
  database.aggregate<Extreme>("decimal_max", { ...options, ...extreme(1) })
  database.aggregate<Sum>("decimal_sum", { ...options, ...sum })
}
