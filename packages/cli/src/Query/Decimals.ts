/**
 * The decimal functions of the sqlite3 shell, for a database opened by this program: a query that sums amounts runs in both
 * and gives the same digits.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import type { Database } from "better-sqlite3"
import { BigDecimal, Option } from "effect"

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

/**
 * Registers `decimal_add`, `decimal_sub`, `decimal_mul`, `decimal_cmp` and the aggregate `decimal_sum`: exact, NULL where
 * an operand is NULL; a sum passes NULLs over and is NULL where there is no row.
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
  database.aggregate<Sum>("decimal_sum", {
    ...options,
    start: () => ({ total: null }),
    step: ({ total }, value: unknown) => ({
      total: BigDecimal.sum(total ?? Decimal.zero, read(value) ?? Decimal.zero)
    }),
    result: ({ total }) => (total === null ? null : Decimal.toText(total))
  })
}
