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
  "decimal_sum, decimal_min, decimal_max, decimal_add, decimal_sub, decimal_mul, decimal_cmp, decimal_key and decimal"

/** Where a value is not a decimal, the statement fails: a sum that leaves something out would be worse. */
const read = (value: unknown): BigDecimal.BigDecimal | null => {
  if (value === null) return null
  const text = typeof value === "bigint" || typeof value === "number" ? value.toString() : value
  const decimal = typeof text === "string" ? Decimal.fromText(text) : Option.none()
  if (Option.isSome(decimal)) return decimal.value
  throw new TypeError(`${typeof text === "string" ? JSON.stringify(text) : "a blob"} is not a decimal`)
}

const both =
  (combine: (a: BigDecimal.BigDecimal, b: BigDecimal.BigDecimal) => string | number) => (a: unknown, b: unknown) => {
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

interface Sum {
  readonly total: BigDecimal.BigDecimal | null
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

/** The one of a group that is before (-1) or after (1) all others. */
const extreme = (wanted: 1 | -1) => ({
  start: (): Sum => ({ total: null }),
  step: ({ total }: Sum, value: unknown): Sum => {
    const next = read(value)
    if (next === null) return { total }
    return { total: total === null || BigDecimal.Order(next, total) === wanted ? next : total }
  },
  result: ({ total }: Sum) => (total === null ? null : Decimal.toText(total))
})

/**
 * Registers what the shell has: `decimal`, `decimal_add`, `decimal_sub`, `decimal_mul`, `decimal_cmp` and the aggregate
 * `decimal_sum`; and, because the driver takes no collations, what stands for the shell's `collate decimal` here:
 * `decimal_key` to order by, and the aggregates `decimal_min` and `decimal_max`. All are exact and NULL where an operand is
 * NULL; an aggregate passes NULLs over and is NULL where there is no row.
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
  database.function("decimal_cmp", options, both(BigDecimal.Order))
  database.function("decimal", options, one(Decimal.toText))
  database.function("decimal_key", options, one(key))
  database.aggregate<Sum>("decimal_min", { ...options, ...extreme(-1) })
  database.aggregate<Sum>("decimal_max", { ...options, ...extreme(1) })
  database.aggregate<Sum>("decimal_sum", {
    ...options,
    start: () => ({ total: null }),
    step: ({ total }, value: unknown) => ({
      total: BigDecimal.sum(total ?? Decimal.zero, read(value) ?? Decimal.zero)
    }),
    result: ({ total }) => (total === null ? null : Decimal.toText(total))
  })
}
