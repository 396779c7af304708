/**
 * Amounts as requests write them: plain decimal text, never a JSON number.
 */
import { BigDecimal, Option } from "effect"

/** `None` where the text is not a plain decimal of reasonable length. Trailing zeros count as decimals. */
export const read = (text: string): Option.Option<BigDecimal.BigDecimal> =>
  /^-?\d{1,40}(?:\.\d{1,40})?$/.test(text) ? BigDecimal.fromString(text) : Option.none()

/** Plain notation without trailing zeros: what a balance or an amount looks like in a response. */
export const plain = (amount: BigDecimal.BigDecimal): string => {
  const { scale, value } = BigDecimal.normalize(amount)
  if (scale <= 0) return `${value}${value === 0n ? "" : "0".repeat(-scale)}`
  const digits = `${value < 0n ? -value : value}`.padStart(scale + 1, "0")
  return `${value < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}
