/**
 * The integers that stand beside a record's exact decimals, for totals of many records: what `Units.ts` says in SQL, for the
 * rows that the program writes itself. It takes a third of a microsecond; said by SQLite, an insert takes 5 more.
 *
 * A test holds the two together, and verification the stored integers against the text.
 *
 * @internal
 */

/** Null where the amount or the fees do not fit; the record then counts by its text. */
export interface Integers {
  readonly way: number | null
  readonly amount_units: bigint | null
  readonly amount_rest: bigint | null
  readonly fees_units: bigint | null
  readonly fees_rest: bigint | null
}

export const integerColumns = [
  "way",
  "amount_units",
  "amount_rest",
  "fees_units",
  "fees_rest"
] as const satisfies ReadonlyArray<keyof Integers>

const none: Integers = { way: null, amount_units: null, amount_rest: null, fees_units: null, fees_rest: null }

/** At most 10 characters before the point, the sign among them, and 18 decimals. */
const fits = /^(?=[^.]{1,10}(?:\.|$))-?\d+(?:\.\d{1,18})?$/

const unitsOf = (text: string, point: number): bigint =>
  BigInt(point < 0 ? `${text}00000000` : text.slice(0, point) + text.slice(point + 1, point + 9).padEnd(8, "0"))

const restOf = (text: string, point: number): bigint => {
  if (point < 0 || text.length <= point + 9) return 0n
  const rest = BigInt(text.slice(point + 9).padEnd(10, "0"))
  return text.startsWith("-") ? -rest : rest
}

const negative = /^-.*[1-9]/

export interface Decimals {
  readonly currency: string
  readonly amount: string
  readonly fees: string | null
  readonly source_currency: string | null
  readonly target_currency: string | null
}

const legOf = ({ currency, source_currency, target_currency }: Decimals): number =>
  source_currency === target_currency ? 0 : currency === source_currency ? -2 : currency === target_currency ? 2 : 0

export const integersOf = (row: Decimals): Integers => {
  const { amount, fees } = row
  if (!fits.test(amount) || (fees !== null && !fits.test(fees))) return none
  const point = amount.indexOf(".")
  const feesPoint = fees === null ? -1 : fees.indexOf(".")
  return {
    way: legOf(row) + (negative.test(amount) ? 1 : 0),
    amount_units: unitsOf(amount, point),
    amount_rest: restOf(amount, point),
    fees_units: fees === null ? null : unitsOf(fees, feesPoint),
    fees_rest: fees === null ? null : restOf(fees, feesPoint)
  }
}
